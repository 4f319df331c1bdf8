//! A connection in use.

use std::io::{Error as IoError, ErrorKind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sea_orm::sqlx::Error;
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};
use tokio::sync::watch;

use crate::storage::permits::Permit;

use super::super::connection::{After, Ask, Connection, Got};
use super::{ConnectionPool, Idle, UNUSED};

/// A connection in use. Dropped with the connection inside, it was left in the middle of something. That may be a BEGIN
/// that nobody waits for any more: then the connection ends, and whatever it had begun.
pub struct PooledConnection {
    pub(super) pool: Arc<ConnectionPool>,
    pub(super) connection: Option<Connection>,
    pub(super) made: Instant,
    /// Whether it was asked to begin or end a transaction.
    pub(super) began: bool,
    /// For each answer; `None` waits as long as it takes.
    pub(super) answer: Option<Duration>,
    pub(super) _permit: Permit,
    pub(super) _running: watch::Receiver<()>,
}

impl Drop for PooledConnection {
    fn drop(&mut self) {
        match self.connection.take() {
            // It only read, or wrote one statement: the driver waits for its end.
            Some(Connection::Sqlite(connection)) if !self.began => {
                self.pool.state().alive -= 1;
                drop(connection);
            }
            Some(connection) => self.pool.lose(connection),
            None => {}
        }
    }
}

impl PooledConnection {
    /// Asks; a connection that the server had ended, or that is outdated, is replaced by another one, once, and that one
    /// asked.
    ///
    /// # Errors
    /// The driver's own.
    pub async fn ask_first(&mut self, ask: Ask<'_>) -> Result<Got, DbErr> {
        match self.ask(ask).await {
            Err(error) if self.after(&error).may_ask_another() => {
                tracing::debug!(%error, "a connection is replaced");
                self.replace().await?;
                self.ask(ask).await
            }
            other => other,
        }
    }

    /// # Errors
    /// The driver's own, and a timeout.
    pub async fn ask(&mut self, ask: Ask<'_>) -> Result<Got, DbErr> {
        self.began |= matches!(ask, Ask::Run(_));
        let connection = self.connection.as_mut();
        let connection = connection.ok_or(DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed))?;
        let got = match self.answer {
            None => connection.ask(ask).await,
            Some(patience) => match tokio::time::timeout(patience, connection.ask(ask)).await {
                Ok(got) => got,
                Err(_) => Err(unanswered(patience)),
            },
        };
        if let Err(error) = &got {
            self.look_after(error);
        }
        got
    }

    fn after(&self, error: &DbErr) -> After {
        After::of(error, self.pool.backend)
    }

    /// What an error says of this and the other connections. One that is not whole ends.
    fn look_after(&mut self, error: &DbErr) {
        match self.after(error) {
            After::Whole => {}
            After::Lost => {
                self.pool.state().lost = Some(Instant::now());
                self.close();
            }
            After::Outdated => self.close(),
            After::Silent => {
                if let Some(connection) = self.connection.take() {
                    connection.hang_up();
                    self.pool.lost_all();
                }
            }
        }
    }

    /// By a new one: a server that ends its connections takes its time, and lets one that it will end answer once more.
    async fn replace(&mut self) -> Result<(), DbErr> {
        self.close();
        let (connection, made) = self.pool.fresh().await?;
        (self.connection, self.made) = (Some(connection), made);
        Ok(())
    }

    /// It is whole: the next request may have it.
    pub fn give_back(mut self) {
        let Some(connection) = self.connection.take() else { return };
        let mut state = self.pool.state();
        if state.is_over {
            state.alive -= 1;
            // SQLite: the driver's pool waits for it.
            if !matches!(connection, Connection::Sqlite(_)) {
                connection.close();
            }
            return;
        }
        state.idle.push(Idle { connection, made: self.made, since: Instant::now() });
        if state.idle.first().is_some_and(|oldest| oldest.since.elapsed() > UNUSED) {
            state.alive -= 1;
            state.idle.remove(0).connection.close();
        }
    }

    pub fn close(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.pool.lose(connection);
        }
    }
}

fn unanswered(patience: Duration) -> DbErr {
    let text = format!("no answer within {} s", patience.as_secs_f32());
    let error = Error::Io(IoError::new(ErrorKind::TimedOut, text));
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}
