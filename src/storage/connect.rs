//! Opens the database that the settings name; never creates one.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::pool::PoolOptions;
use sea_orm::sqlx::sqlite::SqliteConnectOptions;
use sea_orm::sqlx::{self, AssertSqlSafe, ConnectOptions, Executor};
use sea_orm::{DatabaseConnection, SqlxMySqlConnector, SqlxPostgresConnector, SqlxSqliteConnector};

use entity::bind::DjangoConnection;
use entity::layout::Layout;

use crate::failure::Failure;

use super::address::{Address, Servers};
use super::error::unconnected;
use super::pool::{Dial, Pools, Server, Source, look};
use super::sqlite::File;
use super::waits::Waits;

/// The database, as Django writes it.
pub type Db = DjangoConnection<Pools>;

/// Connections to a SQLite file that read at the same time; more threads than this only get in each other's way.
const READERS: u32 = 4;

/// What makes a connection refuse to write, by the engine.
const READ_ONLY: [(&str, &str); 3] = [
    ("SQLite", "PRAGMA query_only = 1"),
    ("PostgreSQL", "SET default_transaction_read_only = on"),
    ("MySQL", "SET SESSION TRANSACTION READ ONLY"),
];

/// Where and how to connect; built from the settings by the caller.
#[derive(Clone)]
pub struct Target {
    pub address: Address,
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

impl Target {
    /// A SQLite file that is there.
    pub fn of_file(path: &Path, init_command: &str) -> Target {
        Target {
            address: Address::Sqlite(SqliteConnectOptions::new().filename(path).into()),
            max_connections: 4,
            timeout: Duration::from_secs(5),
            waits: Waits::default(),
            wal: false,
            init_command: init_command.to_owned(),
            reads_only: false,
        }
    }
}

/// Connects, and fails at once if the database cannot be reached. The tables are taken to be those of DOT 3.4.1
/// until [`with_layout`] knows better.
///
/// # Errors
/// The driver's own, without the password.
pub async fn open(target: &Target) -> Result<Db, Failure> {
    let pools = match &target.address {
        Address::Sqlite(options) => sqlite(target, *options.clone()).await?,
        Address::MySql(servers) => {
            let server = server(target, servers, "MySQL");
            server.try_out().await?;
            let lazy = pool(server.servers.init.clone()).connect_lazy_with(server.settled().await?);
            pools(Source::MySql(server), SqlxMySqlConnector::from_sqlx_mysql_pool(lazy), target)
        }
        Address::Postgres(servers) => {
            let mut server = server(target, servers, "PostgreSQL");
            look(&mut server).await?;
            let lazy = pool(server.servers.init.clone()).connect_lazy_with(server.settled().await?);
            pools(Source::Postgres(server), SqlxPostgresConnector::from_sqlx_postgres_pool(lazy), target)
        }
    };
    Ok(DjangoConnection(pools, Arc::new(Layout::default())))
}

fn server<O: Dial>(target: &Target, servers: &Servers<O>, engine: &str) -> Server<O> {
    let mut servers = servers.clone();
    servers.hosts.iter_mut().for_each(|(options, _)| *options = quiet(options.clone()));
    servers.init.extend(init(target, engine));
    if target.reads_only {
        servers.begin = format!("{}; SET TRANSACTION READ ONLY", servers.begin);
    }
    Server::new(servers, target.waits.connect)
}

async fn sqlite(target: &Target, options: SqliteConnectOptions) -> Result<Pools, Failure> {
    let options = quiet(options);
    let options = options.busy_timeout(target.timeout).statement_cache_capacity(200);
    let options = if target.wal {
        options.pragma("journal_mode", "WAL").pragma("synchronous", "NORMAL")
    } else {
        options
    };
    let wal = if target.wal { "PRAGMA synchronous = NORMAL;" } else { "" };
    let init = init(target, "SQLite");
    let first = format!("{wal}{}", init.join("\n;"));
    let file = File { path: options.get_filename().to_owned(), init: first, patience: target.timeout };
    let readers = target.max_connections.min(READERS);
    // Beside the readers: the writer, and what a migration holds.
    let pool = pool::<sqlx::Sqlite>(init)
        .max_connections(readers + 2)
        .min_connections(1)
        .acquire_timeout(target.waits.turn);
    let pool = pool.connect_with(options).await.map_err(failure)?;
    let orm = SqlxSqliteConnector::from_sqlx_sqlite_pool(pool.clone());
    // A file answers, or says that it is locked.
    let target =
        Target { max_connections: readers, waits: Waits { life: None, ..target.waits }, ..target.clone() };
    Ok(pools(Source::Sqlite(pool), orm, &target).beside(file))
}

fn pools(source: Source, orm: DatabaseConnection, target: &Target) -> Pools {
    Pools::new(source, orm, usize::try_from(target.max_connections).unwrap_or(1).max(1), target.waits)
}

/// Each statement is told of where the log asks for it (RUST_LOG=sqlx::query=debug). Values are bound and never in a
/// statement's text.
fn quiet<O: ConnectOptions>(options: O) -> O {
    let is_told = tracing::enabled!(target: "sqlx::query", tracing::Level::DEBUG);
    if is_told { options } else { options.disable_statement_logging() }
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

/// What the settings want each connection to begin with.
fn init(target: &Target, engine: &str) -> Vec<String> {
    let last = if target.reads_only { read_only(engine) } else { "" };
    [target.init_command.as_str(), last]
        .into_iter()
        .filter(|sql| !sql.is_empty())
        .map(str::to_owned)
        .collect()
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
