//! One connection of whatever driver: sea-orm's statements in, sea-orm's rows out.

use std::time::Duration;

use sea_orm::sqlx::database::HasStatementCache;
use sea_orm::sqlx::{
    AssertSqlSafe, Connection as _, Database, Error, Executor, IntoArguments, MySqlConnection, PgConnection,
    Sqlite, pool::PoolConnection, query::Query, query_with,
};
use sea_orm::{DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement};
use sea_query_sqlx::SqlxValues;

use crate::failure::DatabaseKind;
use crate::storage::error::kind;

/// How long a server is told that a connection ends.
const FAREWELL: Duration = Duration::from_secs(1);

/// What is asked of a connection.
#[derive(Clone, Copy)]
pub enum Ask<'a> {
    Execute(&'a Statement),
    Rows(&'a Statement),
    /// Without values, not kept prepared.
    Run(&'a str),
}

impl Ask<'_> {
    /// Without RETURNING the driver tells the key.
    pub fn to_add(backend: DbBackend, statement: &Statement) -> Ask<'_> {
        if backend.support_returning() { Ask::Rows(statement) } else { Ask::Execute(statement) }
    }
}

/// What came of it.
pub enum Got {
    Done(ExecResult),
    Rows(Vec<QueryResult>),
}

impl Got {
    /// # Errors
    /// There are rows where none were asked for.
    pub fn done(self) -> Result<ExecResult, DbErr> {
        match self {
            Got::Done(result) => Ok(result),
            Got::Rows(_) => Err(DbErr::Custom("rows where none were asked for".into())),
        }
    }

    /// # Errors
    /// There are no rows where some were asked for.
    pub fn rows(self) -> Result<Vec<QueryResult>, DbErr> {
        match self {
            Got::Rows(rows) => Ok(rows),
            Got::Done(_) => Err(DbErr::Custom("no rows where some were asked for".into())),
        }
    }

    /// The key of the row that an INSERT made.
    ///
    /// # Errors
    /// No row was made, or its key is no whole number.
    pub fn added(self) -> Result<i64, DbErr> {
        match self {
            Got::Done(done) => i64::try_from(done.last_insert_id()).map_err(|e| DbErr::Type(e.to_string())),
            Got::Rows(rows) => {
                let row = rows.first().ok_or_else(|| DbErr::RecordNotInserted)?;
                Ok(row.try_get_by_index(0)?)
            }
        }
    }
}

pub enum Connection {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(Postgres),
    MySql(MySqlConnection),
}

/// A connection to PostgreSQL, or to a pooler before it.
pub struct Postgres {
    own: PgConnection,
    /// Where a pooler hands out connections by transaction: what one begins with.
    by_transaction: Option<String>,
    /// A transaction was begun.
    is_open: bool,
}

impl Postgres {
    pub fn new(own: PgConnection, by_transaction: Option<String>) -> Postgres {
        Postgres { own, by_transaction, is_open: false }
    }

    /// What has to be begun before this is asked: the driver sends a statement and its values apart, and between them a
    /// pooler may give the server's connection to somebody else.
    fn beginning(&mut self, ask: Ask<'_>) -> Option<String> {
        let begin = self.by_transaction.as_ref()?;
        if let Ask::Run(sql) = ask {
            self.is_open = sql.starts_with("BEGIN") || self.is_open && sql != "COMMIT" && sql != "ROLLBACK";
            // Sent in one piece.
            return None;
        }
        (!self.is_open).then(|| begin.clone())
    }
}

/// The same for each driver.
macro_rules! each {
    ($connection:expr, $one:ident => $what:expr) => {
        match $connection {
            Connection::Sqlite($one) => {
                let $one = &mut **$one;
                $what
            }
            Connection::Postgres($one) => {
                let $one = &mut $one.own;
                $what
            }
            Connection::MySql($one) => $what,
        }
    };
}

