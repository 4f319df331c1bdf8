//! URLs that failed rest for a while (O-606): in Django's cache where that is Redis, under DOT's own key, so that every
//! process and Django know of it; else in this process.

use chrono::TimeDelta;
use django::values::sha256_hex;

use crate::settings::caches::ValueSerializer;
use crate::site::Site;

use super::Documents;

/// DOT: `BACKOFF_CACHE_PREFIX`; the SHA-256 of the URL follows.
const PREFIX: &str = "oauth2_provider:cimd:backoff:";

fn key(client_id: &str) -> String {
    format!("{PREFIX}{}", sha256_hex(client_id))
}

/// Django's True in the cache.
fn value(site: &Site) -> &'static [u8] {
    match site.settings.caches.redis("default").map(|redis| redis.serializer) {
        Some(ValueSerializer::Json) => b"true",
        _ => b"\x80\x05\x88.",
    }
}

/// Whether a URL rests.
pub async fn holds(site: &Site, documents: &Documents, client_id: &str) -> bool {
    let key = key(client_id);
    if let Some(cache) = &site.caches.default {
        match cache.get(&key).await {
            Ok(found) => return found.is_some(),
            Err(error) => tracing::error!(%error, "client ID metadata documents: no cache"),
        }
    }
    documents.resting_until(&key).is_some_and(|until| site.clock.now() < until)
}

/// Lets a URL rest from now on.
pub async fn arm(site: &Site, documents: &Documents, client_id: &str) {
    let (key, seconds) = (key(client_id), site.settings.oauth2.cimd.backoff_seconds);
    documents.rest(&key, site.clock.now() + TimeDelta::seconds(seconds));
    let Some(cache) = &site.caches.default else { return };
    if let Err(error) = cache.set(&key, value(site), seconds.unsigned_abs()).await {
        tracing::error!(%error, "client ID metadata documents: no cache");
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn true_is_written_as_django_writes_it() {
        assert_eq!(django::pickle::dumps(&true.into()).unwrap(), b"\x80\x05\x88.");
    }
}
