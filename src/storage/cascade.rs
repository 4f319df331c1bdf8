//! Deletes with everything that hangs on it: Django's tables have no ON DELETE (D-176). Call inside a transaction.
//! Django: `django.db.models.deletion.Collector`.

use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use entity::{access_token, application, grant, id_token, refresh_token};

use super::{Failure, Tx, locks_rows};

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
    use refresh_token::Column as Refresh;
    if locks_rows(tx.get_database_backend()) {
        // Nothing new can be issued to it while its rows go.
        let row = application::Entity::find().select_only().column(application::Column::Id);
        let row = row.filter(application::Column::Id.eq(id)).lock_exclusive();
        row.into_tuple::<i64>().one(tx).await?;
    }
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
    application::Entity::delete_by_id(id).exec(tx).await?;
    Ok(())
}
