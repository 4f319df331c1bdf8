//! Binds values in the form Django writes them, on whatever engine is behind the connection.
//! Dates as text without 'T' on SQLite, UUIDs as 32 hex digits, JSON as `json.dumps` writes it.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, NaiveDateTime, Timelike, Utc};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement, Value};

use crate::layout::Layout;

/// A connection or transaction that writes Django's formats into the project's tables.
pub struct DjangoConnection<C>(pub C, pub Arc<Layout>);

impl<C> DjangoConnection<C> {
    /// A statement as the database gets it.
    pub fn statement(&self, statement: Statement) -> Statement {
        django_statement(statement, &self.1)
    }
}

/// A date as Django's SQLite backend stores it: a blank, microseconds only if there are any.
pub fn sqlite_datetime(at: NaiveDateTime) -> String {
    django::values::datetime_text(at.and_utc().timestamp_micros())
}

fn to_microseconds(at: DateTime<Utc>) -> DateTime<Utc> {
    at.with_nanosecond(at.nanosecond() % 1_000_000_000 / 1_000 * 1_000).unwrap_or(at)
}

fn django_value(value: Value, backend: DbBackend, layout: &Layout) -> Value {
    match value {
        Value::ChronoDateTimeUtc(Some(at)) if backend == DbBackend::Sqlite => {
            Value::String(Some(sqlite_datetime(layout.wall_clock(at))))
        }
        Value::ChronoDateTimeUtc(None) if backend == DbBackend::Sqlite => Value::String(None),
        // A date with a zone would be bound as MySQL's TIMESTAMP, which ends in 2038; the columns are DATETIME.
        Value::ChronoDateTimeUtc(at) if backend == DbBackend::MySql || layout.zone.is_some() => {
            Value::ChronoDateTime(at.map(|at| layout.wall_clock(to_microseconds(at))))
        }
        Value::ChronoDateTimeUtc(Some(at)) => Value::ChronoDateTimeUtc(Some(to_microseconds(at))),
        Value::Uuid(id) if backend != DbBackend::Postgres => {
            Value::String(id.map(|u| u.simple().to_string()))
        }
        Value::Json(json) if backend != DbBackend::Postgres => {
            Value::String(json.map(|json| django::json::to_ascii(&json)))
        }
        other => other,
    }
}

fn django_statement(mut statement: Statement, layout: &Layout) -> Statement {
    let backend = statement.db_backend;
    layout.rename_tables(&mut statement.sql);
    if let Some(values) = statement.values.as_mut() {
        for value in values.0.iter_mut() {
            let plain = std::mem::replace(value, Value::Bool(None));
            *value = django_value(plain, backend, layout);
        }
    }
    statement
}

#[async_trait]
impl<C: ConnectionTrait + Send + Sync> ConnectionTrait for DjangoConnection<C> {
    fn get_database_backend(&self) -> DbBackend {
        self.0.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.0.execute_raw(django_statement(statement, &self.1)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.0.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.0.query_one_raw(django_statement(statement, &self.1)).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.0.query_all_raw(django_statement(statement, &self.1)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_has_no_t_and_no_empty_fraction() {
        let at = DateTime::from_timestamp(1_767_323_045, 0).unwrap();
        assert_eq!(sqlite_datetime(at.naive_utc()), "2026-01-02 03:04:05");
        let at = DateTime::from_timestamp(1_767_323_045, 120_000_999).unwrap();
        assert_eq!(sqlite_datetime(at.naive_utc()), "2026-01-02 03:04:05.120000");
    }

    #[test]
    fn json_is_written_as_python_writes_it() {
        let json: serde_json::Value = serde_json::from_str("[1.50, \"\u{7f}\"]").unwrap();
        let written = django_value(Value::Json(Some(Box::new(json))), DbBackend::Sqlite, &Layout::default());
        assert_eq!(written, Value::String(Some("[1.5, \"\\u007f\"]".to_owned())));
    }
}
