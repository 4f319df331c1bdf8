//! Tag libraries: which tags and filters a template has after its `{% load %}`s.
//! Django: `django.template.Library`, `OPTIONS["builtins"]`, `OPTIONS["libraries"]`.

use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::error::{Error, Kind, Result};
use crate::filters::{Arity, CustomFilter, FilterRef, Filters, builtin_filters};
use crate::tags::{Compile, builtin_tags};
use crate::value::Value;

/// A function behind a custom tag: positional and keyword arguments to the tag's value.
pub type TagFunction =
    dyn Fn(&[Value], &IndexMap<String, Value>) -> std::result::Result<Value, String> + Send + Sync;

#[derive(Clone)]
pub(crate) enum Tag {
    Builtin(Compile),
    /// A simple tag of the application; also `{% tag ... as name %}`.
    Custom(Arc<TagFunction>),
}

/// Filters and simple tags of the application, loaded by name.
#[derive(Clone, Default)]
pub struct Library {
    pub(crate) name: String,
    pub(crate) tags: HashMap<String, Arc<TagFunction>>,
    pub(crate) filters: Filters,
}

impl Library {
    pub fn new(name: impl Into<String>) -> Self {
        Library { name: name.into(), ..Library::default() }
    }

    /// Adds `{% name args key=value %}`; the result is escaped unless it is safe.
    pub fn tag<F>(mut self, name: impl Into<String>, function: F) -> Self
    where
        F: Fn(&[Value], &IndexMap<String, Value>) -> std::result::Result<Value, String>
            + Send
            + Sync
            + 'static,
    {
        self.tags.insert(name.into(), Arc::new(function));
        self
    }

    /// Adds `|name` or `|name:argument`.
    pub fn filter<F>(mut self, name: impl Into<String>, arity: Arity, function: F) -> Self
    where
        F: Fn(&Value, Option<&Value>) -> std::result::Result<Value, String> + Send + Sync + 'static,
    {
        let filter = CustomFilter { arity, run: Arc::new(function) };
        self.filters.insert(name.into(), FilterRef::Custom(filter));
        self
    }
}

/// The libraries Django ships, django-widget-tweaks, and those old templates load that are empty today.
const SHIPPED: [&str; 7] = ["i18n", "static", "l10n", "tz", "cache", "humanize", "widget_tweaks"];
const EMPTY: [&str; 4] = ["future", "staticfiles", "admin_static", "compat"];

/// The tags and filters in force at one point of a template.
pub(crate) struct Loaded {
    tags: HashMap<String, Tag>,
    filters: Filters,
}

impl Loaded {
    pub fn new() -> Self {
        let mut loaded = Loaded { tags: HashMap::new(), filters: HashMap::new() };
        loaded.add("", &|_| true);
        loaded
    }

    pub fn tag(&self, name: &str) -> Option<Tag> {
        self.tags.get(name).cloned()
    }

    pub fn filters(&self) -> &Filters {
        &self.filters
    }

    fn add(&mut self, library: &str, wanted: &dyn Fn(&str) -> bool) {
        for (name, compile) in builtin_tags(library) {
            if wanted(name) {
                self.tags.insert((*name).to_owned(), Tag::Builtin(*compile));
            }
        }
        for filter in builtin_filters(library) {
            if wanted(filter.name) {
                self.filters.insert(filter.name.to_owned(), FilterRef::Builtin(filter));
            }
        }
    }

    fn add_custom(&mut self, library: &Library, wanted: &dyn Fn(&str) -> bool) {
        for (name, tag) in library.tags.iter().filter(|(name, _)| wanted(name)) {
            self.tags.insert(name.clone(), Tag::Custom(Arc::clone(tag)));
        }
        for (name, filter) in library.filters.iter().filter(|(name, _)| wanted(name)) {
            self.filters.insert(name.clone(), filter.clone());
        }
    }

    /// `{% load library %}`; with `only`, `{% load a b from library %}`.
    pub fn load(&mut self, library: &str, only: Option<&[String]>, custom: &[Library]) -> Result<()> {
        let wanted = |name: &str| only.is_none_or(|names| names.iter().any(|n| n == name));
        if let Some(own) = custom.iter().find(|l| l.name == library) {
            let has = |name: &String| own.tags.contains_key(name) || own.filters.contains_key(name);
            require(library, only, &has)?;
            self.add_custom(own, &wanted);
            return Ok(());
        }
        if library == "staticfiles" || library == "admin_static" {
            self.add("static", &wanted);
            return Ok(());
        }
        if EMPTY.contains(&library) {
            return Ok(());
        }
        if !SHIPPED.contains(&library) {
            return Err(unknown(library, custom));
        }
        let has = |name: &String| {
            builtin_tags(library).iter().any(|(n, _)| n == name)
                || builtin_filters(library).iter().any(|f| f.name == name)
        };
        require(library, only, &has)?;
        self.add(library, &wanted);
        Ok(())
    }
}

fn require(library: &str, only: Option<&[String]>, has: &dyn Fn(&String) -> bool) -> Result<()> {
    match only.unwrap_or_default().iter().find(|name| !has(name)) {
        Some(name) => {
            Err(Error::syntax(format!("'{name}' is not a valid tag or filter in tag library '{library}'")))
        }
        None => Ok(()),
    }
}

fn unknown(library: &str, custom: &[Library]) -> Error {
    let mut names: Vec<&str> = SHIPPED.to_vec();
    names.extend(custom.iter().map(|l| l.name.as_str()));
    names.sort_unstable();
    let message =
        format!("'{library}' is not a registered tag library. Must be one of: {}", names.join(", "));
    Error::new(Kind::UnknownLibrary(library.to_owned()), message)
}
