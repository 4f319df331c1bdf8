//! One thing of a Django project that slash-o does not do.

/// One thing that the Django project does and slash-o does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finding {
    /// `kind: dotted.path`, as `signal: shop.models.note`.
    pub name: String,
    /// Where it stands in the project or in the settings.
    pub place: String,
    pub changes: String,
    /// How to say it, or what to do about it.
    pub instead: String,
    /// It can let somebody in, or leak a secret.
    pub danger: bool,
}

impl Finding {
    pub(super) fn new(name: String, place: &str, changes: &str, instead: &str) -> Finding {
        let owned = str::to_owned;
        Finding { name, place: owned(place), changes: owned(changes), instead: owned(instead), danger: false }
    }

    pub(super) fn dangerous(self, danger: bool) -> Finding {
        Finding { danger, ..self }
    }

    /// One line for people.
    pub fn told(&self) -> String {
        let parts = [&self.place, &self.changes, &self.instead];
        let told: Vec<&str> = parts.into_iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
        let danger = if self.danger { "; IT CAN LET SOMEBODY IN OR LEAK A SECRET" } else { "" };
        format!("{}: {}{danger}", self.name, told.join("; "))
    }
}
