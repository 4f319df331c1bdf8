//! Look-ups in a SQLite file around the driver. What takes longer than a look-up by a key, or is in any way odd, is
//! left to the driver: `None`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, StatementStatus};
use sea_orm::Statement;

use super::file::{File, Wanted, bound, told};
use super::plain::Plain;

/// More instructions of SQLite's machine than a look-up by a key needs: a scan goes to the driver's thread.
const MOST_INSTRUCTIONS: i32 = 10_000;
/// Connections kept.
const IDLE: usize = 8;

pub struct Direct {
    file: Arc<File>,
    /// `None` once it is over.
    idle: Mutex<Option<Vec<Connection>>>,
}

impl Direct {
    pub fn new(file: Arc<File>) -> Direct {
        Direct { file, idle: Mutex::new(Some(Vec::new())) }
    }

    /// What `read` makes of the rows.
    pub fn look_up<T>(
        &self,
        statement: &Statement,
        wanted: Wanted,
        read: impl FnMut(&Plain<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let connection = self.take()?;
        let found = rows(&connection, statement, wanted, read);
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
        let connection = self.file.open()?;
        connection.pragma_update(None, "query_only", true)?;
        connection.progress_handler(MOST_INSTRUCTIONS, Some(|| true))?;
        Ok(connection)
    }
}

/// What `read` makes of the rows; `None` where it makes nothing of one, and where SQLite answers an error, which the
/// driver will meet too.
pub fn rows<T>(
    connection: &Connection,
    statement: &Statement,
    wanted: Wanted,
    mut read: impl FnMut(&Plain<'_>) -> Option<T>,
) -> Option<Vec<T>> {
    let odd = |error: &rusqlite::Error| tracing::debug!(%error, "no look-up around the driver");
    let mut prepared = connection.prepare_cached(&statement.sql).inspect_err(odd).ok()?;
    // The counter of a cached statement goes on from its last run.
    prepared.reset_status(StatementStatus::VmStep);
    let mut rows = prepared.query(bound(statement).inspect_err(odd).ok()?).inspect_err(odd).ok()?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().inspect_err(odd).ok()? {
        found.push(read(&Plain::of(row)?)?);
        if wanted == Wanted::First {
            break;
        }
    }
    told(&statement.sql);
    Some(found)
}