impl Connection {
    /// # Errors
    /// The driver's own.
    pub async fn ask(&mut self, ask: Ask<'_>) -> Result<Got, DbErr> {
        let begin = match self {
            Connection::Postgres(connection) => connection.beginning(ask),
            _ => None,
        };
        let Some(begin) = begin else { return self.tell(ask).await };
        self.tell(Ask::Run(&begin)).await?;
        let got = self.tell(ask).await;
        self.tell(Ask::Run(if got.is_ok() { "COMMIT" } else { "ROLLBACK" })).await.and(got)
    }

    async fn tell(&mut self, ask: Ask<'_>) -> Result<Got, DbErr> {
        let is_kept = !matches!(self, Connection::Postgres(Postgres { by_transaction: Some(_), .. }));
        let wrapped = |error: Error| RuntimeErr::SqlxError(error.into());
        match ask {
            Ask::Execute(statement) => {
                let done =
                    each!(self, c => query(statement, is_kept).execute(&mut *c).await.map(ExecResult::from));
                done.map(Got::Done).map_err(|error| DbErr::Exec(wrapped(error)))
            }
            Ask::Rows(statement) => {
                // All rows even where one is wanted: SQLite finishes a writing statement only after the last.
                let rows = each!(self, c => query(statement, is_kept).fetch_all(&mut *c).await.map(rows));
                rows.map(Got::Rows).map_err(|error| DbErr::Query(wrapped(error)))
            }
            Ask::Run(sql) => {
                let sql = AssertSqlSafe(sql.to_owned());
                let done = each!(self, c => c.execute(sql).await.map(ExecResult::from));
                done.map(Got::Done).map_err(|error| DbErr::Exec(wrapped(error)))
            }
        }
    }

    /// Whether the other side is still there.
    pub async fn answers(&mut self) -> bool {
        each!(self, c => c.ping().await.is_ok())
    }

    /// Ends the connection without waiting for it. A server is told, for as long as it listens.
    pub fn close(self) {
        match self {
            Connection::Sqlite(mut connection) => connection.close_on_drop(),
            Connection::Postgres(connection) => farewell(connection.own.close()),
            Connection::MySql(connection) => farewell(connection.close()),
        }
    }

    /// Ends the connection and waits until the server has been told.
    pub async fn finish(self) {
        let _ = match self {
            Connection::Sqlite(connection) => connection.close().await,
            Connection::Postgres(connection) => connection.own.close().await,
            Connection::MySql(connection) => connection.close().await,
        };
    }

    /// Ends the connection at once: the server is not there, or does not listen.
    pub fn hang_up(self) {
        if let Connection::Sqlite(mut connection) = self {
            connection.close_on_drop();
        }
    }
}

fn farewell(closing: impl Future<Output = Result<(), Error>> + Send + 'static) {
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.spawn(tokio::time::timeout(FAREWELL, closing));
    }
}

fn rows<R: Into<QueryResult>>(rows: Vec<R>) -> Vec<QueryResult> {
    rows.into_iter().map(Into::into).collect()
}

/// `is_kept`: the statement stays prepared on the connection.
fn query<'q, DB>(statement: &Statement, is_kept: bool) -> Query<'q, DB, SqlxValues>
where
    DB: Database + HasStatementCache,
    SqlxValues: IntoArguments<DB>,
{
    let values = statement.values.clone().unwrap_or(sea_orm::Values(Vec::new()));
    query_with(AssertSqlSafe(statement.sql.clone()), SqlxValues(values)).persistent(is_kept)
}

/// What an error says of the connection it came from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// The connection is whole: the statement was refused.
    Whole,
    /// The server ended the connection: the statement was not carried out, or its answer is lost.
    Lost,
    /// The server does not answer.
    Silent,
    /// The connection keeps what is no longer true: statements of a table that has changed, a node that only reads.
    Outdated,
}

impl After {
    pub fn of(error: &DbErr, backend: DbBackend) -> After {
        match kind(error) {
            DatabaseKind::Lost => After::Lost,
            DatabaseKind::Silent => After::Silent,
            DatabaseKind::StalePlan => After::Outdated,
            DatabaseKind::ReadOnly if backend != DbBackend::Sqlite => After::Outdated,
            _ => After::Whole,
        }
    }

    /// Whether another connection may carry the statement out.
    pub fn may_ask_another(self) -> bool {
        matches!(self, After::Lost | After::Outdated)
    }
}
