//! From the command line to settings and an open database.

use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::oauth::oidc::discovery::Metadata;
use crate::oauth::remote;
use crate::settings::{self, Database, Engine, Settings};
use crate::site::{Caches, Site};
use crate::storage::cache::{self, Cache};
use crate::storage::{self, Db, Laid, Target};
use crate::{
    clock::Clock, hashing::Hashing, oauth::cimd::Documents, oauth::limits::Limits, oauth::polls::Polls,
};

use super::{Place, Stop, first_start, layout};

fn env(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|v| !v.is_empty())
}

/// Whether this start has nothing to go by but itself.
pub fn is_unconfigured(place: &Place) -> bool {
    place.config.is_none() && env("DATABASE_URL").is_none()
}

/// The settings of a configured start; `None` of `--config` leaves the environment.
///
/// # Errors
/// Usage: whatever is wrong with the file or the environment.
pub fn settings(place: &Place) -> Result<Settings, Stop> {
    let usage = |e: settings::SettingsError| Stop::Usage(e.to_string());
    match &place.config {
        Some(path) => settings::load(path, env).map_err(usage),
        None if is_unconfigured(place) => first_start::settings(place),
        None => settings::from_raw(serde_json::Map::new(), "the environment", env).map_err(usage),
    }
}

/// Where the settings' database is, for the driver. Holds the password.
pub fn target(database: &Database, max_connections: u32, wal: bool) -> Target {
    let quote = |s: &str| utf8_percent_encode(s, NON_ALPHANUMERIC).to_string();
    let login = |d: &Database| match (d.user.as_str(), d.password.as_str()) {
        ("", _) => String::new(),
        (user, "") => format!("{}@", quote(user)),
        (user, password) => format!("{}:{}@", quote(user), quote(password)),
    };
    let url = match database.engine {
        Engine::Sqlite => format!("sqlite://{}?mode=rw", quote_path(&database.name)),
        Engine::Postgres if database.host.starts_with('/') => format!(
            "postgres://{}localhost:{}/{}?host={}",
            login(database),
            database.port_or(5432),
            quote(&database.name),
            quote(&database.host)
        ),
        Engine::Postgres => server_url("postgres", database, &login(database), 5432),
        Engine::Mysql => server_url("mysql", database, &login(database), 3306),
    };
    Target {
        url,
        max_connections,
        timeout: Duration::from_secs(database.timeout_seconds.max(1)),
        wal,
        init_command: database.init_command.clone(),
    }
}

/// A file path in a URL: everything but slashes and plain characters is escaped.
fn quote_path(path: &str) -> String {
    const PLAIN: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_').remove(b'~');
    utf8_percent_encode(path, PLAIN).to_string()
}

