//! Statements over the tables as this database has them ([`Layout`]): sea-orm's entities have fixed columns, and
//! what a table has not is neither read nor written. One text per statement and layout.

use sea_orm::sea_query::{Alias, BinOper, Expr, ExprTrait, Func, InsertStatement, IntoIden, Query, TableRef};
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, ColumnType, ConnectionTrait, DbBackend, EntityName,
    EntityTrait, FromQueryResult, IdenStatic, Iterable, JoinType, ModelTrait, QueryResult, QuerySelect,
    QueryTrait, Select, Statement, StatementBuilder, TryIntoModel, UpdateMany, Value,
};

use entity::bind::Bound;
use entity::layout::{Layout, Place};

use super::pool::{Access, Plain};
use crate::failure::Failure;

use super::{checksum, first};

/// A connection or transaction that knows the tables behind it.
pub trait Laid: Send + Sync {
    type Connection: Access;

    fn layout(&self) -> &Layout;

    fn connection(&self) -> &Self::Connection;

    /// A statement as the database gets it.
    fn statement(&self, query: &impl StatementBuilder) -> Statement;

    fn backend(&self) -> DbBackend {
        self.connection().backend()
    }

    /// Rows with all columns of the entity.
    fn find<E: EntityTrait>(&self) -> Select<E> {
        if self.layout().places.is_empty() {
            return E::find();
        }
        self.pick(E::Column::iter())
    }

    /// Rows with these columns only.
    fn pick<E: EntityTrait>(&self, columns: impl IntoIterator<Item = E::Column>) -> Select<E> {
        let one = |query: Select<E>, column: E::Column| query.expr_as(self.read(column), column.as_str());
        columns.into_iter().fold(E::find().select_only(), one)
    }

    /// Adds all columns of a joined table, each name behind this prefix.
    fn with_all<E: EntityTrait, Q: QuerySelect>(&self, query: Q, prefix: &str) -> Q {
        let one = |query: Q, column: E::Column| {
            query.expr_as(self.read(column), format!("{prefix}{}", column.as_str()))
        };
        E::Column::iter().fold(query, one)
    }

    /// What a query reads for this column.
    fn read<C: ColumnTrait>(&self, column: C) -> Expr {
        match self.layout().place(table_of(column), column.as_str()) {
            Some(Place::Absent) => Expr::cust(instead_of(column, self.backend())),
            Some(Place::Nullable) => Func::coalesce([self.col(column), Expr::cust("''")]).into(),
            _ => self.col(column),
        }
    }

    /// The column, to compare with.
    fn col<C: ColumnTrait>(&self, column: C) -> Expr {
        Expr::col((Alias::new(table_of(column)), self.name(column)))
    }

    /// What the project calls the column.
    fn name<C: ColumnTrait>(&self, column: C) -> Alias {
        match self.layout().place(table_of(column), column.as_str()) {
            Some(Place::Named(name)) => Alias::new(name),
            _ => Alias::new(column.as_str()),
        }
    }

    fn has<C: ColumnTrait>(&self, column: C) -> bool {
        self.layout().has(table_of(column), column.as_str())
    }

    /// The rows with this token: by its checksum, or by itself where the table has no checksums.
    /// MySQL's collation compares texts without case; a token is compared by its bytes.
    fn is_token<C: ColumnTrait>(&self, sum: C, clear: C, token: &str) -> Expr {
        if self.has(sum) {
            return self.col(sum).eq(checksum(token));
        }
        // PostgreSQL refuses a NUL byte, which no stored token has.
        let token = token.replace('\0', "");
        let found = self.col(clear).eq(token.clone());
        match self.backend() {
            DbBackend::MySql => {
                found.and(self.col(clear).binary(BinOper::Custom("= BINARY"), Expr::value(token)))
            }
            _ => found,
        }
    }
}

impl<C: Access> Laid for Bound<C> {
    type Connection = C;

    fn layout(&self) -> &Layout {
        &self.1
    }

    fn connection(&self) -> &C {
        &self.0
    }

    fn statement(&self, query: &impl StatementBuilder) -> Statement {
        Bound::statement(self, self.backend().build(query))
    }
}

