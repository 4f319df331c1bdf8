//! A transaction of a few statements on a SQLite file, around the driver; dropping it rolls back.

use sea_orm::Statement;
use tokio::sync::Mutex;

use crate::failure::{DatabaseFailure, DatabaseKind, Failure};

use super::file::Wanted;
use super::plain::Plain;
use super::writer::WriterLease;

pub struct FileTx {
    /// `None` once it is over.
    lease: Mutex<Option<WriterLease>>,
}

impl FileTx {
    pub fn new(lease: WriterLease) -> FileTx {
        FileTx { lease: Mutex::new(Some(lease)) }
    }

    /// # Errors
    /// SQLite's own; then nothing is written.
    pub async fn commit(mut self) -> Result<(), Failure> {
        self.lease.get_mut().as_mut().ok_or_else(over)?.run("COMMIT").await?;
        if let Some(lease) = self.lease.get_mut().take() {
            lease.give_back();
        }
        Ok(())
    }

    /// What `read` makes of the rows; `None` where that is nothing, and there is no driver to ask.
    pub fn look_up<T>(
        &self,
        statement: &Statement,
        wanted: Wanted,
        read: impl FnMut(&Plain<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        self.lease.try_lock().ok()?.as_ref()?.look_up(statement, wanted, read)
    }

    /// # Errors
    /// SQLite's own.
    pub async fn change(&self, statement: &Statement) -> Result<u64, Failure> {
        self.lease.lock().await.as_mut().ok_or_else(over)?.change(statement).await
    }

    /// # Errors
    /// SQLite's own.
    pub async fn add(&self, statement: &Statement) -> Result<i64, Failure> {
        self.lease.lock().await.as_mut().ok_or_else(over)?.add(statement).await
    }
}

fn over() -> Failure {
    DatabaseFailure::new(DatabaseKind::Closed, None, "the transaction is over").into()
}

impl Drop for FileTx {
    fn drop(&mut self) {
        if let Some(lease) = self.lease.get_mut().take() {
            lease.roll_back();
        }
    }
}
