//! What `slash-o check` asks of the rows: how many, how many dead, which point at nothing. Only reads.
//! Above a number of rows it looks at samples, spread evenly over the keys.

use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DbBackend, Statement, TryGetable};

use crate::failure::Failure;

use super::connect::Db;
use super::knows_layout::KnowsLayout;

/// Tables that are larger by the engine's statistics are not counted.
const COUNTED: i64 = 1_000_000;
const WINDOWS: i64 = 20;
/// Rows of one window, about.
const WINDOW_ROWS: i64 = 1000;

/// A table's rows, and the keys that are looked at.
pub struct Keys {
    pub rows: i64,
    /// The engine's own estimate; nobody counted.
    pub estimated: bool,
    /// From, to; one window that holds everything below the limit.
    pub windows: Vec<(i64, i64)>,
    pub sampled: bool,
}

fn table(name: &str) -> Alias {
    Alias::new(name)
}

fn id(name: &str) -> Expr {
    Expr::col((table(name), Alias::new("id")))
}

async fn one<T: TryGetable>(db: &Db, query: &SelectStatement) -> Result<Option<T>, Failure> {
    let row = db.query_one(query).await?;
    Ok(row.map(|row| row.try_get_by_index::<Option<T>>(0)).transpose()?.flatten())
}

async fn number(db: &Db, query: &SelectStatement) -> Result<i64, Failure> {
    Ok(one::<i64>(db, query).await?.unwrap_or(0))
}

/// Rows of a table by the engine's statistics, where it keeps any.
async fn estimate(db: &Db, name: &str) -> Result<Option<i64>, Failure> {
    let backend = db.get_database_backend();
    // Quoted as in every other statement, so that a swapped model's table is the one that is looked at.
    let quoted = entity::layout::quoted(backend, name);
    let sql = match backend {
        DbBackend::Postgres => {
            format!("SELECT reltuples::bigint FROM pg_catalog.pg_class WHERE oid = to_regclass('{quoted}')")
        }
        DbBackend::MySql => format!(
            "SELECT CAST(table_rows AS SIGNED) FROM information_schema.tables \
             WHERE table_schema = DATABASE() AND table_name = TRIM(BOTH '`' FROM '{quoted}')"
        ),
        _ => return Ok(None),
    };
    let row = db.query_one_raw(Statement::from_string(backend, sql)).await?;
    Ok(row.map(|row| row.try_get_by_index::<Option<i64>>(0)).transpose()?.flatten())
}

/// How many rows: counted, unless the engine says that there are very many.
async fn rows(db: &Db, name: &str) -> Result<(i64, bool), Failure> {
    if let Some(rows) = estimate(db, name).await?.filter(|rows| *rows > COUNTED) {
        return Ok((rows, true));
    }
    let count = Query::select().expr(Func::count(Expr::cust("*"))).from(table(name)).to_owned();
    Ok((number(db, &count).await?, false))
}

/// # Errors
/// The database's own.
pub async fn keys(db: &Db, name: &str, limit: i64) -> Result<Keys, Failure> {
    let (rows, estimated) = rows(db, name).await?;
    let edge = |of: fn(Expr) -> sea_orm::sea_query::FunctionCall| {
        Query::select().expr(of(id(name))).from(table(name)).to_owned()
    };
    let from = number(db, &edge(Func::min)).await?;
    let to = number(db, &edge(Func::max)).await?;
    if rows <= limit {
        return Ok(Keys { rows, estimated, windows: vec![(from, to)], sampled: false });
    }
    let span = std::cmp::max(to.saturating_sub(from), 1);
    let width = std::cmp::max(i128::from(span) * i128::from(WINDOW_ROWS) / i128::from(rows), 1);
    let width = i64::try_from(width).unwrap_or(i64::MAX);
    let windows = (0..WINDOWS).map(|n| {
        let start = from.saturating_add(span / WINDOWS * n);
        (start, start.saturating_add(width))
    });
    Ok(Keys { rows, estimated, windows: windows.collect(), sampled: true })
}

/// # Errors
/// The database's own.
pub async fn rows_within(db: &Db, name: &str, within: (i64, i64)) -> Result<i64, Failure> {
    let query = Query::select()
        .expr(Func::count(Expr::cust("*")))
        .from(table(name))
        .and_where(id(name).between(within.0, within.1))
        .to_owned();
    number(db, &query).await
}

