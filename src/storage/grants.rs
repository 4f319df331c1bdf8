//! Table oauth2_provider_grant: authorization codes.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::NotSet, ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryTrait, Set};

use entity::grant::{ActiveModel, Column, Entity};
use entity::time::DjangoTime;
use entity::user;
use entity::value::{Resource, UserId};

use crate::failure::Failure;

use super::knows_layout::KnowsLayout;
use super::row::{Row, first};
use super::rows::{self, Join, change};
/// A new authorization code with what the token request will be held to.
pub struct NewGrant {
    pub code: String,
    pub user_id: UserId,
    pub application_id: i64,
    pub expires: DateTime<Utc>,
    pub redirect_uri: String,
    pub scope: String,
    pub code_challenge: String,
    pub code_challenge_method: String,
    pub nonce: String,
    /// JSON text.
    pub claims: String,
    pub resource: Vec<String>,
}

/// An authorization code as its exchange needs it. No Debug form: it holds the code.
#[derive(Clone)]
pub struct CodeRow {
    pub id: i64,
    pub user_id: UserId,
    code: String,
    pub expires: DjangoTime,
    pub redirect_uri: String,
    pub scope: String,
    pub code_challenge: String,
    pub code_challenge_method: String,
    pub nonce: String,
    pub resource: Resource,
}

impl CodeRow {
    const COLUMNS: [Column; 10] = [
        Column::Id,
        Column::UserId,
        Column::Code,
        Column::Expires,
        Column::RedirectUri,
        Column::Scope,
        Column::CodeChallenge,
        Column::CodeChallengeMethod,
        Column::Nonce,
        Column::Resource,
    ];

    fn read(row: Row<'_>) -> Result<CodeRow, DbErr> {
        Ok(CodeRow {
            id: row.get(Column::Id)?,
            user_id: row.get(Column::UserId)?,
            code: row.get(Column::Code)?,
            expires: row.get(Column::Expires)?,
            redirect_uri: row.get(Column::RedirectUri)?,
            scope: row.get(Column::Scope)?,
            code_challenge: row.get(Column::CodeChallenge)?,
            code_challenge_method: row.get(Column::CodeChallengeMethod)?,
            nonce: row.get(Column::Nonce)?,
            resource: row.get(Column::Resource)?,
        })
    }
}

/// Stands before the columns of the joined user.
const USER: &str = "user_of_";

/// The code with its user's row.
///
/// # Errors
/// The database's own.
pub async fn find_by_code<C: KnowsLayout>(
    db: &C,
    code: &str,
    application_id: i64,
) -> Result<Option<(CodeRow, Option<user::Model>)>, Failure> {
    if code.contains('\0') {
        return Ok(None);
    }
    let query = db
        .pick::<Entity>(CodeRow::COLUMNS)
        .left_join_on(db, Column::UserId, user::Column::Id)
        .filter(Column::Code.eq(code))
        .filter(Column::ApplicationId.eq(application_id));
    let query = db.with_all::<user::Entity, _>(query, USER).into_query();
    let read = |row: Row<'_>| Ok((CodeRow::read(row)?, row.joined::<user::Entity>(USER)?));
    let found = first(db, &query, read).await?.filter(|(grant, _)| grant.code == code);
    let utc = |user| rows::in_utc(db.layout(), user);
    let known =
        |known: CodeRow| CodeRow { expires: db.layout().from_wall_clock(known.expires.0).into(), ..known };
    Ok(found.map(|(grant, user)| (known(grant), user.map(utc))))
}

/// # Errors
/// The database's own; a value that a column cannot hold is among them.
pub async fn insert<C: KnowsLayout>(db: &C, new: NewGrant, now: DateTime<Utc>) -> Result<(), Failure> {
    let row = ActiveModel {
        id: NotSet,
        user_id: Set(new.user_id),
        code: Set(new.code),
        application_id: Set(new.application_id),
        expires: Set(new.expires.into()),
        redirect_uri: Set(new.redirect_uri),
        scope: Set(new.scope),
        created: Set(now.into()),
        updated: Set(now.into()),
        code_challenge: Set(new.code_challenge),
        code_challenge_method: Set(new.code_challenge_method),
        nonce: Set(new.nonce),
        claims: Set(new.claims),
        resource: Set(Resource(new.resource)),
    };
    rows::insert_only(db, row).await
}

/// Uses the code up; false when another request did so before.
///
/// # Errors
/// The database's own.
pub async fn use_once<C: KnowsLayout>(db: &C, id: i64) -> Result<bool, Failure> {
    Ok(change(db, Entity::delete_many().filter(Column::Id.eq(id))).await? == 1)
}
