//! A transaction of a few statements on rows that a key names; dropping it rolls back. In a SQLite file in WAL mode it
//! goes around the driver; everywhere else it is a transaction like others.

use async_trait::async_trait;
use sea_orm::{DbBackend, QueryResult, Statement};

use crate::failure::{DatabaseFailure, DatabaseKind, Failure};
use crate::storage::access::Access;
use crate::storage::sqlite::{FileTx, Plain, Wanted};

use super::transaction::Open;

pub enum Brief {
    Driver(Open),
    File(FileTx),
}

impl Brief {
    /// # Errors
    /// The database's own; then nothing is written.
    pub async fn commit(self) -> Result<(), Failure> {
        match self {
            Brief::Driver(open) => open.commit().await,
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
        file.look_up(statement, wanted, read)
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
            Brief::File(file) => file.change(&statement).await,
        }
    }

    async fn add(&self, statement: Statement) -> Result<i64, Failure> {
        match self {
            Brief::Driver(open) => open.add(statement).await,
            Brief::File(file) => file.add(&statement).await,
        }
    }
}
