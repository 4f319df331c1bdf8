//! SQLite: a table gets its final form by being copied, as in Django's `DatabaseSchemaEditor._remake_table`.
//! Foreign keys stay on: all of Django's are deferred, and after the commit every row is back under its id.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, DbErr};

use super::look;
use crate::error::MigrateError;
use crate::schema::{self, Engine, Table, oauth2_provider};

const COPY: &str = "slash_o_migration_copy";

/// What of the tables' form would stop [`all`], before anything is changed.
pub async fn check<C: ConnectionTrait>(db: &C, with_user: bool) -> Result<(), MigrateError> {
    for table in schema::tables().iter().filter(|table| is_rebuilt(table, with_user)) {
        check_columns(db, table).await?;
        check_actions(db, table).await?;
    }
    Ok(())
}

/// Rows that point at nothing: the copy would bring them to light at the commit only.
pub async fn check_rows<C: ConnectionTrait>(db: &C, with_user: bool) -> Result<(), MigrateError> {
    for table in schema::tables().iter().filter(|table| is_rebuilt(table, with_user)) {
        if look::columns(db, table.name).await?.is_empty() {
            continue;
        }
        let sql = "SELECT parent AS name FROM pragma_foreign_key_check(?) LIMIT 1";
        if let Some(parent) = look::names(db, sql, &[table.name]).await?.first() {
            return Err(MigrateError::Unsupported(format!(
                "{} has rows that point at missing rows of {parent}; delete them first",
                table.name
            )));
        }
    }
    Ok(())
}

fn is_rebuilt(table: &Table, with_user: bool) -> bool {
    table.name == "auth_user" && with_user || is_dot(table)
}

/// Brings DOT's tables (and auth_user where its migration is missing) to the form of 3.4.1.
pub async fn all<C: ConnectionTrait>(db: &C, with_user: bool) -> Result<(), MigrateError> {
    for table in schema::tables().iter().filter(|table| is_rebuilt(table, with_user)) {
        let sql = "SELECT sql AS name FROM sqlite_master WHERE type = 'table' AND name = ?";
        let here = look::names(db, sql, &[table.name]).await?;
        if here != [schema::create_table(Engine::Sqlite, table)] || indexes_differ(db, table).await? {
            one(db, table).await?;
        }
    }
    Ok(())
}

fn is_dot(table: &Table) -> bool {
    oauth2_provider::TABLES.iter().any(|known| known.name == table.name)
}

/// Copied by hand and not by renaming: with foreign keys on, SQLite would bend the references of other tables.
/// Deleting a row counts its children as orphans, inserting it again counts them back.
async fn one<C: ConnectionTrait>(db: &C, table: &Table) -> Result<(), MigrateError> {
    check_columns(db, table).await?;
    check_actions(db, table).await?;
    let foreign = others(db, table).await?;
    let names: Vec<String> = table.columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
    let (name, columns) = (table.name, names.join(", "));
    let mut statements = vec![
        "PRAGMA defer_foreign_keys = ON".to_string(),
        format!("CREATE TABLE \"{COPY}\" AS SELECT * FROM \"{name}\""),
        format!("DROP TABLE \"{name}\""),
        schema::create_table(Engine::Sqlite, table),
        format!("INSERT INTO \"{name}\" ({columns}) SELECT {columns} FROM \"{COPY}\""),
        format!("DROP TABLE \"{COPY}\""),
    ];
    statements.extend(schema::indexes(Engine::Sqlite, table));
    statements.extend(foreign);
    for sql in statements {
        db.execute_unprepared(&sql).await?;
    }
    Ok(())
}

async fn indexes_differ<C: ConnectionTrait>(db: &C, table: &Table) -> Result<bool, DbErr> {
    let sql =
        "SELECT sql AS name FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL";
    let here: BTreeSet<String> = look::names(db, sql, &[table.name]).await?.into_iter().collect();
    Ok(!schema::indexes(Engine::Sqlite, table).iter().all(|sql| here.contains(sql)))
}

/// Columns that somebody added would be lost; Django loses them without a word.
async fn check_columns<C: ConnectionTrait>(db: &C, table: &Table) -> Result<(), MigrateError> {
    // What 0017 adds is gone before the copy is made.
    let known = |name: &String| {
        table.columns.iter().any(|column| column.name == name) || is_dot(table) && name == "dcr_created"
    };
    let unknown: Vec<_> =
        look::columns(db, table.name).await?.into_iter().filter(|name| !known(name)).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    Err(MigrateError::Unsupported(format!(
        "{} has columns that django-oauth-toolkit does not know and that an upgrade would lose: {}",
        table.name,
        unknown.join(", ")
    )))
}

/// Django makes no ON DELETE; one made by hand would fire while the table is copied.
async fn check_actions<C: ConnectionTrait>(db: &C, table: &Table) -> Result<(), MigrateError> {
    let sql = "SELECT m.name AS name FROM sqlite_master m, pragma_foreign_key_list(m.name) f \
               WHERE m.type = 'table' AND lower(f.\"table\") = ? AND f.on_delete NOT IN ('NO ACTION', 'RESTRICT')";
    match look::names(db, sql, &[table.name]).await?.first() {
        None => Ok(()),
        Some(child) => Err(MigrateError::Unsupported(format!(
            "{child} refers to {} with an ON DELETE action of its own; slash-o cannot copy that table safely",
            table.name
        ))),
    }
}

/// Indexes and triggers that are not Django's, to be made again. Django's own begin with its table's prefix.
async fn others<C: ConnectionTrait>(db: &C, table: &Table) -> Result<Vec<String>, DbErr> {
    let sql = "SELECT sql AS name FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL \
               AND (type = 'trigger' OR type = 'index' AND name NOT LIKE 'oauth2\\_prov%' ESCAPE '\\' \
               AND name NOT LIKE 'auth\\_user%' ESCAPE '\\')";
    look::names(db, sql, &[table.name]).await
}
