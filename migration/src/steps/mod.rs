//! From a state to 3.4.1: which way there is, and walking it.

mod ahead;
mod change;
mod data;
mod dot;
mod look;
mod rebuild;
mod upgrade;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr};

use crate::error::MigrateError;
use crate::state::State;
use crate::{HashSecret, Step, fresh};

/// The way from a state to 3.4.1: rows to record, in order.
pub enum Todo {
    Nothing,
    /// Create everything; then record these.
    Fresh(Vec<(String, String)>),
    /// Walk these, one after the other.
    Upgrade(Vec<(String, String)>),
}

impl Todo {
    pub fn is_nothing(&self) -> bool {
        matches!(self, Todo::Nothing)
    }

    /// `"<app>.<name>"` of each migration, in order.
    pub fn names(&self) -> Vec<String> {
        match self {
            Todo::Nothing => Vec::new(),
            Todo::Fresh(rows) | Todo::Upgrade(rows) => {
                rows.iter().map(|(app, name)| format!("{app}.{name}")).collect()
            }
        }
    }
}

/// Finds the way, or says why there is none.
pub fn todo(state: &State) -> Result<Todo, MigrateError> {
    if state.is_empty() {
        return Ok(Todo::Fresh(state.missing()));
    }
    if state.dot_version().is_none() {
        return Err(no_version(state));
    }
    if state.is_current() {
        return Ok(Todo::Nothing);
    }
    Ok(Todo::Upgrade(upgrade::rows(state)?))
}

/// Tables without rows of oauth2_provider: somebody else's database, or a DOT that nobody recorded.
fn no_version(state: &State) -> MigrateError {
    let unknown: Vec<_> = state.names_of("oauth2_provider").collect();
    if unknown.is_empty() {
        return MigrateError::NotEmpty { tables: state.tables.clone() };
    }
    MigrateError::Unsupported(format!(
        "django_migrations names only unknown oauth2_provider migrations: {}",
        unknown.join(", ")
    ))
}

/// Everything that can be known to stop the way; nothing is changed.
pub async fn check<C: ConnectionTrait>(
    db: &C,
    todo: &Todo,
    hash: Option<HashSecret<'_>>,
) -> Result<(), MigrateError> {
    match todo {
        Todo::Upgrade(rows) => upgrade::check(db, rows, hash).await,
        _ => Ok(()),
    }
}

/// Rows that would stop the way; nothing is changed.
pub async fn check_rows<C: ConnectionTrait>(db: &C, todo: &Todo) -> Result<(), MigrateError> {
    match todo {
        Todo::Upgrade(rows) => upgrade::check_rows(db, rows).await,
        _ => Ok(()),
    }
}

/// The part of the way that needs no lock and may be stopped.
pub async fn ahead(db: &DatabaseConnection, todo: &Todo) -> Result<(), DbErr> {
    match todo {
        Todo::Upgrade(rows) => ahead::fill(db, rows).await,
        _ => Ok(()),
    }
}

/// Columns that a stopped [`ahead`] has left, and Django's own migrate stumbles over.
pub async fn left(db: &impl ConnectionTrait, todo: &Todo) -> Result<Vec<String>, DbErr> {
    match todo {
        Todo::Upgrade(rows) => ahead::left(db, rows).await,
        _ => Ok(Vec::new()),
    }
}

/// Drops them.
pub async fn take_back(db: &impl ConnectionTrait, todo: &Todo) -> Result<Vec<String>, DbErr> {
    match todo {
        Todo::Upgrade(rows) => ahead::take_back(db, rows).await,
        _ => Ok(Vec::new()),
    }
}

/// Each migration with the tables that it changes and how many rows they have now.
pub async fn with_rows<C: ConnectionTrait>(db: &C, todo: &Todo) -> Result<Vec<Step>, DbErr> {
    let Todo::Upgrade(rows) = todo else {
        return Ok(todo.names().into_iter().map(|name| Step { name, rows: Vec::new() }).collect());
    };
    let mut counts: HashMap<&str, i64> = HashMap::new();
    let mut out = Vec::new();
    for (app, name) in rows {
        let mut step = Step { name: format!("{app}.{name}"), rows: Vec::new() };
        for table in dot::changes(app, name).iter().map(|change| change.table()) {
            if step.rows.iter().any(|(known, _)| known == table) {
                continue;
            }
            if !counts.contains_key(table) {
                counts.insert(table, look::count(db, table).await?);
            }
            step.rows.push((table.to_owned(), counts.get(table).copied().unwrap_or(0)));
        }
        out.push(step);
    }
    Ok(out)
}

/// Walks the way inside the caller's transaction.
pub async fn apply<C: ConnectionTrait>(
    db: &C,
    todo: &Todo,
    now: DateTime<Utc>,
    hash: Option<HashSecret<'_>>,
) -> Result<(), MigrateError> {
    match todo {
        Todo::Nothing => {}
        Todo::Fresh(rows) => fresh::create(db, rows, now).await?,
        Todo::Upgrade(rows) => upgrade::run(db, rows, &data::How { now, hash }).await?,
    }
    Ok(())
}
