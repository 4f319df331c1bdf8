//! A transaction on a connection of its own; dropping it rolls back.

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement};
use tokio::sync::Mutex;

use crate::failure::{DatabaseKind, Failure};
use crate::storage::access::Access;
use crate::storage::error::database;

use super::connection::{Ask, Got};
use super::connection_pool::PooledConnection;

pub struct Open {
    /// `None` once it is over.
    connection: Mutex<Option<PooledConnection>>,
    backend: DbBackend,
}

impl Open {
    pub(super) fn new(connection: PooledConnection, backend: DbBackend) -> Open {
        Open { connection: Mutex::new(Some(connection)), backend }
    }

    /// # Errors
    /// The driver's own; then nothing is written, unless the kind is `Unsettled`.
    pub async fn commit(mut self) -> Result<(), Failure> {
        let connection = self.connection.get_mut();
        let done = ask(connection.as_mut(), Ask::Run("COMMIT")).await;
        // Refused or not, it ended the transaction.
        if let Some(connection) = connection.take() {
            connection.give_back();
        }
        done.map(drop).map_err(|error| {
            let mut failure = database(&error);
            if matches!(failure.kind, DatabaseKind::Lost | DatabaseKind::Silent) {
                failure.kind = DatabaseKind::Unsettled;
            }
            failure.into()
        })
    }

    async fn ask(&self, statement: Ask<'_>) -> Result<Got, DbErr> {
        ask(self.connection.lock().await.as_mut(), statement).await
    }
}

async fn ask(connection: Option<&mut PooledConnection>, statement: Ask<'_>) -> Result<Got, DbErr> {
    let over = || DbErr::Custom("the transaction is over".into());
    connection.ok_or_else(over)?.ask(statement).await
}

impl Drop for Open {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.get_mut().take() else { return };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(async move {
            match connection.ask(Ask::Run("ROLLBACK")).await {
                Ok(_) => connection.give_back(),
                Err(_) => connection.close(),
            }
        });
    }
}

/// What a transaction reads is read by its own connection.
#[async_trait]
impl Access for Open {
    fn backend(&self) -> DbBackend {
        self.backend
    }

    async fn rows(&self, statement: Statement) -> Result<Vec<QueryResult>, Failure> {
        Ok(self.ask(Ask::Rows(&statement)).await?.rows()?)
    }

    async fn change(&self, statement: Statement) -> Result<u64, Failure> {
        Ok(self.ask(Ask::Execute(&statement)).await?.done()?.rows_affected())
    }

    async fn add(&self, statement: Statement) -> Result<i64, Failure> {
        Ok(self.ask(Ask::to_add(self.backend, &statement)).await?.added()?)
    }
}

#[async_trait]
impl ConnectionTrait for Open {
    fn get_database_backend(&self) -> DbBackend {
        self.backend
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.ask(Ask::Execute(&statement)).await?.done()
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.ask(Ask::Run(sql)).await?.done()
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        Ok(self.ask(Ask::Rows(&statement)).await?.rows()?.into_iter().next())
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.ask(Ask::Rows(&statement)).await?.rows()
    }
}
