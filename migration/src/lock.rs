//! One migration at a time: the transaction and the lock around it.

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait,
};

use crate::MigrateError;

// PostgreSQL takes a number ("slasho"), which counts in its database; MySQL a name of at most 64 characters, which
// counts in the whole server. Both lie outside the names that Django uses.
const POSTGRES_LOCK: &str = "SELECT pg_advisory_xact_lock(126879297267823)";
const MYSQL_LOCK: &str =
    "SELECT GET_LOCK(CONCAT('slash-o migrate ', LEFT(SHA2(DATABASE(), 256), 40)), 60) AS got";
const MYSQL_UNLOCK: &str = "DO RELEASE_LOCK(CONCAT('slash-o migrate ', LEFT(SHA2(DATABASE(), 256), 40)))";

/// Waits until no other slash-o migrates this database.
///
/// # Errors
/// Another one still migrates it after a minute (MySQL); else the database's own.
pub async fn begin(db: &DatabaseConnection) -> Result<DatabaseTransaction, MigrateError> {
    // Immediate: SQLite takes the write lock now, not at the first write, where it could fail as busy.
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..Default::default()
    };
    let txn = db.begin_with_options(options).await?;
    match txn.get_database_backend() {
        DbBackend::Postgres => {
            txn.execute_unprepared(POSTGRES_LOCK).await?;
        }
        DbBackend::MySql => {
            let row = txn.query_one_raw(Statement::from_string(DbBackend::MySql, MYSQL_LOCK)).await?;
            let got = row.map(|row| row.try_get::<Option<i64>>("", "got")).transpose()?.flatten();
            if got != Some(1) {
                return Err(MigrateError::Busy);
            }
        }
        _ => {}
    }
    Ok(txn)
}

/// MySQL's lock belongs to the connection, not to the transaction; the others let go by themselves.
pub async fn release(txn: &DatabaseTransaction) {
    if txn.get_database_backend() == DbBackend::MySql {
        // A failure means a lost connection, which has let go of the lock already.
        let _ = txn.execute_unprepared(MYSQL_UNLOCK).await;
    }
}
