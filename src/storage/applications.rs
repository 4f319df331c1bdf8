//! Table oauth2_provider_application.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::NotSet, ColumnTrait, EntityTrait, QueryFilter, Set};

use entity::application::{ActiveModel, Column, Entity, Model};
use entity::value::UserId;

use crate::failure::Failure;

use super::knows_layout::{AlsoDriver, KnowsLayout};
use super::rows::{self, SetIfThere, all, change, one};
/// How an application came to be (`registration_source`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Source {
    #[default]
    Manual,
    /// Dynamic client registration.
    Dcr,
    /// A client ID metadata document.
    Cimd,
}

impl Source {
    pub fn as_str(self) -> &'static str {
        match self {
            Source::Manual => "manual",
            Source::Dcr => "dcr",
            Source::Cimd => "cimd",
        }
    }

    pub fn of(application: &Model) -> Source {
        match application.registration_source.as_str() {
            "dcr" => Source::Dcr,
            "cimd" => Source::Cimd,
            _ => Source::Manual,
        }
    }
}

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
    pub source: Source,
    /// When a metadata document has to be fetched again.
    pub cimd_expires_at: Option<DateTime<Utc>>,
}

/// # Errors
/// The database's own.
pub async fn find_by_client_id<C: KnowsLayout>(db: &C, client_id: &str) -> Result<Option<Model>, Failure> {
    // A NUL byte can be in no client_id; PostgreSQL would refuse the statement.
    if client_id.is_empty() || client_id.contains('\0') {
        return Ok(None);
    }
    let found = one(db, db.find::<Entity>().filter(Column::ClientId.eq(client_id))).await?;
    // MySQL's collation compares without case; Django's other engines do not.
    Ok(found.filter(|a| a.client_id == client_id))
}

/// # Errors
/// The database's own.
pub async fn find_by_id<C: KnowsLayout>(db: &C, id: i64) -> Result<Option<Model>, Failure> {
    one(db, db.find::<Entity>().filter(Column::Id.eq(id))).await
}

/// Inserts and answers the new id.
///
/// # Errors
/// A unique violation when the client_id is taken; else the database's own.
pub async fn insert<C: KnowsLayout>(db: &C, new: NewApplication, now: DateTime<Utc>) -> Result<i64, Failure> {
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
        created: Set(now.into()),
        updated: Set(now.into()),
        algorithm: Set(new.algorithm),
        allowed_origins: Set(new.allowed_origins),
        registration_source: Set(new.source.as_str().to_owned()),
        cimd_expires_at: Set(new.cimd_expires_at.map(Into::into)),
    };
    rows::insert(db, row).await
}

/// A user's own applications, in the database's order, as Django lists them.
///
/// # Errors
/// The database's own.
pub async fn list_of_user<C: AlsoDriver>(db: &C, user_id: UserId) -> Result<Vec<Model>, Failure> {
    all(db, db.find::<Entity>().filter(Column::UserId.eq(user_id))).await
}

/// The application, if it is this user's.
///
/// # Errors
/// The database's own.
pub async fn find_of_user<C: KnowsLayout>(
    db: &C,
    id: i64,
    user_id: UserId,
) -> Result<Option<Model>, Failure> {
    one(db, db.find::<Entity>().filter(Column::Id.eq(id)).filter(Column::UserId.eq(user_id))).await
}

/// Whether another application than `except` has this client_id, as the database compares.
///
/// # Errors
/// The database's own.
pub async fn is_client_id_taken<C: KnowsLayout>(
    db: &C,
    client_id: &str,
    except: Option<i64>,
) -> Result<bool, Failure> {
    let found = one(db, db.find::<Entity>().filter(Column::ClientId.eq(client_id))).await?;
    Ok(found.is_some_and(|a| Some(a.id) != except))
}

/// Writes what the owner's form holds; false when the row is gone.
///
/// # Errors
/// A unique violation when the client_id is taken; else the database's own.
pub async fn update<C: KnowsLayout>(
    db: &C,
    id: i64,
    new: NewApplication,
    now: DateTime<Utc>,
) -> Result<bool, Failure> {
    let update = Entity::update_many()
        .col_expr(Column::Name, Expr::value(new.name))
        .col_expr(Column::ClientId, Expr::value(new.client_id))
        .col_expr(Column::ClientSecret, Expr::value(new.client_secret))
        .set_if_there(db, Column::HashClientSecret, new.hash_client_secret)
        .col_expr(Column::ClientType, Expr::value(new.client_type))
        .col_expr(Column::AuthorizationGrantType, Expr::value(new.authorization_grant_type))
        .col_expr(Column::RedirectUris, Expr::value(new.redirect_uris))
        .set_if_there(db, Column::PostLogoutRedirectUris, new.post_logout_redirect_uris)
        .set_if_there(db, Column::AllowedOrigins, new.allowed_origins)
        .col_expr(Column::Algorithm, Expr::value(new.algorithm))
        .col_expr(Column::Updated, Expr::value(now))
        .filter(Column::Id.eq(id));
    Ok(change(db, update).await? == 1)
}

/// Writes what a registration or a metadata document says; false when the row is gone.
///
/// # Errors
/// The database's own.
pub async fn update_registration<C: KnowsLayout>(
    db: &C,
    id: i64,
    new: &NewApplication,
    now: DateTime<Utc>,
) -> Result<bool, Failure> {
    let update = Entity::update_many()
        .col_expr(Column::Name, Expr::value(new.name.as_str()))
        .set_if_there(db, Column::UserId, new.user_id)
        .col_expr(Column::ClientType, Expr::value(new.client_type.as_str()))
        .col_expr(Column::AuthorizationGrantType, Expr::value(new.authorization_grant_type.as_str()))
        .col_expr(Column::RedirectUris, Expr::value(new.redirect_uris.as_str()))
        .set_if_there(db, Column::RegistrationSource, new.source.as_str())
        .set_if_there(db, Column::CimdExpiresAt, new.cimd_expires_at)
        .col_expr(Column::Updated, Expr::value(now))
        .filter(Column::Id.eq(id));
    Ok(change(db, update).await? == 1)
}

/// Every application, by primary key.
///
/// # Errors
/// The database's own.
pub async fn list_all<C: AlsoDriver>(db: &C) -> Result<Vec<Model>, Failure> {
    let mut applications = all(db, db.find::<Entity>()).await?;
    applications.sort_by_key(|a| a.id);
    Ok(applications)
}

/// Writes what only an administrator may change: owner and consent.
///
/// # Errors
/// The database's own.
pub async fn set_owner_and_consent<C: KnowsLayout>(
    db: &C,
    id: i64,
    user_id: Option<UserId>,
    skip_authorization: bool,
) -> Result<(), Failure> {
    let update = Entity::update_many().set_if_there(db, Column::UserId, user_id);
    let update = update.set_if_there(db, Column::SkipAuthorization, skip_authorization);
    change(db, update.filter(Column::Id.eq(id))).await?;
    Ok(())
}
