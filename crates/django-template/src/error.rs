//! What went wrong in a template, and where.
//! Django: `TemplateSyntaxError`, `TemplateDoesNotExist`, `NoReverseMatch`.

use std::fmt;

/// The kind of an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// No loader has a template with this name.
    NotFound(String),
    /// A template is there and cannot be read.
    Unreadable,
    /// The template is not well formed.
    Syntax,
    /// `{% name %}` is no tag of the loaded libraries.
    UnknownTag(String),
    /// `|name` is no filter of the loaded libraries.
    UnknownFilter(String),
    /// `{% load name %}` names a library this engine does not have.
    UnknownLibrary(String),
    /// `{% url %}` with a name or arguments nobody can resolve.
    NoReverse(String),
    /// A filter argument names a variable that does not exist.
    MissingVariable(String),
    /// A tag or filter got a value it cannot work with; Django raises there too.
    Value,
    /// Depth, size or work exceeded the engine's limits.
    Limit,
}

/// An error with its place in the template.
#[derive(Clone, Debug)]
pub struct Error(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    kind: Kind,
    message: String,
    place: Option<Place>,
}

/// Where in which template something is.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Place {
    pub template: String,
    /// File path or other origin the loader gave.
    pub origin: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// The tag as written, such as `{% url 'home' %}`.
    pub tag: String,
}

impl Error {
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Error(Box::new(Inner { kind, message: message.into(), place: None }))
    }

    pub(crate) fn syntax(message: impl Into<String>) -> Self {
        Error::new(Kind::Syntax, message)
    }

    pub(crate) fn value(message: impl Into<String>) -> Self {
        Error::new(Kind::Value, message)
    }

    pub(crate) fn limit(message: impl Into<String>) -> Self {
        Error::new(Kind::Limit, message)
    }

    pub fn kind(&self) -> &Kind {
        &self.0.kind
    }

    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Whether a library that is not known could have had what is missing.
    pub(crate) fn lacks_library(&self) -> bool {
        matches!(self.kind(), Kind::UnknownTag(_) | Kind::UnknownFilter(_))
    }

    /// The same with the tag as the template's author wrote it.
    pub(crate) fn with_tag(mut self, tag: String) -> Self {
        self.0.place = self.0.place.map(|place| Place { tag, ..place });
        self
    }

    /// The place of the innermost tag that failed; `None` if no template was found at all.
    pub fn place(&self) -> Option<&Place> {
        self.0.place.as_ref()
    }

    /// The template's name, empty when unknown.
    pub fn template(&self) -> &str {
        self.place().map_or("", |p| &p.template)
    }

    pub fn line(&self) -> usize {
        self.place().map_or(0, |p| p.line)
    }

    pub fn column(&self) -> usize {
        self.place().map_or(0, |p| p.column)
    }

    /// The tag as written, empty when unknown.
    pub fn tag(&self) -> &str {
        self.place().map_or("", |p| &p.tag)
    }

    pub(crate) fn at(mut self, place: impl FnOnce() -> Place) -> Self {
        if self.0.place.is_none() {
            self.0.place = Some(place());
        }
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place() {
            Some(p) => {
                let origin = if p.origin.is_empty() || p.origin == p.template {
                    String::new()
                } else {
                    format!(" ({})", p.origin)
                };
                let (name, line, column) = (&p.template, p.line, p.column);
                write!(f, "{name}{origin}, line {line}, column {column}: `{}`: {}", p.tag, self.message())
            }
            None => f.write_str(self.message()),
        }
    }
}

impl std::error::Error for Error {}

pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;
