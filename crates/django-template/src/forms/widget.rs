//! The widgets and their HTML.
//! Django: `django.forms.widgets`.

use indexmap::IndexMap;

use crate::py::html::{conditional_escape, escape};
use crate::value::Value;

/// Attributes of an element: `true` prints the bare name, `false` and `None` differ as in Django.
pub(crate) type Attributes = IndexMap<String, Value>;

/// A value to choose, with the text shown for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    pub value: Value,
    pub label: Value,
    /// The `optgroup` it belongs to; neighbours with the same one are shown together.
    pub group: Option<String>,
}

impl Choice {
    pub fn new(value: impl Into<Value>, label: impl Into<Value>) -> Self {
        Choice { value: value.into(), label: label.into(), group: None }
    }

    pub fn in_group(mut self, group: impl Into<String>) -> Self {
        self.group = Some(group.into());
        self
    }
}

/// What kind of element a widget is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    Text,
    Password,
    Hidden,
    Number,
    Email,
    Url,
    Date,
    DateTime,
    Time,
    File,
    /// Another `type` of `input`.
    Input(String),
    Textarea,
    Checkbox,
    Select(Vec<Choice>),
    SelectMultiple(Vec<Choice>),
    Radio(Vec<Choice>),
    CheckboxSelectMultiple(Vec<Choice>),
}

/// A widget with the attributes it was given.
#[derive(Clone, Debug, PartialEq)]
pub struct Widget {
    pub kind: Kind,
    pub attributes: Attributes,
    /// The `type` that a template has chosen.
    pub(super) shown_type: Option<String>,
}

impl From<Kind> for Widget {
    fn from(kind: Kind) -> Self {
        Widget::new(kind)
    }
}

impl Widget {
    pub fn new(kind: Kind) -> Self {
        let mut attributes = Attributes::new();
        if kind == Kind::Textarea {
            attributes.insert("cols".to_owned(), "40".into());
            attributes.insert("rows".to_owned(), "10".into());
        }
        Widget { kind, attributes, shown_type: None }
    }

    /// Adds an attribute, such as `maxlength` or `class`.
    pub fn attribute(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.attributes.insert(name.into(), value.into());
        self
    }

    pub fn is_hidden(&self) -> bool {
        match &self.shown_type {
            Some(kind) if self.input_type().is_some() => kind == "hidden",
            _ => self.kind == Kind::Hidden || matches!(&self.kind, Kind::Input(t) if t == "hidden"),
        }
    }

    /// Groups of elements that need a `fieldset` instead of a label.
    pub fn use_fieldset(&self) -> bool {
        matches!(self.kind, Kind::Radio(_) | Kind::CheckboxSelectMultiple(_))
    }

    /// The type without `Input`, in lower case.
    pub(super) fn type_name(&self) -> &str {
        match &self.kind {
            Kind::Text => "text",
            Kind::Password => "password",
            Kind::Hidden => "hidden",
            Kind::Number => "number",
            Kind::Email => "email",
            Kind::Url => "url",
            Kind::Date => "date",
            Kind::DateTime => "datetime",
            Kind::Time => "time",
            Kind::File => "clearablefile",
            Kind::Input(kind) => kind,
            Kind::Textarea => "textarea",
            Kind::Checkbox => "checkbox",
            Kind::Select(_) => "select",
            Kind::SelectMultiple(_) => "selectmultiple",
            Kind::Radio(_) => "radioselect",
            Kind::CheckboxSelectMultiple(_) => "checkboxselectmultiple",
        }
    }

