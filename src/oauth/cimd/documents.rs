//! What the process keeps to fetch client ID metadata documents.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use lru::LruCache;

use crate::outbound::error::SetupError;
use crate::outbound::guarded::{FetchLimits, Guarded};
use crate::settings::Settings;

/// How many URLs are remembered.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(4096).expect("4096 is not zero");

/// What the process needs to fetch documents.
pub struct Documents {
    pub(super) fetcher: Guarded,
    /// URLs that failed, by their key, and when their rest ends.
    resting: Mutex<LruCache<String, DateTime<Utc>>>,
}

impl Documents {
    /// `None` while CIMD_ENABLED is false.
    ///
    /// # Errors
    /// An authority's file that cannot be used, also while nothing is fetched.
    pub fn new(settings: &Settings) -> Result<Option<Documents>, SetupError> {
        let cimd = &settings.oauth2.cimd;
        if !cimd.enabled && settings.server.testing.ca.is_none() {
            return Ok(None);
        }
        let limits = FetchLimits {
            timeout: cimd.fetch_timeout,
            max_bytes: cimd.max_document_size,
            max_concurrent: cimd.max_concurrent_fetches,
        };
        let testing = &settings.server.testing;
        let fetcher = Guarded::new(limits, testing.resolve.clone(), testing.ca.as_deref())?;
        Ok(cimd.enabled.then(|| Documents { fetcher, resting: Mutex::new(LruCache::new(REMEMBERED)) }))
    }

    /// When the rest of a URL ends that failed in this process.
    pub(super) fn resting_until(&self, key: &str) -> Option<DateTime<Utc>> {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner).get(key).copied()
    }

    pub(super) fn rest(&self, key: &str, until: DateTime<Utc>) {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner).put(key.to_owned(), until);
    }
}
