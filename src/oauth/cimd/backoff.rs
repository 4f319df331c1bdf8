//! URLs that failed rest for a while (O-606): in Django's cache where that is Redis, under DOT's own key, so that every
//! process and Django know of it; else in this process.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use lru::LruCache;

use crate::settings::caches::ValueSerializer;
use crate::site::Site;
use crate::storage::checksum;

/// How many URLs are remembered.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(4096).expect("4096 is not zero");

/// DOT: `BACKOFF_CACHE_PREFIX`; the SHA-256 of the URL follows.
const PREFIX: &str = "oauth2_provider:cimd:backoff:";

/// What this process remembers: a URL's key to the end of its rest.
pub struct Backoff(Mutex<LruCache<String, DateTime<Utc>>>);

impl Default for Backoff {
    fn default() -> Backoff {
        Backoff(Mutex::new(LruCache::new(REMEMBERED)))
    }
}

fn key(client_id: &str) -> String {
    format!("{PREFIX}{}", checksum(client_id))
}

/// Django's True in the cache.
fn value(site: &Site) -> &'static [u8] {
    match site.settings.caches.redis("default").map(|redis| redis.serializer) {
        Some(ValueSerializer::Json) => b"true",
        _ => b"\x80\x05\x88.",
    }
}

impl Backoff {
    pub async fn holds(&self, site: &Site, client_id: &str) -> bool {
        let key = key(client_id);
        if let Some(cache) = &site.caches.default {
            match cache.get(&key).await {
                Ok(found) => return found.is_some(),
                Err(error) => tracing::error!(%error, "client ID metadata documents: no cache"),
            }
        }
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&key).is_some_and(|until| site.clock.now() < *until)
    }

    pub async fn arm(&self, site: &Site, client_id: &str) {
        let (key, seconds) = (key(client_id), site.settings.oauth2.cimd.backoff_seconds);
        let until = site.clock.now() + TimeDelta::seconds(seconds);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).put(key.clone(), until);
        let Some(cache) = &site.caches.default else { return };
        if let Err(error) = cache.set(&key, value(site), seconds.unsigned_abs()).await {
            tracing::error!(%error, "client ID metadata documents: no cache");
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn true_is_written_as_django_writes_it() {
        assert_eq!(django::pickle::dumps(&true.into()).unwrap(), b"\x80\x05\x88.");
    }
}
