//! Opens the database that the settings name; never creates one.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::mysql::MySqlConnectOptions;
use sea_orm::sqlx::pool::PoolOptions;
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::sqlite::SqliteConnectOptions;
use sea_orm::sqlx::{self, AssertSqlSafe, ConnectOptions, Executor, IntoArguments};
use sea_orm::{DatabaseConnection, SqlxMySqlConnector, SqlxPostgresConnector, SqlxSqliteConnector};

use entity::bind::DjangoConnection;
use entity::layout::Layout;

use crate::failure::Failure;

use super::error::unconnected;
use super::pool::{Pools, Source};
use super::sqlite::File;

/// The database, as Django writes it.
pub type Db = DjangoConnection<Pools>;

/// Connections to a SQLite file that read at the same time; more threads than this only get in each other's way.
const READERS: u32 = 4;

/// A server that is not strict would cut what is too long for its column and say nothing (Django warns of it as
/// mysql.W002).
const STRICT: &str = "SET SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_TRANS_TABLES')";

/// What makes a connection refuse to write, by the engine.
const READ_ONLY: [(&str, &str); 3] = [
    ("SQLite", "PRAGMA query_only = 1"),
    ("PostgreSQL", "SET default_transaction_read_only = on"),
    ("MySQL", "SET SESSION TRANSACTION READ ONLY"),
];

/// Where and how to connect; built from the settings by the caller.
#[derive(Clone)]
pub struct Target {
    /// Holds the password: never log it.
    pub url: String,
    pub max_connections: u32,
    pub timeout: Duration,
    /// Only for a SQLite file that slash-o itself made.
    pub wal: bool,
    /// Run on each new connection (OPTIONS.init_command); empty: nothing.
    pub init_command: String,
    /// Each connection refuses to write.
    pub reads_only: bool,
}

/// Connects, and fails at once if the database cannot be reached. The tables are taken to be those of DOT 3.4.1
/// until [`with_layout`] knows better.
///
/// # Errors
/// The driver's own, without the password.
pub async fn open(target: &Target) -> Result<Db, Failure> {
    let pools = match target.url.split(':').next().unwrap_or_default() {
        "sqlite" => sqlite(target).await?,
        "mysql" => {
            let pool =
                pool::<sqlx::MySql>(target, parse::<MySqlConnectOptions>(target)?, target.max_connections);
            let pool = pool.await?;
            let orm = SqlxMySqlConnector::from_sqlx_mysql_pool(pool.clone());
            pools(Source::MySql(pool), orm, target.max_connections)
        }
        _ => {
            let pool =
                pool::<sqlx::Postgres>(target, parse::<PgConnectOptions>(target)?, target.max_connections);
            let pool = pool.await?;
            let orm = SqlxPostgresConnector::from_sqlx_postgres_pool(pool.clone());
            pools(Source::Postgres(pool), orm, target.max_connections)
        }
    };
    Ok(DjangoConnection(pools, Arc::new(Layout::default())))
}

async fn sqlite(target: &Target) -> Result<Pools, Failure> {
    let options = parse::<SqliteConnectOptions>(target)?;
    let options = options.busy_timeout(target.timeout).statement_cache_capacity(200);
    let options = if target.wal {
        options.pragma("journal_mode", "WAL").pragma("synchronous", "NORMAL")
    } else {
        options
    };
    let wal = if target.wal { "PRAGMA synchronous = NORMAL;" } else { "" };
    let init = format!("{wal}{}", target.init_command);
    let init = if target.reads_only { format!("{init}\n;{}", read_only("SQLite")) } else { init };
    let file = File { path: options.get_filename().to_owned(), init, patience: target.timeout };
    let readers = target.max_connections.min(READERS);
    // Beside the readers: the writer, and what a migration holds.
    let pool = pool::<sqlx::Sqlite>(target, options, readers + 2).await?;
    let orm = SqlxSqliteConnector::from_sqlx_sqlite_pool(pool.clone());
    Ok(pools(Source::Sqlite(pool), orm, readers).beside(file))
}

fn pools(source: Source, orm: DatabaseConnection, places: u32) -> Pools {
    Pools::new(source, orm, usize::try_from(places).unwrap_or(1).max(1))
}

/// The driver's options, with each statement told of where the log asks for it (RUST_LOG=sqlx::query=debug). Values
/// are bound and never in a statement's text.
fn parse<O: ConnectOptions + FromStr<Err = sqlx::Error>>(target: &Target) -> Result<O, Failure> {
    let options = O::from_str(&target.url).map_err(failure)?;
    Ok(if tracing::enabled!(target: "sqlx::query", tracing::Level::DEBUG) {
        options
    } else {
        options.disable_statement_logging()
    })
}

async fn pool<DB: sqlx::Database>(
    target: &Target,
    options: <DB::Connection as sqlx::Connection>::Options,
    most: u32,
) -> Result<sqlx::Pool<DB>, Failure>
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    DB::Arguments: IntoArguments<DB>,
{
    let pool = PoolOptions::<DB>::new()
        .max_connections(most)
        .min_connections(1)
        .acquire_timeout(Duration::from_secs(30))
        .test_before_acquire(false);
    let strict = if DB::NAME == <sqlx::MySql as sqlx::Database>::NAME { STRICT } else { "" };
    let last = if target.reads_only { read_only(DB::NAME) } else { "" };
    let init: Arc<[String]> = [strict.to_owned(), target.init_command.clone(), last.to_owned()].into();
    let pool = pool.after_connect(move |connection, _| {
        let init = init.clone();
        Box::pin(async move {
            for sql in init.iter().filter(|sql| !sql.is_empty()) {
                connection.execute(AssertSqlSafe(sql.clone())).await?;
            }
            Ok(())
        })
    });
    pool.connect_with(options).await.map_err(failure)
}

fn read_only(engine: &str) -> &'static str {
    READ_ONLY.iter().find(|(name, _)| *name == engine).map_or("", |(_, sql)| sql)
}

fn failure(error: sqlx::Error) -> Failure {
    unconnected(error).into()
}

/// The same database, with what is known of its tables.
pub fn with_layout(db: Db, layout: Layout) -> Db {
    DjangoConnection(db.0, Arc::new(layout))
}
