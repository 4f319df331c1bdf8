//! All connections of one database, and which of them a statement goes to.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, Statement};

use crate::failure::Failure;
use crate::storage::access::Access;
use crate::storage::address::Pooler;
use crate::storage::error::kind;
use crate::storage::repeat::Repeats;
use crate::storage::sqlite::{Direct, File, FileTx, Plain, Wanted, Writer};
use crate::storage::waits::Waits;

use super::brief::Brief;
use super::connection::{Ask, Connection, Got};
use super::connection_pool::ConnectionPool;
use super::source::Source;
use super::transaction::Open;

#[derive(Clone)]
pub struct Pools {
    source: Source,
    orm: DatabaseConnection,
    backend: DbBackend,
    read: Arc<ConnectionPool>,
    /// The same as `read` where the engine takes many writers.
    write: Arc<ConnectionPool>,
    /// The ways around the driver: only on SQLite, and the second only in WAL mode.
    direct: Option<Arc<Direct>>,
    writer: Option<Arc<Writer>>,
    /// How long a server may take for each answer.
    answer: Option<Duration>,
}

impl Pools {
    /// `orm` is a sea-orm connection to the same database; `places` statements at a time.
    pub fn new(source: Source, orm: DatabaseConnection, places: usize, waits: Waits) -> Pools {
        let backend = orm.get_database_backend();
        let pool = |places| ConnectionPool::new(source.clone(), backend, places, waits);
        let read = pool(places);
        let write = if backend == DbBackend::Sqlite { pool(1) } else { read.clone() };
        Pools { source, orm, backend, read, write, direct: None, writer: None, answer: None }
    }

    /// With the ways around the driver to this SQLite file.
    #[must_use]
    pub fn beside(self, file: File) -> Pools {
        let file = Arc::new(file);
        let told = |error: &rusqlite::Error| tracing::warn!(%error, "all writes go through the driver");
        let is_quick = Writer::is_quick(&file).inspect_err(told).unwrap_or(false);
        let writer = is_quick.then(|| Writer::new(file.clone(), self.write.permits()));
        Pools { direct: Some(Arc::new(Direct::new(file))), writer, ..self }
    }

    /// The same connections, with another time for each answer. A file of SQLite answers, or says that it is locked.
    #[must_use]
    pub fn answering_within(&self, answer: Option<Duration>) -> Pools {
        let answer = answer.filter(|_| self.backend != DbBackend::Sqlite);
        Pools { answer, ..self.clone() }
    }

    /// A connection that belongs to no pool.
    ///
    /// # Errors
    /// The driver's own, and a timeout.
    pub async fn own_connection(&self) -> Result<Connection, DbErr> {
        self.source.connection().await
    }

    /// Whether a pooler stands before the server that hands out its connections by transaction.
    pub fn is_pooled_by_transaction(&self) -> bool {
        matches!(&self.source, Source::Postgres(server) if server.servers.pooler == Pooler::Transaction)
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
        let mut connection = self.write.take(self.answer).await?;
        match connection.ask_first(Ask::Run(self.source.begin())).await {
            Ok(_) => Ok(Open::new(connection, self.backend)),
            Err(error) => {
                connection.give_back();
                Err(error)
            }
        }
    }

    /// A transaction of a few statements on rows that a key names.
    ///
    /// # Errors
    /// The driver's own.
    pub async fn begin_brief(&self) -> Result<Brief, Failure> {
        let Some(writer) = &self.writer else { return Ok(Brief::Driver(self.begin().await?)) };
        let mut lease = writer.take().await?;
        match lease.run(self.source.begin()).await {
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
        if let Some(writer) = &self.writer {
            writer.close();
        }
        self.read.close().await;
        self.write.close().await;
        self.source.close().await;
    }

    /// A statement that lost against another transaction is asked again.
    async fn ask(&self, pool: &Arc<ConnectionPool>, ask: Ask<'_>) -> Result<Got, DbErr> {
        let mut repeats = Repeats::default();
        loop {
            let got = self.ask_once(pool, ask).await;
            match got.as_ref().err().and_then(|error| repeats.pause(kind(error))) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return got,
            }
        }
    }

    async fn ask_once(&self, pool: &Arc<ConnectionPool>, ask: Ask<'_>) -> Result<Got, DbErr> {
        let mut connection = pool.take(self.answer).await?;
        match connection.ask_first(ask).await {
            Ok(got) => {
                connection.give_back();
                Ok(got)
            }
            Err(error) => {
                connection.give_back();
                Err(error)
            }
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
