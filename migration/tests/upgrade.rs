//! SQLite databases of older versions, made from dumps and filled with rows, against the dump of 3.4.1.

#![allow(clippy::unwrap_used)]

use chrono::{DateTime, TimeZone, Utc};
use migration::{MigrateError, migrate, migrate_with, plan, state};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, QueryResult, Statement};
use serde_json::Value;

const V1_0: &str = include_str!("sqlite-1.0.0.json");
const V1_3: &str = include_str!("sqlite-1.3.3.json");
const V1_7: &str = include_str!("sqlite-1.7.1.json");
const V2_4: &str = include_str!("sqlite-2.4.0.json");
const V3_2: &str = include_str!("sqlite-3.2.0.json");
const V3_4: &str = include_str!("sqlite-3.4.1.json");

fn now() -> DateTime<Utc> {
    Utc.timestamp_opt(1_767_323_045, 0).unwrap()
}

/// A hasher that is fast and leaves a trace.
fn hash(secret: &str) -> Option<String> {
    (!secret.starts_with("pbkdf2_sha256$")).then(|| format!("hashed${secret}"))
}

async fn query(db: &DatabaseConnection, sql: &str) -> Vec<QueryResult> {
    db.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.unwrap()
}

/// The values of a query of one text column.
async fn texts(db: &DatabaseConnection, sql: &str) -> Vec<String> {
    query(db, sql).await.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

async fn run(db: &DatabaseConnection, sql: &str) {
    db.execute_unprepared(sql).await.unwrap();
}

/// A database with the schema and the migrations of the dump, one user, two applications and a token pair.
async fn database(dump: &str) -> DatabaseConnection {
    let db = Database::connect("sqlite::memory:").await.unwrap();
    let dump: Value = serde_json::from_str(dump).unwrap();
    for table in dump["tables"].as_object().unwrap().values() {
        run(&db, table["sql"].as_str().unwrap()).await;
        for index in table["indexes"].as_array().unwrap() {
            run(&db, index[1].as_str().unwrap()).await;
        }
    }
    for row in dump["django_migrations"].as_array().unwrap() {
        let (app, name) = (row[0].as_str().unwrap(), row[1].as_str().unwrap());
        let values = format!("VALUES ('{app}', '{name}', '2020-01-01 00:00:00')");
        run(&db, &format!("INSERT INTO django_migrations (app, name, applied) {values}")).await;
    }
    insert(&db, "auth_user", 7, &[("username", "'ann'")]).await;
    for (id, secret) in [(1, "'open'"), (2, "'pbkdf2_sha256$1$salt$hash'")] {
        let values = [("client_secret", secret), ("user_id", "7")];
        insert(&db, "oauth2_provider_application", id, &values).await;
    }
    let values = [("application_id", "1"), ("token", "'abc'")];
    insert(&db, "oauth2_provider_accesstoken", 3, &values).await;
    let values = [("application_id", "1"), ("token", "'def'"), ("access_token_id", "3"), ("user_id", "7")];
    insert(&db, "oauth2_provider_refreshtoken", 4, &values).await;
    db
}

/// A row with the given SQL values; other columns that must not be NULL get a value of their own.
async fn insert(db: &DatabaseConnection, table: &str, id: i64, values: &[(&str, &str)]) {
    let sql = format!("SELECT name FROM pragma_table_info('{table}') WHERE \"notnull\" AND name <> 'id'");
    let mut columns = vec!["id".to_string()];
    let mut row = vec![id.to_string()];
    let given = |name: &str| values.iter().any(|(column, _)| *column == name);
    for name in texts(db, &sql).await.into_iter().filter(|name| !given(name)) {
        row.push(if name == "resource" { "'[]'".into() } else { format!("'{name}{id}'") });
        columns.push(format!("\"{name}\""));
    }
    for (column, value) in values {
        columns.push(format!("\"{column}\""));
        row.push(value.to_string());
    }
    run(db, &format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), row.join(", "))).await;
}

async fn assert_schema_is_current(db: &DatabaseConnection) {
    let dump: Value = serde_json::from_str(V3_4).unwrap();
    for (name, table) in dump["tables"].as_object().unwrap() {
        // Made by Django 2.2 it has another order of columns; Django leaves that too.
        if name == "django_admin_log" {
            continue;
        }
        let sql = format!("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = '{name}'");
        assert_eq!(texts(db, &sql).await, [table["sql"].as_str().unwrap()]);
        let sql = format!(
            "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = '{name}' AND sql IS NOT NULL ORDER BY name"
        );
        let expected: Vec<_> =
            table["indexes"].as_array().unwrap().iter().map(|i| i[1].as_str().unwrap()).collect();
        assert_eq!(texts(db, &sql).await, expected);
    }
    assert!(query(db, "PRAGMA foreign_key_check").await.is_empty());
    assert!(state(db).await.unwrap().is_current());
    assert!(migrate(db, now()).await.unwrap().nothing_to_do);
}

