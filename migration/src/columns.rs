//! What the engine says about a table's columns.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement};

use crate::schema::{Engine, Kind, oauth2_provider};

/// A column as the database has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundColumn {
    pub name: String,
    /// The engine's name of the type, lower case.
    pub kind: String,
    pub nullable: bool,
    /// The database fills it where an INSERT does not name it: a default, an identity, a key of SQLite.
    pub has_default: bool,
}

/// The columns of a table, in its order; none if there is no such table. Writes nothing.
pub async fn columns<C: ConnectionTrait>(db: &C, table: &str) -> Result<Vec<FoundColumn>, DbErr> {
    let backend = db.get_database_backend();
    let sql = match backend {
        DbBackend::Sqlite => {
            "SELECT name, lower(type) AS kind, \"notnull\" = 0 AS nullable, \
             dflt_value IS NOT NULL OR pk = 1 AND lower(type) = 'integer' AS filled \
             FROM pragma_table_info(?) ORDER BY cid"
        }
        DbBackend::Postgres => {
            "SELECT attname::text AS name, format_type(atttypid, atttypmod) AS kind, NOT attnotnull AS nullable, \
             atthasdef OR attidentity <> '' AS filled FROM pg_catalog.pg_attribute \
             WHERE attrelid = to_regclass(quote_ident($1)) AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
        }
        _ => {
            "SELECT CAST(column_name AS CHAR) AS name, CAST(lower(column_type) AS CHAR) AS kind, \
             is_nullable = 'YES' AS nullable, column_default IS NOT NULL OR extra LIKE '%auto_increment%' AS filled \
             FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ? \
             ORDER BY ordinal_position"
        }
    };
    let statement = Statement::from_sql_and_values(backend, sql, [table.into()]);
    db.query_all_raw(statement).await?.iter().map(read).collect()
}

fn read(row: &QueryResult) -> Result<FoundColumn, DbErr> {
    // An expression is a number on SQLite and MySQL.
    let flag =
        |name: &str| row.try_get::<bool>("", name).or_else(|_| row.try_get::<i64>("", name).map(|n| n != 0));
    Ok(FoundColumn {
        name: row.try_get("", "name")?,
        kind: row.try_get("", "kind")?,
        nullable: flag("nullable")?,
        has_default: flag("filled")?,
    })
}

/// UUID columns of DOT that are texts although Django 5 takes them for native ones: on MariaDB, in tables that an
/// older Django made. Writes nothing.
pub async fn text_uuids<C: ConnectionTrait>(db: &C) -> Result<Vec<(&'static str, &'static str)>, DbErr> {
    let mut found = Vec::new();
    if Engine::detect(db).await? != (Engine::Mysql { native_uuid: true }) {
        return Ok(found);
    }
    for table in oauth2_provider::TABLES {
        for column in table.columns.iter().filter(|column| column.kind == Kind::Uuid) {
            let here = columns(db, table.name).await?;
            if here.iter().any(|found| found.name == column.name && found.kind != "uuid") {
                found.push((table.name, column.name));
            }
        }
    }
    Ok(found)
}
