//! Connections to take and to give back. One that was given back whole is used again without a round trip to ask
//! whether it lives; the driver's own pool makes them, and takes back what was left in the middle of something.

mod pooled;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sea_orm::{DbBackend, DbErr};
use tokio::sync::watch;

use crate::failure::DatabaseKind;
use crate::storage::error::kind;
use crate::storage::permits::{Permit, Permits};
use crate::storage::waits::Waits;

use super::connection::Connection;
use super::source::Source;

pub use pooled::PooledConnection;

/// An idle connection is asked whether it lives after this time.
const TRUSTED: Duration = Duration::from_secs(30);
/// How long that may take.
const PING: Duration = Duration::from_secs(2);
/// One that was not needed for this long is ended.
const UNUSED: Duration = Duration::from_secs(600);
/// A server that took no more connections is asked for so many less, for this time.
const SHRUNK: Duration = Duration::from_secs(5);
/// When nothing of ours is connected, there is nothing to be given back: the server is asked again after this time.
const FULL: Duration = Duration::from_millis(100);

struct Idle {
    connection: Connection,
    made: Instant,
    since: Instant,
}

#[derive(Default)]
struct State {
    /// The last one is taken first.
    idle: Vec<Idle>,
    /// When the server last ended a connection: those that were idle then are asked first.
    lost: Option<Instant>,
    /// Connections in use or idle.
    alive: usize,
    /// Nothing is kept any more.
    is_over: bool,
}

/// As many connections at a time as it has permits.
pub struct ConnectionPool {
    source: Source,
    backend: DbBackend,
    waits: Waits,
    permits: Permits,
    state: Mutex<State>,
    /// Each connection in use holds a receiver.
    ended: watch::Sender<()>,
}

impl ConnectionPool {
    pub fn new(source: Source, backend: DbBackend, most: usize, waits: Waits) -> Arc<ConnectionPool> {
        let (permits, ended) = (Permits::new(most, waits.turn), watch::Sender::new(()));
        Arc::new(ConnectionPool { source, backend, waits, permits, state: Mutex::default(), ended })
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// # Errors
    /// The driver's own, and a timeout when all connections stay in use.
    pub async fn take(
        self: &Arc<ConnectionPool>,
        answer: Option<Duration>,
    ) -> Result<PooledConnection, DbErr> {
        let asked = Instant::now();
        loop {
            let permit = self.permits.take().await?;
            match self.connection().await {
                Ok((connection, made)) => {
                    return Ok(PooledConnection {
                        pool: self.clone(),
                        connection: Some(connection),
                        made,
                        began: false,
                        answer,
                        _permit: permit,
                        _running: self.ended.subscribe(),
                    });
                }
                Err(error) if !self.waits_for_others(&error, asked) => return Err(error),
                Err(_) => self.shrink(permit).await,
            }
        }
    }

    /// Whether the server takes no more connections, and there is time left to get one that is given back.
    fn waits_for_others(&self, error: &DbErr, asked: Instant) -> bool {
        kind(error) == DatabaseKind::TooManyConnections && asked.elapsed() < self.waits.turn
    }

    /// Puts a place aside, so that who waits gets the next connection that is given back, and does not ask the server.
    async fn shrink(&self, permit: Permit) {
        if self.state().alive == 0 {
            drop(permit);
            return tokio::time::sleep(FULL).await;
        }
        tokio::spawn(async move {
            tokio::time::sleep(SHRUNK).await;
            drop(permit);
        });
    }

    /// What others take their permits of who write the same file.
    pub fn permits(&self) -> Permits {
        self.permits.clone()
    }

    async fn connection(&self) -> Result<(Connection, Instant), DbErr> {
        while let Some((mut idle, is_trusted)) = self.pop() {
            if is_trusted {
                return Ok((idle.connection, idle.made));
            }
            match tokio::time::timeout(PING, idle.connection.answers()).await {
                Ok(true) => return Ok((idle.connection, idle.made)),
                Ok(false) => self.lose(idle.connection),
                Err(_) => {
                    idle.connection.hang_up();
                    self.lost_all();
                }
            }
        }
        self.fresh().await
    }

    async fn fresh(&self) -> Result<(Connection, Instant), DbErr> {
        let connection = self.source.connection().await?;
        self.state().alive += 1;
        Ok((connection, Instant::now()))
    }

    /// The idle connection that was used last, and whether it need not be asked whether it lives. What has lived long
    /// enough ends here.
    fn pop(&self) -> Option<(Idle, bool)> {
        let mut state = self.state();
        loop {
            let idle = state.idle.pop()?;
            if self.waits.life.is_some_and(|life| idle.made.elapsed() > life) {
                state.alive -= 1;
                idle.connection.close();
                continue;
            }
            let is_trusted =
                idle.since.elapsed() < TRUSTED && state.lost.is_none_or(|lost| idle.since > lost);
            return Some((idle, is_trusted));
        }
    }

    fn lose(&self, connection: Connection) {
        self.state().alive -= 1;
        connection.close();
    }

    /// The server does not answer: neither would it on a connection that is idle.
    fn lost_all(&self) {
        let mut state = self.state();
        state.alive -= 1 + state.idle.len();
        state.idle.drain(..).for_each(|idle| idle.connection.hang_up());
    }

    /// Ends all connections, now and as they come back, and waits for these.
    pub async fn close(&self) {
        self.permits.close();
        {
            let mut state = self.state();
            state.is_over = true;
            state.idle.drain(..).for_each(|idle| match idle.connection {
                // It goes back to the driver's pool, which waits for it.
                Connection::Sqlite(connection) => drop(connection),
                other => other.close(),
            });
        }
        self.ended.closed().await;
    }
}
