//! Table auth_user.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::NotSet, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};

use entity::user::{ActiveModel, Column, Entity, Model};
use entity::value::UserId;

use super::Failure;

/// # Errors
/// The database's own.
pub async fn find_by_username<C: ConnectionTrait>(db: &C, username: &str) -> Result<Option<Model>, Failure> {
    if username.contains('\0') {
        return Ok(None);
    }
    Ok(Entity::find().filter(Column::Username.eq(username)).one(db).await?)
}

/// # Errors
/// The database's own.
pub async fn find_by_id<C: ConnectionTrait>(db: &C, id: UserId) -> Result<Option<Model>, Failure> {
    Ok(Entity::find().filter(Column::Id.eq(id)).one(db).await?)
}

/// # Errors
/// The database's own.
pub async fn set_last_login<C: ConnectionTrait>(
    db: &C,
    id: UserId,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let set = Entity::update_many().col_expr(Column::LastLogin, Expr::value(Some(now)));
    set.filter(Column::Id.eq(id)).exec(db).await?;
    Ok(())
}

/// # Errors
/// The database's own.
pub async fn set_password<C: ConnectionTrait>(db: &C, id: UserId, encoded: String) -> Result<(), Failure> {
    let set = Entity::update_many().col_expr(Column::Password, Expr::value(encoded));
    set.filter(Column::Id.eq(id)).exec(db).await?;
    Ok(())
}

/// Inserts a superuser and answers nothing but success.
///
/// # Errors
/// A unique violation when the name is taken; else the database's own.
pub async fn insert_superuser<C: ConnectionTrait>(
    db: &C,
    username: &str,
    email: &str,
    encoded: String,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let row = ActiveModel {
        id: NotSet,
        password: Set(encoded),
        last_login: Set(None),
        is_superuser: Set(true),
        username: Set(username.to_owned()),
        first_name: Set(String::new()),
        last_name: Set(String::new()),
        email: Set(email.to_owned()),
        is_staff: Set(true),
        is_active: Set(true),
        date_joined: Set(now),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}
