//! All connections of one database, and which of them a statement goes to.

use std::sync::Arc;

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, Statement};

use crate::failure::Failure;
use crate::storage::access::Access;
use crate::storage::sqlite::{Direct, File, FileTx, Plain, Wanted, Writer};

use super::brief::Brief;
use super::connection::{Ask, Got, is_gone};
use super::connection_pool::{ConnectionPool, PooledConnection, Source};
use super::transaction::Open;

/// SQLite: the write lock at once.
const BEGIN: &str = "BEGIN IMMEDIATE";

pub struct Pools {
    source: Source,
    orm: DatabaseConnection,
    backend: DbBackend,
    read: Arc<ConnectionPool>,
    /// The same as `read` where the engine takes many writers.
    write: Arc<ConnectionPool>,
    /// The ways around the driver: only on SQLite, and the second only in WAL mode.
    direct: Option<Direct>,
    writer: Option<Arc<Writer>>,
}

impl Pools {
    /// `orm` is a sea-orm connection to the same pool; `places` statements at a time.
    pub fn new(source: Source, orm: DatabaseConnection, places: usize) -> Pools {
        let backend = orm.get_database_backend();
        let read = ConnectionPool::new(source.clone(), places);
        let write =
            if backend == DbBackend::Sqlite { ConnectionPool::new(source.clone(), 1) } else { read.clone() };
        Pools { source, orm, backend, read, write, direct: None, writer: None }
    }

    /// With the ways around the driver to this SQLite file.
    #[must_use]
    pub fn beside(self, file: File) -> Pools {
        let file = Arc::new(file);
        let told = |error: &rusqlite::Error| tracing::warn!(%error, "all writes go through the driver");
        let is_quick = Writer::is_quick(&file).inspect_err(told).unwrap_or(false);
        let writer = is_quick.then(|| Writer::new(file.clone(), self.write.permits()));
        Pools { direct: Some(Direct::new(file)), writer, ..self }
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
        let sql = if self.backend == DbBackend::Sqlite { BEGIN } else { "BEGIN" };
        let mut connection = self.write.take().await?;
        match connection.ask_first(Ask::Run(sql)).await {
            Ok(_) => Ok(Open::new(connection, self.backend)),
            Err(error) => Err(given_back(connection, error)),
        }
    }

    /// A transaction of a few statements on rows that a key names.
    ///
    /// # Errors
    /// The driver's own.
    pub async fn begin_brief(&self) -> Result<Brief, Failure> {
        let Some(writer) = &self.writer else { return Ok(Brief::Driver(self.begin().await?)) };
        let mut lease = writer.take().await?;
        match lease.run(BEGIN).await {
            Ok(()) => Ok(Brief::File(FileTx::new(lease))),
            Err(error) => {
                lease.give_back();
                Err(error)
            }
        }
    }

    /// Waits for what is in use.
    pub async fn close(&self) {
        if let Some(direct) = &self.direct {
            direct.close();
        }
        self.read.clear();
        self.write.clear();
        if let Some(writer) = &self.writer {
            writer.close();
        }
        self.source.close().await;
    }

    async fn ask(&self, pool: &Arc<ConnectionPool>, ask: Ask<'_>) -> Result<Got, DbErr> {
        let mut connection = pool.take().await?;
        match connection.ask_first(ask).await {
            Ok(got) => {
                connection.give_back();
                Ok(got)
            }
            Err(error) => Err(given_back(connection, error)),
        }
    }

    async fn read(&self, statement: &Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.ask(self.pool_of(statement), Ask::Rows(statement)).await?.rows()
    }

    /// Where a query goes: an INSERT with RETURNING is one too.
    fn pool_of(&self, statement: &Statement) -> &Arc<ConnectionPool> {
        let is_read =
            statement.sql.as_bytes().get(..6).is_some_and(|word| word.eq_ignore_ascii_case(b"SELECT"));
        if is_read { &self.read } else { &self.write }
    }
}

/// A statement that the database refused leaves its connection whole; one that was lost does not.
fn given_back(mut connection: PooledConnection, error: DbErr) -> DbErr {
    if is_gone(&error) {
        connection.close();
    } else {
        connection.give_back();
    }
    error
}

#[async_trait]
impl Access for Pools {
    fn backend(&self) -> DbBackend {
        self.backend
    }

    fn look_up<T>(
        &self,
        statement: &Statement,
        wanted: Wanted,
        read: impl FnMut(&Plain<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        self.direct.as_ref()?.look_up(statement, wanted, read)
    }

    async fn rows(&self, statement: Statement) -> Result<Vec<QueryResult>, Failure> {
        Ok(self.read(&statement).await?)
    }

    async fn change(&self, statement: Statement) -> Result<u64, Failure> {
        let Some(writer) = &self.writer else {
            return Ok(self.ask(&self.write, Ask::Execute(&statement)).await?.done()?.rows_affected());
        };
        let mut lease = writer.take().await?;
        let changed = lease.change(&statement).await;
        lease.give_back();
        changed
    }

    async fn add(&self, statement: Statement) -> Result<i64, Failure> {
        let Some(writer) = &self.writer else {
            return Ok(self.ask(&self.write, Ask::to_add(self.backend, &statement)).await?.added()?);
        };
        let mut lease = writer.take().await?;
        let key = lease.add(&statement).await;
        lease.give_back();
        key
    }
}

#[async_trait]
impl ConnectionTrait for Pools {
    fn get_database_backend(&self) -> DbBackend {
        self.backend
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.ask(&self.write, Ask::Execute(&statement)).await?.done()
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.ask(&self.write, Ask::Run(sql)).await?.done()
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        Ok(self.read(&statement).await?.into_iter().next())
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.read(&statement).await
    }
}