fn server_url(scheme: &str, database: &Database, login: &str, port: u16) -> String {
    let name = utf8_percent_encode(&database.name, NON_ALPHANUMERIC);
    let url = format!("{scheme}://{login}{}:{}/{name}", database.host(), database.port_or(port));
    let path =
        |p: &Option<std::path::PathBuf>| p.as_ref().map(|p| p.display().to_string()).unwrap_or_default();
    let mode = if scheme == "mysql" { "ssl-mode" } else { "sslmode" };
    let options = [
        (mode, database.ssl_mode.clone()),
        ("sslrootcert", path(&database.ssl_root_cert)),
        ("sslcert", path(&database.ssl_cert)),
        ("sslkey", path(&database.ssl_key)),
    ];
    let filled = options.iter().filter(|(_, value)| !value.is_empty());
    let query: Vec<String> = filled
        .map(|(key, value)| format!("{key}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)))
        .collect();
    if query.is_empty() { url } else { format!("{url}?{}", query.join("&")) }
}

/// Opens the database that the settings name. A SQLite file that is not there is never created.
///
/// # Errors
/// Usage: a missing file. Failed: whatever the driver says, without the password.
pub async fn database(settings: &Settings, wal: bool) -> Result<Db, Stop> {
    let database = &settings.database;
    let place = database.place();
    if database.engine == Engine::Sqlite && !std::path::Path::new(&database.name).is_file() {
        return Err(Stop::Usage(format!(
            "DATABASES.default.NAME: there is no file {place} (to create a database: slash-o migrate)"
        )));
    }
    reach(database, &place).await?;
    let mut target = target(database, settings.server.max_connections.max(1), wal);
    if database.engine == Engine::Sqlite && !settings.server.sqlite_mmap {
        target.init_command = unmapped(&target.init_command);
    }
    storage::open(&target).await.map_err(|e| Stop::Usage(format!("cannot open {place}: {e}")))
}

/// Differs from Django: the file is not mapped into memory. An I/O error in a mapped file would end the process
/// (SIGBUS), and after each write of another connection all of it is unmapped and mapped again (performance.md).
fn unmapped(init_command: &str) -> String {
    let maps = init_command.to_ascii_lowercase().contains("mmap_size");
    if maps { format!("{init_command}\n;PRAGMA mmap_size = 0") } else { init_command.to_owned() }
}

/// Says at once when nothing listens there; the driver's pool would try for half a minute.
async fn reach(database: &Database, place: &str) -> Result<(), Stop> {
    let port = match database.engine {
        Engine::Sqlite => return Ok(()),
        Engine::Postgres if database.host.starts_with('/') => return Ok(()),
        Engine::Postgres => database.port_or(5432),
        Engine::Mysql => database.port_or(3306),
    };
    let limit = Duration::from_secs(database.timeout_seconds.max(1));
    let connection = tokio::net::TcpStream::connect((database.host(), port));
    match tokio::time::timeout(limit, connection).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(Stop::Usage(format!("cannot open {place}: {error}"))),
        Err(_) => Err(Stop::Usage(format!("cannot open {place}: no answer within {} s", limit.as_secs()))),
    }
}

/// The caches that are used; connections are made when first needed.
///
/// # Errors
/// Usage: an address that is none.
pub fn caches(settings: &Settings) -> Result<Caches, Stop> {
    let open = |alias: &str| {
        let place = settings.caches.redis(alias).map(|redis| cache::Place {
            servers: redis.servers.clone(),
            username: redis.username.clone(),
            password: redis.password.clone(),
            db: redis.db,
            key_start: redis.key_start.clone(),
            timeout: Duration::from_secs(redis.timeout_seconds),
        });
        place.map(|place| Cache::new(&place)).transpose().map_err(|e| Stop::Usage(e.to_string()))
    };
    let sessions = match settings.sessions.engine.is_cached() {
        true => open(&settings.sessions.cache_alias)?,
        false => None,
    };
    Ok(Caches { sessions, default: open("default")? })
}

/// Opens the database and makes sure that it is one that this version can serve.
///
/// # Errors
/// Usage: a schema that is empty, too old or unknown, or a setting that it cannot carry, with what to do about it.
pub async fn site(settings: Settings, wal: bool) -> Result<Site, Stop> {
    let db = database(&settings, wal).await?;
    let place = settings.database.place();
    let state = migration::state(db.0.orm()).await.map_err(|e| format!("cannot read {place}: {e}"))?;
    if state.is_empty() {
        return Err(Stop::Usage(format!(
            "{place} is an empty database (to create the tables: slash-o migrate)"
        )));
    }
    let read = layout::read(&db, &settings, &state).await?;
    let layout =
        read.map_err(|why| Stop::Usage(format!("{place} cannot be served:\n  {}", why.join("\n  "))))?;
    let db = storage::laid_out(db, layout);
    storage::probe(&db).await.map_err(|e| Stop::Usage(format!("{place} cannot be served: {e}")))?;
    let has_sums = |table: &str| db.layout().has(table, "token_checksum");
    if settings.oauth2.generators.keys().next().is_some()
        && !["oauth2_provider_accesstoken", "oauth2_provider_refreshtoken"].into_iter().all(has_sums)
    {
        return Err(Stop::Usage(format!(
            "{place}: signed tokens (ACCESS_TOKEN_GENERATOR) do not fit into its columns (slash-o migrate)"
        )));
    }
    let hashing = Hashing::new(
        settings.django.hashers.clone(),
        &settings.oauth2.client_secret_hasher,
        settings.server.hashing,
    )?;
    let documents = Documents::new(&settings).map_err(Stop::Usage)?;
    let introspection = remote::introspection(&settings).map_err(Stop::Usage)?;
    let caches = caches(&settings)?;
    let (clock, polls, metadata) = (Clock::default(), Polls::default(), Metadata::default());
    let limits = Limits::default();
    Ok(Site { settings, db, hashing, clock, polls, limits, caches, documents, introspection, metadata })
}

#[cfg(test)]
mod tests {
    use super::unmapped;

    #[test]
    fn only_a_command_that_maps_the_file_is_changed() {
        assert_eq!(unmapped("PRAGMA cache_size=2000"), "PRAGMA cache_size=2000");
        let command = unmapped("PRAGMA MMAP_SIZE=1000000; -- as much as there is");
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        connection.execute_batch(&command).unwrap();
        assert!(command.ends_with("PRAGMA mmap_size = 0"));
    }
}
