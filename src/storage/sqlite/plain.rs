//! A row that was read without the driver, and what its values are by the entities: sea-orm cannot make its own rows
//! from another driver's.

use rusqlite::Row;
use rusqlite::types::ValueRef;
use sea_orm::sea_query::ValueType;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ColumnType, EntityTrait, IdenStatic, Iterable, TryIntoModel, Value,
};
use uuid::Uuid;

use entity::time::DjangoTime;

/// A row while it is read.
pub struct Plain<'r>(Vec<(&'r str, ValueRef<'r>)>);

impl<'r> Plain<'r> {
    pub(super) fn of(row: &'r Row<'_>) -> Option<Plain<'r>> {
        let names: &rusqlite::Statement<'_> = row.as_ref();
        let one = |index| Some((names.column_name(index).ok()?, row.get_ref(index).ok()?));
        (0..names.column_count()).map(one).collect::<Option<Vec<_>>>().map(Plain)
    }

    /// The value of a column; `None` for one that is not what the column says: then the driver is asked.
    pub fn read<T: ValueType, C: ColumnTrait>(&self, name: &str, column: C) -> Option<T> {
        T::try_from(value(self.at("", name)?, column)?).ok()
    }

    /// The row of an entity, or that of a joined table behind a prefix: `Some(None)` where the join found none.
    pub fn model<E>(&self, prefix: &str) -> Option<Option<E::Model>>
    where
        E: EntityTrait,
        E::ActiveModel: TryIntoModel<E::Model>,
    {
        let mut found = <E::ActiveModel as ActiveModelTrait>::default();
        let mut is_there = false;
        for column in E::Column::iter() {
            let at = self.at(prefix, column.as_str())?;
            is_there |= at != ValueRef::Null;
            // The key is the first column: where it is NULL, all are.
            if is_there {
                found.try_set(column, value(at, column)?).ok()?;
            }
        }
        if is_there { found.try_into_model().ok().map(Some) } else { Some(None) }
    }

    /// The value of the column that the query calls `prefix` and `name`, in one word.
    fn at(&self, prefix: &str, name: &str) -> Option<ValueRef<'r>> {
        let is_it = |called: &str| called.strip_prefix(prefix) == Some(name);
        self.0.iter().find(|(called, _)| is_it(called)).map(|(_, value)| *value)
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
