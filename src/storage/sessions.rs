//! Table django_session.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};

use entity::session::{ActiveModel, Column, Entity};

use super::Failure;

/// The data of a session that has not expired.
///
/// # Errors
/// The database's own.
pub async fn find_live<C: ConnectionTrait>(
    db: &C,
    key: &str,
    now: DateTime<Utc>,
) -> Result<Option<String>, Failure> {
    if key.contains('\0') {
        return Ok(None);
    }
    let found =
        Entity::find().filter(Column::SessionKey.eq(key)).filter(Column::ExpireDate.gt(now)).one(db).await?;
    Ok(found.filter(|s| s.session_key == key).map(|s| s.session_data))
}

/// # Errors
/// A unique violation when the key is taken; else the database's own.
pub async fn insert<C: ConnectionTrait>(
    db: &C,
    key: &str,
    data: String,
    expires: DateTime<Utc>,
) -> Result<(), Failure> {
    let row =
        ActiveModel { session_key: Set(key.to_owned()), session_data: Set(data), expire_date: Set(expires) };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Writes an existing session; false when it is gone.
///
/// # Errors
/// The database's own.
pub async fn update<C: ConnectionTrait>(
    db: &C,
    key: &str,
    data: String,
    expires: DateTime<Utc>,
) -> Result<bool, Failure> {
    let done = Entity::update_many()
        .col_expr(Column::SessionData, Expr::value(data))
        .col_expr(Column::ExpireDate, Expr::value(expires))
        .filter(Column::SessionKey.eq(key))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// # Errors
/// The database's own.
pub async fn delete<C: ConnectionTrait>(db: &C, key: &str) -> Result<(), Failure> {
    Entity::delete_many().filter(Column::SessionKey.eq(key)).exec(db).await?;
    Ok(())
}
