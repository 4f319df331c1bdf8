//! Table auth_user.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ActiveValue::NotSet, EntityTrait, QueryFilter, Set};

use entity::user::{ActiveModel, Column, Entity, Model};
use entity::value::UserId;

use super::Failure;
use super::rows::{self, Laid, Put, one};

/// # Errors
/// The database's own.
pub async fn find_by_username<C: Laid>(db: &C, username: &str) -> Result<Option<Model>, Failure> {
    if username.contains('\0') {
        return Ok(None);
    }
    one(db, db.find::<Entity>().filter(db.col(Column::Username).eq(username))).await
}

/// # Errors
/// The database's own.
pub async fn find_by_id<C: Laid>(db: &C, id: UserId) -> Result<Option<Model>, Failure> {
    one(db, db.find::<Entity>().filter(db.col(Column::Id).eq(id))).await
}

/// # Errors
/// The database's own.
pub async fn set_last_login<C: Laid>(db: &C, id: UserId, now: DateTime<Utc>) -> Result<(), Failure> {
    if !db.has(Column::LastLogin) {
        return Ok(());
    }
    let set = Entity::update_many().put(db, Column::LastLogin, now);
    set.filter(db.col(Column::Id).eq(id)).exec(db).await?;
    Ok(())
}

/// # Errors
/// The database's own.
pub async fn set_password<C: Laid>(db: &C, id: UserId, encoded: String) -> Result<(), Failure> {
    let set = Entity::update_many().put(db, Column::Password, encoded);
    set.filter(db.col(Column::Id).eq(id)).exec(db).await?;
    Ok(())
}

/// Inserts a superuser and answers nothing but success.
///
/// # Errors
/// A unique violation when the name is taken; else the database's own.
pub async fn insert_superuser<C: Laid>(
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
    rows::insert_only(db, row).await
}
