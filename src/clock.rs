//! The one clock. Tests move it; nothing else in the crate asks the operating system for the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};

/// Tells UTC time; `advance` moves every copy of it.
#[derive(Clone)]
pub struct Clock {
    offset_seconds: Arc<AtomicI64>,
    /// What `advance` has added to `steady`.
    ahead_seconds: Arc<AtomicI64>,
    begun: Instant,
}

impl Default for Clock {
    fn default() -> Clock {
        Clock { offset_seconds: Arc::default(), ahead_seconds: Arc::default(), begun: Instant::now() }
    }
}

impl Clock {
    /// Now, in UTC.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks for the time")]
    pub fn now(&self) -> DateTime<Utc> {
        Utc::now() + TimeDelta::seconds(self.offset_seconds.load(Ordering::Relaxed))
    }

    /// The start of something whose duration is wanted; it never goes back.
    pub fn start(&self) -> Instant {
        Instant::now()
    }

    /// Milliseconds since this clock was made; they never go back, whatever becomes of the time of day.
    pub fn steady(&self) -> i64 {
        let ahead = self.ahead_seconds.load(Ordering::Relaxed) * 1000;
        i64::try_from(self.begun.elapsed().as_millis()).unwrap_or(i64::MAX).saturating_add(ahead)
    }

    /// Moves this clock and its copies by so many seconds (for tests).
    pub fn advance(&self, seconds: i64) {
        self.ahead_seconds.fetch_add(seconds.max(0), Ordering::Relaxed);
        self.offset_seconds.fetch_add(seconds, Ordering::Relaxed);
    }
}
