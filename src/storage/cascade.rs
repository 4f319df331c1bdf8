//! Deletes with everything that hangs on it: Django's tables have no ON DELETE (D-176). Call inside a transaction.
//! Django: `django.db.models.deletion.Collector`.

use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use chrono::{DateTime, Utc};
use entity::value::UserId;
use entity::{access_token, application, grant, id_token, refresh_token};

use crate::failure::Failure;
use crate::vocabulary::ClientType;

use super::knows_layout::locks_rows;
use super::transactions::Tx;

/// The ids of one table that belong to the application, as a subquery.
fn ids<E: EntityTrait>(id: E::Column, of: E::Column, application_id: i64) -> SelectStatement {
    Query::select().column(id).from(E::default()).and_where(of.eq(application_id)).to_owned()
}

/// The application's access tokens, and those of its ID tokens.
fn access_tokens_of(application_id: i64) -> Condition {
    let id_tokens =
        ids::<id_token::Entity>(id_token::Column::Id, id_token::Column::ApplicationId, application_id);
    Condition::any()
        .add(access_token::Column::ApplicationId.eq(application_id))
        .add(access_token::Column::IdTokenId.in_subquery(id_tokens))
}

/// The application's row last; links from rows that stay are cleared first.
///
/// # Errors
/// The database's own, also when a table of the project's own still points at one of the rows.
pub async fn delete_application(tx: &Tx, id: i64) -> Result<(), Failure> {
    if locks_rows(tx.get_database_backend()) {
        // Nothing new can be issued to it while its rows go.
        let row = application::Entity::find().select_only().column(application::Column::Id);
        let row = row.filter(application::Column::Id.eq(id)).lock_exclusive();
        row.into_tuple::<i64>().one(tx).await?;
    }
    delete_issued(tx, id).await?;
    application::Entity::delete_by_id(id).exec(tx).await?;
    Ok(())
}

/// Everything that was issued to the application; links from rows that stay are cleared first.
///
/// # Errors
/// The database's own.
pub async fn delete_issued(tx: &Tx, id: i64) -> Result<(), Failure> {
    use refresh_token::Column as Refresh;
    let refresh_tokens = ids::<refresh_token::Entity>(Refresh::Id, Refresh::ApplicationId, id);
    access_token::Entity::update_many()
        .col_expr(access_token::Column::SourceRefreshTokenId, Expr::value(Option::<i64>::None))
        .filter(access_token::Column::SourceRefreshTokenId.in_subquery(refresh_tokens))
        .exec(tx)
        .await?;
    let mut access_tokens = Query::select();
    access_tokens
        .column(access_token::Column::Id)
        .from(access_token::Entity)
        .cond_where(access_tokens_of(id));
    refresh_token::Entity::update_many()
        .col_expr(Refresh::AccessTokenId, Expr::value(Option::<i64>::None))
        .filter(Refresh::AccessTokenId.in_subquery(access_tokens))
        .exec(tx)
        .await?;
    refresh_token::Entity::delete_many().filter(Refresh::ApplicationId.eq(id)).exec(tx).await?;
    access_token::Entity::delete_many().filter(access_tokens_of(id)).exec(tx).await?;
    id_token::Entity::delete_many().filter(id_token::Column::ApplicationId.eq(id)).exec(tx).await?;
    grant::Entity::delete_many().filter(grant::Column::ApplicationId.eq(id)).exec(tx).await?;
    Ok(())
}

/// Rows that one statement names.
const CHUNK: usize = 500;

/// Which access tokens end when their user logs out.
pub struct LoggedOut<'a> {
    pub user_id: UserId,
    /// Grant types of the applications.
    pub grants: &'a [&'a str],
    /// Tokens of just this scope stay.
    pub kept_scope: Option<&'a str>,
}

/// Deletes the user's access tokens with their ID tokens; their refresh tokens are revoked (O-448).
///
/// # Errors
/// The database's own.
pub async fn log_out(tx: &Tx, whom: &LoggedOut<'_>, now: DateTime<Utc>) -> Result<(), Failure> {
    use refresh_token::Column as Refresh;
    let applications = Query::select()
        .column(application::Column::Id)
        .from(application::Entity)
        .and_where(application::Column::AuthorizationGrantType.is_in(whom.grants.iter().copied()))
        .and_where(application::Column::ClientType.is_in(ClientType::ALL.iter().map(|kind| kind.column())))
        .to_owned();
    let mut found = access_token::Entity::find()
        .select_only()
        .columns([access_token::Column::Id, access_token::Column::IdTokenId])
        .filter(access_token::Column::UserId.eq(whom.user_id))
        .filter(access_token::Column::ApplicationId.in_subquery(applications));
    if let Some(scope) = whom.kept_scope {
        found = found.filter(access_token::Column::Scope.ne(scope));
    }
    if locks_rows(tx.get_database_backend()) {
        found = found.lock_exclusive();
    }
    let rows: Vec<(i64, Option<i64>)> = found.into_tuple().all(tx).await?;
    for rows in rows.chunks(CHUNK) {
        let access: Vec<i64> = rows.iter().map(|(id, _)| *id).collect();
        let unbound =
            || refresh_token::Entity::update_many().filter(Refresh::AccessTokenId.is_in(access.clone()));
        let nothing = Expr::value(Option::<i64>::None);
        unbound()
            .col_expr(Refresh::Revoked, Expr::value(Some(now)))
            .col_expr(Refresh::AccessTokenId, nothing.clone())
            .col_expr(Refresh::Updated, Expr::value(now))
            .filter(Refresh::Revoked.is_null())
            .exec(tx)
            .await?;
        unbound().col_expr(Refresh::AccessTokenId, nothing).exec(tx).await?;
        let by_id = access_token::Column::Id.is_in(access.clone());
        access_token::Entity::delete_many().filter(by_id).exec(tx).await?;
        let id_tokens = rows.iter().filter_map(|(_, id)| *id);
        id_token::Entity::delete_many().filter(id_token::Column::Id.is_in(id_tokens)).exec(tx).await?;
    }
    Ok(())
}
