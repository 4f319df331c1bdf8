//! The places where Django keeps sessions, one match arm each (SESSION_ENGINE; D-02, D-22 to D-28).
//! Django: `django.contrib.sessions.backends`.

use std::path::PathBuf;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value};

use django::session::{
    self, CACHE_KEY_PREFIX, CACHED_DB_KEY_PREFIX, COOKIE_SALT, DB_SALT, Expiry, Unreadable,
};
use django::signing::Signer;

use crate::failure::Failure;
use crate::random;
use crate::settings::sessions::Engine;
use crate::site::Site;
use crate::storage::{expired, session_files, sessions};

use super::session_cache;
use super::session_data::{Data, Loaded};

fn signer<'a>(site: &'a Site, salt: &'a str) -> Signer<'a> {
    Signer::new(&site.settings.django.keys, salt)
}

fn encode(site: &Site, salt: &str, data: &Data) -> Result<String, Failure> {
    let now = site.clock.now().timestamp();
    let text = session::encode_as(data, site.settings.sessions.serializer, &signer(site, salt), now);
    text.ok_or_else(|| Failure::Session("nested too deep".into()))
}

/// The data of a signed text; corrupted data is an empty session (D-05).
fn decode(site: &Site, text: &str) -> Loaded {
    match session::decode_as(text, site.settings.sessions.serializer, &signer(site, DB_SALT), None) {
        Ok(data) => Loaded::Found(data),
        Err(Unreadable::Foreign) => Loaded::Foreign,
        Err(Unreadable::Corrupted) => {
            tracing::warn!("session data corrupted");
            Loaded::Found(Map::new())
        }
    }
}

/// # Errors
/// The database's own. A cache that does not answer has no session, as in Django.
pub async fn load(site: &Site, key: &str) -> Result<Loaded, Failure> {
    match site.settings.sessions.engine {
        Engine::Db => Ok(match sessions::find_live(&site.db, key, site.clock.now()).await? {
            Some((text, _)) => decode(site, &text),
            None => Loaded::Absent,
        }),
        Engine::CachedDb => load_cached(site, key).await,
        Engine::Cache => Ok(session_cache::get(site, CACHE_KEY_PREFIX, key).await),
        Engine::SignedCookies => Ok(load_cookie(site, key)),
        Engine::File => load_file(site, key).await,
    }
}

/// The cache first, then the row, which then goes to the cache (D-23).
async fn load_cached(site: &Site, key: &str) -> Result<Loaded, Failure> {
    let cached = session_cache::get(site, CACHED_DB_KEY_PREFIX, key).await;
    if matches!(cached, Loaded::Found(_)) {
        return Ok(cached);
    }
    let Some((text, expires)) = sessions::find_live(&site.db, key, site.clock.now()).await? else {
        return Ok(Loaded::Absent);
    };
    let loaded = decode(site, &text);
    // A cached value that holds Python objects stays; the row holds the same session.
    if let (Loaded::Found(data), Loaded::Absent) = (&loaded, cached) {
        let seconds = (expires - site.clock.now()).num_seconds();
        session_cache::set(site, CACHED_DB_KEY_PREFIX, key, data, seconds).await?;
    }
    Ok(loaded)
}

fn load_cookie(site: &Site, cookie: &str) -> Loaded {
    let age = (site.clock.now().timestamp(), site.settings.django.session.age);
    let serializer = site.settings.sessions.serializer;
    match session::decode_as(cookie, serializer, &signer(site, COOKIE_SALT), Some(age)) {
        Ok(data) => Loaded::Found(data),
        Err(Unreadable::Foreign) => Loaded::Foreign,
        Err(Unreadable::Corrupted) => Loaded::Renewed(Some(cookie.to_owned())),
    }
}

fn file(site: &Site, key: &str) -> Option<PathBuf> {
    session_files::path(&site.settings.sessions.folder, &site.settings.django.session.name, key)
}

async fn load_file(site: &Site, key: &str) -> Result<Loaded, Failure> {
    let Some(path) = file(site, key) else { return Ok(Loaded::Absent) };
    let Some((bytes, changed)) = session_files::read(path.clone()).await? else { return Ok(Loaded::Absent) };
    if bytes.is_empty() {
        return Ok(Loaded::Found(Map::new()));
    }
    let loaded = decode(site, &String::from_utf8_lossy(&bytes));
    let Loaded::Found(data) = &loaded else { return Ok(loaded) };
    if is_over(site, data, changed) {
        session_files::delete(path).await?;
        return Ok(Loaded::Renewed(None));
    }
    Ok(loaded)
}

