//! Every tag of a template that does not work, not just the first.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::check::Warning;
use crate::engine::Engine;
use crate::error::{Error, Kind, Place};
use crate::expr::without_filter;
use crate::loader::{Loader, Source};

/// So many are told.
const MOST: usize = 100;

impl Engine {
    /// As `check`, but goes on after an unknown library, tag or filter: all errors, and the warnings of what could be parsed.
    pub fn check_all(&self, name: &str) -> (Vec<Error>, Vec<Warning>) {
        all(self, Arc::clone(&self.loader), name)
    }
}

/// Templates without the tags that are known not to work.
struct Without {
    inner: Arc<dyn Loader>,
    texts: Mutex<HashMap<String, String>>,
}

impl Without {
    fn change(&self, source: Source) -> Source {
        let texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        Source { text: texts.get(&source.origin).cloned().unwrap_or(source.text), ..source }
    }

    /// The error with the tag as it stands in the file.
    fn as_written(&self, error: Error) -> Error {
        let Some(place) = error.place() else { return error };
        let all = self.inner.load_all(&place.template);
        let Some(source) = all.into_iter().find(|s| s.origin == place.origin) else { return error };
        let empty = Place { tag: String::new(), ..place.clone() };
        let Some(at) = offset(&source.text, &empty) else { return error };
        let tag: String = source.text[at..].chars().take(place.tag.chars().count()).collect();
        error.with_tag(tag)
    }

    /// Takes the tag out; false where what follows would make no sense without it.
    fn take_out(&self, error: &Error) -> bool {
        let Some(place) = error.place() else { return false };
        let all = self.load_all(&place.template);
        let Some(source) = all.into_iter().find(|s| s.origin == place.origin) else { return false };
        let Some(at) = offset(&source.text, place) else { return false };
        let tag = match error.kind() {
            Kind::UnknownTag(_) => " ".repeat(place.tag.chars().count()),
            Kind::UnknownLibrary(library) => without_word(&place.tag, library),
            Kind::UnknownFilter(filter) if place.tag.contains('|') => without_filter(&place.tag, filter),
            // `{% filter name %}`.
            Kind::UnknownFilter(filter) => {
                place.tag.replacen(filter.as_str(), &format!("{:1$}", "last", filter.len()), 1)
            }
            _ => return false,
        };
        let text = format!("{}{tag}{}", &source.text[..at], &source.text[at + place.tag.len()..]);
        let changed = text != source.text;
        self.texts.lock().unwrap_or_else(PoisonError::into_inner).insert(source.origin, text);
        changed
    }
}

impl Loader for Without {
    fn load(&self, name: &str) -> Option<Source> {
        self.inner.load(name).map(|source| self.change(source))
    }

    fn load_all(&self, name: &str) -> Vec<Source> {
        self.inner.load_all(name).into_iter().map(|source| self.change(source)).collect()
    }
}

/// Where the tag starts, in bytes; `None` if it does not stand there as quoted.
fn offset(text: &str, place: &Place) -> Option<usize> {
    let line: usize = text.split_inclusive('\n').take(place.line.checked_sub(1)?).map(str::len).sum();
    let before =
        text.get(line..)?.chars().take(place.column.checked_sub(1)?).map(char::len_utf8).sum::<usize>();
    let at = line + before;
    text.get(at..)?.starts_with(&place.tag).then_some(at)
}

/// `{% load a b %}` without one library; with nothing left, nothing.
fn without_word(tag: &str, word: &str) -> String {
    let blank = " ".repeat(word.chars().count());
    let parts = tag.split(' ').map(|part| if part == word { blank.as_str() } else { part });
    let rest = parts.collect::<Vec<_>>().join(" ");
    let empty = rest.trim_matches(['{', '%', '}', ' ']) == "load" || rest.contains(" from ");
    if empty || rest == tag { " ".repeat(tag.chars().count()) } else { rest }
}

fn all(engine: &Engine, loader: Arc<dyn Loader>, name: &str) -> (Vec<Error>, Vec<Warning>) {
    let without = Arc::new(Without { inner: loader, texts: Mutex::default() });
    let engine = engine.with_other_loader(Arc::clone(&without) as Arc<dyn Loader>);
    let mut errors = Vec::new();
    loop {
        match engine.check(name) {
            Ok(warnings) => return (errors, warnings),
            Err(error) => {
                let goes_on = without.take_out(&error) && errors.len() < MOST;
                errors.push(without.as_written(error));
                if !goes_on {
                    return (errors, Vec::new());
                }
            }
        }
    }
}
