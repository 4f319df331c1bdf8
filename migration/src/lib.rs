//! `slash-o migrate`: the schema of Django 5.2 and django-oauth-toolkit 3.4.1, made as Django makes it.
//! `django_migrations` gets Django's own rows, so Django's `migrate` finds nothing left to do.

mod columns;
mod error;
mod fresh;
mod history;
mod lock;
mod permissions;
mod record;
mod schema;
mod state;
mod steps;

pub use columns::{FoundColumn, columns};
pub use error::MigrateError;
pub use state::State;

use chrono::{DateTime, Utc};
use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr};

/// What [`migrate`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Migrations recorded by this run, in order, as `"<app>.<name>"`.
    pub applied: Vec<String>,
    /// The database was up to date and nothing was written.
    pub nothing_to_do: bool,
}

/// Hashes a client secret with the project's preferred password hasher (`make_password`); `None` if it is a hash
/// already (`identify_hasher`).
pub type HashSecret<'a> = &'a (dyn Fn(&str) -> Option<String> + Sync);

/// Reads the tables and the rows of `django_migrations`; writes nothing.
pub async fn state(db: &DatabaseConnection) -> Result<State, DbErr> {
    state::read(db).await
}

/// The migrations that [`migrate`] would apply, as `"<app>.<name>"`; writes nothing.
pub async fn plan(db: &DatabaseConnection) -> Result<Vec<String>, MigrateError> {
    let todo = steps::todo(&state::read(db).await?)?;
    Ok(todo.names())
}

/// Brings the database to 3.4.1. `now` is stored as the time of each migration, cut to microseconds.
///
/// SQLite and PostgreSQL keep all or nothing. MySQL cannot undo DDL: on an error the tables made so far are
/// dropped again (they were not there before); a half-made upgrade goes on with the next run.
///
/// A database of DOT before 2.0 that holds applications needs [`migrate_with`].
pub async fn migrate(db: &DatabaseConnection, now: DateTime<Utc>) -> Result<Report, MigrateError> {
    walk(db, now, None).await
}

/// [`migrate`], with what DOT 2.0 needs to hash the client secrets of an older database. `hash` runs on the calling
/// task, once per application: about a third of a second each.
pub async fn migrate_with(
    db: &DatabaseConnection,
    now: DateTime<Utc>,
    hash: HashSecret<'_>,
) -> Result<Report, MigrateError> {
    walk(db, now, Some(hash)).await
}

async fn walk(
    db: &DatabaseConnection,
    now: DateTime<Utc>,
    hash: Option<HashSecret<'_>>,
) -> Result<Report, MigrateError> {
    // A look without a lock first: an up-to-date database is not even locked.
    if steps::todo(&state::read(db).await?)?.is_nothing() {
        return Ok(Report { applied: Vec::new(), nothing_to_do: true });
    }
    let txn = lock::begin(db).await?;
    let outcome = run(&txn, now, hash).await;
    lock::release(&txn).await;
    match outcome {
        Ok(report) => {
            txn.commit().await?;
            Ok(report)
        }
        Err(error) => {
            txn.rollback().await?;
            Err(error)
        }
    }
}

/// Reads the state again: another process may have migrated while this one waited for the lock.
async fn run(
    txn: &DatabaseTransaction,
    now: DateTime<Utc>,
    hash: Option<HashSecret<'_>>,
) -> Result<Report, MigrateError> {
    let todo = steps::todo(&state::read(txn).await?)?;
    steps::apply(txn, &todo, now, hash).await?;
    Ok(Report { applied: todo.names(), nothing_to_do: todo.is_nothing() })
}
