//! Rows that are dead: what `cleartokens` counts and deletes. DOT: `clear_expired`.
//! Batches go through a table once, by its key; each is a transaction of its own that looks again before it deletes.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Select,
};

use entity::{access_token, device_grant, grant, id_token, refresh_token};

use crate::failure::Failure;

use super::connect::Db;
use super::knows_layout::KnowsLayout;
use super::repeat::again;
use super::transactions::{begin, commit};

/// One kind of dead rows, in the order in which DOT deletes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    RevokedRefreshTokens,
    OrphanedRefreshTokens,
    ExpiredRefreshTokens,
    AccessTokens,
    IdTokens,
    Grants,
    /// Not among what DOT deletes.
    DeviceGrants,
}

const KINDS: [Kind; 7] = [
    Kind::RevokedRefreshTokens,
    Kind::OrphanedRefreshTokens,
    Kind::ExpiredRefreshTokens,
    Kind::AccessTokens,
    Kind::IdTokens,
    Kind::Grants,
    Kind::DeviceGrants,
];

/// What a run goes through.
pub fn kinds(db: &Db, limits: &ExpiryLimits) -> impl Iterator<Item = Kind> {
    let has_devices = limits.device_grants.is_some() && db.has(device_grant::Column::Expires);
    KINDS.into_iter().filter(move |kind| *kind != Kind::DeviceGrants || has_devices)
}

/// From when on a row is dead.
#[derive(Clone, Copy, Debug)]
pub struct ExpiryLimits {
    pub now: DateTime<Utc>,
    /// Refresh tokens revoked at this time or before; none: revoked ones stay.
    pub revoked: Option<DateTime<Utc>>,
    /// Refresh tokens whose access token expired at this time or before; none: they never expire.
    pub expired: Option<DateTime<Utc>>,
    /// Device grants that expired at this time or before; none: they stay, as in DOT.
    pub device_grants: Option<DateTime<Utc>>,
}

fn there_is(what: &mut SelectStatement) -> Expr {
    Expr::exists(what.expr(Expr::value(1)).to_owned())
}

fn nothing() -> Condition {
    Condition::all().add(Expr::value(1).eq(0))
}

fn revoked(limits: &ExpiryLimits) -> Condition {
    use refresh_token::Column;
    // NULL is said aloud: the condition is negated too, and neither of NULL's answers would be yes.
    let before = |at| Condition::all().add(Column::Revoked.is_not_null()).add(Column::Revoked.lte(at));
    limits.revoked.map_or_else(nothing, before)
}

fn orphaned() -> Condition {
    use refresh_token::Column;
    Condition::all().add(Column::Revoked.is_null()).add(Column::AccessTokenId.is_null())
}

fn expired(limits: &ExpiryLimits) -> Condition {
    use refresh_token::Column;
    let Some(at) = limits.expired else { return nothing() };
    let access = there_is(
        Query::select()
            .from(access_token::Entity)
            .and_where(access_token::Column::Id.into_expr().eq(Column::AccessTokenId.into_expr()))
            .and_where(access_token::Column::Expires.lte(at)),
    );
    Condition::all().add(Column::Revoked.is_null()).add(access)
}

/// `after`: as the table will be once the kinds before this one are gone (for counting in advance).
fn dead_access_tokens(limits: &ExpiryLimits, after: bool) -> Condition {
    use access_token::Column;
    let mut holders = Query::select();
    holders
        .from(refresh_token::Entity)
        .and_where(refresh_token::Column::AccessTokenId.into_expr().eq(Column::Id.into_expr()));
    if after {
        let gone = Condition::any().add(revoked(limits)).add(expired(limits));
        holders.cond_where(gone.not());
    }
    Condition::all().add(Column::Expires.lt(limits.now)).add(there_is(&mut holders).not())
}

fn dead_id_tokens(limits: &ExpiryLimits, after: bool) -> Condition {
    use id_token::Column;
    let mut holders = Query::select();
    holders
        .from(access_token::Entity)
        .and_where(access_token::Column::IdTokenId.into_expr().eq(Column::Id.into_expr()));
    if after {
        holders.cond_where(dead_access_tokens(limits, true).not());
    }
    Condition::all().add(Column::Expires.lt(limits.now)).add(there_is(&mut holders).not())
}

