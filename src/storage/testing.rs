//! SQLite files for the tests of the ways to them, in each journal mode, beside another process.

use std::path::PathBuf;
use std::time::Duration;

use sea_orm::{DbBackend, Statement};

use super::connect::{Db, Target, open};

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Journal {
    /// Around the driver.
    Wal,
    /// Through the driver: a commit waits for the disk.
    WalFull,
    /// Through the driver.
    Rollback,
}

pub const JOURNALS: [Journal; 3] = [Journal::Wal, Journal::WalFull, Journal::Rollback];

/// Longer than a test takes.
pub const LONG: Duration = Duration::from_secs(20);

/// An open file with one table, `note`.
pub struct Opened {
    pub db: Db,
    pub path: PathBuf,
    _folder: tempfile::TempDir,
}

impl Journal {
    pub fn command(self) -> &'static str {
        match self {
            Journal::Wal => "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            Journal::WalFull => "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            Journal::Rollback => "PRAGMA journal_mode=DELETE;",
        }
    }
}

impl Opened {
    /// `patience` is OPTIONS.timeout.
    pub async fn new(journal: Journal, patience: Duration) -> Opened {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("db.sqlite3");
        let maker = rusqlite::Connection::open(&path).unwrap();
        maker.execute_batch("CREATE TABLE note (id integer PRIMARY KEY, text varchar(20) UNIQUE)").unwrap();
        let target = Target { timeout: patience, ..Target::of_file(&path, journal.command()) };
        Opened { db: open(&target).await.unwrap(), path, _folder: folder }
    }

    /// Another process in the middle of writing, until it is dropped.
    pub fn another_writes(&self) -> rusqlite::Connection {
        let another = rusqlite::Connection::open(&self.path).unwrap();
        another.execute_batch("BEGIN IMMEDIATE; INSERT INTO note (text) VALUES ('of another')").unwrap();
        another
    }

    /// What another process reads: only what was committed.
    pub fn notes(&self) -> Vec<String> {
        let another = rusqlite::Connection::open(&self.path).unwrap();
        let mut all = another.prepare("SELECT text FROM note ORDER BY id").unwrap();
        all.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    }
}

pub fn statement(sql: &str, text: &str) -> Statement {
    Statement::from_sql_and_values(DbBackend::Sqlite, sql, [text.into()])
}

pub fn insert(text: &str) -> Statement {
    statement("INSERT INTO note (text) VALUES (?)", text)
}

/// Waits a little for what cannot come yet, and gives it up.
pub async fn given_up<T>(work: impl Future<Output = T>) {
    let waited = tokio::time::timeout(Duration::from_millis(100), work).await;
    assert!(waited.is_err(), "it did not wait for the lock");
}
