//! From the settings of a database to a pool of its connections.

use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::settings::{Database, Engine, Settings};
use crate::storage::{self, Db, Target};

use super::OpenError;

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
        reads_only: database.reads_only,
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
/// A missing file, a server that does not answer, or what the driver says, without the password.
pub async fn connect(settings: &Settings, wal: bool) -> Result<Db, OpenError> {
    let database = &settings.database;
    let place = database.place();
    if database.engine == Engine::Sqlite && !std::path::Path::new(&database.name).is_file() {
        return Err(OpenError::NoFile(place));
    }
    reach(database, &place).await?;
    let mut target = target(database, settings.server.max_connections.max(1), wal);
    if database.engine == Engine::Sqlite && !settings.server.sqlite_mmap {
        target.init_command = unmapped(&target.init_command);
    }
    storage::open(&target).await.map_err(|e| OpenError::Unreachable { place, why: e.to_string() })
}

/// Differs from Django: the file is not mapped into memory. An I/O error in a mapped file would end the process
/// (SIGBUS), and after each write of another connection all of it is unmapped and mapped again (performance.md).
fn unmapped(init_command: &str) -> String {
    let maps = init_command.to_ascii_lowercase().contains("mmap_size");
    if maps { format!("{init_command}\n;PRAGMA mmap_size = 0") } else { init_command.to_owned() }
}

/// Says at once when nothing listens there; the driver's pool would try for half a minute.
async fn reach(database: &Database, place: &str) -> Result<(), OpenError> {
    let port = match database.engine {
        Engine::Sqlite => return Ok(()),
        Engine::Postgres if database.host.starts_with('/') => return Ok(()),
        Engine::Postgres => database.port_or(5432),
        Engine::Mysql => database.port_or(3306),
    };
    let unreachable = |why: String| OpenError::Unreachable { place: place.to_owned(), why };
    let limit = Duration::from_secs(database.timeout_seconds.max(1));
    let connection = tokio::net::TcpStream::connect((database.host(), port));
    match tokio::time::timeout(limit, connection).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(unreachable(error.to_string())),
        Err(_) => Err(unreachable(format!("no answer within {} s", limit.as_secs()))),
    }
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
