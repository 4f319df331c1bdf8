//! Where connections come from.

use std::io::{Error as IoError, ErrorKind};
use std::time::Duration;

use sea_orm::sqlx::mysql::MySqlConnectOptions;
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::{AssertSqlSafe, ConnectOptions, Error, Executor, SqlitePool};
use sea_orm::{ConnAcquireErr, DbErr};

use crate::storage::error::unconnected;

use super::connection::Connection;

/// How a connection is made.
#[derive(Clone)]
pub enum Source {
    /// The driver's pool: its connections have threads, which end before the file counts as closed.
    Sqlite(SqlitePool),
    Postgres(Server<PgConnectOptions>),
    MySql(Server<MySqlConnectOptions>),
}

/// A server that connections are made to.
#[derive(Clone)]
pub struct Server<O> {
    pub options: O,
    /// Run on each new connection.
    pub init: Vec<String>,
    /// For a connection with all of it: address, TLS, login, `init`.
    pub patience: Duration,
}

/// A connection on which `init` was run, unless it takes too long.
macro_rules! connected {
    ($server:expr) => {{
        let Server { options, init, patience } = $server;
        let made = tokio::time::timeout(*patience, async {
            let mut connection = options.connect().await?;
            for sql in init {
                (&mut connection).execute(AssertSqlSafe(sql.clone())).await?;
            }
            Ok(connection)
        });
        made.await.unwrap_or_else(|_| Err(late(*patience))).map_err(unconnected)
    }};
}

fn late(patience: Duration) -> Error {
    let text = format!("no connection within {} s", patience.as_secs_f32());
    Error::Io(IoError::new(ErrorKind::TimedOut, text))
}

impl Source {
    /// # Errors
    /// The driver's own, that of a statement that is run first, and a timeout.
    pub async fn connection(&self) -> Result<Connection, DbErr> {
        match self {
            Source::Sqlite(pool) => {
                pool.acquire().await.map(Connection::Sqlite).map_err(|error| match error {
                    Error::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
                    other => unconnected(other),
                })
            }
            Source::Postgres(server) => connected!(server).map(Connection::Postgres),
            Source::MySql(server) => connected!(server).map(Connection::MySql),
        }
    }

    /// Waits for the driver's own threads.
    pub async fn close(&self) {
        if let Source::Sqlite(pool) = self {
            pool.close().await;
        }
    }
}
