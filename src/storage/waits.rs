//! How long things may take that depend on others.

use std::time::Duration;

/// None of it is counted for the files of SQLite but `turn`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waits {
    /// For one of our own connections, while all are in use.
    pub turn: Duration,
    /// For a new connection: address, TLS, login.
    pub connect: Duration,
    /// A connection is not used any more when it is so old; `None` keeps it.
    pub life: Option<Duration>,
}

impl Default for Waits {
    /// With the time for an answer they end a request within 15 seconds.
    fn default() -> Waits {
        Waits {
            turn: Duration::from_secs(5),
            connect: Duration::from_secs(4),
            life: Some(Duration::from_secs(1800)),
        }
    }
}
