//! Sessions as values of Django's cache: pickled dicts (D-22 to D-25), or as django-redis is told to write them.
//! Nothing of a pickle is ever run.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::{GzDecoder, ZlibDecoder};
use flate2::write::{GzEncoder, ZlibEncoder};
use serde_json::Value;

use django::{pickle, session};

use crate::failure::{CacheFailure, CacheKind, Failure};
use crate::settings::caches::{Compressor, RedisCache, ValueSerializer};
use crate::site::Site;
use crate::storage::cache::Cache;

use super::session_data::{Data, Loaded};

/// django-redis compresses nothing that is shorter.
const MIN_COMPRESSED: usize = 15;

fn cache(site: &Site) -> Result<(&Cache, &RedisCache), Failure> {
    let settings = site.settings.caches.redis(&site.settings.sessions.cache_alias);
    site.caches
        .sessions
        .as_ref()
        .zip(settings)
        .ok_or_else(|| CacheFailure::new(CacheKind::Misconfigured, "there is none").into())
}

/// What the cache holds; nothing when it does not answer, as in Django.
pub async fn get(site: &Site, prefix: &str, key: &str) -> Loaded {
    let found = match cache(site) {
        Ok((cache, settings)) => cache.get(&format!("{prefix}{key}")).await.map(|v| (v, settings)),
        Err(failure) => Err(failure),
    };
    match found {
        Ok((Some(bytes), settings)) => decode(&bytes, settings),
        Ok((None, _)) => Loaded::Absent,
        Err(error) => {
            tracing::error!(%error, "cannot read a session from the cache");
            Loaded::Absent
        }
    }
}

/// # Errors
/// The cache's own.
pub async fn set(site: &Site, prefix: &str, key: &str, data: &Data, seconds: i64) -> Result<(), Failure> {
    let (cache, settings) = cache(site)?;
    cache.set(&format!("{prefix}{key}"), &encode(data, settings)?, life(seconds)).await
}

/// False when the key is taken.
///
/// # Errors
/// The cache's own.
pub async fn add(site: &Site, prefix: &str, key: &str, data: &Data, seconds: i64) -> Result<bool, Failure> {
    let (cache, settings) = cache(site)?;
    cache.add(&format!("{prefix}{key}"), &encode(data, settings)?, life(seconds)).await
}

/// False when the session is gone.
///
/// # Errors
/// The cache's own.
pub async fn replace(
    site: &Site,
    prefix: &str,
    key: &str,
    data: &Data,
    seconds: i64,
) -> Result<bool, Failure> {
    let (cache, settings) = cache(site)?;
    cache.replace(&format!("{prefix}{key}"), &encode(data, settings)?, life(seconds)).await
}

/// # Errors
/// The cache's own.
pub async fn delete(site: &Site, prefix: &str, key: &str) -> Result<(), Failure> {
    cache(site)?.0.delete(&format!("{prefix}{key}")).await
}

fn life(seconds: i64) -> u64 {
    u64::try_from(seconds).unwrap_or(0)
}

fn encode(data: &Data, settings: &RedisCache) -> Result<Vec<u8>, Failure> {
    let value = Value::Object(data.clone());
    let plain = match settings.serializer {
        ValueSerializer::Pickle => pickle::dumps(&value).map_err(|e| Failure::Session(e.to_string()))?,
        ValueSerializer::Json => django::json::to_ascii(&value).into_bytes(),
    };
    if plain.len() <= MIN_COMPRESSED {
        return Ok(plain);
    }
    let packed = match settings.compressor {
        Compressor::Identity => return Ok(plain),
        Compressor::Zlib => {
            let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(&plain).and_then(|()| encoder.finish())
        }
        Compressor::Gzip => {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(&plain).and_then(|()| encoder.finish())
        }
    };
    packed.map_err(|e| Failure::Session(e.to_string()))
}

fn decode(bytes: &[u8], settings: &RedisCache) -> Loaded {
    // What does not inflate was written before the compressor was set.
    let inflated = match settings.compressor {
        Compressor::Identity => None,
        Compressor::Zlib => inflate(ZlibDecoder::new(bytes)),
        Compressor::Gzip => inflate(GzDecoder::new(bytes)),
    };
    let bytes = inflated.as_deref().unwrap_or(bytes);
    let read = match settings.serializer {
        ValueSerializer::Pickle => session::from_pickle(bytes),
        ValueSerializer::Json => serde_json::from_slice(bytes).map_err(|_| session::Unreadable::Foreign),
    };
    match read {
        Ok(data) => Loaded::Found(data),
        Err(why) => {
            tracing::warn!(?why, "a session in the cache cannot be read");
            Loaded::Foreign
        }
    }
}

fn inflate(packed: impl Read) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    packed.take(pickle::MAX_BYTES as u64).read_to_end(&mut out).ok()?;
    Some(out)
}
