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
use crate::state;

/// Keys of one batch.
const BATCH: i64 = 5_000;

/// A column that is added before its migration is walked: it may be NULL, no key is on it, and it stands where
/// Django would have put it.
struct Early {
    app: &'static str,
    migration: String,
    table: &'static str,
    column: &'static str,
}

/// The tables whose checksums these migrations ask for, with all columns up to `token_checksum`.
fn early(rows: &[(String, String)]) -> (Vec<&'static str>, Vec<Early>) {
    let (mut tables, mut columns) = (Vec::new(), Vec::new());
    for (app, name) in rows {
        for change in dot::changes(app, name) {
            match *change {
                Change::Run(Data::Checksums(table)) => tables.push(table),
                Change::Add(table, column, _) if !tables.contains(&table) => {
                    columns.push(Early { app: "oauth2_provider", migration: name.clone(), table, column });
                }
                _ => {}
            }
        }
    }
    columns.retain(|early: &Early| tables.contains(&early.table));
    (tables, columns)
}

/// Fills the checksums that these migrations will ask for. Every row is looked at, for an earlier run may have been
/// stopped long ago and a site that served since may have given a row another token.
pub async fn fill(db: &DatabaseConnection, rows: &[(String, String)]) -> Result<(), DbErr> {
    let (tables, columns) = early(rows);
    for early in columns {
        change::add_bare(db, early.table, early.column).await?;
    }
    for table in tables {
        one(db, table).await?;
    }
    Ok(())
}

/// Takes back what [`fill`] added for migrations that are not recorded; what was dropped.
pub async fn take_back(db: &impl ConnectionTrait, rows: &[(String, String)]) -> Result<Vec<String>, DbErr> {
    let state = state::read(db).await?;
    let engine = Engine::detect(db).await?;
    let mut dropped = Vec::new();
    for Early { app, migration, table, column } in early(rows).1.into_iter().rev() {
        if !state.has_applied(app, &migration) && look::has_column(db, table, column).await? {
            let sql = format!("ALTER TABLE {} DROP COLUMN {}", engine.quote(table), engine.quote(column));
            db.execute_unprepared(&sql).await?;
            dropped.push(format!("{table}.{column}"));
        }
    }
    Ok(dropped)
}

/// Columns that a stopped upgrade has left.
pub async fn left(db: &impl ConnectionTrait, rows: &[(String, String)]) -> Result<Vec<String>, DbErr> {
    let mut found = Vec::new();
    for Early { table, column, .. } in early(rows).1 {
        if look::has_column(db, table, column).await? {
            found.push(format!("{table}.{column}"));
        }
    }
    Ok(found)
}

async fn one(db: &DatabaseConnection, table: &str) -> Result<(), DbErr> {
    let Some(mut from) = next_key(db, table, i64::MIN).await? else { return Ok(()) };
    loop {
        let until = from.saturating_add(BATCH);
        let tx = db.begin_with_options(immediate()).await?;
        data::checksums_between(&tx, table, (from, until)).await?;
        tx.commit().await?;
        let Some(next) = next_key(db, table, until).await? else { return Ok(()) };
        from = next;
    }
}

/// SQLite takes the write lock at once, as every writer here does.
fn immediate() -> TransactionOptions {
    TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..Default::default()
    }
}

/// The first key from here on, over gaps of any width.
async fn next_key(db: &impl ConnectionTrait, table: &str, from: i64) -> Result<Option<i64>, DbErr> {
    let backend = db.get_database_backend();
    let mark = if backend == DbBackend::Postgres { "$1" } else { "?" };
    let sql = format!("SELECT min(id) AS a FROM {table} WHERE id >= {mark}");
    let row = db.query_one_raw(Statement::from_sql_and_values(backend, sql, [from.into()])).await?;
    row.map(|row| row.try_get::<Option<i64>>("", "a")).transpose().map(Option::flatten)
}