#[tokio::test]
async fn older_versions_become_3_4_1() {
    for (dump, version, steps) in
        [(V1_0, "1.0", 23), (V1_3, "1.3", 21), (V1_7, "1.7", 17), (V2_4, "2.4", 12), (V3_2, "3.2", 9)]
    {
        let db = database(dump).await;
        assert_eq!(state(&db).await.unwrap().dot_version(), Some(version));
        let planned = plan(&db).await.unwrap();
        let report = migrate_with(&db, now(), &hash).await.unwrap();
        assert_eq!(report.applied, planned);
        assert_eq!(report.applied.len(), steps, "{version}");
        assert_schema_is_current(&db).await;
        let types = "SELECT model FROM django_content_type WHERE app_label = 'oauth2_provider' ORDER BY id";
        assert_eq!(texts(&db, types).await.len(), 6, "{version}");
    }
}

#[tokio::test]
async fn rows_survive_an_upgrade_and_get_what_they_lack() {
    let db = database(V1_7).await;
    migrate_with(&db, now(), &hash).await.unwrap();
    let secrets = texts(&db, "SELECT client_secret FROM oauth2_provider_application ORDER BY id").await;
    assert_eq!(secrets, ["hashed$open", "pbkdf2_sha256$1$salt$hash"]);
    let sums = "SELECT token || token_checksum || resource FROM oauth2_provider_accesstoken UNION ALL \
                SELECT token || token_checksum || resource FROM oauth2_provider_refreshtoken WHERE access_token_id = 3";
    assert_eq!(
        texts(&db, sums).await,
        [
            "abcba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad[]",
            "defcb8379ac2098aa165029e3938a51da0bcecfc008fd6795f401178647f96c5b34[]",
        ]
    );
    let added = "SELECT hash_client_secret || registration_source || allowed_origins || coalesce(cimd_expires_at, '-') \
                 FROM oauth2_provider_application WHERE id = 1";
    assert_eq!(texts(&db, added).await, ["1manual-"]);
}

#[tokio::test]
async fn what_a_project_added_survives() {
    let db = database(V3_2).await;
    run(&db, "CREATE TABLE shop (id integer, app_id integer REFERENCES oauth2_provider_application (id))")
        .await;
    run(&db, "INSERT INTO shop VALUES (1, 2)").await;
    run(&db, "CREATE INDEX shop_by_name ON oauth2_provider_application (name)").await;
    migrate(&db, now()).await.unwrap();
    assert!(query(&db, "PRAGMA foreign_key_check").await.is_empty());
    let names = "SELECT name FROM sqlite_master WHERE name IN ('shop_by_name', 'shop') ORDER BY name";
    assert_eq!(texts(&db, names).await, ["shop", "shop_by_name"]);
}

#[tokio::test]
async fn secrets_are_not_left_open_without_a_hasher() {
    let db = database(V1_7).await;
    let error = migrate(&db, now()).await.unwrap_err();
    assert!(matches!(&error, MigrateError::Unsupported(why) if why.contains("hasher")), "{error}");
    assert_eq!(state(&db).await.unwrap().dot_version(), Some("1.7"));
}

#[tokio::test]
async fn what_would_be_lost_is_refused_and_nothing_is_changed() {
    for harm in [
        "ALTER TABLE oauth2_provider_application ADD COLUMN colour text NULL",
        "CREATE TABLE shop (id integer, app_id integer REFERENCES oauth2_provider_application (id) ON DELETE CASCADE)",
        "DROP TABLE oauth2_provider_grant",
        "DELETE FROM django_migrations WHERE name = '0009_add_hash_client_secret'",
        "DELETE FROM django_migrations WHERE app = 'auth' AND name < '0005'",
    ] {
        let db = database(V3_2).await;
        run(&db, harm).await;
        let before = state(&db).await.unwrap();
        let error = migrate(&db, now()).await.unwrap_err();
        assert!(matches!(&error, MigrateError::Unsupported(_)), "{harm}: {error}");
        assert_eq!(state(&db).await.unwrap(), before);
    }
}
