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

pub use columns::{FoundColumn, columns, text_uuids};
pub use error::MigrateError;
pub use history::MIGRATIONS;
pub use state::State;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr};

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
pub async fn state(db: &impl ConnectionTrait) -> Result<State, DbErr> {
    state::read(db).await
}

/// The migrations that [`migrate`] would apply, as `"<app>.<name>"`; writes nothing.
pub async fn plan(db: &impl ConnectionTrait) -> Result<Vec<String>, MigrateError> {
    let todo = steps::todo(&state::read(db).await?)?;
    Ok(todo.names())
}

/// Why [`migrate`] would refuse, as far as that can be known without changing anything. Writes nothing.
pub async fn check(db: &impl ConnectionTrait, hash: Option<HashSecret<'_>>) -> Result<(), MigrateError> {
    let todo = steps::todo(&state::read(db).await?)?;
    steps::check(db, &todo, hash).await
}

/// Columns (`"<table>.<column>"`) that a stopped [`migrate`] has left: Django's own migrate stumbles over them, and
/// another [`migrate`] goes on from there. Writes nothing.
pub async fn left_behind(db: &impl ConnectionTrait) -> Result<Vec<String>, MigrateError> {
    let todo = steps::todo(&state::read(db).await?)?;
    Ok(steps::left(db, &todo).await?)
}

/// Drops the columns of [`left_behind`], so that Django can migrate; which ones they were.
pub async fn take_back(db: &impl ConnectionTrait) -> Result<Vec<String>, MigrateError> {
    let todo = steps::todo(&state::read(db).await?)?;
    Ok(steps::take_back(db, &todo).await?)
}

/// A migration of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// `"<app>.<name>"`.
    pub name: String,
    /// The tables that it changes, with their rows as of now.
    pub rows: Vec<(String, i64)>,
}

/// [`plan`] with the tables that each migration changes; writes nothing.
pub async fn plan_with_rows(db: &impl ConnectionTrait) -> Result<Vec<Step>, MigrateError> {
    let todo = steps::todo(&state::read(db).await?)?;
    Ok(steps::with_rows(db, &todo).await?)
}

/// Does everything that [`migrate_with`] does in one transaction and takes it back.
///
/// # Errors
/// Those of [`migrate_with`], and MySQL, which cannot take changes of tables back.
pub async fn dry_run(
    db: &DatabaseConnection,
    now: DateTime<Utc>,
    hash: HashSecret<'_>,
) -> Result<Report, MigrateError> {
    if db.get_database_backend() == DbBackend::MySql {
        let text = "MySQL and MariaDB cannot take changes of tables back: there is no dry run (see --plan)";
        return Err(MigrateError::Unsupported(text.into()));
    }
    let todo = steps::todo(&state::read(db).await?)?;
    steps::check_rows(db, &todo).await?;
    let txn = lock::begin(db).await?;
    let outcome = run(&txn, now, Some(hash)).await;
    txn.rollback().await?;
    outcome
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
    clear(db).await?;
    // A look without a lock first: an up-to-date database is not even locked.
    let todo = steps::todo(&state::read(db).await?)?;
    if todo.is_nothing() {
        return Ok(Report { applied: Vec::new(), nothing_to_do: true });
    }
    steps::check(db, &todo, hash).await?;
    steps::check_rows(db, &todo).await?;
    let outcome = match steps::ahead(db, &todo).await {
        Ok(()) => in_one(db, now, hash).await,
        Err(error) => Err(error.into()),
    };
    if outcome.is_err() && db.get_database_backend() != DbBackend::MySql {
        // The error that led here is what the caller must see, whatever this answers.
        let _ = steps::take_back(db, &todo).await;
    }
    outcome
}

/// Drops what a killed creation has left (MySQL).
async fn clear(db: &DatabaseConnection) -> Result<(), MigrateError> {
    if !state::read(db).await?.has_table(state::MARKER) {
        return Ok(());
    }
    let txn = lock::begin(db).await?;
    let outcome = fresh::clear(&txn).await;
    lock::release(&txn).await;
    txn.commit().await?;
    Ok(outcome?)
}

async fn in_one(
    db: &DatabaseConnection,
    now: DateTime<Utc>,
    hash: Option<HashSecret<'_>>,
) -> Result<Report, MigrateError> {
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
