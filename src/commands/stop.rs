//! How a command ends without doing its work, and which exit status each kind of failure has.

use crate::failure::Failure;
use crate::opening::OpenError;
use crate::settings::SettingsError;

/// Why a command ended without doing its work.
#[derive(Debug)]
pub enum Stop {
    /// Wrong usage, settings or database: exit status 2.
    Usage(String),
    /// The work was refused or failed: exit status 1.
    Failed(String),
}

impl Stop {
    pub fn failed(text: impl Into<String>) -> Stop {
        Stop::Failed(text.into())
    }

    /// The operating system refused terminal, standard output or a signal: exit status 1.
    pub fn os(error: std::io::Error) -> Stop {
        Stop::Failed(error.to_string())
    }

    pub fn text(&self) -> &str {
        match self {
            Stop::Usage(text) | Stop::Failed(text) => text,
        }
    }
}

impl From<OpenError> for Stop {
    fn from(error: OpenError) -> Stop {
        match error {
            OpenError::Unreadable { .. } => Stop::Failed(error.to_string()),
            _ => Stop::Usage(error.to_string()),
        }
    }
}

impl From<SettingsError> for Stop {
    fn from(error: SettingsError) -> Stop {
        Stop::Usage(error.to_string())
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Stop {
        Stop::Failed(failure.to_string())
    }
}

impl From<sea_orm::DbErr> for Stop {
    fn from(error: sea_orm::DbErr) -> Stop {
        Stop::Failed(error.to_string())
    }
}

impl From<migration::MigrateError> for Stop {
    fn from(error: migration::MigrateError) -> Stop {
        Stop::Failed(error.to_string())
    }
}
