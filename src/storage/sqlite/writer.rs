//! The connection that writes a SQLite file in WAL mode around the driver. There a commit waits for the disk only when
//! it begins the log anew (once in `wal_autocheckpoint` pages), and a statement on rows that a key names takes
//! microseconds. What takes longer belongs to the driver's thread.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode};
use sea_orm::{DbBackend, Statement};

use crate::failure::Failure;
use crate::storage::error::sqlite;
use crate::storage::permits::{Permit, Permits};

use super::direct::rows;
use super::file::{File, Wanted, bound, told};
use super::plain::Plain;

/// The first and the longest pause before a locked file is asked again.
const PAUSES: (Duration, Duration) = (Duration::from_millis(1), Duration::from_millis(16));

thread_local! {
    /// Pages in the write-ahead log after the last commit in this thread.
    static PAGES: Cell<i32> = const { Cell::new(0) };
}

/// The one writer of a file, and who may use it.
pub struct Writer {
    file: Arc<File>,
    /// The driver's writer takes its permit of the same.
    permits: Permits,
    idle: Mutex<Option<WriterConnection>>,
    /// Nothing is kept any more.
    is_over: AtomicBool,
}

struct WriterConnection {
    sqlite: Connection,
    /// Pages in the log at which they are copied into the file (wal_autocheckpoint); 0: never.
    checkpoint_at: i32,
}

/// The writer in use. Dropped with `connection` inside, it was left in the middle of something, and its connection ends.
pub struct WriterLease {
    writer: Arc<Writer>,
    connection: Option<WriterConnection>,
    pages: i32,
    permit: Permit,
}

impl Writer {
    pub fn new(file: Arc<File>, permits: Permits) -> Arc<Writer> {
        Arc::new(Writer { file, permits, idle: Mutex::default(), is_over: AtomicBool::new(false) })
    }

    /// Whether a commit to this file is a write into the log and no more.
    ///
    /// # Errors
    /// SQLite's own.
    pub fn is_quick(file: &File) -> rusqlite::Result<bool> {
        let connection = file.open()?;
        let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
        let synchronous: i64 = connection.pragma_query_value(None, "synchronous", |row| row.get(0))?;
        Ok(mode.eq_ignore_ascii_case("wal") && synchronous <= 1)
    }

