//! Table oauth2_provider_idtoken.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::NotSet, ColumnTrait, QueryFilter, Set};

use entity::id_token::{ActiveModel, Column, Entity, Model};
use entity::value::{DjangoUuid, UserId};

use crate::failure::Failure;

use super::knows_layout::KnowsLayout;
use super::rows::{self, one};
/// A new ID token.
pub struct NewIdToken {
    pub jti: DjangoUuid,
    pub user_id: UserId,
    pub application_id: i64,
    pub expires: DateTime<Utc>,
    pub scope: String,
}

/// Inserts and answers the new id.
///
/// # Errors
/// The database's own.
pub async fn insert<C: KnowsLayout>(db: &C, new: &NewIdToken, now: DateTime<Utc>) -> Result<i64, Failure> {
    let row = ActiveModel {
        id: NotSet,
        jti: Set(new.jti),
        user_id: Set(Some(new.user_id)),
        application_id: Set(Some(new.application_id)),
        expires: Set(new.expires.into()),
        scope: Set(new.scope.clone()),
        created: Set(now.into()),
        updated: Set(now.into()),
    };
    rows::insert(db, row).await
}

/// # Errors
/// The database's own.
pub async fn find_by_jti<C: KnowsLayout>(db: &C, jti: DjangoUuid) -> Result<Option<Model>, Failure> {
    one(db, db.find::<Entity>().filter(Column::Jti.eq(jti))).await
}
