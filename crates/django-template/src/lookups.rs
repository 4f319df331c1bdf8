//! The names that a template may look up.

use std::collections::BTreeSet;

/// The names that a template and everything it extends or includes may look up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lookups {
    /// Dotted names; `items.0.name` stands for a name inside a loop over `items`.
    pub(crate) names: BTreeSet<String>,
    /// Something depends on a variable, so any name may be looked up.
    pub(crate) open: bool,
}

impl Lookups {
    /// Whether the name itself, something inside it, or something that leads to it may be looked up.
    pub fn has(&self, name: &str) -> bool {
        let leads =
            |a: &str, b: &str| a.strip_prefix(b).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        self.open || self.names.iter().any(|known| leads(known, name) || leads(name, known))
    }
}
