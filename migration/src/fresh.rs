//! An empty database: all tables in their 3.4.1 form at once, not step by step.

use sea_orm::{ConnectionTrait, DbBackend, DbErr};

use crate::permissions;
use crate::schema::{self, Engine};
use crate::state;

/// Creates tables, content types and permissions; the caller records the migrations.
pub async fn create<C: ConnectionTrait>(db: &C) -> Result<(), DbErr> {
    let before = state::read(db).await?;
    let outcome = fill(db, before.has_table("django_migrations")).await;
    if outcome.is_err() && db.get_database_backend() == DbBackend::MySql {
        drop_again(db, &before.tables).await;
    }
    outcome
}

async fn fill<C: ConnectionTrait>(db: &C, migrations_table_exists: bool) -> Result<(), DbErr> {
    let engine = Engine::detect(db).await?;
    let tables: Vec<_> = schema::tables()
        .into_iter()
        .filter(|table| !(migrations_table_exists && table.name == "django_migrations"))
        .collect();
    for sql in schema::create_all(engine, &tables) {
        db.execute_unprepared(&sql).await?;
    }
    permissions::create_missing(db, &["admin", "auth", "contenttypes", "sessions", "oauth2_provider"]).await
}

/// MySQL commits each CREATE TABLE, so a failed run would leave a database that is no longer empty. The database
/// had none of these tables when the lock was taken: what is there now is ours and holds nothing.
async fn drop_again<C: ConnectionTrait>(db: &C, before: &[String]) {
    let ours =
        schema::tables().into_iter().map(|table| table.name).filter(|name| !before.iter().any(|b| b == name));
    let names: Vec<String> = ours.map(|name| format!("`{name}`")).collect();
    let drop = format!("DROP TABLE IF EXISTS {}", names.join(", "));
    // The error that led here is what the caller must see, whatever these three answer.
    for sql in ["SET foreign_key_checks = 0", &drop, "SET foreign_key_checks = 1"] {
        let _ = db.execute_unprepared(sql).await;
    }
}
