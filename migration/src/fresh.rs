//! An empty database: all tables in their 3.4.1 form at once, not step by step.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbBackend, DbErr};

use crate::schema::{self, Engine};
use crate::state::MARKER;
use crate::{permissions, record, state};

/// What a killed run has left: all tables if nothing is recorded yet, else only the marker.
pub async fn clear<C: ConnectionTrait>(db: &C) -> Result<(), DbErr> {
    let found = state::read(db).await?;
    if !found.has_table(MARKER) {
        return Ok(());
    }
    if found.applied.is_empty() {
        let made: Vec<&'static str> =
            schema::tables().iter().map(|table| table.name).filter(|name| found.has_table(name)).collect();
        drop_again(db, &made).await;
    }
    db.execute_unprepared(&format!("DROP TABLE {MARKER}")).await.map(|_| ())
}

/// Creates tables, content types and permissions and records these migrations.
pub async fn create<C: ConnectionTrait>(
    db: &C,
    rows: &[(String, String)],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let migrations_table_exists = state::read(db).await?.has_table("django_migrations");
    let mut made = Vec::new();
    let is_mysql = db.get_database_backend() == DbBackend::MySql;
    if is_mysql {
        db.execute_unprepared(&format!("CREATE TABLE {MARKER} (id integer NOT NULL)")).await?;
    }
    let mut outcome = fill(db, migrations_table_exists, &mut made).await;
    if outcome.is_ok() {
        outcome = record::applied(db, rows, now).await;
    }
    if is_mysql {
        if outcome.is_err() {
            drop_again(db, &made).await;
        }
        // Commits the rows first.
        let gone = db.execute_unprepared(&format!("DROP TABLE {MARKER}")).await;
        outcome = outcome.and(gone.map(|_| ()));
    }
    outcome
}

/// `made` gets the name of each table once it is there.
async fn fill<C: ConnectionTrait>(
    db: &C,
    migrations_table_exists: bool,
    made: &mut Vec<&'static str>,
) -> Result<(), DbErr> {
    let engine = Engine::detect(db).await?;
    let mut tables = schema::tables();
    tables.retain(|table| !(migrations_table_exists && table.name == "django_migrations"));
    let mut names = tables.iter().map(|table| table.name);
    for sql in schema::create_all(engine, &tables) {
        db.execute_unprepared(&sql).await?;
        // The first statements are the tables, one each.
        made.extend(names.next());
    }
    if matches!(engine, Engine::Mysql { .. }) {
        // DDL has ended the transaction; the rows come together.
        db.execute_unprepared("START TRANSACTION").await?;
    }
    permissions::create_missing(db, &["admin", "auth", "contenttypes", "sessions", "oauth2_provider"]).await
}

/// MySQL commits each CREATE TABLE, so a failed run would leave a database that is no longer empty. Only what this
/// run made is dropped: a Django that migrates at the same moment does not know the lock.
async fn drop_again<C: ConnectionTrait>(db: &C, made: &[&str]) {
    if made.is_empty() {
        return;
    }
    let names: Vec<String> = made.iter().map(|name| format!("`{name}`")).collect();
    let drop = format!("DROP TABLE {}", names.join(", "));
    // The error that led here is what the caller must see, whatever these three answer.
    for sql in ["SET foreign_key_checks = 0", &drop, "SET foreign_key_checks = 1"] {
        let _ = db.execute_unprepared(sql).await;
    }
}
