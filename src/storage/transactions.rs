//! Transactions: the one that may take its time, and the brief one.

use entity::bind::DjangoConnection;

use crate::failure::Failure;

use super::connect::Db;
use super::pool;

/// A transaction; dropping it rolls back.
pub type Tx = DjangoConnection<pool::Open>;

/// A transaction of a few statements on rows that a key names; dropping it rolls back.
pub type Brief = DjangoConnection<pool::Brief>;

/// Begins a transaction that may write; on SQLite it takes the write lock at once.
///
/// # Errors
/// The database's own.
pub async fn begin(db: &Db) -> Result<Tx, Failure> {
    Ok(DjangoConnection(db.0.begin().await?, db.1.clone()))
}

/// Ends a transaction.
///
/// # Errors
/// The database's own.
pub async fn commit(tx: Tx) -> Result<(), Failure> {
    tx.0.commit().await
}

/// Begins a transaction of a few statements on rows that a key names.
///
/// # Errors
/// The database's own.
pub async fn begin_brief(db: &Db) -> Result<Brief, Failure> {
    Ok(DjangoConnection(db.0.begin_brief().await?, db.1.clone()))
}

/// Ends a brief transaction.
///
/// # Errors
/// The database's own.
pub async fn commit_brief(tx: Brief) -> Result<(), Failure> {
    tx.0.commit().await
}
