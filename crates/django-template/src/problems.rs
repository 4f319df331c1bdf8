//! Every tag of a template that does not work, not just the first.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::check::Warning;
use crate::engine::Engine;
use crate::error::{Error, Kind, Place};
use crate::loader::{Loader, Source};

/// So many are told.
const MOST: usize = 100;

impl Engine {
    /// As `check`, but goes on after an unknown library or tag: all errors, and the warnings of what could be parsed.
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

    /// Takes the tag out; false where what follows would make no sense without it.
    fn take_out(&self, error: &Error) -> bool {
        let Some(place) = error.place() else { return false };
        let all = self.load_all(&place.template);
        let Some(source) = all.into_iter().find(|s| s.origin == place.origin) else { return false };
        let Some(at) = offset(&source.text, place) else { return false };
        let tag = match error.kind() {
            Kind::UnknownTag(_) => " ".repeat(place.tag.chars().count()),
            Kind::UnknownLibrary(library) => without_word(&place.tag, library),
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
                errors.push(error);
                if !goes_on {
                    return (errors, Vec::new());
                }
            }
        }
    }
}
