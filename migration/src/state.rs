//! What a database holds: its tables and the rows of `django_migrations`.

use std::collections::HashSet;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

use crate::history;

/// MySQL only, which commits each CREATE TABLE: there while the tables are made, so that a killed run is known by it.
pub const MARKER: &str = "slash_o_migration";

/// A database as found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Names of all tables and views, sorted.
    pub tables: Vec<String>,
    /// `(app, name)` of each row of `django_migrations`, in the order of their ids.
    pub applied: Vec<(String, String)>,
}

impl State {
    /// No table at all. An empty `django_migrations` counts as none: Django leaves one behind when it is stopped.
    pub fn is_empty(&self) -> bool {
        // With the marker there is only what a killed run has made, and the next one drops it first.
        self.applied.is_empty()
            && (self.has_table(MARKER) || self.tables.iter().all(|table| table == "django_migrations"))
    }

    /// Nothing of 3.4.1 is missing. Rows of newer versions and of other apps do not matter.
    pub fn is_current(&self) -> bool {
        self.missing().is_empty()
    }

    /// The django-oauth-toolkit version whose migrations are the newest ones recorded.
    pub fn dot_version(&self) -> Option<&'static str> {
        let names: HashSet<&str> = self.names_of("oauth2_provider").collect();
        history::version(&names)
    }

    /// The rows of 3.4.1 that are not there, in Django's order. An app without a single row is not installed in
    /// that project and is not missed; oauth2_provider always is.
    pub fn missing(&self) -> Vec<(String, String)> {
        let here: HashSet<(&str, &str)> =
            self.applied.iter().map(|(app, name)| (app.as_str(), name.as_str())).collect();
        let wanted = |app: &str| {
            self.applied.is_empty() || app == "oauth2_provider" || self.names_of(app).next().is_some()
        };
        history::MIGRATIONS
            .iter()
            .filter(|(app, name)| wanted(app) && !here.contains(&(*app, *name)))
            .map(|(app, name)| (app.to_string(), name.to_string()))
            .collect()
    }

    /// Whether this migration is recorded.
    pub fn has_applied(&self, app: &str, name: &str) -> bool {
        self.names_of(app).any(|applied| applied == name)
    }

    pub(crate) fn has_table(&self, name: &str) -> bool {
        self.tables.iter().any(|table| table == name)
    }

    pub(crate) fn names_of<'a>(&'a self, app: &'a str) -> impl Iterator<Item = &'a str> {
        self.applied.iter().filter(move |(of, _)| of == app).map(|(_, name)| name.as_str())
    }
}

/// Reads the state without writing.
pub async fn read<C: ConnectionTrait>(db: &C) -> Result<State, DbErr> {
    let mut tables = Vec::new();
    for row in query(db, tables_sql(db.get_database_backend())).await? {
        tables.push(row.try_get::<String>("", "name")?);
    }
    tables.sort();
    let mut state = State { tables, applied: Vec::new() };
    if state.has_table("django_migrations") {
        for row in query(db, "SELECT app, name FROM django_migrations ORDER BY id").await? {
            state.applied.push((row.try_get("", "app")?, row.try_get("", "name")?));
        }
    }
    Ok(state)
}

async fn query<C: ConnectionTrait>(db: &C, sql: &str) -> Result<Vec<sea_orm::QueryResult>, DbErr> {
    db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await
}

/// The tables that a plain name finds, as Django's `introspection.table_names()` sees them. Extensions
/// (PostGIS and the like) bring tables of their own to PostgreSQL: those are not the user's.
fn tables_sql(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        }
        DbBackend::Postgres => {
            "SELECT c.relname::text AS name FROM pg_catalog.pg_class c \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') \
             AND n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema') \
             AND pg_catalog.pg_table_is_visible(c.oid) \
             AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')"
        }
        _ => {
            "SELECT CAST(table_name AS CHAR) AS name FROM information_schema.tables WHERE table_schema = DATABASE()"
        }
    }
}
