//! A row of a look-up, whoever read it: a table says once how its rows are read. On SQLite they are read around the
//! driver where that can be ([`Access::look_up`]).

use sea_orm::sea_query::{SelectStatement, ValueType};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, FromQueryResult, QueryResult, TryGetable, TryIntoModel};

use crate::failure::Failure;

use super::access::Access;
use super::knows_layout::KnowsLayout;
use super::sqlite::{Plain, Wanted};

/// A row, by whom it was read.
#[derive(Clone, Copy)]
pub enum Row<'a> {
    Driver(&'a QueryResult),
    /// Of a SQLite file, around the driver. Whatever is not as its column says is an error here, and then the driver is
    /// asked.
    File(&'a Plain<'a>),
}

impl Row<'_> {
    /// One value.
    ///
    /// # Errors
    /// A value that is not what the column says.
    pub fn get<T: TryGetable + ValueType>(self, column: impl ColumnTrait) -> Result<T, DbErr> {
        self.get_as(column.as_str(), column)
    }

    /// One value that the query gives another name.
    ///
    /// # Errors
    /// A value that is not what the column says.
    pub fn get_as<T: TryGetable + ValueType>(self, name: &str, column: impl ColumnTrait) -> Result<T, DbErr> {
        match self {
            Row::Driver(row) => row.try_get("", name),
            Row::File(row) => row.read(name, column).ok_or_else(odd),
        }
    }

    /// All columns of the table.
    ///
    /// # Errors
    /// A value that is not what its column says.
    pub fn model<E: EntityTrait>(self) -> Result<E::Model, DbErr>
    where
        E::ActiveModel: TryIntoModel<E::Model>,
    {
        match self {
            Row::Driver(row) => E::Model::from_query_result(row, ""),
            Row::File(row) => row.model::<E>("").flatten().ok_or_else(odd),
        }
    }

    /// All columns of a joined table, each name behind this prefix; `None` where the join found no row.
    ///
    /// # Errors
    /// A value that is not what its column says.
    pub fn joined<E: EntityTrait>(self, prefix: &str) -> Result<Option<E::Model>, DbErr>
    where
        E::ActiveModel: TryIntoModel<E::Model>,
    {
        match self {
            Row::Driver(row) => Option::<E::Model>::from_query_result(row, prefix),
            Row::File(row) => row.model::<E>(prefix).ok_or_else(odd),
        }
    }
}

fn odd() -> DbErr {
    DbErr::Type("a value of another type than its column's".into())
}

/// The first row of a look-up.
///
/// # Errors
/// The database's own, and a value that cannot be read.
pub async fn first<T, C: KnowsLayout>(
    db: &C,
    query: &SelectStatement,
    read: impl Fn(Row<'_>) -> Result<T, DbErr>,
) -> Result<Option<T>, Failure> {
    let statement = db.statement(query);
    let plain = |row: &Plain<'_>| read(Row::File(row)).ok();
    if let Some(found) = db.connection().look_up(&statement, Wanted::First, plain) {
        return Ok(found.into_iter().next());
    }
    let rows = db.connection().rows(statement).await?;
    Ok(rows.first().map(|row| read(Row::Driver(row))).transpose()?)
}

/// All rows of a look-up by a key.
///
/// # Errors
/// The database's own, and a value that cannot be read.
pub async fn list<T, C: KnowsLayout>(
    db: &C,
    query: &SelectStatement,
    read: impl Fn(Row<'_>) -> Result<T, DbErr>,
) -> Result<Vec<T>, Failure> {
    let statement = db.statement(query);
    let plain = |row: &Plain<'_>| read(Row::File(row)).ok();
    if let Some(found) = db.connection().look_up(&statement, Wanted::All, plain) {
        return Ok(found);
    }
    let rows = db.connection().rows(statement).await?;
    Ok(rows.iter().map(|row| read(Row::Driver(row))).collect::<Result<_, DbErr>>()?)
}
