//! Questions to the catalogs of the engines.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

/// The columns of a table, in its order.
pub async fn columns<C: ConnectionTrait>(db: &C, table: &str) -> Result<Vec<String>, DbErr> {
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => "SELECT name FROM pragma_table_info(?) ORDER BY cid",
        DbBackend::Postgres => {
            "SELECT attname::text AS name FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass($1) \
             AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
        }
        _ => {
            "SELECT CAST(column_name AS CHAR) AS name FROM information_schema.columns \
             WHERE table_schema = DATABASE() AND table_name = ? ORDER BY ordinal_position"
        }
    };
    names(db, sql, &[table]).await
}

pub async fn has_column<C: ConnectionTrait>(db: &C, table: &str, column: &str) -> Result<bool, DbErr> {
    Ok(columns(db, table).await?.iter().any(|name| name == column))
}

/// The unique keys over exactly these columns (given in alphabetical order). Nothing on SQLite, where the keys
/// are remade with the table.
pub async fn unique_keys<C: ConnectionTrait>(
    db: &C,
    table: &str,
    columns: &[&str],
) -> Result<Vec<String>, DbErr> {
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => return Ok(Vec::new()),
        DbBackend::Postgres => {
            "SELECT c.conname::text AS name FROM pg_catalog.pg_constraint c \
             WHERE c.conrelid = to_regclass($1) AND c.contype = 'u' AND string_to_array($2, ',') = \
             (SELECT array_agg(a.attname::text ORDER BY a.attname::text COLLATE \"C\") FROM pg_catalog.pg_attribute a \
             WHERE a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey))"
        }
        _ => {
            "SELECT CAST(index_name AS CHAR) AS name FROM information_schema.statistics \
             WHERE table_schema = DATABASE() AND table_name = ? AND non_unique = 0 GROUP BY index_name \
             HAVING GROUP_CONCAT(column_name ORDER BY column_name) = ?"
        }
    };
    names(db, sql, &[table, &columns.join(",")]).await
}

/// Whether a half-made migration on MySQL has come to the index already; the others roll back as a whole.
pub async fn is_indexed<C: ConnectionTrait>(db: &C, table: &str, column: &str) -> Result<bool, DbErr> {
    if db.get_database_backend() != DbBackend::MySql {
        return Ok(false);
    }
    let sql = "SELECT CAST(index_name AS CHAR) AS name FROM information_schema.statistics \
               WHERE table_schema = DATABASE() AND table_name = ? AND column_name = ?";
    Ok(!names(db, sql, &[table, column]).await?.is_empty())
}

/// Whether a foreign key begins at this column.
pub async fn has_foreign_key<C: ConnectionTrait>(db: &C, table: &str, column: &str) -> Result<bool, DbErr> {
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => "SELECT \"table\" AS name FROM pragma_foreign_key_list(?) WHERE \"from\" = ?",
        DbBackend::Postgres => {
            "SELECT c.conname::text AS name FROM pg_catalog.pg_constraint c \
             JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey) \
             WHERE c.conrelid = to_regclass($1) AND c.contype = 'f' AND a.attname::text = $2"
        }
        _ => {
            "SELECT CAST(constraint_name AS CHAR) AS name FROM information_schema.key_column_usage \
             WHERE table_schema = DATABASE() AND table_name = ? AND column_name = ? \
             AND referenced_table_name IS NOT NULL"
        }
    };
    Ok(!names(db, sql, &[table, column]).await?.is_empty())
}

/// How many rows; none if there is no such table.
pub async fn count<C: ConnectionTrait>(db: &C, table: &str) -> Result<i64, DbErr> {
    if columns(db, table).await?.is_empty() {
        return Ok(0);
    }
    let statement =
        Statement::from_string(db.get_database_backend(), format!("SELECT count(*) AS n FROM {table}"));
    let row = db.query_one_raw(statement).await?;
    row.map_or(Ok(0), |row| row.try_get("", "n"))
}

/// The column `name` of each row.
pub async fn names<C: ConnectionTrait>(db: &C, sql: &str, values: &[&str]) -> Result<Vec<String>, DbErr> {
    let values: Vec<sea_orm::Value> = values.iter().map(|value| (*value).into()).collect();
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    db.query_all_raw(statement).await?.iter().map(|row| row.try_get("", "name")).collect()
}