impl Kind {
    /// For people, as DOT's log names them.
    pub fn name(self) -> &'static str {
        match self {
            Kind::RevokedRefreshTokens => "revoked refresh tokens",
            Kind::OrphanedRefreshTokens => "orphaned refresh tokens",
            Kind::ExpiredRefreshTokens => "expired refresh tokens",
            Kind::AccessTokens => "expired access tokens",
            Kind::IdTokens => "expired ID tokens",
            Kind::Grants => "expired grants",
            Kind::DeviceGrants => "expired device grants",
        }
    }

    fn dead(self, limits: &ExpiryLimits, after: bool) -> Condition {
        match self {
            Kind::RevokedRefreshTokens => revoked(limits),
            Kind::OrphanedRefreshTokens => orphaned(),
            Kind::ExpiredRefreshTokens => expired(limits),
            Kind::AccessTokens => dead_access_tokens(limits, after),
            Kind::IdTokens => dead_id_tokens(limits, after),
            Kind::Grants => Condition::all().add(grant::Column::Expires.lt(limits.now)),
            Kind::DeviceGrants => limits
                .device_grants
                .map_or_else(nothing, |at| Condition::all().add(device_grant::Column::Expires.lte(at))),
        }
    }

    /// How many rows a run would delete; `within` looks at these keys only.
    ///
    /// # Errors
    /// The database's own.
    pub async fn count(
        self,
        db: &Db,
        limits: &ExpiryLimits,
        within: Option<(i64, i64)>,
    ) -> Result<u64, Failure> {
        match self {
            Kind::AccessTokens => count::<access_token::Entity>(db, self.dead(limits, true), within).await,
            Kind::IdTokens => count::<id_token::Entity>(db, self.dead(limits, true), within).await,
            Kind::Grants => count::<grant::Entity>(db, self.dead(limits, true), within).await,
            Kind::DeviceGrants => count::<device_grant::Entity>(db, self.dead(limits, true), within).await,
            _ => count::<refresh_token::Entity>(db, self.dead(limits, true), within).await,
        }
    }

    /// Deletes the next batch of rows with keys after `last`.
    ///
    /// # Errors
    /// The database's own; the batch is undone then.
    pub async fn delete_batch(
        self,
        db: &Db,
        limits: &ExpiryLimits,
        last: i64,
        size: u64,
    ) -> Result<Batch, Failure> {
        let batch = |dead| Next { dead, last, size };
        match self {
            Kind::AccessTokens => delete::<access_token::Entity>(db, batch(self.dead(limits, false))).await,
            Kind::IdTokens => delete::<id_token::Entity>(db, batch(self.dead(limits, false))).await,
            Kind::Grants => delete::<grant::Entity>(db, batch(self.dead(limits, false))).await,
            Kind::DeviceGrants => delete::<device_grant::Entity>(db, batch(self.dead(limits, false))).await,
            _ => delete_refresh_tokens(db, batch(self.dead(limits, false))).await,
        }
    }
}

/// What one batch did.
pub struct Batch {
    pub deleted: u64,
    /// The last key that was looked at; none: the table has been gone through.
    pub last: Option<i64>,
}

struct Next {
    dead: Condition,
    last: i64,
    size: u64,
}

fn id<E: EntityTrait>() -> Expr {
    Expr::col((Alias::new(E::default().table_name()), Alias::new("id")))
}

async fn count<E: EntityTrait>(db: &Db, dead: Condition, within: Option<(i64, i64)>) -> Result<u64, Failure> {
    let mut query = E::find().select_only().expr_as(Func::count(id::<E>()), "n").filter(dead);
    if let Some((from, to)) = within {
        query = query.filter(id::<E>().between(from, to));
    }
    let rows: Option<i64> = query.into_tuple().one(db).await?;
    Ok(rows.unwrap_or(0).unsigned_abs())
}

/// The keys of the next dead rows.
fn keys<E: EntityTrait>(next: &Next) -> Select<E> {
    E::find()
        .select_only()
        .expr_as(id::<E>(), "id")
        .filter(next.dead.clone())
        .filter(id::<E>().gt(next.last))
        .order_by_asc(id::<E>())
        .limit(next.size)
}

/// Rows that nothing points at: only the last key of a batch is read, and what is dead up to it goes.
async fn delete<E: EntityTrait>(db: &Db, next: Next) -> Result<Batch, Failure> {
    let mut last = Query::select();
    last.expr(Func::max(Expr::col("id"))).from_subquery(keys::<E>(&next).into_query(), "batch");
    let row = db.query_one(&last).await?;
    let last: Option<i64> = row.map(|row| row.try_get_by_index(0)).transpose()?.flatten();
    let Some(last) = last else { return Ok(Batch { deleted: 0, last: None }) };
    let gone = again!(
        async {
            let tx = begin(db).await?;
            let gone = E::delete_many()
                .filter(id::<E>().gt(next.last))
                .filter(id::<E>().lte(last))
                .filter(next.dead.clone())
                .exec(&tx)
                .await?;
            commit(tx).await?;
            Ok::<_, Failure>(gone)
        }
        .await
    )?;
    Ok(Batch { deleted: gone.rows_affected, last: Some(last) })
}

async fn delete_refresh_tokens(db: &Db, next: Next) -> Result<Batch, Failure> {
    use refresh_token::Entity;
    let keys: Vec<i64> = keys::<Entity>(&next).into_tuple().all(db).await?;
    let Some(last) = keys.last().copied() else { return Ok(Batch { deleted: 0, last: None }) };
    let gone = again!(
        async {
            let tx = begin(db).await?;
            // Django's ON DELETE SET NULL.
            access_token::Entity::update_many()
                .col_expr(access_token::Column::SourceRefreshTokenId, Expr::value(Option::<i64>::None))
                .filter(access_token::Column::SourceRefreshTokenId.is_in(keys.iter().copied()))
                .exec(&tx)
                .await?;
            // Looked at again: a row may have come back to life since it was read.
            let gone = Entity::delete_many()
                .filter(id::<Entity>().is_in(keys.iter().copied()))
                .filter(next.dead.clone())
                .exec(&tx)
                .await?;
            commit(tx).await?;
            Ok::<_, Failure>(gone)
        }
        .await
    )?;
    Ok(Batch { deleted: gone.rows_affected, last: Some(last) })
}

/// Deletes the sessions that have expired. Django: `SessionStore.clear_expired`.
///
/// # Errors
/// The database's own.
pub async fn delete_sessions(db: &Db, now: DateTime<Utc>) -> Result<u64, Failure> {
    use entity::session::{Column, Entity};
    if !db.has(Column::ExpireDate) {
        return Ok(0);
    }
    Ok(Entity::delete_many().filter(Column::ExpireDate.lt(now)).exec(db).await?.rows_affected)
}