    /// Django's class, in lower case.
    pub(super) fn class_name(&self) -> &'static str {
        match &self.kind {
            Kind::Text => "textinput",
            Kind::Password => "passwordinput",
            Kind::Hidden => "hiddeninput",
            Kind::Number => "numberinput",
            Kind::Email => "emailinput",
            Kind::Url => "urlinput",
            Kind::Date => "dateinput",
            Kind::DateTime => "datetimeinput",
            Kind::Time => "timeinput",
            Kind::File => "clearablefileinput",
            Kind::Input(_) => "input",
            Kind::Textarea => "textarea",
            Kind::Checkbox => "checkboxinput",
            Kind::Select(_) => "select",
            Kind::SelectMultiple(_) => "selectmultiple",
            Kind::Radio(_) => "radioselect",
            Kind::CheckboxSelectMultiple(_) => "checkboxselectmultiple",
        }
    }

    /// The `type` of the `input`; `None` for other elements.
    pub(super) fn input_type(&self) -> Option<&str> {
        match &self.kind {
            Kind::Textarea => None,
            _ if self.shown_type.is_some() => self.shown_type.as_deref(),
            Kind::Date | Kind::DateTime | Kind::Time => Some("text"),
            Kind::File => Some("file"),
            Kind::Select(_) | Kind::SelectMultiple(_) => Some("select"),
            Kind::Radio(_) => Some("radio"),
            Kind::CheckboxSelectMultiple(_) => Some("checkbox"),
            _ => Some(self.type_name()),
        }
    }

    /// Whether `required` may be printed: browsers refuse it on a select without an empty choice.
    pub(super) fn use_required_attribute(&self, initial: &Value) -> bool {
        match &self.kind {
            Kind::CheckboxSelectMultiple(_) => false,
            Kind::File => !initial.truthy(),
            Kind::Select(choices) => choices.first().is_some_and(|c| !c.value.truthy() && c.group.is_none()),
            _ => !self.is_hidden(),
        }
    }

    /// The id a label points to; empty for groups of elements.
    pub(super) fn id_for_label(&self, id: &str) -> String {
        if self.use_fieldset() { String::new() } else { id.to_owned() }
    }

    /// The element's HTML; `extra` are the attributes of the field.
    pub(super) fn render(&self, name: &str, value: &Value, extra: Attributes) -> String {
        let mut attributes = self.attributes.clone();
        attributes.extend(extra);
        match &self.kind {
            Kind::Textarea => textarea(name, value, &attributes),
            Kind::Select(_) => self.select(name, value, &attributes),
            Kind::SelectMultiple(_) => {
                attributes.insert("multiple".to_owned(), Value::Bool(true));
                self.select(name, value, &attributes)
            }
            Kind::Radio(_) | Kind::CheckboxSelectMultiple(_) => self.group(name, value, &attributes),
            Kind::Checkbox => {
                if is_checked(value) {
                    attributes.insert("checked".to_owned(), Value::Bool(true));
                }
                let shown = match value {
                    Value::Bool(_) | Value::None => None,
                    other => Some(other.display()).filter(|v| !v.is_empty()),
                };
                input(self.input_type().unwrap_or("checkbox"), name, shown.as_deref(), &attributes)
            }
            kind => {
                let hidden = matches!(kind, Kind::Password | Kind::File);
                let shown = Some(value.display()).filter(|v| !hidden && !value.is_none() && !v.is_empty());
                input(self.input_type().unwrap_or("text"), name, shown.as_deref(), &attributes)
            }
        }
    }

    fn select(&self, name: &str, value: &Value, attributes: &Attributes) -> String {
        let mut out = format!("<select name=\"{}\"{}>", escape(name), flat(attributes));
        for (group, options) in self.options(name, value, attributes) {
            let group = group.filter(|g| !g.is_empty());
            if let Some(group) = &group {
                out.push_str(&format!("\n  <optgroup label=\"{}\">", escape(group)));
            }
            options.iter().for_each(|o| out.push_str(&format!("\n  {}", o.html)));
            if group.is_some() {
                out.push_str("\n  </optgroup>");
            }
        }
        out + "\n</select>"
    }

    fn group(&self, name: &str, value: &Value, attributes: &Attributes) -> String {
        let attribute = |key: &str| match attributes.get(key).filter(|v| v.truthy()) {
            Some(v) => format!(" {key}=\"{}\"", conditional_escape(v)),
            None => String::new(),
        };
        let mut out = format!("<div{}{}>", attribute("id"), attribute("class"));
        for (group, options) in self.options(name, value, attributes) {
            let group = group.filter(|g| !g.is_empty());
            if let Some(group) = &group {
                out.push_str(&format!("\n  <div><label>{}</label>", escape(group)));
            }
            options.iter().for_each(|o| out.push_str(&format!("<div>\n    {}\n\n</div>", o.labelled())));
            if group.is_some() {
                out.push_str("\n  </div>");
            }
        }
        out + "\n</div>"
    }
}

pub(super) fn is_checked(value: &Value) -> bool {
    !matches!(value, Value::None | Value::Bool(false)) && value.as_str() != Some("")
}

pub(super) fn input(kind: &str, name: &str, value: Option<&str>, attributes: &Attributes) -> String {
    let value = value.map(|v| format!(" value=\"{}\"", escape(v))).unwrap_or_default();
    format!("<input type=\"{kind}\" name=\"{}\"{value}{}>", escape(name), flat(attributes))
}

fn textarea(name: &str, value: &Value, attributes: &Attributes) -> String {
    let text = if value.is_none() { String::new() } else { conditional_escape(value) };
    format!("<textarea name=\"{}\"{}>\n{text}</textarea>", escape(name), flat(attributes))
}

/// Attributes in the order they were given.
pub(super) fn flat(attributes: &Attributes) -> String {
    let mut out = String::new();
    for (name, value) in attributes {
        match value {
            Value::Bool(false) => {}
            Value::Bool(true) => out.push_str(&format!(" {}", escape(name))),
            other => out.push_str(&format!(" {}=\"{}\"", escape(name), conditional_escape(other))),
        }
    }
    out
}
