//! A Django `DateTimeField`: what others wrote is read as Django reads it, and nothing that a row holds is an error.
//! Django: `django.utils.dateparse.parse_datetime`, which takes all that Python's `datetime.fromisoformat` takes.

use std::ops::Deref;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{ArrayType, ColumnType, Nullable, ValueType, ValueTypeErr};
use sea_orm::{ColIdx, DbErr, QueryResult, RuntimeErr, TryGetError, TryGetable, Value, sqlx};

use crate::dateparse;

/// A time of a row, in UTC (or by the wall clock of `Layout::zone`, until that is taken off).
/// A text that is no date reads as the beginning of 1970: whatever lives until then is over.
// Differs from DOT: None there, which leaves a refresh token with such a `revoked` alive (D-195).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DjangoTime(pub DateTime<Utc>);

/// Microseconds from 1970 to PostgreSQL's beginning of time, 2000.
const POSTGRES_EPOCH: i64 = 946_684_800_000_000;
/// Python's first and last second; what lies outside (`infinity` too) is read as these.
const FIRST: i64 = -62_135_596_800;
const LAST: i64 = 253_402_300_799;

impl DjangoTime {
    const UNREADABLE: DjangoTime = DjangoTime(DateTime::UNIX_EPOCH);

    /// A date as SQLite keeps it.
    #[must_use]
    pub fn of_text(text: &str) -> DjangoTime {
        dateparse::parse(text).map_or(DjangoTime::UNREADABLE, DjangoTime)
    }

    fn of_postgres(micros: i64) -> DjangoTime {
        let at = micros.checked_add(POSTGRES_EPOCH).and_then(DateTime::from_timestamp_micros);
        let edge = || DateTime::from_timestamp(if micros < 0 { FIRST } else { LAST }, 0);
        let within = at.filter(|at| (FIRST..=LAST).contains(&at.timestamp()));
        within.or_else(edge).map_or(DjangoTime::UNREADABLE, DjangoTime)
    }
}

impl Deref for DjangoTime {
    type Target = DateTime<Utc>;

    fn deref(&self) -> &DateTime<Utc> {
        &self.0
    }
}

impl From<DateTime<Utc>> for DjangoTime {
    fn from(at: DateTime<Utc>) -> DjangoTime {
        DjangoTime(at)
    }
}

impl From<DjangoTime> for DateTime<Utc> {
    fn from(at: DjangoTime) -> DateTime<Utc> {
        at.0
    }
}

impl PartialEq<DateTime<Utc>> for DjangoTime {
    fn eq(&self, other: &DateTime<Utc>) -> bool {
        self.0 == *other
    }
}

impl PartialOrd<DateTime<Utc>> for DjangoTime {
    fn partial_cmp(&self, other: &DateTime<Utc>) -> Option<std::cmp::Ordering> {
        self.0.partial_cmp(other)
    }
}

impl PartialEq<DjangoTime> for DateTime<Utc> {
    fn eq(&self, other: &DjangoTime) -> bool {
        *self == other.0
    }
}

impl PartialOrd<DjangoTime> for DateTime<Utc> {
    fn partial_cmp(&self, other: &DjangoTime) -> Option<std::cmp::Ordering> {
        self.partial_cmp(&other.0)
    }
}

impl From<DjangoTime> for Value {
    fn from(at: DjangoTime) -> Value {
        at.0.into()
    }
}

impl TryGetable for DjangoTime {
    fn try_get_by<I: ColIdx>(res: &QueryResult, index: I) -> Result<Self, TryGetError> {
        let null = || TryGetError::Null(format!("{index:?}"));
        if let Some(row) = res.try_as_sqlite_row() {
            let found = sqlx::Row::try_get_unchecked::<Option<&str>, _>(row, index.as_sqlx_sqlite_index());
            // Unchecked: SQLite makes a number of 20260102, and Django looks at its digits.
            let text = readable(found, Some(""))?.ok_or_else(null)?;
            return Ok(DjangoTime::of_text(text));
        }
        if let Some(row) = res.try_as_pg_row() {
            // Not by chrono: its arithmetic would panic on `infinity`.
            let found = sqlx::Row::try_get_unchecked::<Option<i64>, _>(row, index.as_sqlx_postgres_index());
            return found.map_err(failed)?.map(DjangoTime::of_postgres).ok_or_else(null);
        }
        let Some(row) = res.try_as_mysql_row() else {
            return DateTime::<Utc>::try_get_by(res, index).map(DjangoTime);
        };
        let found = sqlx::Row::try_get::<Option<DateTime<Utc>>, _>(row, index.as_sqlx_mysql_index());
        if let Some(at) = readable(found, Some(DjangoTime::UNREADABLE.0))? {
            return Ok(DjangoTime(at));
        }
        // The driver calls 0000-00-00 NULL too; it is a value, and a NULL is none.
        let bytes = sqlx::Row::try_get_unchecked::<&[u8], _>(row, index.as_sqlx_mysql_index());
        bytes.map(|_| DjangoTime::UNREADABLE).map_err(|_| null())
    }
}

/// What was decoded, or what stands for a value that cannot be.
fn readable<T>(found: Result<Option<T>, sqlx::Error>, instead: Option<T>) -> Result<Option<T>, TryGetError> {
    match found {
        Err(sqlx::Error::ColumnDecode { .. }) => Ok(instead),
        found => found.map_err(failed),
    }
}

fn failed(error: sqlx::Error) -> TryGetError {
    TryGetError::DbErr(DbErr::Query(RuntimeErr::SqlxError(error.into())))
}

impl ValueType for DjangoTime {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        <DateTime<Utc> as ValueType>::try_from(value).map(DjangoTime)
    }

    fn type_name() -> String {
        "DjangoTime".into()
    }

    fn array_type() -> ArrayType {
        ArrayType::ChronoDateTimeUtc
    }

    fn column_type() -> ColumnType {
        ColumnType::TimestampWithTimeZone
    }
}

impl Nullable for DjangoTime {
    fn null() -> Value {
        <DateTime<Utc> as Nullable>::null()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_python_cannot_hold_is_read_as_the_nearest_that_it_can() {
        assert_eq!(DjangoTime::of_postgres(i64::MAX).to_rfc3339(), "9999-12-31T23:59:59+00:00");
        assert_eq!(DjangoTime::of_postgres(i64::MIN).to_rfc3339(), "0001-01-01T00:00:00+00:00");
        assert_eq!(DjangoTime::of_postgres(1).to_rfc3339(), "2000-01-01T00:00:00.000001+00:00");
    }
}
