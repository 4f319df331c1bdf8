//! The kinds of a database's failures, by the codes of each engine: SQLSTATE (PostgreSQL, appendix A), error numbers
//! (MySQL, MariaDB), extended result codes (SQLite).

use std::fmt;

/// A statement that was not carried out, or a connection that was not made.
#[derive(Debug)]
pub struct DatabaseFailure {
    pub kind: DatabaseKind,
    /// SQLSTATE, the error number of MySQL and MariaDB, or SQLite's extended code; `None` where no database answered.
    pub code: Option<String>,
    text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DatabaseKind {
    /// A new connection was refused: nothing listens, no such database, a wrong password, no TLS.
    Refused,
    /// A new connection did not come about in time.
    TimedOut,
    /// All of our own connections stayed in use for longer than a request waits.
    Exhausted,
    /// The server takes no more connections.
    TooManyConnections,
    /// The connection ended: the statement was not carried out, or its answer is lost.
    Lost,
    /// The server did not answer a statement in time: whether it was carried out is not known.
    Silent,
    /// The connection ended at COMMIT: whether the transaction was carried out is not known.
    Unsettled,
    /// We are stopping, or the transaction is over.
    Closed,
    Unique,
    ForeignKey,
    NotNull,
    Check,
    /// A value that the column cannot hold: too long, or bytes that are no text.
    BadValue,
    /// Another one holds a lock for longer than we wait.
    Locked,
    Deadlock,
    /// Another transaction was faster; this one may succeed when it is run again from its beginning.
    Serialization,
    /// A node or file that takes no writes.
    ReadOnly,
    /// A prepared statement that the server does not know, knows already, or that a changed table made useless.
    StalePlan,
    /// A table or column that is not there.
    Schema,
    /// No space is left.
    Full,
    /// The file is damaged, or cannot be read or written.
    Damaged,
    /// A column holds a value of another type.
    Unreadable,
    /// Nothing that we tell apart; the code and the text say more.
    Unknown,
}

impl DatabaseFailure {
    pub fn new(kind: DatabaseKind, code: Option<String>, text: impl Into<String>) -> DatabaseFailure {
        DatabaseFailure { kind, code, text: text.into() }
    }
}

/// The text, and what it was taken for.
impl fmt::Display for DatabaseFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DatabaseFailure { kind, code, text } = self;
        match code {
            Some(code) => write!(f, "{text} [{kind:?} {code}]"),
            None => write!(f, "{text} [{kind:?}]"),
        }
    }
}

impl std::error::Error for DatabaseFailure {}

impl DatabaseKind {
    /// Whether the same may succeed later, without anybody changing what is stored.
    pub fn is_temporary(self) -> bool {
        match self {
            DatabaseKind::Refused
            | DatabaseKind::TimedOut
            | DatabaseKind::Exhausted
            | DatabaseKind::TooManyConnections
            | DatabaseKind::Lost
            | DatabaseKind::Silent
            | DatabaseKind::Unsettled
            | DatabaseKind::Closed
            | DatabaseKind::Locked
            | DatabaseKind::Deadlock
            | DatabaseKind::Serialization
            | DatabaseKind::ReadOnly
            | DatabaseKind::StalePlan => true,
            DatabaseKind::Unique
            | DatabaseKind::ForeignKey
            | DatabaseKind::NotNull
            | DatabaseKind::Check
            | DatabaseKind::BadValue
            | DatabaseKind::Schema
            | DatabaseKind::Full
            | DatabaseKind::Damaged
            | DatabaseKind::Unreadable
            | DatabaseKind::Unknown => false,
        }
    }

    /// `routine` is the server's function that raised the error: 0A000 alone says only that something is not supported.
    pub fn of_sqlstate(state: &str, routine: Option<&str>) -> DatabaseKind {
        match state {
            // The connection's own troubles; PgBouncer's, whatever they are.
            "08000" | "08003" | "08006" | "08P01" => DatabaseKind::Lost,
            "0A000" if routine == Some("RevalidateCachedQuery") => DatabaseKind::StalePlan,
            "22001" | "22021" => DatabaseKind::BadValue,
            "23502" => DatabaseKind::NotNull,
            "23503" => DatabaseKind::ForeignKey,
            "23505" => DatabaseKind::Unique,
            "23514" => DatabaseKind::Check,
            "25006" => DatabaseKind::ReadOnly,
            "26000" | "42P05" => DatabaseKind::StalePlan,
            "28000" | "28P01" | "3D000" => DatabaseKind::Refused,
            "40001" => DatabaseKind::Serialization,
            "40P01" => DatabaseKind::Deadlock,
            "42703" | "42P01" => DatabaseKind::Schema,
            "53100" => DatabaseKind::Full,
            "53300" => DatabaseKind::TooManyConnections,
            "55P03" => DatabaseKind::Locked,
            // It was told to end, it crashed, it is not ready.
            "57P01" | "57P02" | "57P03" => DatabaseKind::Lost,
            _ => DatabaseKind::Unknown,
        }
    }

