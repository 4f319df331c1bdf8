//! Table oauth2_provider_refreshtoken.

use chrono::{DateTime, Utc};
use django::values::token_checksum;
use sea_orm::sea_query::{Expr, NullOrdering, Order};
use sea_orm::{
    ActiveValue::NotSet, ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Select, Set,
};

use entity::refresh_token::{ActiveModel, Column, Entity, Model};
use entity::time::DjangoTime;
use entity::value::{DjangoUuid, Resource, UserId};
use entity::{access_token, user};

use crate::failure::Failure;

use super::knows_layout::{KnowsLayout, locks_rows};
use super::row::{Row, first, list};
use super::rows::{self, Join, change, one};

/// A new refresh token.
pub struct NewRefreshToken {
    pub token: String,
    /// False: only the checksum is stored (COMPLIANT_BCP_RFC9700_TOKEN_STORAGE).
    pub keep_token: bool,
    pub user_id: UserId,
    pub application_id: i64,
    pub access_token_id: i64,
    pub token_family: Option<DjangoUuid>,
    pub resource: Vec<String>,
}

/// A refresh token as a refresh needs it: with its application's id and its access token's scope and end.
#[derive(Clone)]
pub struct RefreshRow {
    pub id: i64,
    pub user_id: UserId,
    pub application_id: i64,
    pub access_token_id: Option<i64>,
    pub token_family: Option<DjangoUuid>,
    pub resource: Resource,
    pub revoked: Option<DjangoTime>,
    pub access_scope: Option<String>,
    pub access_expires: Option<DjangoTime>,
}

/// Stands before the columns of the joined user.
const USER: &str = "user_of_";

/// Of several rows with this checksum the unrevoked one, else the latest revoked; with its user's row.
///
/// # Errors
/// The database's own.
pub async fn find_by_token<C: KnowsLayout>(
    db: &C,
    token: &str,
) -> Result<Option<(RefreshRow, Option<user::Model>)>, Failure> {
    let query = db
        .pick::<Entity>([
            Column::Id,
            Column::UserId,
            Column::ApplicationId,
            Column::AccessTokenId,
            Column::TokenFamily,
            Column::Resource,
            Column::Revoked,
        ])
        .column_as(access_token::Column::Scope, "access_scope")
        .column_as(access_token::Column::Expires, "access_expires")
        .left_join_on(db, Column::AccessTokenId, access_token::Column::Id)
        .left_join_on(db, Column::UserId, user::Column::Id)
        .filter(db.is_token(Column::TokenChecksum, Column::Token, token))
        .order_by_with_nulls(Column::Revoked, Order::Desc, NullOrdering::First);
    let query = db.with_all::<user::Entity, _>(query, USER).into_query();
    let read = |row: Row<'_>| Ok((RefreshRow::read(row)?, row.joined::<user::Entity>(USER)?));
    let Some((known, user)) = first(db, &query, read).await? else { return Ok(None) };
    let utc = |at: DjangoTime| db.layout().from_wall_clock(at.0).into();
    let (revoked, access_expires) = (known.revoked.map(utc), known.access_expires.map(utc));
    let user = user.map(|user| rows::in_utc(db.layout(), user));
    Ok(Some((RefreshRow { revoked, access_expires, ..known }, user)))
}

impl RefreshRow {
    fn read(row: Row<'_>) -> Result<RefreshRow, DbErr> {
        Ok(RefreshRow {
            id: row.get(Column::Id)?,
            user_id: row.get(Column::UserId)?,
            application_id: row.get(Column::ApplicationId)?,
            access_token_id: row.get(Column::AccessTokenId)?,
            token_family: row.get(Column::TokenFamily)?,
            resource: row.get(Column::Resource)?,
            revoked: row.get(Column::Revoked)?,
            access_scope: row.get_as("access_scope", access_token::Column::Scope)?,
            access_expires: row.get_as("access_expires", access_token::Column::Expires)?,
        })
    }
}

/// Reads the row again and holds it until the transaction ends.
///
/// # Errors
/// The database's own.
pub async fn lock<C: KnowsLayout>(db: &C, id: i64) -> Result<Option<Model>, Failure> {
    let mut query = db.find::<Entity>().filter(Column::Id.eq(id));
    if locks_rows(db.backend()) {
        query = query.lock_exclusive();
    }
    one(db, query).await
}

/// The refresh tokens of this application with this value, as (id, bound access token).
///
/// # Errors
/// The database's own.
pub async fn list_of_application<C: KnowsLayout>(
    db: &C,
    token: &str,
    application_id: i64,
) -> Result<Vec<(i64, Option<i64>)>, Failure> {
    let query = Entity::find()
        .select_only()
        .columns([Column::Id, Column::AccessTokenId])
        .filter(db.is_token(Column::TokenChecksum, Column::Token, token))
        .filter(Column::ApplicationId.eq(application_id));
    list_bound(db, query).await
}

/// The refresh token bound to this access token.
///
/// # Errors
/// The database's own.
pub async fn find_of_access_token<C: KnowsLayout>(db: &C, access_id: i64) -> Result<Option<Model>, Failure> {
    one(db, db.find::<Entity>().filter(Column::AccessTokenId.eq(access_id))).await
}

/// The unrevoked members of a family, as (id, bound access token).
///
/// # Errors
/// The database's own.
pub async fn list_live_family<C: KnowsLayout>(
    db: &C,
    family: DjangoUuid,
) -> Result<Vec<(i64, Option<i64>)>, Failure> {
    if !db.has(Column::TokenFamily) {
        return Ok(Vec::new());
    }
    let query = Entity::find()
        .select_only()
        .columns([Column::Id, Column::AccessTokenId])
        .filter(Column::TokenFamily.eq(family))
        .filter(Column::Revoked.is_null());
    list_bound(db, query).await
}

async fn list_bound<C: KnowsLayout>(
    db: &C,
    query: Select<Entity>,
) -> Result<Vec<(i64, Option<i64>)>, Failure> {
    let read = |row: Row<'_>| Ok((row.get(Column::Id)?, row.get(Column::AccessTokenId)?));
    list(db, &query.into_query(), read).await
}

/// Inserts and answers the new id.
///
/// # Errors
/// The database's own.
pub async fn insert<C: KnowsLayout>(
    db: &C,
    new: NewRefreshToken,
    now: DateTime<Utc>,
) -> Result<i64, Failure> {
    let row = ActiveModel {
        id: NotSet,
        user_id: Set(new.user_id),
        token_checksum: Set(token_checksum(&new.token)),
        token: Set(if new.keep_token { new.token } else { String::new() }),
        application_id: Set(new.application_id),
        access_token_id: Set(Some(new.access_token_id)),
        token_family: Set(new.token_family),
        resource: Set(Resource(new.resource)),
        created: Set(now.into()),
        updated: Set(now.into()),
        revoked: Set(None),
    };
    rows::insert(db, row).await
}

/// Marks an unrevoked row revoked and unbinds its access token; false when another request was faster.
///
/// # Errors
/// The database's own.
pub async fn revoke<C: KnowsLayout>(db: &C, id: i64, now: DateTime<Utc>) -> Result<bool, Failure> {
    let update = Entity::update_many()
        .col_expr(Column::Revoked, Expr::value(Some(now)))
        .col_expr(Column::AccessTokenId, Expr::value(Option::<i64>::None))
        .col_expr(Column::Updated, Expr::value(now))
        .filter(Column::Id.eq(id))
        .filter(Column::Revoked.is_null());
    Ok(change(db, update).await? == 1)
}
