//! Rows of other authorization servers' tokens, in table oauth2_provider_accesstoken.
//! DOT: `OAuth2Validator._get_token_from_authentication_server`.

use chrono::{DateTime, Utc};
use django::values::token_checksum;
use sea_orm::{ActiveValue::NotSet, EntityTrait, QueryFilter, Set};

use entity::access_token::{ActiveModel, Column, Entity};
use entity::value::{Resource, UserId};

use crate::failure::Failure;

use super::knows_layout::KnowsLayout;
use super::rows::{self, SetIfThere, change};

/// A token of another authorization server.
pub struct RemoteToken {
    pub token: String,
    pub keep_token: bool,
    pub user_id: Option<UserId>,
    pub expires: DateTime<Utc>,
    pub scope: String,
    pub resource: Vec<String>,
}

/// Writes the row of another server's token, or renews it; it belongs to no application.
/// DOT: `update_or_create(token_checksum=…)`.
///
/// # Errors
/// The database's own.
pub async fn put<C: KnowsLayout>(db: &C, new: RemoteToken, now: DateTime<Utc>) -> Result<(), Failure> {
    let sum = token_checksum(&new.token);
    if renew(db, &new, now).await? {
        return Ok(());
    }
    let row = ActiveModel {
        id: NotSet,
        user_id: Set(new.user_id),
        source_refresh_token_id: Set(None),
        token_checksum: Set(sum),
        token: Set(if new.keep_token { new.token.clone() } else { String::new() }),
        id_token_id: Set(None),
        application_id: Set(None),
        expires: Set(new.expires.into()),
        scope: Set(new.scope.clone()),
        resource: Set(Resource(new.resource.clone())),
        created: Set(now.into()),
        updated: Set(now.into()),
    };
    match rows::insert_only(db, row).await {
        // Another request wrote it meanwhile.
        Err(failure) if failure.is_unique_violation() => renew(db, &new, now).await.map(|_| ()),
        done => done,
    }
}

async fn renew<C: KnowsLayout>(db: &C, new: &RemoteToken, now: DateTime<Utc>) -> Result<bool, Failure> {
    let token = if new.keep_token { new.token.clone() } else { String::new() };
    let update = Entity::update_many()
        .set_if_there(db, Column::Token, token)
        .set_if_there(db, Column::UserId, new.user_id)
        .set_if_there(db, Column::ApplicationId, Option::<i64>::None)
        .set_if_there(db, Column::Expires, new.expires)
        .set_if_there(db, Column::Scope, new.scope.clone())
        .set_if_there(db, Column::Resource, Resource(new.resource.clone()))
        .set_if_there(db, Column::Updated, now)
        .filter(db.is_token(Column::TokenChecksum, Column::Token, &new.token));
    Ok(change(db, update).await? > 0)
}
