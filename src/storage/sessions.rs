//! Table django_session.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use entity::session::{ActiveModel, Column, Entity};

use crate::failure::Failure;

use super::knows_layout::{AlsoDriver, KnowsLayout};
use super::rows::{self, change, one};
/// The data of a session that has not expired, and when it will.
///
/// # Errors
/// The database's own.
pub async fn find_live<C: KnowsLayout>(
    db: &C,
    key: &str,
    now: DateTime<Utc>,
) -> Result<Option<(String, DateTime<Utc>)>, Failure> {
    if key.contains('\0') {
        return Ok(None);
    }
    let query = db.find::<Entity>().filter(Column::SessionKey.eq(key)).filter(Column::ExpireDate.gt(now));
    let found = one(db, query).await?;
    Ok(found.filter(|s| s.session_key == key).map(|s| (s.session_data, s.expire_date.0)))
}

/// # Errors
/// A unique violation when the key is taken; else the database's own.
pub async fn insert<C: KnowsLayout>(
    db: &C,
    key: &str,
    data: String,
    expires: DateTime<Utc>,
) -> Result<(), Failure> {
    let row = ActiveModel {
        session_key: Set(key.to_owned()),
        session_data: Set(data),
        expire_date: Set(expires.into()),
    };
    rows::insert_only(db, row).await
}

/// Writes an existing session; false when it is gone.
///
/// # Errors
/// The database's own.
pub async fn update<C: KnowsLayout>(
    db: &C,
    key: &str,
    data: String,
    expires: DateTime<Utc>,
) -> Result<bool, Failure> {
    let update = Entity::update_many()
        .col_expr(Column::SessionData, Expr::value(data))
        .col_expr(Column::ExpireDate, Expr::value(expires))
        .filter(Column::SessionKey.eq(key));
    Ok(change(db, update).await? == 1)
}

/// The keys that begin so.
///
/// # Errors
/// The database's own.
pub async fn list_begun_with<C: AlsoDriver>(db: &C, prefix: &str) -> Result<Vec<String>, Failure> {
    let found = rows::all(db, db.find::<Entity>().filter(Column::SessionKey.starts_with(prefix))).await?;
    Ok(found.into_iter().map(|session| session.session_key).collect())
}

/// The keys of sessions that end in this time.
///
/// # Errors
/// The database's own.
pub async fn list_expiring<C: AlsoDriver>(
    db: &C,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<String>, Failure> {
    let within = Column::ExpireDate.between(from, to);
    let found = rows::all(db, db.find::<Entity>().filter(within)).await?;
    Ok(found.into_iter().map(|session| session.session_key).collect())
}

/// # Errors
/// The database's own.
pub async fn delete<C: KnowsLayout>(db: &C, key: &str) -> Result<(), Failure> {
    change(db, Entity::delete_many().filter(Column::SessionKey.eq(key))).await?;
    Ok(())
}