/// Deletes what has expired, where the engine does not do that itself. Django: `SessionStore.clear_expired`.
///
/// # Errors
/// The database's or the file system's own.
pub async fn clear_expired(site: &Site) -> Result<(), Failure> {
    match site.settings.sessions.engine {
        Engine::Db | Engine::CachedDb => {
            expired::delete_sessions(&site.db, site.clock.now()).await?;
        }
        Engine::File => {
            let (folder, prefix) = (&site.settings.sessions.folder, &site.settings.django.session.name);
            let keys = session_files::list(folder.clone(), prefix.clone()).await?;
            // Anything shorter is no key to Django.
            for key in keys.into_iter().filter(|key| key.len() >= 8) {
                load_file(site, &key).await?;
            }
        }
        Engine::Cache | Engine::SignedCookies => {}
    }
    Ok(())
}

/// By the session's own date, else by the age of its file; a number of seconds never ends it here (D-27).
fn is_over(site: &Site, data: &Data, changed: i64) -> bool {
    let (now, age) = (site.clock.now().timestamp(), site.settings.django.session.age);
    match data.get(session::EXPIRY_KEY) {
        Some(Value::String(_)) => session::expiry(data, now, age, false).age <= 0,
        Some(Value::Number(seconds)) if seconds.as_f64() != Some(0.0) => seconds.as_f64() < Some(0.0),
        _ => changed.saturating_add(age) <= now,
    }
}

/// Writes over the session of this key, or as a new one; none when it was deleted meanwhile.
///
/// # Errors
/// The database's, the cache's or the file system's own.
pub async fn write(
    site: &Site,
    key: Option<&str>,
    data: &Data,
    expiry: Expiry,
) -> Result<Option<String>, Failure> {
    if site.settings.sessions.engine == Engine::SignedCookies {
        return encode(site, COOKIE_SALT, data).map(Some);
    }
    if let Some(key) = key {
        let done = update(site, key, data, expiry).await?;
        return Ok(done.then(|| key.to_owned()));
    }
    loop {
        let key = random::text(django::session::KEY_LENGTH, django::session::KEY_CHARACTERS.as_bytes())?;
        if insert(site, &key, data, expiry).await? {
            return Ok(Some(key));
        }
    }
}

fn expires(site: &Site, expiry: Expiry) -> DateTime<Utc> {
    site.clock.now() + TimeDelta::try_seconds(expiry.age).unwrap_or_default()
}

async fn update(site: &Site, key: &str, data: &Data, expiry: Expiry) -> Result<bool, Failure> {
    match site.settings.sessions.engine {
        Engine::Cache => session_cache::replace(site, CACHE_KEY_PREFIX, key, data, expiry.age).await,
        Engine::File => {
            let Some(path) = file(site, key) else { return Ok(false) };
            let aside = random::text(8, django::session::KEY_CHARACTERS.as_bytes())?;
            session_files::write(path, encode(site, DB_SALT, data)?, aside).await
        }
        _ => {
            let text = encode(site, DB_SALT, data)?;
            let done = sessions::update(&site.db, key, text, expires(site, expiry)).await?;
            if done {
                cache_row(site, key, data, expiry).await;
            }
            Ok(done)
        }
    }
}

/// A session under a key of the caller's; false when the key is taken.
///
/// # Errors
/// The database's, the cache's or the file system's own.
pub async fn insert(site: &Site, key: &str, data: &Data, expiry: Expiry) -> Result<bool, Failure> {
    match site.settings.sessions.engine {
        Engine::Cache => session_cache::add(site, CACHE_KEY_PREFIX, key, data, expiry.age).await,
        Engine::File => {
            let Some(path) = file(site, key) else { return Ok(false) };
            Ok(session_files::create(path).await? && update(site, key, data, expiry).await?)
        }
        _ => {
            let text = encode(site, DB_SALT, data)?;
            match sessions::insert(&site.db, key, text, expires(site, expiry)).await {
                Err(failure) if failure.is_unique_violation() => return Ok(false),
                other => other?,
            }
            cache_row(site, key, data, expiry).await;
            Ok(true)
        }
    }
}

/// The cache beside a row; the row counts, so that a cache that is down is only told of, as in Django.
async fn cache_row(site: &Site, key: &str, data: &Data, expiry: Expiry) {
    if site.settings.sessions.engine != Engine::CachedDb {
        return;
    }
    if let Err(error) = session_cache::set(site, CACHED_DB_KEY_PREFIX, key, data, expiry.age).await {
        tracing::error!(%error, "cannot write a session to the cache");
    }
}

/// # Errors
/// The database's or the cache's own.
pub async fn delete(site: &Site, key: &str) -> Result<(), Failure> {
    match site.settings.sessions.engine {
        Engine::Db => sessions::delete(&site.db, key).await,
        Engine::CachedDb => {
            sessions::delete(&site.db, key).await?;
            session_cache::delete(site, CACHED_DB_KEY_PREFIX, key).await
        }
        Engine::Cache => session_cache::delete(site, CACHE_KEY_PREFIX, key).await,
        Engine::SignedCookies => Ok(()),
        Engine::File => match file(site, key) {
            Some(path) => session_files::delete(path).await,
            None => Ok(()),
        },
    }
}
