//! Where a database is, as its driver takes it.

use sea_orm::sqlx::mysql::MySqlConnectOptions;
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::sqlite::SqliteConnectOptions;

use super::password::PasswordSource;

/// No Debug form: the options hold the password.
#[derive(Clone)]
pub enum Address {
    Sqlite(Box<SqliteConnectOptions>),
    Postgres(Servers<PgConnectOptions>),
    MySql(Servers<MySqlConnectOptions>),
}

/// Servers, the first one that does being taken, and what a session there begins with.
#[derive(Clone)]
pub struct Servers<O> {
    /// At least one.
    pub hosts: Vec<(O, PasswordSource)>,
    /// Whether a server that takes no writes is passed over.
    pub must_write: bool,
    /// Run on each new connection.
    pub init: Vec<String>,
    /// What a transaction begins with.
    pub begin: String,
    pub pooler: Pooler,
}

/// What stands between us and PostgreSQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pooler {
    /// Found out when the database is opened.
    Unknown,
    /// Nothing, or something that keeps a connection of the server's for each of ours, or our prepared statements.
    None,
    /// Hands out a connection of the server's for a transaction, as PgBouncer does with `pool_mode = transaction`: what a
    /// connection has prepared may be on another one the next time.
    Transaction,
}
