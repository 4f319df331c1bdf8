//! Where connections come from.

use std::io::{Error as IoError, ErrorKind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sea_orm::sqlx::mysql::MySqlConnectOptions;
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::{
    self, AssertSqlSafe, ConnectOptions, Connection as _, Error, Executor, MySqlConnection, PgConnection,
    Row, SqlitePool,
};
use sea_orm::{ConnAcquireErr, DbErr};

use crate::storage::address::{Pooler, Servers};
use crate::storage::error::unconnected;

use super::connection::{Connection, Postgres};

/// How a connection is made.
#[derive(Clone)]
pub enum Source {
    /// The driver's pool: its connections have threads, which end before the file counts as closed.
    Sqlite(SqlitePool),
    Postgres(Server<PgConnectOptions>),
    MySql(Server<MySqlConnectOptions>),
}

/// Servers that connections are made to.
#[derive(Clone)]
pub struct Server<O> {
    pub servers: Servers<O>,
    /// For a connection with all of it: address, TLS, login, what is run first.
    patience: Duration,
    /// The one that was taken last is asked first.
    last: Arc<AtomicUsize>,
}

/// What the drivers' options have in common for a connection of ours.
pub trait Dial: ConnectOptions<Connection: Sized + Send> + Clone + Send + Sync {
    fn with_password(self, password: &str) -> Self;

    /// Runs what is run first. False where the server takes no writes, if that is asked.
    fn begin(
        connection: &mut Self::Connection,
        init: &[String],
        must_write: bool,
    ) -> impl Future<Output = Result<bool, Error>> + Send;
}

impl Dial for PgConnectOptions {
    fn with_password(self, password: &str) -> Self {
        self.password(password)
    }

    async fn begin(connection: &mut PgConnection, init: &[String], must_write: bool) -> Result<bool, Error> {
        if must_write {
            let row = sqlx::raw_sql("SHOW transaction_read_only").fetch_one(&mut *connection).await?;
            if row.try_get::<String, _>(0)? == "on" {
                return Ok(false);
            }
        }
        for sql in init {
            connection.execute(AssertSqlSafe(sql.clone())).await?;
        }
        Ok(true)
    }
}

impl Dial for MySqlConnectOptions {
    fn with_password(self, password: &str) -> Self {
        self.password(password)
    }

    async fn begin(connection: &mut MySqlConnection, init: &[String], _: bool) -> Result<bool, Error> {
        for sql in init {
            connection.execute(AssertSqlSafe(sql.clone())).await?;
        }
        Ok(true)
    }
}

impl<O: Dial> Server<O> {
    pub fn new(servers: Servers<O>, patience: Duration) -> Server<O> {
        Server { servers, patience, last: Arc::default() }
    }

    /// # Errors
    /// The last server's own, and a timeout.
    pub async fn dial(&self) -> Result<O::Connection, DbErr> {
        let (count, first) = (self.servers.hosts.len(), self.last.load(Ordering::Relaxed));
        let mut failed = Error::Configuration("there is no server".into());
        for at in (0..count).map(|step| (first + step) % count) {
            let made = tokio::time::timeout(self.patience, self.try_dial(at)).await;
            match made.unwrap_or_else(|_| Err(late(self.patience))) {
                Ok(connection) => {
                    self.last.store(at, Ordering::Relaxed);
                    return Ok(connection);
                }
                Err(error) => failed = error,
            }
        }
        Err(unconnected(failed))
    }

    /// Makes a connection and ends it, so that what is wrong is told now.
    ///
    /// # Errors
    /// As [`Server::dial`].
    pub async fn try_out(&self) -> Result<(), DbErr> {
        let _ = self.dial().await?.close().await;
        Ok(())
    }

    async fn try_dial(&self, at: usize) -> Result<O::Connection, Error> {
        let mut connection = self.options(at).await?.connect().await?;
        match O::begin(&mut connection, &self.servers.init, self.servers.must_write).await? {
            true => Ok(connection),
            false => {
                let text = "the server takes no writes: it is a standby or a replica";
                Err(Error::Io(IoError::new(ErrorKind::ReadOnlyFilesystem, text)))
            }
        }
    }

    async fn options(&self, at: usize) -> Result<O, Error> {
        let (options, password) = &self.servers.hosts[at];
        Ok(match password.read().await? {
            Some(password) => options.clone().with_password(&password),
            None => options.clone(),
        })
    }

    /// The options of the server that was taken last, for the driver's own pool.
    ///
    /// # Errors
    /// A password's file that cannot be read.
    pub async fn settled(&self) -> Result<O, DbErr> {
        self.options(self.last.load(Ordering::Relaxed)).await.map_err(unconnected)
    }
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
            Source::Postgres(server) => {
                let Servers { pooler, begin, .. } = &server.servers;
                let by_transaction = (*pooler == Pooler::Transaction).then(|| begin.clone());
                Ok(Connection::Postgres(Postgres::new(server.dial().await?, by_transaction)))
            }
            Source::MySql(server) => server.dial().await.map(Connection::MySql),
        }
    }

    /// What a transaction begins with.
    pub fn begin(&self) -> &str {
        match self {
            // The write lock at once.
            Source::Sqlite(_) => "BEGIN IMMEDIATE",
            Source::Postgres(server) => &server.servers.begin,
            Source::MySql(server) => &server.servers.begin,
        }
    }

    /// Waits for the driver's own threads.
    pub async fn close(&self) {
        if let Source::Sqlite(pool) = self {
            pool.close().await;
        }
    }
}
