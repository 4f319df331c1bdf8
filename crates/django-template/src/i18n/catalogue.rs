//! The translations of all languages, in the order in which they are asked.
//! Django: `DjangoTranslation`, `TranslationCatalog`.

use std::collections::HashMap;
use std::sync::Arc;

use crate::i18n::mo::Mo;

/// Catalogues by language; the first that has a message wins.
#[derive(Clone, Debug, Default)]
pub struct Catalogues {
    by_language: HashMap<String, Vec<Arc<Mo>>>,
    default_language: Option<String>,
}

impl Catalogues {
    pub fn new() -> Self {
        Catalogues::default()
    }

    /// Adds a catalogue behind those a language has already. Django's order: `LOCALE_PATHS`, the
    /// apps in the order of `INSTALLED_APPS`, Django itself.
    pub fn add(&mut self, language: &str, catalogue: Mo) -> &mut Self {
        self.by_language.entry(normal(language)).or_default().push(Arc::new(catalogue));
        self
    }

    /// `LANGUAGE_CODE`: what is asked when a language has no translation.
    pub fn set_default_language(&mut self, language: &str) -> &mut Self {
        self.default_language = Some(normal(language));
        self
    }

    /// Whether there is a catalogue for the language or for its generic form.
    pub fn has(&self, language: &str) -> bool {
        chain(&normal(language)).any(|l| self.by_language.contains_key(l))
    }

    /// The translation; `None` stands for the source text.
    pub fn find(&self, language: &str, context: Option<&str>, message: &str) -> Option<String> {
        if message.is_empty() {
            return Some(String::new());
        }
        let message = message.replace("\r\n", "\n").replace('\r', "\n");
        self.ask(language, |mo| mo.find(context, &message))
    }

    /// The plural form for `n`; `None` stands for the source texts.
    pub fn find_plural(&self, language: &str, context: Option<&str>, one: &str, n: i64) -> Option<String> {
        self.ask(language, |mo| mo.find_plural(context, one, n))
    }

    fn ask<'c>(&'c self, language: &str, find: impl Fn(&'c Mo) -> Option<&'c str>) -> Option<String> {
        let language = normal(language);
        let own = self.ask_language(&language, &find);
        // Django: English never falls back, its texts are the source.
        let fallback = self.default_language.as_deref().filter(|_| !language.starts_with("en"));
        own.or_else(|| self.ask_language(fallback?, &find)).map(str::to_owned)
    }

    fn ask_language<'c>(&'c self, code: &str, find: &impl Fn(&'c Mo) -> Option<&'c str>) -> Option<&'c str> {
        chain(code).filter_map(|l| self.by_language.get(l)).flatten().find_map(|mo| find(mo))
    }
}

fn normal(language: &str) -> String {
    language.to_lowercase().replace('_', "-")
}

/// `pt-br`, then `pt`.
fn chain(language: &str) -> impl Iterator<Item = &str> {
    let generic = language.split_once('-').map(|(generic, _)| generic);
    std::iter::once(language).chain(generic)
}
