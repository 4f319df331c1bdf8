//! Columns of the project's own in the tables of users and applications, which only its templates and claims show.

use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, DbBackend, TryGetable, Value};

use entity::layout::{ColumnKind, OwnColumn};
use entity::value::UserId;
use entity::{application, user};

use crate::failure::Failure;

use super::access::Access;
use super::knows_layout::{KnowsLayout, table_of};

/// A row's key, and the texts of its columns in the order that was asked for.
pub type Texts<K> = Vec<(K, Vec<Option<String>>)>;

/// # Errors
/// The database's own.
pub async fn of_applications<C: KnowsLayout>(
    db: &C,
    ids: &[i64],
    columns: &[OwnColumn],
) -> Result<Texts<i64>, Failure> {
    let keys = ids.iter().map(|id| Value::from(*id)).collect();
    texts(db, application::Column::Id, keys, columns).await
}

/// # Errors
/// The database's own.
pub async fn of_users<C: KnowsLayout>(
    db: &C,
    ids: &[UserId],
    columns: &[OwnColumn],
) -> Result<Texts<UserId>, Failure> {
    let keys = ids.iter().map(|id| Value::from(*id)).collect();
    texts(db, user::Column::Id, keys, columns).await
}

/// Each value as the engine writes it as a text: that is the same for all types of numbers.
async fn texts<K: TryGetable, C: KnowsLayout>(
    db: &C,
    key: impl ColumnTrait,
    keys: Vec<Value>,
    columns: &[OwnColumn],
) -> Result<Texts<K>, Failure> {
    if keys.is_empty() || columns.is_empty() {
        return Ok(Vec::new());
    }
    let table = table_of(key);
    let mut query = Query::select();
    query.expr_as(db.read(key), Alias::new("key")).from(Alias::new(table));
    for (number, column) in columns.iter().enumerate() {
        let value = Expr::col((Alias::new(table), Alias::new(&column.name)));
        query.expr_as(exact(db.backend(), value, column.kind), Alias::new(format!("own_{number}")));
    }
    query.and_where(db.col(key).is_in(keys));
    let rows = db.connection().rows(db.statement(&query)).await?;
    let mut out = Vec::with_capacity(rows.len());
    for row in rows {
        let texts = (0..columns.len()).map(|number| row.try_get("", &format!("own_{number}")));
        out.push((row.try_get("", "key")?, texts.collect::<Result<_, _>>()?));
    }
    Ok(out)
}

/// The claimed columns of one user, each as a text in the order of `columns`; none if the user is gone.
///
/// # Errors
/// The database's own.
pub async fn of_user<C: KnowsLayout>(
    db: &C,
    id: UserId,
    columns: &[&OwnColumn],
) -> Result<Option<Vec<Option<String>>>, Failure> {
    let table = table_of(user::Column::Id);
    let mut query = Query::select();
    query.from(Alias::new(table)).and_where(db.col(user::Column::Id).eq(id));
    for (number, column) in columns.iter().enumerate() {
        let value = Expr::col((Alias::new(table), Alias::new(&column.name)));
        query.expr_as(exact(db.backend(), value, column.kind), Alias::new(format!("own_{number}")));
    }
    let rows = db.connection().rows(db.statement(&query)).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let texts = (0..columns.len()).map(|number| row.try_get("", &format!("own_{number}")));
    Ok(Some(texts.collect::<Result<_, _>>()?))
}

/// The value as a text that loses nothing: SQLite writes fifteen digits of a float, PostgreSQL a time in the session's zone.
fn exact(backend: DbBackend, value: Expr, kind: ColumnKind) -> Expr {
    match (backend, kind) {
        (DbBackend::Sqlite, ColumnKind::Float) => Expr::cust_with_expr("printf('%!.17g', ?)", value),
        (DbBackend::Postgres, ColumnKind::Time) => {
            Expr::cust_with_expr("($1 AT TIME ZONE 'UTC')", value).cast_as(Alias::new("text"))
        }
        (DbBackend::MySql, _) => value.cast_as(Alias::new("char")),
        _ => value.cast_as(Alias::new("text")),
    }
}