/// Where the driver is asked too: for lists, and for what takes its time.
pub trait Driven: Laid + ConnectionTrait {}

impl<C: Laid + ConnectionTrait> Driven for C {}

fn table_of<C: ColumnTrait>(_: C) -> &'static str {
    C::EntityName::default().table_name()
}

/// What a row of a table without this column would hold, as SQL.
fn instead_of<C: ColumnTrait>(column: C, backend: DbBackend) -> &'static str {
    let definition = column.def();
    match (definition.get_column_type(), column.as_str(), backend) {
        _ if definition.is_null() => "NULL",
        (_, "is_active" | "hash_client_secret", _) => "TRUE",
        (_, "registration_source", _) => "'manual'",
        (ColumnType::Boolean, ..) => "FALSE",
        (ColumnType::Json | ColumnType::JsonBinary, ..) => "'[]'",
        (ColumnType::TimestampWithTimeZone, _, DbBackend::Postgres) => "'epoch'::timestamptz",
        (ColumnType::TimestampWithTimeZone, _, DbBackend::MySql) => "CAST('1970-01-01' AS DATETIME(6))",
        (ColumnType::TimestampWithTimeZone, ..) => "'1970-01-01 00:00:00'",
        _ => "''",
    }
}

/// Joins of two tables by columns that the project may have renamed.
pub trait Join: QuerySelect {
    fn left_join_on<A: ColumnTrait, B: ColumnTrait>(mut self, db: &impl Laid, from: A, to: B) -> Self {
        let on = db.col(from).eq(db.col(to));
        let table: TableRef = Alias::new(table_of(to)).into();
        self.query().join(JoinType::LeftJoin, table, on);
        self
    }
}

impl<E: EntityTrait> Join for Select<E> {}

/// `SET column = value` where the table has the column.
pub trait Put: Sized {
    #[must_use]
    fn put<C: ColumnTrait>(self, db: &impl Laid, column: C, value: impl Into<Value>) -> Self;
}

impl<E: EntityTrait> Put for UpdateMany<E> {
    fn put<C: ColumnTrait>(self, db: &impl Laid, column: C, value: impl Into<Value>) -> Self {
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
fn into_statement<A: ActiveModelTrait>(db: &impl Laid, mut row: A) -> Result<InsertStatement, Failure> {
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
pub async fn insert<A: ActiveModelTrait, C: Laid>(db: &C, row: A) -> Result<i64, Failure> {
    let mut insert = into_statement(db, row)?;
    if db.backend().support_returning() {
        insert.returning_col(Alias::new("id"));
    }
    Ok(db.connection().add(db.statement(&insert)).await?)
}

/// Inserts a row whose id nobody asks for.
///
/// # Errors
/// The database's own.
pub async fn insert_only<A: ActiveModelTrait, C: Laid>(db: &C, row: A) -> Result<(), Failure> {
    db.connection().change(db.statement(&into_statement(db, row)?)).await?;
    Ok(())
}

/// How many rows an UPDATE or DELETE of rows that a key names changed.
///
/// # Errors
/// The database's own.
pub async fn change<C: Laid, Q: QueryTrait>(db: &C, query: Q) -> Result<u64, Failure>
where
    Q::QueryStatement: StatementBuilder,
{
    Ok(db.connection().change(db.statement(query.as_query())).await?)
}

/// The row that a key names; of several the first. Without LIMIT: SQLite plans a statement anew at each run when a
/// limit is bound to it.
///
/// # Errors
/// The database's own.
pub async fn one<E: EntityTrait, C: Laid>(db: &C, query: Select<E>) -> Result<Option<E::Model>, Failure>
where
    E::ActiveModel: TryIntoModel<E::Model>,
{
    let plain = |row: &Plain<'_>| first::model::<E>(row, "").flatten();
    let driver = |row: &QueryResult| Ok(E::Model::from_query_result(row, "")?);
    let found = first::first(db, &query.into_query(), plain, driver).await?;
    Ok(found.map(|row| in_utc(db.layout(), row)))
}

/// # Errors
/// The database's own.
pub async fn all<E: EntityTrait, C: Driven>(db: &C, query: Select<E>) -> Result<Vec<E::Model>, Failure> {
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
