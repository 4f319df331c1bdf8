//! A connection or transaction that knows which tables and columns are behind it ([`Layout`]): sea-orm's entities have
//! fixed columns, and what a table has not is not read.

use django::values::token_checksum;
use sea_orm::sea_query::{Alias, BinOper, Expr, ExprTrait, Func};
use sea_orm::{
    ColumnTrait, ColumnType, ConnectionTrait, DbBackend, EntityName, EntityTrait, IdenStatic, Iterable,
    QuerySelect, Select, Statement, StatementBuilder,
};

use entity::bind::DjangoConnection;
use entity::layout::{ColumnPlace, Layout};

use super::access::Access;

/// A connection or transaction that knows the tables behind it.
pub trait KnowsLayout: Send + Sync {
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
            Some(ColumnPlace::Absent) => Expr::cust(instead_of(column, self.backend())),
            Some(ColumnPlace::Nullable) => Func::coalesce([self.col(column), Expr::cust("''")]).into(),
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
            Some(ColumnPlace::Named(name)) => Alias::new(name),
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
            return self.col(sum).eq(token_checksum(token));
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

impl<C: Access> KnowsLayout for DjangoConnection<C> {
    type Connection = C;

    fn layout(&self) -> &Layout {
        &self.1
    }

    fn connection(&self) -> &C {
        &self.0
    }

    fn statement(&self, query: &impl StatementBuilder) -> Statement {
        DjangoConnection::statement(self, self.backend().build(query))
    }
}

/// Where the driver is asked too: for lists, and for what takes its time.
pub trait AlsoDriver: KnowsLayout + ConnectionTrait {}

impl<C: KnowsLayout + ConnectionTrait> AlsoDriver for C {}

pub fn table_of<C: ColumnTrait>(_: C) -> &'static str {
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

/// PostgreSQL and MySQL lock a row until the transaction ends; SQLite has locked the whole file already.
pub fn locks_rows(backend: DbBackend) -> bool {
    backend != DbBackend::Sqlite
}