    pub fn of_mysql_number(number: u16) -> DatabaseKind {
        match number {
            1022 | 1062 | 1169 | 1586 => DatabaseKind::Unique,
            1216 | 1217 | 1451 | 1452 | 1557 | 1761 | 1762 => DatabaseKind::ForeignKey,
            1048 | 1364 => DatabaseKind::NotNull,
            3819 | 4025 => DatabaseKind::Check,
            1366 | 1406 => DatabaseKind::BadValue,
            1205 => DatabaseKind::Locked,
            1213 => DatabaseKind::Deadlock,
            // MariaDB with innodb_snapshot_isolation: the row has changed since it was read.
            1020 => DatabaseKind::Serialization,
            1290 | 1792 | 1836 => DatabaseKind::ReadOnly,
            1040 | 1203 => DatabaseKind::TooManyConnections,
            1044 | 1045 | 1049 => DatabaseKind::Refused,
            // The server shuts down, or ended this connection.
            1053 | 1077 | 1079 | 1927 | 4031 => DatabaseKind::Lost,
            1054 | 1146 => DatabaseKind::Schema,
            1021 | 1114 => DatabaseKind::Full,
            1243 => DatabaseKind::StalePlan,
            _ => DatabaseKind::Unknown,
        }
    }

    pub fn of_sqlite_code(extended: i32) -> DatabaseKind {
        match extended {
            // SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY
            2067 | 1555 => return DatabaseKind::Unique,
            787 => return DatabaseKind::ForeignKey,
            1299 => return DatabaseKind::NotNull,
            275 => return DatabaseKind::Check,
            // SQLITE_BUSY_SNAPSHOT: waiting does not help, what was read is old.
            517 => return DatabaseKind::Serialization,
            _ => {}
        }
        match extended & 0xff {
            // SQLITE_BUSY, SQLITE_LOCKED
            5 | 6 => DatabaseKind::Locked,
            8 => DatabaseKind::ReadOnly,
            // SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_NOTADB
            10 | 11 | 26 => DatabaseKind::Damaged,
            13 => DatabaseKind::Full,
            // SQLITE_PERM, SQLITE_CANTOPEN, SQLITE_AUTH
            3 | 14 | 23 => DatabaseKind::Refused,
            _ => DatabaseKind::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Failure;
    use super::*;

    #[test]
    fn a_value_that_a_column_cannot_hold_is_told_by_its_code_alone() {
        for state in ["22001", "22021"] {
            assert_eq!(DatabaseKind::of_sqlstate(state, None), DatabaseKind::BadValue);
        }
        for number in [1406, 1366] {
            assert_eq!(DatabaseKind::of_mysql_number(number), DatabaseKind::BadValue);
        }
        // A text that quotes such a code says nothing.
        assert_eq!(DatabaseKind::of_sqlstate("22P02", None), DatabaseKind::Unknown);
        let quoting = DatabaseFailure::new(DatabaseKind::Unknown, None, "value too long, 22001");
        assert!(!Failure::from(quoting).is_bad_value());
    }

    #[test]
    fn a_plan_is_stale_only_where_the_server_revalidated_it() {
        let of = |routine| DatabaseKind::of_sqlstate("0A000", routine);
        assert_eq!(of(Some("RevalidateCachedQuery")), DatabaseKind::StalePlan);
        assert_eq!(of(Some("transformOnConflictArbiter")), DatabaseKind::Unknown);
        assert_eq!(of(None), DatabaseKind::Unknown);
    }

    #[test]
    fn a_file_that_is_busy_is_locked_unless_its_snapshot_is_old() {
        assert_eq!(DatabaseKind::of_sqlite_code(5), DatabaseKind::Locked);
        assert_eq!(DatabaseKind::of_sqlite_code(261), DatabaseKind::Locked, "SQLITE_BUSY_RECOVERY");
        assert_eq!(DatabaseKind::of_sqlite_code(517), DatabaseKind::Serialization);
    }
}
