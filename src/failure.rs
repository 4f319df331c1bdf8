//! What went wrong on our side, typed. Its text is for the log, never for the client.
//! Storage, hashing and random stand above this module; it imports nothing of ours.

mod database;

use std::fmt;

pub use database::{DatabaseFailure, DatabaseKind};

/// What went wrong on our side. What the caller decides by is a variant or a kind, never a word of the text.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("database: {0}")]
    Database(#[from] DatabaseFailure),
    #[error("cache: {0}")]
    Cache(#[from] CacheFailure),
    /// A file of `SESSION_FILE_PATH`.
    #[error("session file: {0}")]
    SessionFile(std::io::Error),
    /// What a session holds cannot be written.
    #[error("session: {0}")]
    Session(String),
    #[error("the operating system has no randomness: {0}")]
    Randomness(String),
    #[error("too many passwords and secrets wait to be checked")]
    Busy,
    #[error("hashing: {0}")]
    Hashing(HashingFailure),
    /// A key that the settings name does not sign.
    #[error("signing: {0}")]
    Signing(&'static str),
    #[error("template: {0}")]
    Template(String),
    /// What the code rules out has happened, or a row that was just seen is gone.
    #[error("{0}")]
    Unexpected(&'static str),
}

/// Why a hash was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HashingFailure {
    #[error("the pool has been closed")]
    Closed,
    #[error("the thread that hashed ended")]
    Ended,
}

/// A cache that does not answer as it should.
#[derive(Debug)]
pub struct CacheFailure {
    pub kind: CacheKind,
    /// The kind of error and the server's own word for it; never a command with its key.
    text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheKind {
    /// CACHES has no such cache, or one with an address that is none.
    Misconfigured,
    /// Nothing listens there, or the connection ended.
    Unreachable,
    TimedOut,
    /// The server knows neither user nor password, or has another word for no.
    Refused,
    /// An answer that the command does not have.
    Unreadable,
}

impl CacheFailure {
    pub fn new(kind: CacheKind, text: impl Into<String>) -> CacheFailure {
        CacheFailure { kind, text: text.into() }
    }
}

/// The text, and what it was taken for.
impl fmt::Display for CacheFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{:?}]", self.text.trim_end(), self.kind)
    }
}

impl std::error::Error for CacheFailure {}

impl Failure {
    /// What kind of failure the database's is; `None` where the failure is not the database's.
    pub fn database_kind(&self) -> Option<DatabaseKind> {
        match self {
            Failure::Database(failure) => Some(failure.kind),
            _ => None,
        }
    }

    /// Whether the same request may be answered later: who is needed is not there, or has too much to do.
    pub fn is_temporary(&self) -> bool {
        match self {
            Failure::Busy => true,
            Failure::Database(failure) => failure.kind.is_temporary(),
            Failure::Cache(failure) => matches!(failure.kind, CacheKind::Unreachable | CacheKind::TimedOut),
            _ => false,
        }
    }

    /// Whether a unique constraint refused the row.
    pub fn is_unique_violation(&self) -> bool {
        self.database_kind() == Some(DatabaseKind::Unique)
    }

    /// Whether the database refused what a client sent (too long, a NUL byte), not us.
    pub fn is_bad_value(&self) -> bool {
        self.database_kind() == Some(DatabaseKind::BadValue)
    }
}
