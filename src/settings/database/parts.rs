//! Servers, passwords, TLS and sessions: what a database is made of.

use std::path::PathBuf;

/// One server: a host's name or address, or the folder (PostgreSQL) or the file (MySQL) of a Unix socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerAddress {
    /// Empty: where the driver's library would look.
    pub host: String,
    pub port: Option<u16>,
}

impl ServerAddress {
    pub fn host(&self) -> &str {
        if self.host.is_empty() { "localhost" } else { &self.host }
    }

    pub fn is_socket(&self) -> bool {
        self.host.starts_with('/')
    }
}

/// Where the password is. No Debug form: it may hold it.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Password {
    /// PostgreSQL: PGPASSWORD, PGPASSFILE or ~/.pgpass.
    #[default]
    None,
    Text(String),
    /// Read anew for each connection; a last newline is cut.
    File(PathBuf),
    /// libpq's `passfile`, read anew for each connection.
    Passfile(PathBuf),
}

impl Password {
    pub(super) fn of(text: String) -> Password {
        if text.is_empty() { Password::None } else { Password::Text(text) }
    }
}

/// TLS to a server.
#[derive(Clone, Default)]
pub struct Tls {
    /// `require`, `verify-ca`, … on PostgreSQL, `REQUIRED`, … on MySQL; empty = the driver's default.
    pub mode: String,
    pub root_cert: Option<PathBuf>,
    pub cert: Option<PathBuf>,
    pub key: Option<PathBuf>,
}

/// What each connection to a server begins with.
#[derive(Clone, Default)]
pub struct Session {
    /// PostgreSQL.
    pub application_name: String,
    /// PostgreSQL: command-line options of the server, `-c search_path=…`.
    pub options: String,
    /// PostgreSQL: Django's `assume_role`.
    pub role: String,
    /// Of transactions, in lower case; empty = the server's.
    pub isolation_level: String,
    /// MySQL.
    pub sql_mode: Option<String>,
}

/// What stands before PostgreSQL (`[server] database_pooler`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pooling {
    /// Found out at the start; DISABLE_SERVER_SIDE_CURSORS says that it is there.
    Auto,
    /// Nothing, or a pooler that keeps sessions or knows prepared statements.
    None,
    /// A pooler that hands out connections by transaction.
    Transaction,
}
