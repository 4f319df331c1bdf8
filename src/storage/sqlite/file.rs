//! A SQLite file, opened without the driver: the same statements through the same SQLite library, but in the thread
//! that asks. The driver asks a thread of its own, and the two wake-ups cost more than a look-up by a key.

use std::path::PathBuf;
use std::time::Duration;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, ParamsFromIter, params_from_iter};
use sea_orm::{Statement, Value};

/// Statements kept prepared per connection.
const PREPARED: usize = 64;

pub struct File {
    pub path: PathBuf,
    /// Run on each new connection: OPTIONS.init_command.
    pub init: String,
    /// How long a writer waits for another one's lock: OPTIONS.timeout.
    pub patience: Duration,
}

/// Which rows are wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    First,
    All,
}

impl File {
    /// A connection that never waits for a lock.
    ///
    /// # Errors
    /// SQLite's own.
    pub fn open(&self) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.busy_timeout(Duration::ZERO)?;
        connection.set_prepared_statement_cache_capacity(PREPARED);
        // As Django and the driver do.
        connection.pragma_update(None, "foreign_keys", true)?;
        if !self.init.is_empty() {
            connection.execute_batch(&self.init)?;
            // It may have said otherwise.
            connection.busy_timeout(Duration::ZERO)?;
        }
        Ok(connection)
    }
}

/// The values of a statement.
///
/// # Errors
/// A value of a kind that no column of ours has.
pub fn bound(statement: &Statement) -> rusqlite::Result<ParamsFromIter<Vec<ToSqlOutput<'_>>>> {
    let values = statement.values.iter().flat_map(|values| &values.0);
    Ok(params_from_iter(values.map(bound_value).collect::<rusqlite::Result<Vec<_>>>()?))
}

fn bound_value(value: &Value) -> rusqlite::Result<ToSqlOutput<'_>> {
    let integer = |number: Option<i64>| number.map_or(ValueRef::Null, ValueRef::Integer);
    let real = |number: Option<f64>| number.map_or(ValueRef::Null, ValueRef::Real);
    Ok(ToSqlOutput::Borrowed(match value {
        Value::String(text) => text.as_ref().map_or(ValueRef::Null, |text| ValueRef::Text(text.as_bytes())),
        Value::BigInt(number) => integer(*number),
        Value::Int(number) => integer(number.map(i64::from)),
        Value::Bool(yes) => integer(yes.map(i64::from)),
        // Only in columns of the project's own.
        Value::TinyInt(number) => integer(number.map(i64::from)),
        Value::SmallInt(number) => integer(number.map(i64::from)),
        Value::Float(number) => real(number.map(f64::from)),
        Value::Double(number) => real(*number),
        Value::Bytes(bytes) => bytes.as_ref().map_or(ValueRef::Null, |bytes| ValueRef::Blob(bytes)),
        // Not the value itself: it may be a secret.
        _ => return Err(rusqlite::Error::ToSqlConversionFailure("a value of another kind".into())),
    }))
}

/// Tells the log of a statement as the driver tells of its own.
pub fn told(sql: &str) {
    tracing::debug!(target: "sqlx::query", summary = sql, db.statement = "", direct = true);
}
