//! Rows for the time of `slash-o compare --write`: what flows leave of an application, told as text, and their removal.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityName, EntityTrait, IdenStatic, Iterable, ModelTrait,
    QueryFilter, QueryOrder, Value,
};

use entity::layout::quoted;
use entity::value::UserId;
use entity::{access_token, application, device_grant, grant, id_token, refresh_token, user};

use crate::failure::Failure;

use super::connect::Db;
use super::knows_layout::KnowsLayout;
use super::{begin, cascade, commit, rows};

/// Columns whose values are made anew each time: of a text its length is told.
const RANDOM: [&str; 8] =
    ["token", "token_checksum", "code", "device_code", "user_code", "jti", "token_family", "client_id"];

/// One row, as it is compared: `table`, and each column with what it holds.
pub struct Stored {
    pub table: &'static str,
    pub columns: Vec<(String, String)>,
}

/// An application by its key and its client_id.
#[derive(Clone, Copy)]
pub struct Of<'a> {
    pub id: i64,
    pub client_id: &'a str,
}

/// All tokens of the database.
///
/// # Errors
/// The database's own.
pub async fn count_tokens(db: &Db) -> Result<i64, Failure> {
    let mut all = 0;
    for table in ["oauth2_provider_accesstoken", "oauth2_provider_refreshtoken", "oauth2_provider_idtoken"] {
        let count = Query::select().expr(Func::count(Expr::cust("*"))).from(Alias::new(table)).to_owned();
        let row = db.query_one(&count).await?;
        all += row.map(|row| row.try_get_by_index::<i64>(0)).transpose()?.unwrap_or(0);
    }
    Ok(all)
}

/// What was issued to an application, in the order in which it came.
///
/// # Errors
/// The database's own.
pub async fn list(db: &Db, of: Of<'_>, now: DateTime<Utc>) -> Result<Vec<Stored>, Failure> {
    let id = || Value::from(of.id);
    let mut out = Vec::new();
    list_of::<grant::Entity>(db, (grant::Column::ApplicationId, id()), now, &mut out).await?;
    list_of::<access_token::Entity>(db, (access_token::Column::ApplicationId, id()), now, &mut out).await?;
    list_of::<refresh_token::Entity>(db, (refresh_token::Column::ApplicationId, id()), now, &mut out).await?;
    list_of::<id_token::Entity>(db, (id_token::Column::ApplicationId, id()), now, &mut out).await?;
    if db.layout().has_table(device_grant::Entity.table_name()) {
        let client = (device_grant::Column::ClientId, Value::from(of.client_id));
        list_of::<device_grant::Entity>(db, client, now, &mut out).await?;
    }
    Ok(out)
}

async fn list_of<E: EntityTrait>(
    db: &Db,
    (column, value): (E::Column, Value),
    now: DateTime<Utc>,
    out: &mut Vec<Stored>,
) -> Result<(), Failure> {
    let table = entity_table::<E>();
    let found = db.find::<E>().filter(db.col(column).eq(value.clone()));
    let found = rows::all(db, found.order_by_asc(Expr::col((Alias::new(table), Alias::new("id"))))).await?;
    let own = own_columns::<E>(db, (column, value)).await?;
    for (at, row) in found.iter().enumerate() {
        let has = |column: &E::Column| db.has(*column);
        let told =
            |column: E::Column| (column.as_str().to_owned(), told(column.as_str(), row.get(column), now));
        let mut columns: Vec<(String, String)> = E::Column::iter().filter(has).map(told).collect();
        columns.extend(own.get(at).into_iter().flatten().cloned());
        out.push(Stored { table, columns });
    }
    Ok(())
}

fn entity_table<E: EntityTrait>() -> &'static str {
    E::default().table_name()
}

