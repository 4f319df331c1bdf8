//! Applications that came from a metadata document, in table oauth2_provider_application.
//! DOT: `management/commands/clearcimdapplications.py`.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use entity::application::{Column, Entity};

use crate::failure::Failure;

use super::applications::Source;
use super::knows_layout::{AlsoDriver, locks_rows};
use super::transactions::Tx;

/// Ids of applications whose metadata document expired before `now`, in order, after `last`.
///
/// # Errors
/// The database's own.
pub async fn list_expired<C: AlsoDriver>(
    db: &C,
    now: DateTime<Utc>,
    last: Option<i64>,
    most: u64,
) -> Result<Vec<i64>, Failure> {
    if !db.has(Column::CimdExpiresAt) {
        return Ok(Vec::new());
    }
    let mut query = expired(now).order_by_asc(Column::Id).limit(most);
    if let Some(last) = last {
        query = query.filter(Column::Id.gt(last));
    }
    Ok(query.select_only().column(Column::Id).into_tuple().all(db).await?)
}

fn expired(now: DateTime<Utc>) -> Select<Entity> {
    Entity::find()
        .filter(Column::RegistrationSource.eq(Source::Cimd.as_str()))
        .filter(Column::CimdExpiresAt.lt(now))
}

/// Those of the applications that are still expired, locked until the transaction ends.
///
/// # Errors
/// The database's own.
pub async fn lock_expired(tx: &Tx, now: DateTime<Utc>, ids: &[i64]) -> Result<Vec<i64>, Failure> {
    let mut query = expired(now).filter(Column::Id.is_in(ids.iter().copied()));
    if locks_rows(tx.get_database_backend()) {
        query = query.lock_exclusive();
    }
    Ok(query.select_only().column(Column::Id).into_tuple().all(tx).await?)
}

/// Those of the applications that hold something that still lives: tokens, ID tokens, grants, refresh tokens.
///
/// # Errors
/// The database's own.
pub async fn list_live(tx: &Tx, now: DateTime<Utc>, ids: &[i64]) -> Result<HashSet<i64>, Failure> {
    use entity::{access_token, grant, id_token, refresh_token};
    let mut live = HashSet::new();
    let expires = access_token::Column::Expires.gt(now);
    live.extend(owners::<access_token::Entity>(tx, access_token::Column::ApplicationId, expires, ids).await?);
    let expires = id_token::Column::Expires.gt(now);
    live.extend(owners::<id_token::Entity>(tx, id_token::Column::ApplicationId, expires, ids).await?);
    let expires = grant::Column::Expires.gt(now);
    live.extend(owners::<grant::Entity>(tx, grant::Column::ApplicationId, expires, ids).await?);
    let unrevoked = refresh_token::Column::Revoked.is_null();
    live.extend(
        owners::<refresh_token::Entity>(tx, refresh_token::Column::ApplicationId, unrevoked, ids).await?,
    );
    Ok(live)
}

/// The applications among `ids` that a row of this table belongs to.
async fn owners<E: EntityTrait>(
    tx: &Tx,
    of: E::Column,
    lives: SimpleExpr,
    ids: &[i64],
) -> Result<Vec<i64>, Failure> {
    let rows = E::find().select_only().column(of).filter(of.is_in(ids.iter().copied())).filter(lives);
    Ok(rows.into_tuple().all(tx).await?)
}
