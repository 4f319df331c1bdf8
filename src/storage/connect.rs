//! Opens the database that the settings name; never creates one.
//! SQLite gets one pool for reading and writing with BEGIN IMMEDIATE; sqlx keeps statements prepared.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};

use entity::bind::Bound;
use entity::layout::Layout;

use super::{Failure, Tx};

/// The database, as Django writes it.
pub type Db = Bound<DatabaseConnection>;

/// Where and how to connect; built from the settings by the caller.
#[derive(Clone)]
pub struct Target {
    /// Holds the password: never log it.
    pub url: String,
    pub max_connections: u32,
    pub timeout: Duration,
    /// Only for a SQLite file that slash-o itself made.
    pub wal: bool,
}

/// Connects, and fails at once if the database cannot be reached. The tables are taken to be those of DOT 3.4.1
/// until [`laid_out`] knows better.
///
/// # Errors
/// The driver's own, without the password.
pub async fn open(target: &Target) -> Result<Db, Failure> {
    let mut options = ConnectOptions::new(target.url.clone());
    options
        .max_connections(target.max_connections)
        .min_connections(1)
        .connect_timeout(target.timeout)
        .acquire_timeout(Duration::from_secs(30))
        .sqlx_logging(false)
        .test_before_acquire_if_idle_for(Duration::from_secs(30));
    let (busy, wal) = (target.timeout, target.wal);
    options.map_sqlx_sqlite_opts(move |o| {
        let o = o.busy_timeout(busy).statement_cache_capacity(200);
        if wal { o.pragma("journal_mode", "WAL").pragma("synchronous", "NORMAL") } else { o }
    });
    let connection = Database::connect(options).await?;
    Ok(Bound(connection, Arc::new(Layout::default())))
}

/// The same database, with what is known of its tables.
pub fn laid_out(db: Db, layout: Layout) -> Db {
    Bound(db.0, Arc::new(layout))
}

/// Begins a transaction that may write; on SQLite it takes the write lock at once.
///
/// # Errors
/// The database's own.
pub async fn begin(db: &Db) -> Result<Tx, Failure> {
    let immediate = db.get_database_backend() == DbBackend::Sqlite;
    let options = TransactionOptions {
        sqlite_transaction_mode: immediate.then_some(SqliteTransactionMode::Immediate),
        ..Default::default()
    };
    Ok(Bound(db.0.begin_with_options(options).await?, db.1.clone()))
}
