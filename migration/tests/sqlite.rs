//! A fresh SQLite database against the dump of one that Django 5.2.19 with DOT 3.4.1 made.

#![allow(clippy::unwrap_used)]

use chrono::{DateTime, TimeZone, Utc};
use migration::{MigrateError, Report, migrate, plan, state};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, QueryResult, Statement};
use serde_json::{Value, json};

const DUMP: &str = include_str!("sqlite-3.4.1.json");

async fn empty() -> DatabaseConnection {
    Database::connect("sqlite::memory:").await.unwrap()
}

fn now() -> DateTime<Utc> {
    Utc.timestamp_opt(1_767_323_045, 678_900_123).unwrap()
}

async fn query(db: &DatabaseConnection, sql: &str) -> Vec<QueryResult> {
    db.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.unwrap()
}

fn text(row: &QueryResult, column: &str) -> String {
    row.try_get("", column).unwrap()
}

async fn pairs(db: &DatabaseConnection, sql: &str) -> Value {
    query(db, sql).await.iter().map(|row| json!([text(row, "a"), text(row, "b")])).collect()
}

/// Everything in the file, as text: what a run that changes nothing leaves alone.
async fn everything(db: &DatabaseConnection) -> Vec<String> {
    let mut all = Vec::new();
    for row in query(db, "SELECT name AS a, coalesce(sql, '') AS b FROM sqlite_master ORDER BY name").await {
        all.push(text(&row, "b"));
    }
    for sql in [
        "SELECT id || app || name || applied AS a FROM django_migrations ORDER BY id",
        "SELECT id || app_label || model AS a FROM django_content_type ORDER BY id",
        "SELECT id || codename || name || content_type_id AS a FROM auth_permission ORDER BY id",
    ] {
        all.extend(query(db, sql).await.iter().map(|row| text(row, "a")));
    }
    all
}

#[tokio::test]
async fn a_fresh_schema_is_the_one_of_django() {
    let db = empty().await;
    migrate(&db, now()).await.unwrap();
    let dump: Value = serde_json::from_str(DUMP).unwrap();
    let tables = dump["tables"].as_object().unwrap();
    assert_eq!(state(&db).await.unwrap().tables, tables.keys().cloned().collect::<Vec<_>>());
    for (name, table) in tables {
        let sql = format!("SELECT sql AS a FROM sqlite_master WHERE type = 'table' AND name = '{name}'");
        assert_eq!(text(&query(&db, &sql).await[0], "a"), table["sql"], "{name}");
        let sql = format!(
            "SELECT name AS a, sql AS b FROM sqlite_master \
             WHERE type = 'index' AND tbl_name = '{name}' AND sql IS NOT NULL ORDER BY name"
        );
        assert_eq!(pairs(&db, &sql).await, table["indexes"], "{name}");
    }
}

#[tokio::test]
async fn migrations_content_types_and_permissions_are_the_ones_of_django() {
    let db = empty().await;
    migrate(&db, now()).await.unwrap();
    let dump: Value = serde_json::from_str(DUMP).unwrap();
    for (name, sql) in [
        ("django_migrations", "SELECT app AS a, name AS b FROM django_migrations ORDER BY id"),
        ("django_content_type", "SELECT app_label AS a, model AS b FROM django_content_type ORDER BY id"),
        (
            "auth_permission",
            "SELECT p.codename AS a, p.name AS b FROM auth_permission p JOIN django_content_type t \
             ON t.id = p.content_type_id WHERE t.app_label = 'oauth2_provider' ORDER BY p.id",
        ),
    ] {
        assert_eq!(pairs(&db, sql).await, dump[name], "{name}");
    }
    let count = query(&db, "SELECT count(*) || '' AS a FROM auth_permission").await;
    assert_eq!(text(&count[0], "a"), "48");
}

#[tokio::test]
async fn a_second_run_changes_nothing() {
    let db = empty().await;
    let first = migrate(&db, now()).await.unwrap();
    assert_eq!((first.applied.len(), first.nothing_to_do), (40, false));
    assert_eq!(first.applied[17], "oauth2_provider.0001_initial");
    let before = everything(&db).await;
    let second = migrate(&db, now() + chrono::Duration::days(1)).await.unwrap();
    assert_eq!(second, Report { applied: Vec::new(), nothing_to_do: true });
    assert_eq!(everything(&db).await, before);
}

#[tokio::test]
async fn the_time_is_written_as_django_does() {
    for (now, written) in [
        (now(), "2026-01-02 03:04:05.678900"),
        (Utc.timestamp_opt(1_767_323_045, 999).unwrap(), "2026-01-02 03:04:05"),
    ] {
        let db = empty().await;
        migrate(&db, now).await.unwrap();
        let rows = query(&db, "SELECT DISTINCT CAST(applied AS text) AS a FROM django_migrations").await;
        assert_eq!(rows.iter().map(|row| text(row, "a")).collect::<Vec<_>>(), [written]);
    }
}

#[tokio::test]
async fn the_state_tells_empty_from_current() {
    let db = empty().await;
    let before = state(&db).await.unwrap();
    assert!(before.is_empty() && !before.is_current());
    assert_eq!((before.dot_version(), before.missing().len()), (None, 40));
    assert_eq!(plan(&db).await.unwrap().len(), 40);
    assert!(state(&db).await.unwrap().is_empty(), "a plan writes nothing");
    migrate(&db, now()).await.unwrap();
    let after = state(&db).await.unwrap();
    assert!(!after.is_empty() && after.is_current());
    assert_eq!((after.dot_version(), plan(&db).await.unwrap().len()), (Some("3.4.1"), 0));
}

#[tokio::test]
async fn a_foreign_database_is_refused_and_left_alone() {
    let db = empty().await;
    db.execute_unprepared("CREATE TABLE customers (id integer)").await.unwrap();
    let error = migrate(&db, now()).await.unwrap_err();
    assert!(matches!(&error, MigrateError::NotEmpty { tables } if tables == &["customers"]), "{error}");
    assert!(error.to_string().contains("customers"));
    assert_eq!(state(&db).await.unwrap().tables, ["customers"]);
}

#[tokio::test]
async fn rows_of_other_apps_and_newer_versions_do_not_matter() {
    let db = empty().await;
    migrate(&db, now()).await.unwrap();
    db.execute_unprepared(
        "INSERT INTO django_migrations (app, name, applied) VALUES ('shop', '0001_initial', '2026-01-01 00:00:00'), \
         ('oauth2_provider', '0023_refreshtoken_unique_token_checksum', '2026-01-01 00:00:00')",
    )
    .await
    .unwrap();
    assert!(migrate(&db, now()).await.unwrap().nothing_to_do);
    assert_eq!(state(&db).await.unwrap().dot_version(), Some("newer than 3.4.1"));
}
