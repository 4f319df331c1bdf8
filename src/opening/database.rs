//! From the settings of a database to a pool of its connections.

use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::settings::{Database, Engine, Settings};
use crate::storage::{self, Db, Target, Waits};

use super::OpenError;

/// Where the settings' database is, for the driver. Holds the password.
pub fn target(database: &Database, max_connections: u32, wal: bool) -> Target {
    let url = match database.engine {
        Engine::Sqlite => format!("sqlite://{}?mode=rw", quote_path(&database.name)),
        Engine::Postgres => postgres_url(database),
        Engine::Mysql => mysql_url(database),
    };
    Target {
        url,
        max_connections,
        timeout: Duration::from_secs(database.timeout_seconds.max(1)),
        waits: Waits {
            connect: Duration::from_secs(database.connect_timeout.max(1)),
            life: database.life.map(Duration::from_secs),
            ..Waits::default()
        },
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

fn quote(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// What is empty is left to the driver, which looks for it as libpq does: PGHOST and the sockets, PGUSER and the operating
/// system's user, PGPASSWORD and the password file.
fn postgres_url(database: &Database) -> String {
    let port = database.port.map(|port| port.to_string()).unwrap_or_default();
    let parts = [
        ("host", database.host.as_str()),
        ("port", &port),
        ("user", &database.user),
        ("password", &database.password),
        ("dbname", &database.name),
    ];
    format!("postgres:///?{}", query(parts.into_iter().chain(tls(database, "sslmode"))))
}

fn mysql_url(database: &Database) -> String {
    let (user, password) = (quote(&database.user), quote(&database.password));
    let login = match (user.as_str(), password.as_str()) {
        ("", "") => String::new(),
        (user, "") => format!("{user}@"),
        (user, password) => format!("{user}:{password}@"),
    };
    let socket = mysql_socket(&database.host).unwrap_or_default();
    let host = if database.host.is_empty() || !socket.is_empty() { "localhost" } else { &database.host };
    // An address of IPv6 stands in brackets.
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    let query = query(std::iter::once(("socket", socket.as_str())).chain(tls(database, "ssl-mode")));
    format!("mysql://{login}{host}:{}/{}?{query}", database.port_or(3306), quote(&database.name))
}

/// A path is a socket; nothing is the socket that MySQL's library would look for, where there is one.
fn mysql_socket(host: &str) -> Option<String> {
    if host.starts_with('/') {
        return Some(host.to_owned());
    }
    let known = ["/run/mysqld/mysqld.sock", "/var/run/mysqld/mysqld.sock", "/tmp/mysql.sock"];
    let found = known.into_iter().find(|path| std::path::Path::new(path).exists());
    found.filter(|_| host.is_empty()).map(str::to_owned)
}

fn tls<'a>(database: &'a Database, mode: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let path = |path: &'a Option<std::path::PathBuf>| path.as_ref().and_then(|p| p.to_str()).unwrap_or("");
    [
        (mode, database.ssl_mode.as_str()),
        ("sslrootcert", path(&database.ssl_root_cert)),
        ("sslcert", path(&database.ssl_cert)),
        ("sslkey", path(&database.ssl_key)),
    ]
    .into_iter()
}

/// What is not empty.
fn query<'a>(parts: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let filled = parts.filter(|(_, value)| !value.is_empty());
    filled.map(|(key, value)| format!("{key}={}", quote(value))).collect::<Vec<_>>().join("&")
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
    target.waits.turn = Duration::from_secs(settings.server.database_wait.max(1));
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
        // The driver may find a socket, which says at once that nobody listens.
        _ if database.host.is_empty() || database.host.starts_with('/') => return Ok(()),
        Engine::Sqlite => return Ok(()),
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
    use std::str::FromStr;

    use sea_orm::sqlx::mysql::MySqlConnectOptions;
    use sea_orm::sqlx::postgres::PgConnectOptions;

    use super::{target, unmapped};
    use crate::settings::{Database, Engine};

    fn server(engine: Engine, host: &str) -> Database {
        let file = Database::sqlite(std::path::Path::new("si te"));
        let (user, password) = ("so:me".to_owned(), "pass/word?".to_owned());
        Database { engine, host: host.into(), user, password, port: Some(6543), ..file }
    }

    #[test]
    fn each_form_of_a_host_reaches_the_driver() {
        let of = |host| {
            PgConnectOptions::from_str(&target(&server(Engine::Postgres, host), 1, false).url).unwrap()
        };
        for host in ["db.example", "::1", "127.0.0.1"] {
            assert_eq!((of(host).get_host(), of(host).get_port()), (host, 6543));
        }
        assert_eq!(of("/run/sockets").get_socket().unwrap().to_str(), Some("/run/sockets"));
        assert_eq!(of("").get_host(), PgConnectOptions::new_without_pgpass().get_host());
        assert_eq!((of("").get_username(), of("").get_database()), ("so:me", Some("si te")));
        let of = |host| {
            MySqlConnectOptions::from_str(&target(&server(Engine::Mysql, host), 1, false).url).unwrap()
        };
        assert_eq!(of("db.example").get_host(), "db.example");
        assert_eq!(of("::1").get_host().trim_matches(['[', ']']), "::1");
        assert_eq!(of("/run/my.sock").get_socket().unwrap().to_str(), Some("/run/my.sock"));
        assert_eq!((of("x").get_username(), of("x").get_database()), ("so:me", Some("si te")));
    }

    #[test]
    fn without_a_user_it_is_the_operating_systems() {
        let nobody = Database { user: String::new(), ..server(Engine::Postgres, "db.example") };
        let options = PgConnectOptions::from_str(&target(&nobody, 1, false).url).unwrap();
        let own = std::process::Command::new("id").arg("-un").output().unwrap();
        if std::env::var_os("PGUSER").is_none() {
            assert_eq!(options.get_username(), String::from_utf8(own.stdout).unwrap().trim());
        }
    }

    #[test]
    fn only_a_command_that_maps_the_file_is_changed() {
        assert_eq!(unmapped("PRAGMA cache_size=2000"), "PRAGMA cache_size=2000");
        let command = unmapped("PRAGMA MMAP_SIZE=1000000; -- as much as there is");
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        connection.execute_batch(&command).unwrap();
        assert!(command.ends_with("PRAGMA mmap_size = 0"));
    }
}
