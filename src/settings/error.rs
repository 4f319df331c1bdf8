//! Why a start is refused before anything is opened.

use std::path::PathBuf;

/// Why the settings cannot be used; every problem of the file at once.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("cannot read {}: {source}", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{}: {message}", path.display())]
    Syntax { path: PathBuf, message: String },
    #[error("{}:\n  {}", place, problems.join("\n  "))]
    Wrong { place: String, problems: Vec<String> },
    /// The Django project does what slash-o does not do, and nobody has accepted it.
    #[error("{place}: {why}")]
    NotTranslated { place: String, why: String },
}

/// What is wrong with one value, for the one who reads its table and knows its name.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unfit(pub String);

impl From<String> for Unfit {
    fn from(text: String) -> Unfit {
        Unfit(text)
    }
}

impl From<&str> for Unfit {
    fn from(text: &str) -> Unfit {
        Unfit(text.to_owned())
    }
}
