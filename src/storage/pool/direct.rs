//! Look-ups of one row in a SQLite file without the driver's thread, whose two wake-ups cost more than the look-up.
//! What takes longer than a look-up by a key, or is in any way odd, is left to the driver: `None`.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, StatementStatus, params_from_iter};
use sea_orm::{Statement, Value};

/// More instructions of SQLite's machine than a look-up by a key needs: a scan goes to the driver's thread.
const MOST_INSTRUCTIONS: i32 = 10_000;
/// Statements kept prepared per connection.
const PREPARED: usize = 64;
/// Connections kept.
const IDLE: usize = 8;

pub struct Direct {
    file: PathBuf,
    /// OPTIONS.init_command.
    init: String,
    /// `None` once it is over.
    idle: Mutex<Option<Vec<Connection>>>,
}

/// A row while it is read.
pub struct Plain<'r>(Vec<(&'r str, ValueRef<'r>)>);

impl Plain<'_> {
    pub fn get(&self, name: &str) -> Option<ValueRef<'_>> {
        self.0.iter().find(|(of, _)| *of == name).map(|(_, value)| *value)
    }
}

/// What a connection may offer beside the driver.
pub trait Beside {
    fn direct(&self) -> Option<&Direct> {
        None
    }
}

impl Direct {
    pub fn new(file: PathBuf, init: String) -> Direct {
        Direct { file, init, idle: Mutex::new(Some(Vec::new())) }
    }

    /// What `read` makes of the first row, if there is a row. `None`: ask the driver.
    pub fn first<T>(
        &self,
        statement: &Statement,
        read: impl FnOnce(&Plain<'_>) -> Option<T>,
    ) -> Option<Option<T>> {
        let connection = self.take()?;
        let found = look_up(&connection, statement, read);
        if found.is_some() {
            tracing::debug!(target: "sqlx::query", summary = statement.sql, db.statement = "", direct = true);
        }
        self.give_back(connection);
        found
    }

    /// Ends the connections that are not in use, and the others as they come back.
    pub fn close(&self) {
        self.idle().take();
    }

    fn idle(&self) -> MutexGuard<'_, Option<Vec<Connection>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Option<Connection> {
        let kept = self.idle().as_mut()?.pop();
        let told = |error: &rusqlite::Error| tracing::debug!(%error, "no look-up without the driver");
        kept.or_else(|| self.open().inspect_err(told).ok())
    }

    fn give_back(&self, connection: Connection) {
        if let Some(idle) = self.idle().as_mut().filter(|idle| idle.len() < IDLE) {
            idle.push(connection);
        }
    }

    fn open(&self) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.file, flags)?;
        connection.busy_timeout(Duration::ZERO)?;
        connection.set_prepared_statement_cache_capacity(PREPARED);
        if !self.init.is_empty() {
            connection.execute_batch(&self.init)?;
        }
        connection.pragma_update(None, "query_only", true)?;
        connection.progress_handler(MOST_INSTRUCTIONS, Some(|| true))?;
        Ok(connection)
    }
}

fn look_up<T>(
    connection: &Connection,
    statement: &Statement,
    read: impl FnOnce(&Plain<'_>) -> Option<T>,
) -> Option<Option<T>> {
    let mut prepared = connection.prepare_cached(&statement.sql).ok()?;
    // It would count on from the last run.
    prepared.reset_status(StatementStatus::VmStep);
    let values = statement.values.iter().flat_map(|values| &values.0);
    let values = values.map(bound).collect::<Option<Vec<_>>>()?;
    let mut rows = prepared.query(params_from_iter(values)).ok()?;
    let Some(row) = rows.next().ok()? else { return Some(None) };
    let names: &rusqlite::Statement<'_> = row.as_ref();
    let one = |index| Some((names.column_name(index).ok()?, row.get_ref(index).ok()?));
    let plain = (0..names.column_count()).map(one).collect::<Option<Vec<_>>>()?;
    read(&Plain(plain)).map(Some)
}

fn bound(value: &Value) -> Option<ToSqlOutput<'_>> {
    Some(ToSqlOutput::Borrowed(match value {
        Value::String(Some(text)) => ValueRef::Text(text.as_bytes()),
        Value::BigInt(Some(number)) => ValueRef::Integer(*number),
        Value::Int(Some(number)) => ValueRef::Integer((*number).into()),
        Value::Bool(Some(yes)) => ValueRef::Integer((*yes).into()),
        _ => return None,
    }))
}
