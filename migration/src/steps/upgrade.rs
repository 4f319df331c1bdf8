//! A database of an older DOT: the migrations it lacks, one after the other, each recorded when it is done.

use sea_orm::{ConnectionTrait, DbBackend};

use super::data::{self, How};
use super::{change, dot, rebuild};
use crate::error::MigrateError;
use crate::schema::Engine;
use crate::state::{self, State};
use crate::{HashSecret, history, permissions, record};

/// The only migration of another app that is walked: Django 2.2 and 3.0 have not got it.
const USER_NAME: (&str, &str) = ("auth", "0012_alter_user_first_name_max_length");

/// Tables of the models that a project may have swapped; a swapped one is missing.
const MODELS: [&str; 5] = [
    "auth_user",
    "oauth2_provider_application",
    "oauth2_provider_accesstoken",
    "oauth2_provider_grant",
    "oauth2_provider_refreshtoken",
];

/// Tables that a migration added, so that they are missing in a younger database only if swapped.
const ADDED: [(&str, &str); 2] = [
    ("0004_auto_20200902_2022", "oauth2_provider_idtoken"),
    ("0013_alter_application_authorization_grant_type_device", "oauth2_provider_devicegrant"),
];

/// The rows to add, in order, or why this state cannot be upgraded.
pub fn rows(state: &State) -> Result<Vec<(String, String)>, MigrateError> {
    let version = state.dot_version().unwrap_or("unknown");
    let refuse = |why: String| {
        Err(MigrateError::Unsupported(format!(
            "this database belongs to django-oauth-toolkit {version} and slash-o cannot upgrade it in place: {why}; \
             let Django with django-oauth-toolkit 3.4.1 run `manage.py migrate` first"
        )))
    };
    let added =
        ADDED.iter().filter(|(name, _)| state.names_of("oauth2_provider").any(|applied| applied == *name));
    let mut needed = MODELS.iter().chain(added.map(|(_, table)| table));
    if let Some(table) = needed.find(|table| !state.has_table(table)) {
        return refuse(format!("there is no table {table} (a swapped model?)"));
    }
    if ["before 1.0", "0.12"].contains(&version) {
        return refuse("it is older than 1.0".into());
    }
    let mut missing = state.missing();
    let known = |app: &str, name: &str| app == "oauth2_provider" || (app, name) == USER_NAME;
    if let Some((app, name)) = missing.iter().find(|(app, name)| !known(app, name)) {
        return refuse(format!("{app}.{name} is missing"));
    }
    if has_gap(state, &missing) {
        return refuse("a migration in the middle is missing".into());
    }
    if version == "1.0" {
        let first = missing.iter().position(|(app, _)| app == "oauth2_provider").unwrap_or(0);
        missing.insert(first, ("oauth2_provider".into(), dot::FROM_1_0.into()));
    }
    Ok(missing)
}

/// Django refuses a row that stands before the one it depends on, and the changes here build on each other.
fn has_gap(state: &State, missing: &[(String, String)]) -> bool {
    let first = missing.iter().find(|(app, _)| app == "oauth2_provider").map(|(_, name)| name.as_str());
    let mut later =
        history::MIGRATIONS.iter().filter(|(app, _)| *app == "oauth2_provider").map(|(_, name)| *name);
    let after = later.by_ref().skip_while(|name| first.is_some_and(|first| first != *name));
    let after: Vec<&str> = after.collect();
    first.is_some() && state.names_of("oauth2_provider").any(|name| after.contains(&name))
}

/// Everything that can be known to stop the way, said before anything is changed.
pub async fn check<C: ConnectionTrait>(
    db: &C,
    rows: &[(String, String)],
    hash: Option<HashSecret<'_>>,
) -> Result<(), MigrateError> {
    if rows.iter().any(|(_, name)| name == "0006_alter_application_client_secret") {
        data::check_hasher(db, hash).await?;
    }
    if db.get_database_backend() == DbBackend::Sqlite {
        rebuild::check(db, has_user(rows)).await?;
    }
    Ok(())
}

/// Rows that would stop the way; every row is looked at.
pub async fn check_rows<C: ConnectionTrait>(db: &C, rows: &[(String, String)]) -> Result<(), MigrateError> {
    match db.get_database_backend() {
        DbBackend::Sqlite => rebuild::check_rows(db, has_user(rows)).await,
        _ => Ok(()),
    }
}

fn has_user(rows: &[(String, String)]) -> bool {
    rows.iter().any(|(app, _)| app == USER_NAME.0)
}

pub async fn run<C: ConnectionTrait>(
    db: &C,
    rows: &[(String, String)],
    how: &How<'_>,
) -> Result<(), MigrateError> {
    check(db, rows, how.hash).await?;
    let engine = Engine::detect(db).await?;
    if db.get_database_backend() == DbBackend::Postgres {
        // PostgreSQL alters no table that has deferred checks of changed rows waiting.
        db.execute_unprepared("SET CONSTRAINTS ALL IMMEDIATE").await?;
    }
    for (place, row) in rows.iter().enumerate() {
        for change in dot::changes(&row.0, &row.1) {
            change::make(db, engine, *change, how).await?;
        }
        if place + 1 == rows.len() && matches!(engine, Engine::Mysql { .. }) {
            // DDL has ended the transaction; the last row and what follows it come together.
            db.execute_unprepared("START TRANSACTION").await?;
        }
        record::applied(db, std::slice::from_ref(row), how.now).await?;
    }
    if engine == Engine::Sqlite {
        rebuild::all(db, has_user(rows)).await?;
    }
    let state = state::read(db).await?;
    let apps = ["admin", "auth", "contenttypes", "sessions", "oauth2_provider"];
    let installed: Vec<&str> = apps.into_iter().filter(|app| state.names_of(app).next().is_some()).collect();
    Ok(permissions::create_missing(db, &installed).await?)
}
