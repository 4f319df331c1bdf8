//! From settings to a provider that can answer: database, schema, caches, hashing.

mod address;
mod claimed;
pub mod database;
pub mod layout;

use std::time::Duration;

use crate::clock::Clock;
use crate::hashing::Hashing;
use crate::limits::FailedGuesses;
use crate::oauth::cimd::Documents;
use crate::oauth::oidc::discovery::Metadata;
use crate::oauth::polls::Polls;
use crate::oauth::remote;
use crate::settings::{Settings, SettingsError};
use crate::site::{Caches, Site};
use crate::storage::cache::{self, Cache};
use crate::storage::{self, Db, KnowsLayout};

/// Why a provider could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The settings name a SQLite file that does not exist.
    #[error("DATABASES.default.NAME: there is no file {0} (to create a database: slash-o migrate)")]
    NoFile(String),
    /// The database does not answer, or refuses.
    #[error("cannot open {place}: {why}")]
    Unreachable { place: String, why: String },
    #[error("{0} is an empty database (to create the tables: slash-o migrate)")]
    Empty(String),
    /// The tables are too old or unknown, or the settings ask for columns that they lack; every reason.
    #[error("{place} cannot be served:\n  {}", why.join("\n  "))]
    Unservable { place: String, why: Vec<String> },
    /// The database failed while its tables were read.
    #[error("cannot read {place}: {why}")]
    Unreadable { place: String, why: String },
    /// A setting that shows only now that it cannot work: a certificate, a cache's address.
    #[error("{name}: {why}")]
    Setting { name: String, why: String },
}

/// The caches that are used; connections are made when first needed.
///
/// # Errors
/// An address that cannot be used.
pub fn caches(settings: &Settings) -> Result<Caches, OpenError> {
    let open = |alias: &str| {
        let place = settings.caches.redis(alias).map(|redis| cache::CacheAddress {
            servers: redis.servers.clone(),
            username: redis.username.clone(),
            password: redis.password.clone(),
            db: redis.db,
            key_start: redis.key_start.clone(),
            timeout: Duration::from_secs(redis.timeout_seconds),
            tls: cache::CacheTls {
                is_checked: redis.tls.is_checked,
                checks_host: redis.tls.checks_host,
                root_cert: redis.tls.root_cert.clone(),
                own: redis.tls.cert.clone().zip(redis.tls.key.clone()),
            },
        });
        place.map(|place| Cache::new(&place)).transpose().map_err(|e| setting(&format!("CACHES.{alias}"), e))
    };
    let sessions = match settings.sessions.engine.is_cached() {
        true => open(&settings.sessions.cache_alias)?,
        false => None,
    };
    Ok(Caches { sessions, default: open("default")? })
}

/// Opens the database and makes sure that this version can serve it.
///
/// # Errors
/// A database that cannot be reached, a schema that is empty, too old or unknown, or a setting that it cannot carry; each
/// says what to do about it.
pub async fn site(settings: Settings, wal: bool) -> Result<Site, OpenError> {
    let db = served(&settings, wal).await?;
    let hashing = Hashing::new(
        settings.django.hashers.clone(),
        &settings.oauth2.client_secret_hasher,
        settings.server.hashing,
    )
    .map_err(|e| setting("PASSWORD_HASHERS", e))?;
    let documents = documents(&settings)?;
    let introspection = remote::introspection(&settings)
        .map_err(|e| setting("OAUTH2_PROVIDER.RESOURCE_SERVER_INTROSPECTION_URL", e))?;
    let caches = caches(&settings)?;
    let (clock, polls, metadata) = (Clock::default(), Polls::default(), Metadata::default());
    let limits = FailedGuesses::default();
    Ok(Site { settings, db, hashing, clock, polls, limits, caches, documents, introspection, metadata })
}

/// As [`site`], for a server: its requests do not wait for a database that does not answer.
///
/// # Errors
/// As [`site`].
pub async fn serving(settings: Settings, wal: bool) -> Result<Site, OpenError> {
    let told = settings.database.answer_timeout.unwrap_or(settings.server.database_timeout);
    database::takes_writes(&settings)?;
    let site = site(settings, wal).await?;
    if let Some(cache) = &site.caches.sessions
        && let Err(error) = cache.ping().await
    {
        let alias = &site.settings.sessions.cache_alias;
        tracing::warn!(%error, "CACHES.{alias}, which SESSION_ENGINE uses, does not answer: nobody can log in");
    }
    Ok(Site { db: storage::answering_within(&site.db, Duration::from_secs(told)), ..site })
}

/// What fetches client ID metadata documents.
///
/// # Errors
/// A certificate file that cannot be used.
pub fn documents(settings: &Settings) -> Result<Option<Documents>, OpenError> {
    Documents::new(settings).map_err(|e| setting("server.testing.ca", e))
}

fn setting(name: &str, why: impl std::fmt::Display) -> OpenError {
    OpenError::Setting { name: name.to_owned(), why: why.to_string() }
}

/// A database whose tables were looked at and can be served.
async fn served(settings: &Settings, wal: bool) -> Result<Db, OpenError> {
    let db = database::connect(settings, wal).await?;
    let place = settings.database.place();
    let unreadable = |why: String| OpenError::Unreadable { place: place.clone(), why };
    let unservable = |why: Vec<String>| OpenError::Unservable { place: place.clone(), why };
    let state = migration::state(&db.0).await.map_err(|e| unreadable(e.to_string()))?;
    if state.is_empty() {
        return Err(OpenError::Empty(place));
    }
    let layout = layout::read(&db, settings, &state).await.map_err(|error| match error {
        layout::ReadError::Failed(why) => unreadable(why),
        layout::ReadError::Unservable(why) => unservable(why),
    })?;
    let db = storage::with_layout(db, layout);
    storage::probe(&db)
        .await
        .map_err(|e| OpenError::Unservable { place: place.clone(), why: vec![e.to_string()] })?;
    let has_sums = |table: &str| db.layout().has(table, "token_checksum");
    if settings.oauth2.generators.keys().next().is_some()
        && !["oauth2_provider_accesstoken", "oauth2_provider_refreshtoken"].into_iter().all(has_sums)
    {
        return Err(unservable(vec![
            "signed tokens (ACCESS_TOKEN_GENERATOR) do not fit into its columns (slash-o migrate)".into(),
        ]));
    }
    Ok(db)
}
