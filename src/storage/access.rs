//! What slash-o asks of connections and transactions.

use async_trait::async_trait;
use sea_orm::{DbBackend, QueryResult, Statement};

use crate::failure::Failure;

use super::sqlite::{Plain, Wanted};

/// A connection, or a transaction, that a statement can be asked of.
#[async_trait]
pub trait Access: Send + Sync {
    fn backend(&self) -> DbBackend;

    /// What `read` makes of the rows, around the driver. `None`: ask the driver.
    fn look_up<T>(
        &self,
        _statement: &Statement,
        _wanted: Wanted,
        _read: impl FnMut(&Plain<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        None
    }

    /// The driver's rows.
    async fn rows(&self, statement: Statement) -> Result<Vec<QueryResult>, Failure>;

    /// How many rows the statement changed.
    async fn change(&self, statement: Statement) -> Result<u64, Failure>;

    /// The key of the row that an INSERT made, with RETURNING where the engine has it.
    async fn add(&self, statement: Statement) -> Result<i64, Failure>;
}