/// What a project's own columns hold, row by row.
async fn own_columns<E: EntityTrait>(
    db: &Db,
    (column, value): (E::Column, Value),
) -> Result<Vec<Vec<(String, String)>>, Failure> {
    let table = entity_table::<E>();
    let known: Vec<String> = E::Column::iter().map(|column| db.name(column).0.to_string()).collect();
    let here = migration::columns(db.0.orm(), &name_of(db, table)).await?;
    let own: Vec<String> =
        here.into_iter().map(|found| found.name).filter(|name| !known.contains(name)).collect();
    if own.is_empty() {
        return Ok(Vec::new());
    }
    let kind = if db.backend() == DbBackend::MySql { "char" } else { "text" };
    let place = |name: &str| Expr::col((Alias::new(table), Alias::new(name)));
    let mut query = Query::select();
    for name in &own {
        query.expr_as(place(name).cast_as(Alias::new(kind)), Alias::new(name));
    }
    query.from(Alias::new(table)).and_where(db.col(column).eq(value));
    query.order_by_expr(place("id"), sea_orm::Order::Asc);
    let mut out = Vec::new();
    for row in db.query_all(&query).await? {
        let told = own.iter().enumerate().map(|(at, name)| {
            let text: Option<String> = row.try_get_by_index(at)?;
            Ok((name.clone(), text.map_or_else(|| "NULL".to_owned(), |text| own_text(&text))))
        });
        out.push(told.collect::<Result<_, sea_orm::DbErr>>()?);
    }
    Ok(out)
}

/// Of a text that is long and mixed, or a time, only that it is there.
fn own_text(text: &str) -> String {
    let is_mixed = text.len() >= 16 && text.bytes().any(|byte| byte.is_ascii_digit());
    if is_mixed { "(is there)".to_owned() } else { text.to_owned() }
}

/// The project's name of a table.
fn name_of(db: &Db, table: &str) -> String {
    let backend = db.backend();
    let ours = quoted(backend, table);
    let theirs = db.layout().tables.iter().find(|(known, _)| *known == ours).map(|(_, theirs)| theirs);
    theirs.map_or_else(|| table.to_owned(), |name| name.trim_matches(['"', '`']).to_owned())
}

fn told(column: &str, value: Value, now: DateTime<Utc>) -> String {
    if value == value.as_null() {
        return "NULL".to_owned();
    }
    match value {
        Value::ChronoDateTimeUtc(Some(at)) => format!("in {} s", from_now((at - now).num_seconds())),
        Value::String(Some(text)) if RANDOM.contains(&column) => {
            format!("{} characters", text.chars().count())
        }
        Value::String(Some(text)) => text,
        _ if column == "id" || column.ends_with("_id") || RANDOM.contains(&column) => "(is there)".to_owned(),
        other => other.to_string(),
    }
}

/// Seconds, so that those which a flow takes do not show: up to twenty-two, on a busy machine.
pub fn from_now(seconds: i64) -> i64 {
    (seconds + 22).div_euclid(30) * 30
}

/// Everything that was issued to an application; the application stays.
///
/// # Errors
/// The database's own.
pub async fn clear(db: &Db, of: Of<'_>) -> Result<(), Failure> {
    super::again!(
        async {
            let tx = begin(db).await?;
            cascade::delete_issued(&tx, of.id).await?;
            if db.layout().has_table(device_grant::Entity.table_name()) {
                let grants = device_grant::Entity::delete_many();
                grants.filter(device_grant::Column::ClientId.eq(of.client_id)).exec(&tx).await?;
            }
            commit(tx).await
        }
        .await
    )
}

/// The applications whose client_id begins so, with all that was issued to them; how many.
///
/// # Errors
/// The database's own.
pub async fn delete_applications(db: &Db, prefix: &str) -> Result<usize, Failure> {
    let found = db.find::<application::Entity>().filter(application::Column::ClientId.starts_with(prefix));
    let found = rows::all(db, found).await?;
    for row in &found {
        clear(db, Of { id: row.id, client_id: &row.client_id }).await?;
        super::again!(
            async {
                let tx = begin(db).await?;
                cascade::delete_application(&tx, row.id).await?;
                commit(tx).await
            }
            .await
        )?;
    }
    Ok(found.len())
}

/// The users whose name begins so; nothing but sessions may point at them.
///
/// # Errors
/// The database's own.
pub async fn list_users(db: &Db, prefix: &str) -> Result<Vec<user::Model>, Failure> {
    rows::all(db, db.find::<user::Entity>().filter(db.col(user::Column::Username).like(format!("{prefix}%"))))
        .await
}

/// # Errors
/// The database's own, also where a table of the project's own points at the user.
pub async fn delete_user(db: &Db, id: UserId) -> Result<(), Failure> {
    let mut delete = Query::delete();
    let key = Expr::col((Alias::new("auth_user"), db.name(user::Column::Id)));
    delete.from_table(Alias::new("auth_user")).and_where(key.eq(id));
    db.execute(&delete).await?;
    Ok(())
}
