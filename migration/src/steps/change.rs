//! One change of a table. PostgreSQL and MySQL alter the table; on SQLite only columns come and go here and
//! `rebuild` gives the table its final form at the end, as Django does by copying it.

use sea_orm::{ConnectionTrait, DbErr};

use super::data::{self, Data, How};
use super::look;
use crate::error::MigrateError;
use crate::schema::{self, Column, Engine, Extra, Key, Table};
use crate::state;

/// Names are of the 3.4.1 schema; `'static` text is SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// table, column, value for the rows that are there. `NULL` leaves a column that may be NULL (for now).
    Add(&'static str, &'static str, &'static str),
    /// table, column, value instead of NULL.
    Fill(&'static str, &'static str, &'static str),
    /// table, column: type and NOT NULL as in 3.4.1.
    Retype(&'static str, &'static str),
    /// table, column: may be NULL from now on.
    Nullable(&'static str, &'static str),
    DropColumn(&'static str, &'static str),
    /// table, its columns by name, digest in the name of the first one's `_like` index.
    DropUnique(&'static str, &'static [&'static str], &'static str),
    /// All keys of 3.4.1 over this column.
    Index(&'static str, &'static str),
    Create(&'static str),
    Run(Data),
}

impl Change {
    pub fn table(&self) -> &'static str {
        match self {
            Change::Add(table, ..)
            | Change::Fill(table, ..)
            | Change::Retype(table, _)
            | Change::Nullable(table, _)
            | Change::DropColumn(table, _)
            | Change::DropUnique(table, ..)
            | Change::Index(table, _)
            | Change::Create(table)
            | Change::Run(Data::Checksums(table)) => table,
            Change::Run(Data::HashSecrets | Data::RegistrationSource) => "oauth2_provider_application",
        }
    }
}

/// MySQL may have walked a part of a migration before it broke: what is done already is passed over.
pub async fn make<C: ConnectionTrait>(
    db: &C,
    engine: Engine,
    change: Change,
    how: &How<'_>,
) -> Result<(), MigrateError> {
    match change {
        Change::Run(step) => return data::run(db, step, how).await,
        Change::Add(table, column, value) => add(db, engine, (table, column), value).await?,
        Change::Fill(table, column, value) => fill(db, engine, (table, column), value).await?,
        Change::Retype(table, column) => retype(db, engine, table, column).await?,
        Change::Nullable(table, column) => nullable(db, engine, table, column).await?,
        Change::DropColumn(table, column) => drop_column(db, engine, table, column).await?,
        Change::DropUnique(table, columns, digest) => {
            drop_unique(db, engine, (table, digest), columns).await?
        }
        Change::Index(table, column) => index(db, engine, table, column).await?,
        Change::Create(table) => create(db, engine, table).await?,
    }
    Ok(())
}

async fn execute<C: ConnectionTrait>(db: &C, sql: String) -> Result<(), DbErr> {
    db.execute_unprepared(&sql).await.map(|_| ())
}

fn find(table: &str) -> Result<Table, DbErr> {
    let found = schema::tables().into_iter().find(|known| known.name == table);
    found.ok_or_else(|| DbErr::Custom(format!("no table {table} in the schema")))
}

pub fn column_of(table: &str, column: &str) -> Result<Column, DbErr> {
    let found = find(table)?.columns.iter().find(|known| known.name == column).copied();
    found.ok_or_else(|| DbErr::Custom(format!("no column {table}.{column} in the schema")))
}

/// A column that may be NULL and has no key; nothing if it is there.
pub async fn add_bare<C: ConnectionTrait>(db: &C, table: &str, name: &str) -> Result<(), DbErr> {
    if look::has_column(db, table, name).await? {
        return Ok(());
    }
    let engine = Engine::detect(db).await?;
    let kind = engine.column_type(column_of(table, name)?.kind);
    let (of, quoted) = (engine.quote(table), engine.quote(name));
    let added = execute(db, format!("ALTER TABLE {of} ADD COLUMN {quoted} {kind} NULL")).await;
    match added {
        // Another process may have been quicker (a broken transaction of PostgreSQL answers nothing any more).
        Err(error) => match look::has_column(db, table, name).await {
            Ok(true) => Ok(()),
            _ => Err(error),
        },
        done => done,
    }
}

/// NULL first, then the keys, the value, NOT NULL: no default stays behind, as with Django. Each part by itself, for
/// a stopped run may have made the ones before it.
async fn add<C: ConnectionTrait>(
    db: &C,
    engine: Engine,
    (table, name): (&str, &str),
    value: &str,
) -> Result<(), DbErr> {
    add_bare(db, table, name).await?;
    keys(db, engine, table, &column_of(table, name)?).await?;
    if value != "NULL" {
        fill(db, engine, (table, name), value).await?;
        retype(db, engine, table, name).await?;
    }
    Ok(())
}

/// Uniqueness and foreign key of a column, where they are not there yet. SQLite gets them with the table's copy.
async fn keys<C: ConnectionTrait>(db: &C, engine: Engine, table: &str, column: &Column) -> Result<(), DbErr> {
    if engine == Engine::Sqlite {
        return Ok(());
    }
    if column.key == Key::Unique && look::unique_keys(db, table, &[column.name]).await?.is_empty() {
        let (of, name) = (engine.quote(table), engine.quote(column.name));
        execute(db, format!("ALTER TABLE {of} ADD UNIQUE ({name})")).await?;
    }
    if let Some(sql) = schema::foreign_key_of(engine, table, column)
        && !look::has_foreign_key(db, table, column.name).await?
    {
        execute(db, sql).await?;
    }
    Ok(())
}

async fn fill<C: ConnectionTrait>(
    db: &C,
    engine: Engine,
    (table, column): (&str, &str),
    value: &str,
) -> Result<(), DbErr> {
    let (table, column) = (engine.quote(table), engine.quote(column));
    execute(db, format!("UPDATE {table} SET {column} = {value} WHERE {column} IS NULL")).await
}

async fn retype<C: ConnectionTrait>(db: &C, engine: Engine, table: &str, name: &str) -> Result<(), DbErr> {
    let column = column_of(table, name)?;
    let (of, quoted, kind) = (engine.quote(table), engine.quote(name), engine.column_type(column.kind));
    match engine {
        Engine::Sqlite => Ok(()),
        Engine::Postgres => {
            let not_null =
                if column.null { String::new() } else { format!(", ALTER COLUMN {quoted} SET NOT NULL") };
            execute(db, format!("ALTER TABLE {of} ALTER COLUMN {quoted} TYPE {kind}{not_null}")).await
        }
        Engine::Mysql { .. } => {
            let null = if column.null { "NULL" } else { "NOT NULL" };
            execute(db, format!("ALTER TABLE {of} MODIFY {quoted} {kind} {null}")).await
        }
    }
}

async fn nullable<C: ConnectionTrait>(
    db: &C,
    engine: Engine,
    table: &str,
    column: &str,
) -> Result<(), DbErr> {
    match engine {
        Engine::Postgres => {
            execute(db, format!("ALTER TABLE \"{table}\" ALTER COLUMN \"{column}\" DROP NOT NULL")).await
        }
        _ => retype(db, engine, table, column).await,
    }
}

async fn drop_column<C: ConnectionTrait>(
    db: &C,
    engine: Engine,
    table: &str,
    column: &str,
) -> Result<(), DbErr> {
    if look::has_column(db, table, column).await? {
        let sql = format!("ALTER TABLE {} DROP COLUMN {}", engine.quote(table), engine.quote(column));
        execute(db, sql).await?;
    }
    Ok(())
}

/// The name depends on the history of the database, so it is looked up.
async fn drop_unique<C: ConnectionTrait>(
    db: &C,
    engine: Engine,
    (table, digest): (&str, &str),
    columns: &[&str],
) -> Result<(), DbErr> {
    for name in look::unique_keys(db, table, columns).await? {
        let (of, name) = (engine.quote(table), engine.quote(&name));
        let kind = if engine == Engine::Postgres { "CONSTRAINT" } else { "INDEX" };
        execute(db, format!("ALTER TABLE {of} DROP {kind} {name}")).await?;
    }
    if engine == Engine::Postgres {
        let like = schema::index_name(engine, table, &["token"], digest, "_like");
        execute(db, format!("DROP INDEX IF EXISTS \"{like}\"")).await?;
    }
    Ok(())
}

async fn index<C: ConnectionTrait>(db: &C, engine: Engine, table: &str, column: &str) -> Result<(), DbErr> {
    if engine == Engine::Sqlite || look::is_indexed(db, table, column).await? {
        return Ok(());
    }
    for sql in schema::indexes(engine, &only(find(table)?, column)) {
        execute(db, sql).await?;
    }
    Ok(())
}

/// The table with nothing but the keys that begin with this column.
fn only(mut table: Table, column: &str) -> Table {
    let place = table.columns.iter().position(|known| known.name == column);
    table.columns = place.and_then(|place| table.columns.get(place..=place)).unwrap_or_default();
    let extra = table.extras.iter().position(|extra| match extra {
        Extra::Together(columns, _) => columns.first() == Some(&column),
        Extra::Unique(_, of) | Extra::Index(_, of) => *of == column,
    });
    table.extras = extra.and_then(|place| table.extras.get(place..=place)).unwrap_or_default();
    table
}

async fn create<C: ConnectionTrait>(db: &C, engine: Engine, name: &str) -> Result<(), DbErr> {
    let table = find(name)?;
    let is_there = state::read(db).await?.has_table(name);
    if !matches!(engine, Engine::Mysql { .. }) {
        // All or nothing.
        for sql in if is_there { Vec::new() } else { schema::create_all(engine, &[table]) } {
            execute(db, sql).await?;
        }
        return Ok(());
    }
    if !is_there {
        execute(db, schema::create_table(engine, &table)).await?;
    }
    for column in table.columns {
        if column.references.is_some() {
            keys(db, engine, name, column).await?;
        } else if column.key == Key::Index {
            index(db, engine, name, column.name).await?;
        }
    }
    Ok(())
}
