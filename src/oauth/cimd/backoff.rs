//! URLs that failed rest for a while (O-606). Per process, as Django's default cache is.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use lru::LruCache;
use sha2::{Digest, Sha256};

/// How many URLs are remembered.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(4096).expect("4096 is not zero");

/// SHA-256 of a URL to the end of its rest.
pub struct Backoff(Mutex<LruCache<[u8; 32], DateTime<Utc>>>);

impl Default for Backoff {
    fn default() -> Backoff {
        Backoff(Mutex::new(LruCache::new(REMEMBERED)))
    }
}

fn key(client_id: &str) -> [u8; 32] {
    Sha256::digest(client_id.as_bytes()).into()
}

impl Backoff {
    pub fn holds(&self, client_id: &str, now: DateTime<Utc>) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&key(client_id)).is_some_and(|until| now < *until)
    }

    pub fn arm(&self, client_id: &str, until: DateTime<Utc>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).put(key(client_id), until);
    }
}
