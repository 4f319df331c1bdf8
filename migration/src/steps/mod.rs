//! From a state to 3.4.1: which way there is, and walking it.

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;

use crate::error::MigrateError;
use crate::state::State;
use crate::{fresh, record};

/// The way from a state to 3.4.1.
pub enum Todo {
    Nothing,
    /// Create everything; then these rows.
    Fresh(Vec<(String, String)>),
}

impl Todo {
    pub fn is_nothing(&self) -> bool {
        matches!(self, Todo::Nothing)
    }

    /// `"<app>.<name>"` of each migration, in order.
    pub fn names(&self) -> Vec<String> {
        match self {
            Todo::Nothing => Vec::new(),
            Todo::Fresh(rows) => rows.iter().map(|(app, name)| format!("{app}.{name}")).collect(),
        }
    }
}

/// Finds the way, or says why there is none.
pub fn todo(state: &State) -> Result<Todo, MigrateError> {
    if state.is_empty() {
        return Ok(Todo::Fresh(state.missing()));
    }
    let Some(version) = state.dot_version() else {
        return Err(no_version(state));
    };
    let missing = state.missing();
    if missing.is_empty() {
        return Ok(Todo::Nothing);
    }
    let names: Vec<_> = missing.iter().map(|(app, name)| format!("{app}.{name}")).collect();
    Err(MigrateError::Unsupported(format!(
        "this database belongs to django-oauth-toolkit {version} and slash-o cannot upgrade it in place; let Django \
         with django-oauth-toolkit 3.4.1 run `manage.py migrate` first (missing: {})",
        names.join(", ")
    )))
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

/// Walks the way inside the caller's transaction.
pub async fn apply<C: ConnectionTrait>(db: &C, todo: &Todo, now: DateTime<Utc>) -> Result<(), MigrateError> {
    match todo {
        Todo::Nothing => {}
        Todo::Fresh(rows) => {
            fresh::create(db).await?;
            record::applied(db, rows, now).await?;
        }
    }
    Ok(())
}
