//! One process at a time: an advisory lock of the engine, held by a connection that belongs to no pool. However its holder
//! ends, the connection does too, and the engine takes the lock back.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

use crate::failure::Failure;

use super::connect::Db;
use super::pool::{Ask, Connection};

// PostgreSQL takes a number ("slash-o" and "clear" as bytes), which counts in its database only. The lock belongs to a
// transaction: one of a session would stay with the server's connection that a pooler gives to somebody else.
const POSTGRES: &str = "SELECT pg_try_advisory_xact_lock(8316291812)";
// MySQL takes a name of at most 64 characters, which counts in the whole server: hence the database's.
const MYSQL: &str = "SELECT GET_LOCK(CONCAT('slash-o cleartokens ', LEFT(SHA2(DATABASE(), 256), 40)), 0) = 1";

/// The right to clear tokens, until it is dropped or given back.
pub enum ClearLock {
    /// There are no such locks: each batch locks the file itself.
    Sqlite,
    Server(Connection),
}

/// `None` while another process has it.
///
/// # Errors
/// The database's own.
pub async fn take(db: &Db) -> Result<Option<ClearLock>, Failure> {
    let (backend, sql) = match db.get_database_backend() {
        DbBackend::Sqlite => return Ok(Some(ClearLock::Sqlite)),
        DbBackend::MySql => (DbBackend::MySql, MYSQL),
        postgres => (postgres, POSTGRES),
    };
    let mut own = db.0.own_connection().await?;
    if backend == DbBackend::Postgres {
        own.ask(Ask::Run("BEGIN")).await?;
        // It waits between two statements for as long as the clearing takes.
        own.ask(Ask::Run("SET LOCAL idle_in_transaction_session_timeout = 0")).await?;
    }
    let rows = own.ask(Ask::Rows(&Statement::from_string(backend, sql))).await?.rows()?;
    let got: Option<bool> = rows.first().ok_or(DbErr::RecordNotFound(sql.into()))?.try_get_by_index(0)?;
    if got == Some(true) {
        return Ok(Some(ClearLock::Server(own)));
    }
    own.close();
    Ok(None)
}

/// Lets the next process have it; a lock that is only dropped ends when the server notices.
///
/// # Errors
/// The database's own.
pub async fn give_back(lock: ClearLock) -> Result<(), Failure> {
    let ClearLock::Server(mut own) = lock else { return Ok(()) };
    if matches!(own, Connection::Postgres(_)) {
        own.ask(Ask::Run("COMMIT")).await?;
    }
    own.finish().await;
    Ok(())
}
