//! What this process remembers of guesses.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use lru::LruCache;
use tokio::sync::Semaphore;

/// Names that are remembered at once.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(65_536).expect("65536 is not zero");

/// What failures are counted by, and how many are allowed.
pub(super) struct Key {
    pub text: String,
    pub most: usize,
}

#[derive(Clone)]
pub(super) struct Entry {
    /// Milliseconds of the steady clock, the newest last.
    failures: VecDeque<i64>,
    /// As many places as failures are allowed.
    pub gate: Arc<Semaphore>,
}

/// What this process remembers.
pub struct FailedGuesses {
    entries: Mutex<LruCache<String, Entry>>,
    /// Names that succeeded from an address, and when: others' failures do not lock them out there.
    known: Mutex<LruCache<String, i64>>,
    /// Until when the cache is not asked, by the steady clock; 0: it answers.
    away_until: AtomicI64,
}

impl Default for FailedGuesses {
    fn default() -> FailedGuesses {
        FailedGuesses {
            entries: Mutex::new(LruCache::new(REMEMBERED)),
            known: Mutex::new(LruCache::new(REMEMBERED)),
            away_until: AtomicI64::new(0),
        }
    }
}

impl FailedGuesses {
    /// Looks at what is remembered of a key.
    pub(super) fn with<T>(&self, key: &Key, look: impl FnOnce(&mut Entry) -> T) -> Option<T> {
        let mut entries = self.entries.lock().ok()?;
        let entry = entries.get_or_insert_mut(key.text.clone(), || Entry {
            failures: VecDeque::new(),
            gate: Arc::new(Semaphore::new(key.most)),
        });
        Some(look(entry))
    }

    pub(super) fn is_cache_away(&self, now: i64) -> bool {
        now < self.away_until.load(Ordering::Relaxed)
    }

    /// Notes until when the cache is not asked; `None`: it has answered. Whether it was away before.
    pub(super) fn note_cache(&self, away_until: Option<i64>) -> bool {
        self.away_until.swap(away_until.unwrap_or(0), Ordering::Relaxed) != 0
    }

    /// When a name succeeded from an address, in milliseconds.
    pub(super) fn success_of(&self, pair: &str) -> Option<i64> {
        self.known.lock().ok()?.get(pair).copied()
    }

    pub(super) fn note_success(&self, pair: &str, at: i64) {
        if let Ok(mut known) = self.known.lock() {
            known.put(pair.to_owned(), at);
        }
    }
}

impl Entry {
    pub fn newest(&mut self) -> Vec<i64> {
        self.failures.iter().rev().copied().collect()
    }

    pub fn note(&mut self, now: i64, most: usize) {
        self.failures.push_back(now);
        while self.failures.len() > most {
            self.failures.pop_front();
        }
    }
}
