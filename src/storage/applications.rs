//! Table oauth2_provider_application.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::NotSet, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};

use entity::application::{ActiveModel, Column, Entity, Model};
use entity::value::UserId;

use super::Failure;

/// A new application; texts are stored as they are.
#[derive(Clone, Default)]
pub struct NewApplication {
    pub client_id: String,
    /// Already hashed where it is to be hashed.
    pub client_secret: String,
    pub hash_client_secret: bool,
    pub user_id: Option<UserId>,
    pub redirect_uris: String,
    pub post_logout_redirect_uris: String,
    pub allowed_origins: String,
    pub client_type: String,
    pub authorization_grant_type: String,
    pub name: String,
    pub skip_authorization: bool,
    pub algorithm: String,
}

/// # Errors
/// The database's own.
pub async fn find_by_client_id<C: ConnectionTrait>(
    db: &C,
    client_id: &str,
) -> Result<Option<Model>, Failure> {
    // A NUL byte can be in no client_id; PostgreSQL would refuse the statement.
    if client_id.is_empty() || client_id.contains('\0') {
        return Ok(None);
    }
    let found = Entity::find().filter(Column::ClientId.eq(client_id)).one(db).await?;
    // MySQL's collation compares without case; Django's other engines do not.
    Ok(found.filter(|a| a.client_id == client_id))
}

/// # Errors
/// The database's own.
pub async fn find_by_id<C: ConnectionTrait>(db: &C, id: i64) -> Result<Option<Model>, Failure> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

/// Inserts and answers the new id.
///
/// # Errors
/// A unique violation when the client_id is taken; else the database's own.
pub async fn insert<C: ConnectionTrait>(
    db: &C,
    new: NewApplication,
    now: DateTime<Utc>,
) -> Result<i64, Failure> {
    let row = ActiveModel {
        id: NotSet,
        client_id: Set(new.client_id),
        user_id: Set(new.user_id),
        redirect_uris: Set(new.redirect_uris),
        post_logout_redirect_uris: Set(new.post_logout_redirect_uris),
        client_type: Set(new.client_type),
        authorization_grant_type: Set(new.authorization_grant_type),
        client_secret: Set(new.client_secret),
        hash_client_secret: Set(new.hash_client_secret),
        name: Set(new.name),
        skip_authorization: Set(new.skip_authorization),
        created: Set(now),
        updated: Set(now),
        algorithm: Set(new.algorithm),
        allowed_origins: Set(new.allowed_origins),
        registration_source: Set("manual".into()),
        cimd_expires_at: Set(None),
    };
    Ok(Entity::insert(row).exec(db).await?.last_insert_id)
}
