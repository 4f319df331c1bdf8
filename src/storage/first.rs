//! The rows of a look-up: on SQLite read around the driver where that can be (`pool::Access::look_up`).

use rusqlite::types::ValueRef;
use sea_orm::sea_query::{SelectStatement, ValueType};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ColumnType, EntityTrait, Iterable, QueryResult, TryIntoModel, Value,
};
use uuid::Uuid;

use entity::time::DjangoTime;

use super::pool::{Access, Plain, Wanted};
use super::rows::Laid;
use crate::failure::Failure;

/// `plain` answers `None` for a value that is not what its column says: then the driver is asked.
///
/// # Errors
/// The database's own, and a value that cannot be read.
pub async fn first<T, C: Laid>(
    db: &C,
    query: &SelectStatement,
    plain: impl FnMut(&Plain<'_>) -> Option<T>,
    driver: impl Fn(&QueryResult) -> Result<T, Failure>,
) -> Result<Option<T>, Failure> {
    let statement = db.statement(query);
    if let Some(found) = db.connection().look_up(&statement, Wanted::First, plain) {
        return Ok(found.into_iter().next());
    }
    db.connection().rows(statement).await?.first().map(driver).transpose()
}

/// All rows of a look-up by a key.
///
/// # Errors
/// The database's own, and a value that cannot be read.
pub async fn list<T, C: Laid>(
    db: &C,
    query: &SelectStatement,
    plain: impl FnMut(&Plain<'_>) -> Option<T>,
    driver: impl Fn(&QueryResult) -> Result<T, Failure>,
) -> Result<Vec<T>, Failure> {
    let statement = db.statement(query);
    if let Some(found) = db.connection().look_up(&statement, Wanted::All, plain) {
        return Ok(found);
    }
    db.connection().rows(statement).await?.iter().map(driver).collect()
}

/// The row of an entity, or that of a joined table behind a prefix: `Some(None)` where the join found none.
pub fn model<E>(row: &Plain<'_>, prefix: &str) -> Option<Option<E::Model>>
where
    E: EntityTrait,
    E::ActiveModel: TryIntoModel<E::Model>,
{
    let mut found = <E::ActiveModel as ActiveModelTrait>::default();
    let mut is_there = false;
    for column in E::Column::iter() {
        let at = at(row, prefix, column)?;
        is_there |= at != ValueRef::Null;
        // The key is the first column: where it is NULL, all are.
        if is_there {
            found.try_set(column, value(at, column)?).ok()?;
        }
    }
    if is_there { found.try_into_model().ok().map(Some) } else { Some(None) }
}

/// One value.
pub fn read<T: ValueType, C: ColumnTrait>(row: &Plain<'_>, column: C) -> Option<T> {
    read_as(row, column.as_str(), column)
}

/// One value that the query gives another name.
pub fn read_as<T: ValueType, C: ColumnTrait>(row: &Plain<'_>, name: &str, column: C) -> Option<T> {
    T::try_from(value(row.get(name)?, column)?).ok()
}

fn at<'r, C: ColumnTrait>(row: &'r Plain<'_>, prefix: &str, column: C) -> Option<ValueRef<'r>> {
    if prefix.is_empty() {
        row.get(column.as_str())
    } else {
        row.get(&format!("{prefix}{}", column.as_str()))
    }
}

fn value<C: ColumnTrait>(found: ValueRef<'_>, column: C) -> Option<Value> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
    Some(match (column.def().get_column_type(), found) {
        (ColumnType::BigInteger, ValueRef::Integer(number)) => Value::BigInt(Some(number)),
        (ColumnType::BigInteger, ValueRef::Null) => Value::BigInt(None),
        // A user's key.
        (ColumnType::BigInteger, ValueRef::Text(hex)) => Value::Uuid(Some(Uuid::try_parse_ascii(hex).ok()?)),
        (ColumnType::Uuid, ValueRef::Text(hex)) => Value::Uuid(Some(Uuid::try_parse_ascii(hex).ok()?)),
        (ColumnType::Uuid, ValueRef::Null) => Value::Uuid(None),
        (ColumnType::Integer, ValueRef::Integer(number)) => Value::Int(Some(number.try_into().ok()?)),
        (ColumnType::Boolean, ValueRef::Integer(number)) => Value::Bool(Some(number != 0)),
        (ColumnType::String(_) | ColumnType::Text, ValueRef::Text(bytes)) => {
            Value::String(Some(text(bytes)?))
        }
        (ColumnType::String(_) | ColumnType::Text, ValueRef::Null) => Value::String(None),
        (ColumnType::TimestampWithTimeZone, ValueRef::Text(bytes)) => {
            Value::ChronoDateTimeUtc(Some(DjangoTime::of_text(&text(bytes).unwrap_or_default()).0))
        }
        // SQLite makes a number of 20260102, and Django looks at its digits.
        (ColumnType::TimestampWithTimeZone, ValueRef::Integer(number)) => {
            Value::ChronoDateTimeUtc(Some(DjangoTime::of_text(&number.to_string()).0))
        }
        // No date of Django's; the driver reads their text, which is none either.
        (ColumnType::TimestampWithTimeZone, ValueRef::Real(_)) => {
            Value::ChronoDateTimeUtc(Some(DjangoTime::of_text("").0))
        }
        (ColumnType::TimestampWithTimeZone, ValueRef::Blob(bytes)) => {
            Value::ChronoDateTimeUtc(Some(DjangoTime::of_text(&text(bytes).unwrap_or_default()).0))
        }
        (ColumnType::TimestampWithTimeZone, ValueRef::Null) => Value::ChronoDateTimeUtc(None),
        (ColumnType::Json | ColumnType::JsonBinary, ValueRef::Text(bytes)) => {
            let found = text(bytes)?;
            // Django's JSONField hands out a text that is no JSON as it is.
            let json = serde_json::from_str(&found).unwrap_or(serde_json::Value::String(found));
            Value::Json(Some(Box::new(json)))
        }
        _ => return None,
    })
}
