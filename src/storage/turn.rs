//! One process at a time: an advisory lock of the engine, held by a connection of its own.

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::{Db, Failure, Tx, begin, commit};

// PostgreSQL takes a number ("slash-o" and "clear" as bytes), MySQL a name.
const POSTGRES: &str = "SELECT pg_try_advisory_xact_lock(8316291812) AS got";
const MYSQL: &str = "SELECT GET_LOCK('slash-o cleartokens', 0) = 1 AS got";
const MYSQL_RELEASE: &str = "DO RELEASE_LOCK('slash-o cleartokens')";

/// The right to clear tokens; on SQLite, which has no such locks, each batch locks the file itself.
pub struct Turn(Option<Tx>);

/// `None` while another process has it.
///
/// # Errors
/// The database's own.
pub async fn take(db: &Db) -> Result<Option<Turn>, Failure> {
    let backend = db.get_database_backend();
    if backend == DbBackend::Sqlite {
        return Ok(Some(Turn(None)));
    }
    let tx = begin(db).await?;
    let sql = if backend == DbBackend::Postgres { POSTGRES } else { MYSQL };
    let row = tx.query_one_raw(Statement::from_string(backend, sql)).await?;
    let row = row.ok_or_else(|| Failure::Other("the database answered no lock".into()))?;
    let got = row.try_get::<bool>("", "got").or_else(|_| row.try_get::<i64>("", "got").map(|n| n == 1))?;
    Ok(got.then_some(Turn(Some(tx))))
}

/// # Errors
/// The database's own; the lock ends with the connection in any case.
pub async fn give_back(turn: Turn) -> Result<(), Failure> {
    let Some(tx) = turn.0 else { return Ok(()) };
    if tx.get_database_backend() == DbBackend::MySql {
        tx.execute_unprepared(MYSQL_RELEASE).await?;
    }
    commit(tx).await
}
