//! Table oauth2_provider_devicegrant (RFC 8628).

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::NotSet, ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};

use entity::device_grant::{ActiveModel, Column, Entity, Model};
use entity::value::UserId;

use crate::failure::Failure;

use super::knows_layout::{AlsoDriver, KnowsLayout};
use super::rows::{self, all, change, one};
pub const PENDING: &str = "authorization-pending";
pub const AUTHORIZED: &str = "authorized";
pub const DENIED: &str = "denied";
pub const EXPIRED: &str = "expired";

/// A new device grant.
pub struct NewDeviceGrant {
    pub client_id: String,
    pub device_code: String,
    pub user_code: String,
    pub scope: String,
    pub expires: DateTime<Utc>,
}

/// # Errors
/// The database's own.
pub async fn find_by_device_code<C: KnowsLayout>(db: &C, code: &str) -> Result<Option<Model>, Failure> {
    if code.contains('\0') {
        return Ok(None);
    }
    let found = one(db, db.find::<Entity>().filter(Column::DeviceCode.eq(code))).await?;
    Ok(found.filter(|d| d.device_code == code))
}

/// The grants with this user code, two at most: with two nobody can tell which is meant.
///
/// # Errors
/// The database's own.
pub async fn list_by_user_code<C: AlsoDriver>(db: &C, code: &str) -> Result<Vec<Model>, Failure> {
    if code.contains('\0') || !db.has(Column::UserCode) {
        return Ok(Vec::new());
    }
    let mut found = all(db, db.find::<Entity>().filter(Column::UserCode.eq(code)).limit(2)).await?;
    found.retain(|d| d.user_code == code);
    Ok(found)
}

/// The grant that a user has claimed.
///
/// # Errors
/// The database's own.
pub async fn find_of_user<C: KnowsLayout>(
    db: &C,
    client_id: &str,
    user_code: &str,
    user_id: UserId,
) -> Result<Option<Model>, Failure> {
    if !db.has(Column::UserCode) {
        return Ok(None);
    }
    let query = db
        .find::<Entity>()
        .filter(Column::ClientId.eq(client_id))
        .filter(Column::UserCode.eq(user_code))
        .filter(Column::UserId.eq(user_id));
    one(db, query).await
}

/// # Errors
/// The database's own.
pub async fn insert<C: KnowsLayout>(db: &C, new: NewDeviceGrant, now: DateTime<Utc>) -> Result<(), Failure> {
    let row = ActiveModel {
        id: NotSet,
        user_id: Set(None),
        device_code: Set(new.device_code),
        user_code: Set(new.user_code),
        scope: Set(new.scope),
        // DOT: the column keeps its default; DEVICE_FLOW_INTERVAL only changes the answer.
        interval: Set(5),
        expires: Set(new.expires.into()),
        status: Set(PENDING.into()),
        client_id: Set(new.client_id),
        last_checked: Set(now.into()),
    };
    rows::insert_only(db, row).await
}

/// Gives a pending grant to the user who typed its code; false when somebody has decided on it by now.
///
/// # Errors
/// The database's own.
pub async fn claim<C: KnowsLayout>(db: &C, id: i64, user_id: UserId) -> Result<bool, Failure> {
    let set = Entity::update_many().col_expr(Column::UserId, Expr::value(Some(user_id)));
    let pending = set.filter(Column::Id.eq(id)).filter(Column::Status.eq(PENDING));
    Ok(change(db, pending).await? == 1)
}

/// Decides on the pending grant of a user; false when it is decided by now, or another user's.
///
/// # Errors
/// The database's own.
pub async fn decide<C: KnowsLayout>(db: &C, id: i64, user_id: UserId, status: &str) -> Result<bool, Failure> {
    let set = Entity::update_many().col_expr(Column::Status, Expr::value(status));
    let own = set.filter(Column::Id.eq(id)).filter(Column::UserId.eq(user_id));
    Ok(change(db, own.filter(Column::Status.eq(PENDING))).await? == 1)
}

/// Changes the status from one value to another; false when it was not that value any more.
///
/// # Errors
/// The database's own.
pub async fn change_status<C: KnowsLayout>(db: &C, id: i64, from: &str, to: &str) -> Result<bool, Failure> {
    let set = Entity::update_many().col_expr(Column::Status, Expr::value(to));
    let update = set.filter(Column::Id.eq(id)).filter(Column::Status.eq(from));
    Ok(change(db, update).await? == 1)
}

/// Uses an authorized code up by ending its life a day ago; false when another request did so before. A day, because
/// the other request's clock was read before it waited for the row, or goes wrong by less than that.
/// The status stays, because the user's browser may be about to show it.
///
/// # Errors
/// The database's own.
pub async fn use_once<C: KnowsLayout>(db: &C, id: i64, now: DateTime<Utc>) -> Result<bool, Failure> {
    let set = Entity::update_many().col_expr(Column::Expires, Expr::value(now - TimeDelta::days(1)));
    let update =
        set.filter(Column::Id.eq(id)).filter(Column::Status.eq(AUTHORIZED)).filter(Column::Expires.gt(now));
    Ok(change(db, update).await? == 1)
}
