//! From the settings of a database to a pool of its connections.

use std::fs::{File, OpenOptions};
use std::path::Path;
use std::time::Duration;

use crate::settings::{Database, Engine, Pooling, Settings, Unfit};
use crate::storage::{self, Db, Target, Waits};

use super::{OpenError, address};

/// Connections to a server, where the settings say nothing.
const CONNECTIONS: u32 = 10;
/// Seconds that a request waits for one of them, where the settings say nothing.
const TURN_SECONDS: u64 = 5;

/// Where the settings' database is, for the driver. Holds the password.
///
/// # Errors
/// What the driver does not take.
pub fn target(database: &Database, pooling: Pooling, wal: bool) -> Result<Target, Unfit> {
    Ok(Target {
        address: address::of(database, pooling)?,
        max_connections: 1,
        timeout: Duration::from_secs(database.timeout_seconds.max(1)),
        waits: Waits {
            connect: Duration::from_secs(database.connect_timeout.max(1)),
            life: database.life.map(Duration::from_secs),
            ..Waits::default()
        },
        wal,
        init_command: database.init_command.clone(),
        reads_only: database.reads_only,
    })
}

/// Opens the database that the settings name. A SQLite file that is not there is never created.
///
/// # Errors
/// A missing file, a server that does not answer, or what the driver says, without the password.
pub async fn connect(settings: &Settings, wal: bool) -> Result<Db, OpenError> {
    let database = &settings.database;
    let place = database.place();
    if database.engine == Engine::Sqlite && !Path::new(&database.name).is_file() {
        return Err(OpenError::NoFile(place));
    }
    let unreachable = |why: String| OpenError::Unreachable { place: place.clone(), why };
    readable(database)?;
    let server = &settings.server;
    let mut target = target(database, server.database_pooler, wal).map_err(|e| unreachable(e.to_string()))?;
    target.max_connections =
        server.max_connections.or(database.most_connections).unwrap_or(CONNECTIONS).max(1);
    let turn = server.database_wait.or(database.turn_timeout).unwrap_or(TURN_SECONDS);
    target.waits.turn = Duration::from_secs(turn.max(1));
    if database.engine == Engine::Sqlite && !server.sqlite_mmap {
        target.init_command = unmapped(&target.init_command);
    }
    storage::open(&target).await.map_err(|e| unreachable(e.to_string()))
}

/// Whether this user may write a SQLite file, and beside it: there SQLite makes the file of a transaction.
///
/// # Errors
/// What the system says.
pub fn takes_writes(settings: &Settings) -> Result<(), OpenError> {
    let database = &settings.database;
    let file = Path::new(&database.name);
    let is_asked = database.engine == Engine::Sqlite && !database.reads_only && !settings.server.read_only_ok;
    if !is_asked || !file.is_file() {
        return Ok(());
    }
    let refused = |what: &Path, error: std::io::Error| {
        let ways =
            "let the user of this process write there, or serve without writes: [server] read_only_ok = true";
        let why = format!("{} cannot be written: {error} ({ways})", what.display());
        OpenError::Setting { name: "DATABASES.default.NAME".to_owned(), why }
    };
    OpenOptions::new().append(true).open(file).map_err(|error| refused(file, error))?;
    let folder = file.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let name = format!(".slash-o-{}", std::process::id());
    let trial = folder.join(name);
    OpenOptions::new().write(true).create_new(true).open(&trial).map_err(|error| refused(folder, error))?;
    std::fs::remove_file(&trial).map_err(|error| refused(folder, error))
}

/// The files of certificates and keys that the settings name; the driver does not say which one it could not read.
fn readable(database: &Database) -> Result<(), OpenError> {
    let tls = &database.tls;
    let in_ssl = database.engine == Engine::Mysql;
    for (name, file) in [("sslrootcert", &tls.root_cert), ("sslcert", &tls.cert), ("sslkey", &tls.key)] {
        let Some(file) = file else { continue };
        if let Err(error) = File::open(file) {
            let name = if in_ssl {
                format!("ssl.{}", name.trim_start_matches("ssl").replace("rootcert", "ca"))
            } else {
                name.to_owned()
            };
            let why = format!("{} cannot be read: {error}", file.display());
            return Err(OpenError::Setting { name: format!("DATABASES.default.OPTIONS.{name}"), why });
        }
    }
    Ok(())
}

/// Differs from Django: the file is not mapped into memory. An I/O error in a mapped file would end the process
/// (SIGBUS), and after each write of another connection all of it is unmapped and mapped again (performance.md).
fn unmapped(init_command: &str) -> String {
    let maps = init_command.to_ascii_lowercase().contains("mmap_size");
    if maps { format!("{init_command}\n;PRAGMA mmap_size = 0") } else { init_command.to_owned() }
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
