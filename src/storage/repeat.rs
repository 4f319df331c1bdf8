//! A transaction that lost against another one is run again from its beginning. PostgreSQL: "serialization failure
//! handling"; MySQL: ER_LOCK_DEADLOCK, which Galera answers to whoever commits second.

use std::time::Duration;

use crate::failure::{DatabaseKind, Failure};
use crate::random;

/// So often at most, for what loses again and again.
const MOST: u32 = 8;
/// The longest pause before the second try; each later one may be twice as long as the one before.
const PAUSE: Duration = Duration::from_millis(10);

/// How often something was run again.
#[derive(Default)]
pub struct Repeats {
    lost: u32,
    /// A connection that ended is met once: the next one is new.
    ended: bool,
}

/// An error that a failure of the database may stand behind.
pub trait Failed {
    fn failure(&self) -> Option<&Failure>;
}

impl Failed for Failure {
    fn failure(&self) -> Option<&Failure> {
        Some(self)
    }
}

/// Evaluates what holds a transaction, and again for as long as it loses against others. Each time it has to begin with
/// what it reads, since that may have changed. (A macro: no closure can say that its futures may move between threads.)
macro_rules! again {
    ($what:expr) => {{
        let mut repeats = $crate::storage::Repeats::default();
        loop {
            let done = $what;
            match repeats.pause_after(&done) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => break done,
            }
        }
    }};
}

pub(crate) use again;

impl Repeats {
    /// How long to wait before a transaction is run again that ended so; `None` where it is not. Nothing of it was written.
    pub fn pause_after<T, E: Failed>(&mut self, done: &Result<T, E>) -> Option<Duration> {
        let kind = done.as_ref().err()?.failure()?.database_kind()?;
        let is_over = matches!(kind, DatabaseKind::Lost | DatabaseKind::StalePlan | DatabaseKind::ReadOnly);
        if is_over && !self.ended {
            self.ended = true;
            return Some(Duration::ZERO);
        }
        self.pause(kind)
    }

    /// How long to wait before something is run again that lost against another transaction; a random time.
    pub fn pause(&mut self, kind: DatabaseKind) -> Option<Duration> {
        let has_lost = matches!(kind, DatabaseKind::Serialization | DatabaseKind::Deadlock);
        if !has_lost || self.lost == MOST {
            return None;
        }
        let longest = PAUSE * 2_u32.pow(self.lost.min(5));
        self.lost += 1;
        Some(longest.mul_f64(random::fraction()))
    }
}
