//! Table oauth2_provider_accesstoken.

use chrono::{DateTime, Utc};
use django::values::token_checksum;
use sea_orm::sea_query::{Expr, ValueType};
use sea_orm::{
    ActiveValue::NotSet, ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select, Set,
    TryGetable,
};

use entity::access_token::{ActiveModel, Column, Entity, Model};
use entity::time::DjangoTime;
use entity::value::{Resource, UserId};
use entity::{application, refresh_token, user};

use crate::failure::Failure;

use super::knows_layout::{AlsoDriver, KnowsLayout, locks_rows};
use super::row::{Row, first, list};
use super::rows::{self, Join, SetIfThere, all, change, one};

/// A new access token. The default is nobody's, and expired.
#[derive(Default)]
pub struct NewAccessToken {
    pub token: String,
    /// False: only the checksum is stored (COMPLIANT_BCP_RFC9700_TOKEN_STORAGE).
    pub keep_token: bool,
    pub user_id: Option<UserId>,
    pub application_id: i64,
    pub source_refresh_token_id: Option<i64>,
    pub id_token_id: Option<i64>,
    pub expires: DateTime<Utc>,
    pub scope: String,
    pub resource: Vec<String>,
}

/// An access token with the names of whom it belongs to, in one statement.
#[derive(Clone)]
pub struct TokenRow {
    pub id: i64,
    pub user_id: Option<UserId>,
    pub expires: DjangoTime,
    pub scope: String,
    pub resource: Resource,
    pub client_id: Option<String>,
    pub username: Option<String>,
}

/// # Errors
/// The database's own.
pub async fn find_by_token<C: KnowsLayout>(db: &C, token: &str) -> Result<Option<TokenRow>, Failure> {
    let found = first(db, &known(db, token).into_query(), TokenRow::read).await?;
    Ok(found.map(|known| in_utc(db, known)))
}

/// The same with the user's whole row, if there is one.
///
/// # Errors
/// The database's own.
pub async fn find_with_user<C: KnowsLayout>(
    db: &C,
    token: &str,
) -> Result<Option<(TokenRow, Option<user::Model>)>, Failure> {
    let query = db.with_all::<user::Entity, _>(known(db, token), USER).into_query();
    let read = |row: Row<'_>| Ok((TokenRow::read(row)?, row.joined::<user::Entity>(USER)?));
    let found = first(db, &query, read).await?;
    Ok(found.map(|(known, user)| (in_utc(db, known), user.map(|user| rows::in_utc(db.layout(), user)))))
}

impl TokenRow {
    fn read(row: Row<'_>) -> Result<TokenRow, DbErr> {
        Ok(TokenRow {
            id: row.get(Column::Id)?,
            user_id: row.get(Column::UserId)?,
            expires: row.get(Column::Expires)?,
            scope: row.get(Column::Scope)?,
            resource: row.get(Column::Resource)?,
            client_id: row.get(application::Column::ClientId)?,
            username: row.get(user::Column::Username)?,
        })
    }
}

/// Stands before the columns of a joined user.
const USER: &str = "user_of_";

fn known<C: KnowsLayout>(db: &C, token: &str) -> Select<Entity> {
    let columns = [Column::Id, Column::UserId, Column::Expires, Column::Scope, Column::Resource];
    db.pick::<Entity>(columns)
        .column(application::Column::ClientId)
        .expr_as(db.col(user::Column::Username), "username")
        .left_join_on(db, Column::ApplicationId, application::Column::Id)
        .left_join_on(db, Column::UserId, user::Column::Id)
        .filter(db.is_token(Column::TokenChecksum, Column::Token, token))
}

fn in_utc(db: &impl KnowsLayout, known: TokenRow) -> TokenRow {
    TokenRow { expires: db.layout().from_wall_clock(known.expires.0).into(), ..known }
}

/// The row of a token, whomever it belongs to.
///
/// # Errors
/// The database's own.
pub async fn find_row_by_token<C: KnowsLayout>(db: &C, token: &str) -> Result<Option<Model>, Failure> {
    one(db, db.find::<Entity>().filter(db.is_token(Column::TokenChecksum, Column::Token, token))).await
}

/// The token of this application with this value (for revocation).
///
/// # Errors
/// The database's own.
pub async fn find_of_application<C: KnowsLayout>(
    db: &C,
    token: &str,
    application_id: i64,
) -> Result<Option<i64>, Failure> {
    let query = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(db.is_token(Column::TokenChecksum, Column::Token, token))
        .filter(Column::ApplicationId.eq(application_id));
    Ok(list_column(db, query, Column::Id).await?.into_iter().next())
}

/// The access token that a rotation of this refresh token made, locked.
///
/// # Errors
/// The database's own.
pub async fn lock_successor_of<C: KnowsLayout>(db: &C, refresh_id: i64) -> Result<Option<Model>, Failure> {
    let mut query = db.find::<Entity>().filter(Column::SourceRefreshTokenId.eq(refresh_id));
    if locks_rows(db.backend()) {
        query = query.lock_exclusive();
    }
    one(db, query).await
}

