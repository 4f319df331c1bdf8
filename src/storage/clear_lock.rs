//! One process at a time: an advisory lock of the engine, held by a connection that belongs to no pool, outside a
//! transaction. However its holder ends, the connection does too, and the engine takes the lock back.

use sea_orm::sqlx::{self, ConnectOptions, Connection, MySqlConnection, PgConnection};
use sea_orm::{ConnectionTrait, DbBackend};

use crate::failure::Failure;

use super::connect::Db;
use super::error::{unconnected, unread};

// PostgreSQL takes a number ("slash-o" and "clear" as bytes), which counts in its database only. MySQL takes a name
// of at most 64 characters, which counts in the whole server: hence the database's.
const POSTGRES: &str = "SELECT pg_try_advisory_lock(8316291812)";
const MYSQL: &str = "SELECT GET_LOCK(CONCAT('slash-o cleartokens ', LEFT(SHA2(DATABASE(), 256), 40)), 0) = 1";

/// The right to clear tokens, until it is dropped or given back.
pub enum ClearLock {
    /// There are no such locks: each batch locks the file itself.
    Sqlite,
    Postgres(PgConnection),
    MySql(MySqlConnection),
}

/// `None` while another process has it.
///
/// # Errors
/// The database's own.
pub async fn take(db: &Db) -> Result<Option<ClearLock>, Failure> {
    match db.get_database_backend() {
        DbBackend::Sqlite => Ok(Some(ClearLock::Sqlite)),
        DbBackend::Postgres => {
            let mut own =
                db.0.orm()
                    .get_postgres_connection_pool()
                    .connect_options()
                    .connect()
                    .await
                    .map_err(unconnected)?;
            let got: bool = sqlx::query_scalar(POSTGRES).fetch_one(&mut own).await.map_err(unread)?;
            Ok(got.then_some(ClearLock::Postgres(own)))
        }
        DbBackend::MySql => {
            let mut own =
                db.0.orm()
                    .get_mysql_connection_pool()
                    .connect_options()
                    .connect()
                    .await
                    .map_err(unconnected)?;
            let got: Option<bool> = sqlx::query_scalar(MYSQL).fetch_one(&mut own).await.map_err(unread)?;
            Ok((got == Some(true)).then_some(ClearLock::MySql(own)))
        }
        _ => Err(Failure::Unexpected("no lock is known for this engine")),
    }
}

/// Lets the next process have it at once; a lock that is only dropped ends when the server notices.
///
/// # Errors
/// The database's own.
pub async fn give_back(lock: ClearLock) -> Result<(), Failure> {
    match lock {
        ClearLock::Sqlite => Ok(()),
        ClearLock::Postgres(own) => Ok(own.close().await.map_err(unconnected)?),
        ClearLock::MySql(own) => Ok(own.close().await.map_err(unconnected)?),
    }
}
