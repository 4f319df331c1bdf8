//! The connections of one database. A statement outside a transaction is asked once more when the server had ended
//! the connection; on SQLite one connection writes and the others read.

mod connection;
mod direct;
mod lane;
mod transaction;

use std::sync::Arc;

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, Statement};

use connection::{Ask, Got};
use lane::Lane;

pub use direct::{Beside, Direct, Plain};
pub use lane::Source;
pub use transaction::Open;

pub struct Pools {
    source: Source,
    orm: DatabaseConnection,
    backend: DbBackend,
    read: Arc<Lane>,
    /// The same as `read` where the engine takes many writers.
    write: Arc<Lane>,
    /// Only on SQLite.
    direct: Option<Direct>,
}

impl Pools {
    /// `orm` is a sea-orm connection to the same pool; `places` statements at a time.
    pub fn new(source: Source, orm: DatabaseConnection, places: usize, direct: Option<Direct>) -> Pools {
        let backend = orm.get_database_backend();
        let read = Lane::new(source.clone(), places);
        let write = if backend == DbBackend::Sqlite { Lane::new(source.clone(), 1) } else { read.clone() };
        Pools { source, orm, backend, read, write, direct }
    }

    /// For the migrations, which begin their own transactions.
    pub fn orm(&self) -> &DatabaseConnection {
        &self.orm
    }

    /// A transaction that may write; on SQLite it takes the write lock at once.
    ///
    /// # Errors
    /// The driver's own.
    pub async fn begin(&self) -> Result<Open, DbErr> {
        let sql = if self.backend == DbBackend::Sqlite { "BEGIN IMMEDIATE" } else { "BEGIN" };
        let mut lease = self.write.take().await?;
        match lease.ask_first(Ask::Run(sql)).await {
            Ok(_) => Ok(Open::new(lease, self.backend)),
            Err(error) => Err(given_back(lease, error)),
        }
    }

    /// Waits for what is in use.
    pub async fn close(&self) {
        if let Some(direct) = &self.direct {
            direct.close();
        }
        self.read.clear();
        self.write.clear();
        self.source.close().await;
    }

    async fn ask(&self, lane: &Arc<Lane>, ask: Ask<'_>) -> Result<Got, DbErr> {
        let mut lease = lane.take().await?;
        match lease.ask_first(ask).await {
            Ok(got) => {
                lease.give_back();
                Ok(got)
            }
            Err(error) => Err(given_back(lease, error)),
        }
    }

    /// Where a query goes: an INSERT with RETURNING is one too.
    fn lane_of(&self, statement: &Statement) -> &Arc<Lane> {
        let is_read =
            statement.sql.as_bytes().get(..6).is_some_and(|word| word.eq_ignore_ascii_case(b"SELECT"));
        if is_read { &self.read } else { &self.write }
    }

    async fn rows(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        rows(self.ask(self.lane_of(&statement), Ask::Rows(&statement)).await?)
    }
}

/// A statement that the database refused leaves its connection whole; one that was lost does not.
fn given_back(mut lease: lane::Lease, error: DbErr) -> DbErr {
    if connection::is_gone(&error) {
        lease.close();
    } else {
        lease.give_back();
    }
    error
}

fn done(got: Got) -> Result<ExecResult, DbErr> {
    match got {
        Got::Done(result) => Ok(result),
        Got::Rows(_) => Err(DbErr::Custom("rows where none were asked for".into())),
    }
}

fn rows(got: Got) -> Result<Vec<QueryResult>, DbErr> {
    match got {
        Got::Rows(rows) => Ok(rows),
        Got::Done(_) => Err(DbErr::Custom("no rows where some were asked for".into())),
    }
}

impl Beside for Pools {
    fn direct(&self) -> Option<&Direct> {
        self.direct.as_ref()
    }
}

#[async_trait]
impl ConnectionTrait for Pools {
    fn get_database_backend(&self) -> DbBackend {
        self.backend
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        done(self.ask(&self.write, Ask::Execute(&statement)).await?)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        done(self.ask(&self.write, Ask::Run(sql)).await?)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        Ok(self.rows(statement).await?.into_iter().next())
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.rows(statement).await
    }
}
