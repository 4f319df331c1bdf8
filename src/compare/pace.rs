//! How fast Django is asked, and when it has had enough.

use std::time::Duration;

use tokio::time::{Interval, MissedTickBehavior, interval};

use super::answer::{Answer, NoAnswer};

/// Answers in a row by which a Django says that it has had enough.
pub const ENOUGH: usize = 10;
pub const TOO_MANY: u16 = 429;

/// What a run may take.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Requests a second; none: as fast as they are answered.
    pub per_second: Option<f64>,
    /// Requests to Django in one run.
    pub most: usize,
}

pub struct Pace {
    clock: Interval,
    errors: usize,
    left: usize,
}

impl Pace {
    pub fn new(bounds: Bounds) -> Pace {
        let pause = bounds.per_second.map_or(Duration::from_micros(1), |n| Duration::from_secs_f64(1.0 / n));
        let mut clock = interval(pause);
        clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Pace { clock, errors: 0, left: bounds.most }
    }

    /// Until the next request may be sent.
    pub async fn wait(&mut self) {
        self.clock.tick().await;
        self.left = self.left.saturating_sub(1);
    }

    /// Counts an answer.
    pub fn note(&mut self, answer: &Result<Answer, NoAnswer>) {
        let is_bad = answer.as_ref().map_or(true, |a| a.status >= 500 || a.status == TOO_MANY);
        self.errors = if is_bad { self.errors + 1 } else { 0 };
    }

    /// Why nothing more is sent.
    pub fn is_over(&self) -> Option<String> {
        if self.errors >= ENOUGH {
            return Some(format!(
                "stopped: {ENOUGH} answers in a row were 5xx or {TOO_MANY}, or did not come. Look at Django's log, and run it again"
            ));
        }
        (self.left == 0).then(|| "stopped: a run sends no more requests".to_owned())
    }
}
