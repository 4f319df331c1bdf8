//! A transaction of a few statements on rows that a key names; dropping it rolls back. In a SQLite file in WAL mode it
//! goes around the driver; everywhere else it is a transaction like others.

use async_trait::async_trait;
use sea_orm::{DbBackend, QueryResult, Statement};
use tokio::sync::Mutex;

use crate::failure::{DatabaseFailure, DatabaseKind, Failure};

use super::file::{Plain, Wanted};
use super::transaction::Open;
use super::writer::Turn;
use super::{Access, over};

pub enum Brief {
    Driver(Open),
    File(FileTx),
}

pub struct FileTx {
    /// `None` once it is over.
    turn: Mutex<Option<Turn>>,
}

impl FileTx {
    pub(super) fn new(turn: Turn) -> FileTx {
        FileTx { turn: Mutex::new(Some(turn)) }
    }

    async fn commit(mut self) -> Result<(), Failure> {
        self.turn.get_mut().as_mut().ok_or_else(over)?.run("COMMIT").await?;
        if let Some(turn) = self.turn.get_mut().take() {
            turn.give_back();
        }
        Ok(())
    }
}

impl Drop for FileTx {
    fn drop(&mut self) {
        if let Some(turn) = self.turn.get_mut().take() {
            turn.roll_back();
        }
    }
}

impl Brief {
    /// # Errors
    /// The driver's own; then nothing is written.
    pub async fn commit(self) -> Result<(), Failure> {
        match self {
            Brief::Driver(open) => Ok(open.commit().await?),
            Brief::File(file) => file.commit().await,
        }
    }
}

#[async_trait]
impl Access for Brief {
    fn backend(&self) -> DbBackend {
        match self {
            Brief::Driver(open) => open.backend(),
            Brief::File(_) => DbBackend::Sqlite,
        }
    }

    fn look_up<T>(
        &self,
        statement: &Statement,
        wanted: Wanted,
        read: impl FnMut(&Plain<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let Brief::File(file) = self else { return None };
        file.turn.try_lock().ok()?.as_ref()?.look_up(statement, wanted, read)
    }

    /// sea-orm has no rows but of its drivers: what `look_up` did not make anything of stays unread.
    async fn rows(&self, statement: Statement) -> Result<Vec<QueryResult>, Failure> {
        match self {
            Brief::Driver(open) => open.rows(statement).await,
            Brief::File(_) => {
                let text = "a look-up failed, or a column holds a value of another type";
                Err(DatabaseFailure::new(DatabaseKind::Unreadable, None, text).into())
            }
        }
    }

    async fn change(&self, statement: Statement) -> Result<u64, Failure> {
        match self {
            Brief::Driver(open) => open.change(statement).await,
            Brief::File(file) => file.turn.lock().await.as_mut().ok_or_else(over)?.change(&statement).await,
        }
    }

    async fn add(&self, statement: Statement) -> Result<i64, Failure> {
        match self {
            Brief::Driver(open) => open.add(statement).await,
            Brief::File(file) => file.turn.lock().await.as_mut().ok_or_else(over)?.add(&statement).await,
        }
    }
}
