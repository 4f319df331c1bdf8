//! The errors of sea-orm, its drivers and SQLite as typed failures. The text is theirs, for the log.

use std::io::ErrorKind;

use sea_orm::sqlx::Error;
use sea_orm::sqlx::error::DatabaseError;
use sea_orm::sqlx::mysql::MySqlDatabaseError;
use sea_orm::sqlx::postgres::PgDatabaseError;
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};

use crate::failure::{DatabaseFailure, DatabaseKind, Failure};

impl From<DbErr> for Failure {
    fn from(error: DbErr) -> Failure {
        database(&error).into()
    }
}

/// A failure of sea-orm's.
pub fn database(error: &DbErr) -> DatabaseFailure {
    DatabaseFailure::new(kind(error), code(error), error.to_string())
}

/// A failure of rusqlite's.
pub fn sqlite(error: &rusqlite::Error) -> DatabaseFailure {
    let Some(told) = error.sqlite_error() else {
        return DatabaseFailure::new(DatabaseKind::Unknown, None, error.to_string());
    };
    let code = told.extended_code;
    let text = format!("(code: {code}) {error}");
    DatabaseFailure::new(DatabaseKind::of_sqlite_code(code), Some(code.to_string()), text)
}

/// The driver made no connection.
pub fn unconnected(error: Error) -> DbErr {
    DbErr::Conn(RuntimeErr::SqlxError(error.into()))
}

/// The driver did not carry out a query.
pub fn unread(error: Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}

/// What kind of failure it is, without its text.
pub fn kind(error: &DbErr) -> DatabaseKind {
    match error {
        DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => DatabaseKind::Exhausted,
        DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed) => DatabaseKind::Closed,
        DbErr::Conn(RuntimeErr::SqlxError(error)) => connecting(error),
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
            asked(error)
        }
        DbErr::Type(_) | DbErr::Json(_) | DbErr::TryIntoErr { .. } => DatabaseKind::Unreadable,
        _ => DatabaseKind::Unknown,
    }
}

fn connecting(error: &Error) -> DatabaseKind {
    match error {
        Error::Io(error) if error.kind() == ErrorKind::TimedOut => DatabaseKind::TimedOut,
        Error::Io(_) | Error::Tls(_) | Error::Configuration(_) => DatabaseKind::Refused,
        other => match asked(other) {
            // It shuts down, or has only just begun.
            DatabaseKind::Lost => DatabaseKind::Refused,
            kind => kind,
        },
    }
}

fn asked(error: &Error) -> DatabaseKind {
    match error {
        Error::Io(error) if error.kind() == ErrorKind::TimedOut => DatabaseKind::Silent,
        Error::Io(_) | Error::WorkerCrashed => DatabaseKind::Lost,
        Error::PoolTimedOut => DatabaseKind::TimedOut,
        Error::PoolClosed => DatabaseKind::Closed,
        Error::ColumnDecode { .. }
        | Error::Decode(_)
        | Error::ColumnNotFound(_)
        | Error::ColumnIndexOutOfBounds { .. }
        | Error::TypeNotFound { .. } => DatabaseKind::Unreadable,
        Error::Database(told) => told_by(told.as_ref()),
        _ => DatabaseKind::Unknown,
    }
}

fn told_by(told: &dyn DatabaseError) -> DatabaseKind {
    if let Some(told) = told.try_downcast_ref::<PgDatabaseError>() {
        return DatabaseKind::of_sqlstate(told.code(), told.routine());
    }
    if let Some(told) = told.try_downcast_ref::<MySqlDatabaseError>() {
        return DatabaseKind::of_mysql_number(told.number());
    }
    let code = told.code().and_then(|code| code.parse().ok());
    code.map_or(DatabaseKind::Unknown, DatabaseKind::of_sqlite_code)
}

fn code(error: &DbErr) -> Option<String> {
    let (DbErr::Conn(error) | DbErr::Exec(error) | DbErr::Query(error)) = error else { return None };
    let RuntimeErr::SqlxError(error) = error else { return None };
    let told = error.as_database_error()?;
    match told.try_downcast_ref::<MySqlDatabaseError>() {
        Some(told) => Some(told.number().to_string()),
        None => told.code().map(|code| code.into_owned()),
    }
}
