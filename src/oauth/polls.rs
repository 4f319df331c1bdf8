//! When each pending device code was last polled, in this process (RFC 8628 section 3.5, `slow_down`).
//! Nothing is written to the database: a refused poll leaves no trace there, as in DOT.

use std::num::NonZeroUsize;
use std::sync::Mutex;

use django::values::sha256_hex;
use lru::LruCache;

/// How many device codes are remembered.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(16_384).expect("16384 is not zero");

/// The last polls, oldest forgotten first.
pub struct Polls(Mutex<LruCache<String, i64>>);

impl Default for Polls {
    fn default() -> Polls {
        Polls(Mutex::new(LruCache::new(REMEMBERED)))
    }
}

impl Polls {
    /// Notes a poll at `now` and says whether the one before was less than `interval` ago (both milliseconds).
    pub fn is_too_fast(&self, device_code: &str, now: i64, interval: i64) -> bool {
        let Ok(mut polls) = self.0.lock() else { return false };
        let key = sha256_hex(device_code);
        polls.put(key, now).is_some_and(|before| now - before < interval)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_second_poll_within_the_interval_is_too_fast() {
        let polls = Polls::default();
        assert!(!polls.is_too_fast("a", 0, 5000));
        assert!(polls.is_too_fast("a", 4999, 5000));
        assert!(!polls.is_too_fast("b", 4999, 5000));
        assert!(!polls.is_too_fast("a", 9999, 5000));
    }
}
