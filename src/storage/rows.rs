//! Statements over the tables as this database has them: what a table has not is neither read nor written. One text
//! per statement and layout.

use sea_orm::sea_query::{Alias, Expr, ExprTrait, InsertStatement, IntoIden, Query, TableRef};
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, EntityName, EntityTrait, IdenStatic, Iterable, JoinType,
    ModelTrait, QuerySelect, QueryTrait, Select, StatementBuilder, TryIntoModel, UpdateMany, Value,
};

use entity::layout::Layout;

use crate::failure::Failure;

use super::access::Access;
use super::knows_layout::{AlsoDriver, KnowsLayout, table_of};
use super::row::first;

/// Joins of two tables by columns that the project may have renamed.
pub trait Join: QuerySelect {
    fn left_join_on<A: ColumnTrait, B: ColumnTrait>(mut self, db: &impl KnowsLayout, from: A, to: B) -> Self {
        let on = db.col(from).eq(db.col(to));
        let table: TableRef = Alias::new(table_of(to)).into();
        self.query().join(JoinType::LeftJoin, table, on);
        self
    }
}

impl<E: EntityTrait> Join for Select<E> {}

/// `SET column = value` where the table has the column.
pub trait SetIfThere: Sized {
    #[must_use]
    fn set_if_there<C: ColumnTrait>(self, db: &impl KnowsLayout, column: C, value: impl Into<Value>) -> Self;
}

impl<E: EntityTrait> SetIfThere for UpdateMany<E> {
    fn set_if_there<C: ColumnTrait>(self, db: &impl KnowsLayout, column: C, value: impl Into<Value>) -> Self {
        if !db.has(column) {
            return self;
        }
        let value = typed(db.layout(), column.as_str(), value.into());
        self.col_expr(db.name(column), Expr::value(value))
    }
}

/// PostgreSQL takes no bigint NULL for a UUID.
fn typed(layout: &Layout, column: &str, value: Value) -> Value {
    match value {
        Value::BigInt(None) if layout.has_uuid_key && column == "user_id" => Value::Uuid(None),
        other => other,
    }
}

/// Every column that is set and that the table has, and those that only the project's table has.
fn into_statement<A: ActiveModelTrait>(
    db: &impl KnowsLayout,
    mut row: A,
) -> Result<InsertStatement, Failure> {
    let table = A::Entity::default().table_name();
    let (mut names, mut values) = (Vec::new(), Vec::new());
    for column in <A::Entity as EntityTrait>::Column::iter().filter(|column| db.has(*column)) {
        let name = db.name(column).into_iden();
        // Two of our columns may be one of the project's: the user name and the email address.
        if let ActiveValue::Set(value) = row.take(column)
            && !names.contains(&name)
        {
            names.push(name);
            values.push(Expr::value(typed(db.layout(), column.as_str(), value)));
        }
    }
    for (_, column, value) in db.layout().inserts.iter().filter(|(of, ..)| of == table) {
        names.push(Alias::new(column).into_iden());
        values.push(Expr::value(value.clone()));
    }
    let mut insert = Query::insert();
    insert.into_table(Alias::new(table)).columns(names);
    insert
        .values(values)
        .map_err(|_| Failure::Unexpected("a row has another number of values than columns"))?;
    Ok(insert)
}

/// Inserts and answers the new id.
///
/// # Errors
/// The database's own.
pub async fn insert<A: ActiveModelTrait, C: KnowsLayout>(db: &C, row: A) -> Result<i64, Failure> {
    let mut insert = into_statement(db, row)?;
    if db.backend().support_returning() {
        insert.returning_col(Alias::new("id"));
    }
    db.connection().add(db.statement(&insert)).await
}

/// Inserts a row whose id nobody asks for.
///
/// # Errors
/// The database's own.
pub async fn insert_only<A: ActiveModelTrait, C: KnowsLayout>(db: &C, row: A) -> Result<(), Failure> {
    db.connection().change(db.statement(&into_statement(db, row)?)).await?;
    Ok(())
}

/// How many rows an UPDATE or DELETE of rows that a key names changed.
///
/// # Errors
/// The database's own.
pub async fn change<C: KnowsLayout, Q: QueryTrait>(db: &C, query: Q) -> Result<u64, Failure>
where
    Q::QueryStatement: StatementBuilder,
{
    db.connection().change(db.statement(query.as_query())).await
}

/// The row that a key names; of several the first. Without LIMIT: SQLite plans a statement anew at each run when a
/// limit is bound to it.
///
/// # Errors
/// The database's own.
pub async fn one<E: EntityTrait, C: KnowsLayout>(
    db: &C,
    query: Select<E>,
) -> Result<Option<E::Model>, Failure>
where
    E::ActiveModel: TryIntoModel<E::Model>,
{
    let found = first(db, &query.into_query(), |row| row.model::<E>()).await?;
    Ok(found.map(|row| in_utc(db.layout(), row)))
}

/// # Errors
/// The database's own.
pub async fn all<E: EntityTrait, C: AlsoDriver>(db: &C, query: Select<E>) -> Result<Vec<E::Model>, Failure> {
    let rows = query.all(db).await?;
    Ok(rows.into_iter().map(|row| in_utc(db.layout(), row)).collect())
}

/// A database with USE_TZ = False holds wall clock times, which sea-orm reads as UTC.
pub fn in_utc<M: ModelTrait>(layout: &Layout, mut row: M) -> M {
    if layout.zone.is_none() {
        return row;
    }
    for column in <M::Entity as EntityTrait>::Column::iter() {
        if let Value::ChronoDateTimeUtc(Some(at)) = row.get(column) {
            row.set(column, layout.from_wall_clock(at).into());
        }
    }
    row
}