/// Table, column, the table that it points at.
pub type Reference = (&'static str, &'static str, &'static str);

pub const REFERENCES: [Reference; 13] = [
    ("oauth2_provider_application", "user_id", "auth_user"),
    ("oauth2_provider_accesstoken", "user_id", "auth_user"),
    ("oauth2_provider_accesstoken", "application_id", "oauth2_provider_application"),
    ("oauth2_provider_accesstoken", "source_refresh_token_id", "oauth2_provider_refreshtoken"),
    ("oauth2_provider_accesstoken", "id_token_id", "oauth2_provider_idtoken"),
    ("oauth2_provider_refreshtoken", "user_id", "auth_user"),
    ("oauth2_provider_refreshtoken", "application_id", "oauth2_provider_application"),
    ("oauth2_provider_refreshtoken", "access_token_id", "oauth2_provider_accesstoken"),
    ("oauth2_provider_grant", "user_id", "auth_user"),
    ("oauth2_provider_grant", "application_id", "oauth2_provider_application"),
    ("oauth2_provider_idtoken", "user_id", "auth_user"),
    ("oauth2_provider_idtoken", "application_id", "oauth2_provider_application"),
    ("oauth2_provider_devicegrant", "user_id", "auth_user"),
];

/// Rows that point at a row that is not there.
///
/// # Errors
/// The database's own.
pub async fn orphans(db: &Db, (name, column, target): Reference, within: (i64, i64)) -> Result<i64, Failure> {
    let key = if target == "auth_user" { db.name(entity::user::Column::Id) } else { Alias::new("id") };
    let pointer = Expr::col((table(name), Alias::new(column)));
    // The target by another name: a table may point at itself only by way of another, but names must not meet.
    let found = Query::select()
        .expr(Expr::value(1))
        .from_as(table(target), Alias::new("target"))
        .and_where(Expr::col((Alias::new("target"), key)).eq(pointer.clone()))
        .to_owned();
    let query = Query::select()
        .expr(Func::count(Expr::cust("*")))
        .from(table(name))
        .and_where(id(name).between(within.0, within.1))
        .and_where(pointer.is_not_null())
        .and_where(Expr::exists(found).not())
        .to_owned();
    number(db, &query).await
}

/// Refresh tokens that another row has too (DOT's main branch deletes all but one).
///
/// # Errors
/// The database's own.
pub async fn duplicates(db: &Db, within: (i64, i64)) -> Result<i64, Failure> {
    use entity::refresh_token::Column;
    const TABLE: &str = "oauth2_provider_refreshtoken";
    let token = if db.has(Column::TokenChecksum) { Column::TokenChecksum } else { Column::Token };
    let groups = Query::select()
        .expr_as(Func::count(Expr::cust("*")), Alias::new("n"))
        .from(table(TABLE))
        .and_where(id(TABLE).between(within.0, within.1))
        .group_by_col((table(TABLE), db.name(token)))
        .and_having(Expr::from(Func::count(Expr::cust("*"))).gt(1))
        .to_owned();
    let query = Query::select()
        .expr(Func::count(Expr::cust("*")))
        .from_subquery(groups, Alias::new("groups_of_one_token"))
        .to_owned();
    number(db, &query).await
}

/// Stored secrets or passwords: all, or as many of the newest and of the oldest as `most`; whether that is all.
/// The caller tells what kind they are, never what they hold.
///
/// # Errors
/// The database's own.
pub async fn hashes(db: &Db, users: bool, most: u64) -> Result<(Vec<String>, bool), Failure> {
    use sea_orm::sea_query::Order::{Asc, Desc};
    let (name, column, key) = if users {
        ("auth_user", db.name(entity::user::Column::Password), db.name(entity::user::Column::Id))
    } else {
        ("oauth2_provider_application", Alias::new("client_secret"), Alias::new("id"))
    };
    let some = |order, most: u64| {
        let mut query = Query::select();
        query.column((table(name), column.clone())).from(table(name));
        query.order_by((table(name), key.clone()), order).limit(most).to_owned()
    };
    let mut rows = db.query_all(&some(Desc, 2 * most + 1)).await?;
    let is_all = rows.len() as u64 <= 2 * most;
    if !is_all {
        rows.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        rows.extend(db.query_all(&some(Asc, most)).await?);
    }
    let texts: Result<Vec<String>, _> = rows.iter().map(|row| row.try_get_by_index(0)).collect();
    Ok((texts?, is_all))
}
