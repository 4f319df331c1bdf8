//! The keys of a site (`SECRET_KEY`, `SECRET_KEY_FALLBACKS`).

use std::fmt;

/// `SECRET_KEY` and `SECRET_KEY_FALLBACKS`: the first signs, all are accepted. Never shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Keys {
    primary: String,
    fallbacks: Vec<String>,
}

impl Keys {
    /// The keys of the settings. An empty fallback is left out: Django would take the primary key for it.
    pub fn new(primary: &str, fallbacks: &[String]) -> Self {
        let fallbacks = fallbacks.iter().filter(|key| !key.is_empty()).cloned().collect();
        Keys { primary: primary.to_owned(), fallbacks }
    }

    /// The key that signs (`SECRET_KEY`).
    pub fn primary(&self) -> &str {
        &self.primary
    }

    /// All keys, the primary one first.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.primary.as_str()).chain(self.fallbacks())
    }

    /// The keys that are accepted but sign nothing.
    pub fn fallbacks(&self) -> impl Iterator<Item = &str> {
        self.fallbacks.iter().map(String::as_str)
    }

    /// The same keys with a text put before each.
    pub fn prefixed(&self, prefix: &str) -> Keys {
        let put = |key: &str| format!("{prefix}{key}");
        Keys { primary: put(&self.primary), fallbacks: self.fallbacks().map(put).collect() }
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys(1 + {} fallbacks)", self.fallbacks.len())
    }
}
