//! Connections to take and to give back. One that was given back whole is used again without a round trip to ask
//! whether it lives; the driver's own pool makes them, and takes back what was left in the middle of something.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sea_orm::sqlx::{Error, MySqlPool, PgPool, SqlitePool};
use sea_orm::{ConnAcquireErr, DbErr};

use crate::storage::error::unconnected;
use crate::storage::permits::{Permit, Permits};

use super::connection::{Ask, Connection, Got, is_gone};

/// An idle connection is asked whether it lives after this time.
const TRUSTED: Duration = Duration::from_secs(30);
/// One that was not needed for this long goes back to the driver, which ends it.
const UNUSED: Duration = Duration::from_secs(600);

/// The driver's pool.
#[derive(Clone)]
pub enum Source {
    Sqlite(SqlitePool),
    Postgres(PgPool),
    MySql(MySqlPool),
}

impl Source {
    async fn connection(&self) -> Result<Connection, DbErr> {
        let made = match self {
            Source::Sqlite(pool) => pool.acquire().await.map(Connection::Sqlite),
            Source::Postgres(pool) => pool.acquire().await.map(Connection::Postgres),
            Source::MySql(pool) => pool.acquire().await.map(Connection::MySql),
        };
        made.map_err(|error| match error {
            Error::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
            other => unconnected(other),
        })
    }

    pub async fn close(&self) {
        match self {
            Source::Sqlite(pool) => pool.close().await,
            Source::Postgres(pool) => pool.close().await,
            Source::MySql(pool) => pool.close().await,
        }
    }
}

struct Idle {
    connection: Connection,
    since: Instant,
}

#[derive(Default)]
struct State {
    /// The last one is taken first.
    idle: Vec<Idle>,
    /// When the server last ended a connection: those that were idle then are asked first.
    lost: Option<Instant>,
    /// Nothing is kept any more.
    is_over: bool,
}

/// As many connections at a time as it has permits.
pub struct ConnectionPool {
    source: Source,
    permits: Permits,
    state: Mutex<State>,
}

/// A connection in use. Dropped with the connection inside, it was left in the middle of something. That may be a BEGIN
/// that nobody waits for any more: then the connection ends, and whatever it had begun.
pub struct PooledConnection {
    pool: Arc<ConnectionPool>,
    connection: Option<Connection>,
    /// Whether it was asked to begin or end a transaction.
    began: bool,
    _permit: Permit,
}

impl ConnectionPool {
    pub fn new(source: Source, most: usize) -> Arc<ConnectionPool> {
        Arc::new(ConnectionPool { source, permits: Permits::new(most), state: Mutex::default() })
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// # Errors
    /// The driver's own, and a timeout when all connections stay in use.
    pub async fn take(self: &Arc<ConnectionPool>) -> Result<PooledConnection, DbErr> {
        let permit = self.permits.take().await?;
        let connection = self.connection().await?;
        Ok(PooledConnection {
            pool: self.clone(),
            connection: Some(connection),
            began: false,
            _permit: permit,
        })
    }

    /// What others take their permits of who write the same file.
    pub fn permits(&self) -> Permits {
        self.permits.clone()
    }

    async fn connection(&self) -> Result<Connection, DbErr> {
        while let Some((mut connection, is_trusted)) = self.pop() {
            if is_trusted || connection.answers().await {
                return Ok(connection);
            }
            connection.close();
        }
        self.source.connection().await
    }

    fn pop(&self) -> Option<(Connection, bool)> {
        let mut state = self.state();
        let Idle { connection, since } = state.idle.pop()?;
        let is_trusted = since.elapsed() < TRUSTED && state.lost.is_none_or(|lost| since > lost);
        Some((connection, is_trusted))
    }

    /// Hands all connections to the driver's pool, now and later, so that it can be closed.
    pub fn clear(&self) {
        self.permits.close();
        let mut state = self.state();
        state.is_over = true;
        state.idle.clear();
    }
}

impl Drop for PooledConnection {
    fn drop(&mut self) {
        if self.began {
            self.close();
        }
    }
}

impl PooledConnection {
    /// Asks; a connection that the server had ended is replaced by another one, once, and that one asked.
    ///
    /// # Errors
    /// The driver's own.
    pub async fn ask_first(&mut self, ask: Ask<'_>) -> Result<Got, DbErr> {
        match self.ask(ask).await {
            Err(error) if is_gone(&error) => {
                tracing::debug!(%error, "the database ended a connection");
                self.replace().await?;
                self.ask(ask).await
            }
            other => other,
        }
    }

    /// # Errors
    /// The driver's own.
    pub async fn ask(&mut self, ask: Ask<'_>) -> Result<Got, DbErr> {
        self.began |= matches!(ask, Ask::Run(_));
        let connection = self.connection.as_mut();
        let connection = connection.ok_or(DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed))?;
        let got = connection.ask(ask).await;
        if got.as_ref().is_err_and(is_gone) {
            self.pool.state().lost = Some(Instant::now());
        }
        got
    }

    /// By a new one: a server that ends its connections takes its time, and lets one that it will end answer once more.
    async fn replace(&mut self) -> Result<(), DbErr> {
        self.close();
        self.connection = Some(self.pool.source.connection().await?);
        Ok(())
    }

    /// It is whole: the next request may have it.
    pub fn give_back(mut self) {
        let Some(connection) = self.connection.take() else { return };
        let mut state = self.pool.state();
        if state.is_over {
            // The driver's pool waits for it.
            return;
        }
        state.idle.push(Idle { connection, since: Instant::now() });
        if state.idle.first().is_some_and(|oldest| oldest.since.elapsed() > UNUSED) {
            state.idle.remove(0);
        }
    }

    pub fn close(&mut self) {
        if let Some(connection) = self.connection.take() {
            connection.close();
        }
    }
}
