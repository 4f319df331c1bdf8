//! The long part of an upgrade before the tables are changed for good: checksums of tokens, batch by batch, each a
//! transaction of its own. It can be stopped and goes on where it was; the site may serve meanwhile.

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait,
};

use super::change::{self, Change};
use super::data::{self, Data};
use super::{dot, look};
use crate::schema::Engine;

/// Keys of one batch.
const BATCH: i64 = 5_000;

/// Fills the checksums that these migrations will ask for, where nothing before them adds a column to the table
/// (columns must come in Django's order).
pub async fn fill(db: &DatabaseConnection, rows: &[(String, String)]) -> Result<(), DbErr> {
    let mut grown: Vec<&str> = Vec::new();
    for (app, name) in rows {
        for change in dot::changes(app, name) {
            match change {
                Change::Run(Data::Checksums(table)) if !grown.contains(table) => one(db, table).await?,
                Change::Add(table, column, _) if *column != "token_checksum" => grown.push(table),
                _ => {}
            }
        }
    }
    Ok(())
}

async fn one(db: &DatabaseConnection, table: &str) -> Result<(), DbErr> {
    let engine = Engine::detect(db).await?;
    if !look::has_column(db, table, "token_checksum").await? {
        let kind = engine.column_type(change::column_of(table, "token_checksum")?.kind);
        let (of, column) = (engine.quote(table), engine.quote("token_checksum"));
        db.execute_unprepared(&format!("ALTER TABLE {of} ADD COLUMN {column} {kind} NULL")).await?;
    }
    let Some((mut from, to)) = edges(db, table).await? else { return Ok(()) };
    while from <= to {
        let until = from.saturating_add(BATCH);
        let tx = db.begin_with_options(immediate()).await?;
        data::checksums_between(&tx, table, (from, until)).await?;
        tx.commit().await?;
        let Some(next) = next_key(db, table, until).await? else { break };
        from = next;
    }
    Ok(())
}

/// SQLite takes the write lock at once, as every writer here does.
fn immediate() -> TransactionOptions {
    TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..Default::default()
    }
}

async fn edges(db: &DatabaseConnection, table: &str) -> Result<Option<(i64, i64)>, DbErr> {
    // What an earlier run has filled is passed over.
    let sql = format!("SELECT min(id) AS a, max(id) AS b FROM {table} WHERE token_checksum IS NULL");
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    let Some(row) = row else { return Ok(None) };
    let (from, to) = (row.try_get::<Option<i64>>("", "a")?, row.try_get::<Option<i64>>("", "b")?);
    Ok(from.zip(to))
}

/// The first key from here on, over gaps of any width.
async fn next_key(db: &DatabaseConnection, table: &str, from: i64) -> Result<Option<i64>, DbErr> {
    let backend = db.get_database_backend();
    let mark = if backend == DbBackend::Postgres { "$1" } else { "?" };
    let sql = format!("SELECT min(id) AS a FROM {table} WHERE id >= {mark}");
    let row = db.query_one_raw(Statement::from_sql_and_values(backend, sql, [from.into()])).await?;
    row.map(|row| row.try_get::<Option<i64>>("", "a")).transpose().map(Option::flatten)
}