/// The scopes of this user's unexpired tokens for this application.
///
/// # Errors
/// The database's own.
pub async fn list_live_scopes<C: KnowsLayout>(
    db: &C,
    user_id: UserId,
    application_id: i64,
    now: DateTime<Utc>,
) -> Result<Vec<String>, Failure> {
    let query = Entity::find()
        .select_only()
        .column(Column::Scope)
        .filter(Column::UserId.eq(user_id))
        .filter(Column::ApplicationId.eq(application_id))
        .filter(Column::Expires.gt(now));
    list_column(db, query, Column::Scope).await
}

async fn list_column<T, C: KnowsLayout>(
    db: &C,
    query: Select<Entity>,
    column: Column,
) -> Result<Vec<T>, Failure>
where
    T: ValueType + TryGetable,
{
    list(db, &query.into_query(), |row| row.get(column)).await
}

/// Inserts and answers the new id.
///
/// # Errors
/// The database's own.
pub async fn insert<C: KnowsLayout>(db: &C, new: NewAccessToken, now: DateTime<Utc>) -> Result<i64, Failure> {
    let row = ActiveModel {
        id: NotSet,
        user_id: Set(new.user_id),
        source_refresh_token_id: Set(new.source_refresh_token_id),
        token_checksum: Set(token_checksum(&new.token)),
        token: Set(if new.keep_token { new.token } else { String::new() }),
        id_token_id: Set(new.id_token_id),
        application_id: Set(Some(new.application_id)),
        expires: Set(new.expires.into()),
        scope: Set(new.scope),
        resource: Set(Resource(new.resource)),
        created: Set(now.into()),
        updated: Set(now.into()),
    };
    rows::insert(db, row).await
}

/// Gives an existing row a new token (no rotation): token, checksum, expiry, scope, resource.
///
/// # Errors
/// The database's own.
pub async fn replace<C: KnowsLayout>(
    db: &C,
    id: i64,
    new: NewAccessToken,
    now: DateTime<Utc>,
) -> Result<bool, Failure> {
    let sum = token_checksum(&new.token);
    let token = if new.keep_token { new.token } else { String::new() };
    let update = Entity::update_many()
        .col_expr(Column::Token, Expr::value(token))
        .set_if_there(db, Column::TokenChecksum, sum)
        .col_expr(Column::Expires, Expr::value(new.expires))
        .col_expr(Column::Scope, Expr::value(new.scope))
        .set_if_there(db, Column::Resource, Resource(new.resource))
        .set_if_there(db, Column::UserId, new.user_id)
        .col_expr(Column::ApplicationId, Expr::value(new.application_id))
        .col_expr(Column::Updated, Expr::value(now))
        .filter(Column::Id.eq(id));
    Ok(change(db, update).await? == 1)
}

/// Deletes a row and clears what points at it: Django has no ON DELETE in the database.
///
/// # Errors
/// The database's own.
pub async fn delete<C: KnowsLayout>(db: &C, id: i64) -> Result<bool, Failure> {
    let unbound = refresh_token::Entity::update_many()
        .col_expr(refresh_token::Column::AccessTokenId, Expr::value(Option::<i64>::None))
        .filter(refresh_token::Column::AccessTokenId.eq(id));
    change(db, unbound).await?;
    Ok(change(db, Entity::delete_many().filter(Column::Id.eq(id))).await? == 1)
}

/// Deletes a row that no refresh token points at any more.
///
/// # Errors
/// The database's own.
pub async fn delete_unbound<C: KnowsLayout>(db: &C, id: i64) -> Result<bool, Failure> {
    Ok(change(db, Entity::delete_many().filter(Column::Id.eq(id))).await? == 1)
}

/// The scope of the access token that a rotation of this refresh token made.
///
/// # Errors
/// The database's own.
pub async fn find_successor_scope<C: KnowsLayout>(
    db: &C,
    refresh_id: i64,
) -> Result<Option<String>, Failure> {
    let query = Entity::find()
        .select_only()
        .column(Column::Scope)
        .filter(Column::SourceRefreshTokenId.eq(refresh_id));
    Ok(list_column(db, query, Column::Scope).await?.into_iter().next())
}

/// A user's tokens, expired ones too, each with its application.
///
/// # Errors
/// The database's own.
pub async fn list_of_user<C: AlsoDriver>(
    db: &C,
    user_id: UserId,
) -> Result<Vec<(Model, Option<application::Model>)>, Failure> {
    use sea_orm::QueryTrait;
    let tokens = all(db, db.find::<Entity>().filter(Column::UserId.eq(user_id))).await?;
    let mine = Entity::find()
        .select_only()
        .column(Column::ApplicationId)
        .filter(Column::UserId.eq(user_id))
        .into_query();
    let applications = db.find::<application::Entity>().filter(application::Column::Id.in_subquery(mine));
    let applications = all(db, applications).await?;
    let with_application = |token: Model| {
        let of = applications.iter().find(|a| Some(a.id) == token.application_id).cloned();
        (token, of)
    };
    Ok(tokens.into_iter().map(with_application).collect())
}

/// The token, if it is this user's.
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
