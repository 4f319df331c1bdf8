//! Opens the database that the settings name; never creates one.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::mysql::MySqlConnectOptions;
use sea_orm::sqlx::pool::PoolOptions;
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::sqlite::SqliteConnectOptions;
use sea_orm::sqlx::{self, AssertSqlSafe, ConnectOptions, Executor};
use sea_orm::{DatabaseConnection, SqlxMySqlConnector, SqlxPostgresConnector, SqlxSqliteConnector};

use entity::bind::DjangoConnection;
use entity::layout::Layout;

use crate::failure::Failure;

use super::error::unconnected;
use super::pool::{Pools, Server, Source};
use super::sqlite::File;
use super::waits::Waits;

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
    /// OPTIONS.timeout of a SQLite file: how long it may be locked.
    pub timeout: Duration,
    pub waits: Waits,
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
            let options = parse::<MySqlConnectOptions>(target)?;
            let init = init(target, "MySQL");
            let pool = pool(init.clone()).connect_lazy_with(options.clone());
            let source = Source::MySql(Server { options, init, patience: target.waits.connect });
            server(source, SqlxMySqlConnector::from_sqlx_mysql_pool(pool), target).await?
        }
        _ => {
            let options = parse::<PgConnectOptions>(target)?;
            let init = init(target, "PostgreSQL");
            let pool = pool(init.clone()).connect_lazy_with(options.clone());
            let source = Source::Postgres(Server { options, init, patience: target.waits.connect });
            server(source, SqlxPostgresConnector::from_sqlx_postgres_pool(pool), target).await?
        }
    };
    Ok(DjangoConnection(pools, Arc::new(Layout::default())))
}

/// With one connection made, so that what is wrong is told now.
async fn server(source: Source, orm: DatabaseConnection, target: &Target) -> Result<Pools, Failure> {
    let pools = pools(source, orm, target.max_connections, target.waits);
    pools.connect().await?;
    Ok(pools)
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
    let first = format!("{wal}{}", target.init_command);
    let first = if target.reads_only { format!("{first}\n;{}", read_only("SQLite")) } else { first };
    let file = File { path: options.get_filename().to_owned(), init: first, patience: target.timeout };
    let readers = target.max_connections.min(READERS);
    // Beside the readers: the writer, and what a migration holds.
    let pool = pool::<sqlx::Sqlite>(init(target, "SQLite"))
        .max_connections(readers + 2)
        .min_connections(1)
        .acquire_timeout(target.waits.turn);
    let pool = pool.connect_with(options).await.map_err(failure)?;
    let orm = SqlxSqliteConnector::from_sqlx_sqlite_pool(pool.clone());
    // A file answers, or says that it is locked.
    let waits = Waits { life: None, ..target.waits };
    Ok(pools(Source::Sqlite(pool), orm, readers, waits).beside(file))
}

fn pools(source: Source, orm: DatabaseConnection, places: u32, waits: Waits) -> Pools {
    Pools::new(source, orm, usize::try_from(places).unwrap_or(1).max(1), waits)
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

/// The driver's pool: each of its connections begins with `init`.
fn pool<DB: sqlx::Database>(init: Vec<String>) -> PoolOptions<DB>
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    PoolOptions::<DB>::new().test_before_acquire(false).after_connect(move |connection, _| {
        let init = init.clone();
        Box::pin(async move {
            for sql in init {
                connection.execute(AssertSqlSafe(sql)).await?;
            }
            Ok(())
        })
    })
}

/// What is run on each new connection.
fn init(target: &Target, engine: &str) -> Vec<String> {
    let first = if engine == "MySQL" { STRICT } else { "" };
    let last = if target.reads_only { read_only(engine) } else { "" };
    let all = [first, &target.init_command, last].map(str::to_owned);
    all.into_iter().filter(|sql| !sql.is_empty()).collect()
}

fn read_only(engine: &str) -> &'static str {
    READ_ONLY.iter().find(|(name, _)| *name == engine).map_or("", |(_, sql)| sql)
}

fn failure(error: sqlx::Error) -> Failure {
    unconnected(error).into()
}

/// The same connections; a statement may take as long as it takes.
pub fn patient(db: &Db) -> Db {
    DjangoConnection(db.0.answering_within(None), db.1.clone())
}

/// The same database; a server has to answer each statement in this time.
pub fn answering_within(db: &Db, time: Duration) -> Db {
    DjangoConnection(db.0.answering_within(Some(time)), db.1.clone())
}

/// The same database, with what is known of its tables.
pub fn with_layout(db: Db, layout: Layout) -> Db {
    DjangoConnection(db.0, Arc::new(layout))
}
