//! Whether PostgreSQL is behind a pooler that hands out the server's connections for a transaction at a time.

use sea_orm::DbErr;
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::{self, AssertSqlSafe, Connection, Error, Executor, PgConnection, Row};

use crate::storage::address::Pooler;
use crate::storage::error::{unconnected, unread};

use super::source::Server;

/// In which order two connections are asked for the server's process. A pooler that takes the connection that was given
/// back last answers both with one process at once; one that takes them in turns gives one of ours a second process.
const ORDER: [usize; 6] = [0, 1, 1, 0, 0, 0];

/// Makes a first connection, so that what is wrong is told now, and asks where it is not known. Where a pooler shares
/// connections, it is made sure that it takes transactions.
///
/// # Errors
/// The driver's own; a pooler that takes no transactions.
pub async fn look(server: &mut Server<PgConnectOptions>) -> Result<(), DbErr> {
    let mut one = server.dial().await?;
    let is_shared = match server.servers.pooler {
        Pooler::Unknown => is_shared(server, &mut one).await?,
        known => known == Pooler::Transaction,
    };
    if is_shared {
        takes_transactions(&mut one).await?;
        tracing::info!(
            "a pooler hands out connections by transaction: each statement stands in one of its own"
        );
        // A named statement, or what is set for a session, would be met by whoever gets the connection next.
        for (options, _) in &mut server.servers.hosts {
            *options = options.clone().statement_cache_capacity(0);
        }
        server.servers.init.clear();
    }
    server.servers.pooler = if is_shared { Pooler::Transaction } else { Pooler::None };
    let _ = one.close().await;
    Ok(())
}

/// Two connections to a server itself have a process each, and keep it.
async fn is_shared(server: &Server<PgConnectOptions>, one: &mut PgConnection) -> Result<bool, DbErr> {
    // A server that has no second connection is no pooler with many.
    let Ok(mut two) = server.dial().await else { return Ok(false) };
    let mut seen: [Option<i32>; 2] = [None, None];
    let mut shared = false;
    for at in ORDER {
        let asked = if at == 0 { &mut *one } else { &mut two };
        let process = process(asked).await.map_err(unread)?;
        shared |= seen[at].is_some_and(|known| known != process) || seen[1 - at] == Some(process);
        seen[at] = Some(process);
    }
    let _ = two.close().await;
    Ok(shared)
}

async fn process(connection: &mut PgConnection) -> Result<i32, Error> {
    let row = sqlx::raw_sql("SELECT pg_backend_pid()").fetch_one(connection).await?;
    row.try_get(0)
}

async fn takes_transactions(connection: &mut PgConnection) -> Result<(), DbErr> {
    for sql in ["BEGIN", "ROLLBACK"] {
        connection.execute(AssertSqlSafe(sql)).await.map_err(|error| match error.to_string() {
            text if text.contains("statement pooling") => unconnected(Error::Configuration(
                "the pooler's pool_mode is statement: it takes no transactions, without which a code could be redeemed \
                 twice; set pool_mode = transaction (or session)"
                    .into(),
            )),
            _ => unread(error),
        })?;
    }
    Ok(())
}