    /// # Errors
    /// SQLite's own, and a timeout when others write all the time.
    pub async fn take(self: &Arc<Writer>) -> Result<WriterLease, Failure> {
        let permit = self.permits.take().await?;
        let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).take();
        let connection = match kept {
            Some(connection) => connection,
            None => patiently(self.file.patience, || WriterConnection::open(&self.file))
                .await
                .map_err(|error| sqlite(&error))?,
        };
        Ok(WriterLease { writer: self.clone(), connection: Some(connection), pages: 0, permit })
    }

    /// Ends the connection, now or when it comes back. Nobody gets another one: the permits are closed too.
    pub fn close(&self) {
        self.is_over.store(true, Ordering::Release);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

impl WriterConnection {
    fn open(file: &File) -> rusqlite::Result<WriterConnection> {
        let connection = file.open()?;
        let checkpoint_at = connection.pragma_query_value(None, "wal_autocheckpoint", |row| row.get(0))?;
        // Instead of SQLite's own hook, which copies the pages within the commit.
        connection.wal_hook(Some(|_, pages| {
            PAGES.set(pages);
            Ok(())
        }));
        Ok(WriterConnection { sqlite: connection, checkpoint_at })
    }

    /// Copies the log's pages into the file, and so waits for the disk. What readers still use stays for the next time.
    fn checkpoint(&self) {
        let done = self.sqlite.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        if let Err(error) = done {
            tracing::warn!(%error, "the pages of the write-ahead log stay where they are");
        }
    }
}

impl WriterLease {
    /// How many rows the statement changed.
    ///
    /// # Errors
    /// SQLite's own; that the file is locked only after the time that the settings give.
    pub async fn change(&mut self, statement: &Statement) -> Result<u64, Failure> {
        let changed = self
            .patiently(|connection| connection.prepare_cached(&statement.sql)?.execute(bound(statement)?));
        let changed = changed.await.map_err(|error| sqlite(&error))?;
        told(&statement.sql);
        Ok(u64::try_from(changed).unwrap_or(u64::MAX))
    }

    /// The key that an INSERT ... RETURNING answers.
    ///
    /// # Errors
    /// SQLite's own; that the file is locked only after the time that the settings give.
    pub async fn add(&mut self, statement: &Statement) -> Result<i64, Failure> {
        let key = self.patiently(|connection| {
            let mut prepared = connection.prepare_cached(&statement.sql)?;
            let mut rows = prepared.query(bound(statement)?)?;
            let key = rows.next()?.ok_or(rusqlite::Error::QueryReturnedNoRows)?.get(0)?;
            // The statement ends only after its last row.
            while rows.next()?.is_some() {}
            Ok(key)
        });
        let key = key.await.map_err(|error| sqlite(&error))?;
        told(&statement.sql);
        Ok(key)
    }

    /// BEGIN IMMEDIATE, COMMIT, ROLLBACK.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn run(&mut self, sql: &str) -> Result<(), Failure> {
        self.change(&Statement::from_string(DbBackend::Sqlite, sql)).await.map(|_| ())
    }

    pub fn look_up<T>(
        &self,
        statement: &Statement,
        wanted: Wanted,
        read: impl FnMut(&Plain<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        rows(&self.connection.as_ref()?.sqlite, statement, wanted, read)
    }

    /// It is whole: the next request may have it.
    pub fn give_back(mut self) {
        let Some(connection) = self.connection.take() else { return };
        if connection.checkpoint_at == 0 || self.pages < connection.checkpoint_at {
            return self.put(connection);
        }
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(move || self.copied(connection))),
            Err(_) => self.copied(connection),
        }
    }

    fn copied(self, connection: WriterConnection) {
        connection.checkpoint();
        self.put(connection);
    }

    fn put(self, connection: WriterConnection) {
        // In the middle of a transaction it is nobody's.
        if connection.sqlite.is_autocommit() && !self.writer.is_over.load(Ordering::Acquire) {
            *self.writer.idle.lock().unwrap_or_else(PoisonError::into_inner) = Some(connection);
        }
        drop(self.permit);
    }

    /// Rolls back what was not committed.
    pub fn roll_back(mut self) {
        let rolled_back = |connection: &WriterConnection| connection.sqlite.execute_batch("ROLLBACK").is_ok();
        self.connection = self.connection.take().filter(rolled_back);
        told("ROLLBACK");
        self.give_back();
    }

    /// Asks again while another process writes, but never when that ended the transaction.
    async fn patiently<T>(
        &mut self,
        mut ask: impl FnMut(&Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let WriterLease { connection, pages, writer, .. } = self;
        // Not shared, so that it may be kept while others are waited for.
        let connection = &mut connection.as_mut().ok_or(rusqlite::Error::InvalidQuery)?.sqlite;
        let was_autocommit = connection.is_autocommit();
        patiently(writer.file.patience, move || {
            if connection.is_autocommit() != was_autocommit {
                return Err(rusqlite::Error::InvalidQuery);
            }
            PAGES.set(0);
            let got = ask(connection);
            *pages = PAGES.get().max(*pages);
            got
        })
        .await
    }
}

/// Again and again while the file is locked.
async fn patiently<T>(
    patience: Duration,
    mut ask: impl FnMut() -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let begun = Instant::now();
    let (mut pause, longest) = PAUSES;
    loop {
        let got = ask();
        if !got.as_ref().is_err_and(is_locked) || begun.elapsed() + pause > patience {
            return got;
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(longest);
    }
}

fn is_locked(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}
