//! What DOT's migrations do to rows (their RunPython functions).

use chrono::{DateTime, TimeDelta, Utc};
use django::values::token_checksum;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, Value};

use super::look;
use crate::error::MigrateError;
use crate::{HashSecret, record};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Data {
    /// 0006: hashes each client secret that is no hash yet. `updated` stays, as in DOT (`update_fields`).
    HashSecrets,
    /// 0012, 0015: SHA-256 of each token of this table.
    Checksums(&'static str),
    /// 0019: an application that registered itself says so.
    RegistrationSource,
}

/// What the data steps need to know.
pub struct How<'a> {
    /// When the upgrade began, before its part that runs ahead.
    pub now: DateTime<Utc>,
    pub hash: Option<HashSecret<'a>>,
}

pub async fn run<C: ConnectionTrait>(db: &C, step: Data, how: &How<'_>) -> Result<(), MigrateError> {
    match step {
        Data::HashSecrets => hash_secrets(db, how.hash).await,
        Data::Checksums(table) => Ok(last_checksums(db, table, how.now).await?),
        Data::RegistrationSource => Ok(registration_source(db).await?),
    }
}

async fn hash_secrets<C: ConnectionTrait>(db: &C, hash: Option<HashSecret<'_>>) -> Result<(), MigrateError> {
    let backend = db.get_database_backend();
    let sql = "SELECT id, client_secret FROM oauth2_provider_application ORDER BY id";
    let update = match backend {
        DbBackend::Postgres => "UPDATE oauth2_provider_application SET client_secret = $1 WHERE id = $2",
        _ => "UPDATE oauth2_provider_application SET client_secret = ? WHERE id = ?",
    };
    let mut secrets: Vec<(i64, String)> = Vec::new();
    for row in db.query_all_raw(Statement::from_string(backend, sql)).await? {
        secrets.push((row.try_get("", "id")?, row.try_get("", "client_secret")?));
    }
    if secrets.is_empty() {
        return Ok(());
    }
    for (id, encoded) in hash_all(&secrets, hash.ok_or_else(no_hasher)?)? {
        db.execute_raw(Statement::from_sql_and_values(backend, update, [encoded.into(), id.into()])).await?;
    }
    Ok(())
}

/// A hash takes a third of a second; every core takes its part of the applications.
fn hash_all(secrets: &[(i64, String)], hash: HashSecret<'_>) -> Result<Vec<(i64, String)>, MigrateError> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let part = secrets.len().div_ceil(cores).max(1);
    let one = |(id, secret): &(i64, String)| hash(secret).map(|encoded| (*id, encoded));
    std::thread::scope(|scope| {
        let started: Vec<_> = secrets
            .chunks(part)
            .map(|chunk| scope.spawn(move || chunk.iter().filter_map(one).collect::<Vec<_>>()))
            .collect();
        let mut out = Vec::new();
        for thread in started {
            let broken = |_| MigrateError::Unsupported("hashing the client secrets failed".into());
            out.extend(thread.join().map_err(broken)?);
        }
        Ok(out)
    })
}

fn no_hasher() -> MigrateError {
    MigrateError::Unsupported(
        "this database is older than django-oauth-toolkit 2.0: its client secrets must be hashed on the way, and \
         no password hasher was given"
            .into(),
    )
}

/// The sums that are missing, and those of rows that were written since the upgrade began: a site that served
/// meanwhile may have given a row another token. `ahead` has looked at every row before, so that the table is not
/// held for long. Two days cover clocks and zones that disagree.
async fn last_checksums<C: ConnectionTrait>(db: &C, table: &str, now: DateTime<Utc>) -> Result<(), DbErr> {
    let backend = db.get_database_backend();
    let since = record::django_time(backend, now - TimeDelta::days(2));
    match digest(backend) {
        Some(sum) => {
            let mark = if backend == DbBackend::Postgres { "$1" } else { "?" };
            let sql = format!(
                "UPDATE {table} SET token_checksum = {sum} WHERE token_checksum IS NULL \
                 OR updated >= {mark} AND token_checksum <> {sum}"
            );
            db.execute_raw(Statement::from_sql_and_values(backend, sql, [since])).await.map(|_| ())
        }
        None => by_row(db, table, ("token_checksum IS NULL OR updated >= ?", vec![since])).await,
    }
}

/// The checksum as the engine computes it; SQLite has no such function.
fn digest(backend: DbBackend) -> Option<&'static str> {
    match backend {
        DbBackend::Sqlite => None,
        DbBackend::Postgres => Some("encode(sha256(convert_to(token, 'UTF8')), 'hex')"),
        _ => Some("SHA2(CONVERT(token USING utf8mb4), 256)"),
    }
}

/// The sums of the rows with these keys that are missing or not true; the second key is the first that is left out.
pub async fn checksums_between<C: ConnectionTrait>(
    db: &C,
    table: &str,
    (from, until): (i64, i64),
) -> Result<(), DbErr> {
    let backend = db.get_database_backend();
    let values = vec![from.into(), until.into()];
    let Some(sum) = digest(backend) else {
        return by_row(db, table, ("id >= ? AND id < ?", values)).await;
    };
    let marks = if backend == DbBackend::Postgres { ("$1", "$2") } else { ("?", "?") };
    let sql = format!(
        "UPDATE {table} SET token_checksum = {sum} WHERE id >= {} AND id < {} \
         AND (token_checksum IS NULL OR token_checksum <> {sum})",
        marks.0, marks.1
    );
    db.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await.map(|_| ())
}

/// SQLite. A thousand rows at a time: a busy site has millions of tokens.
async fn by_row<C: ConnectionTrait>(
    db: &C,
    table: &str,
    (wanted, values): (&str, Vec<Value>),
) -> Result<(), DbErr> {
    let select = format!(
        "SELECT id, token, token_checksum FROM {table} WHERE id > ? AND ({wanted}) ORDER BY id LIMIT 1000"
    );
    let update = format!("UPDATE {table} SET token_checksum = ? WHERE id = ?");
    let mut last = i64::MIN;
    loop {
        let mut bound: Vec<Value> = vec![last.into()];
        bound.extend(values.iter().cloned());
        let page = Statement::from_sql_and_values(DbBackend::Sqlite, &select, bound);
        let rows = db.query_all_raw(page).await?;
        if rows.is_empty() {
            return Ok(());
        }
        for row in rows {
            last = row.try_get("", "id")?;
            let sum = token_checksum(&row.try_get::<String>("", "token")?);
            if row.try_get::<Option<String>>("", "token_checksum")?.as_ref() != Some(&sum) {
                let values = [sum.into(), last.into()];
                db.execute_raw(Statement::from_sql_and_values(DbBackend::Sqlite, &update, values)).await?;
            }
        }
    }
}

/// dcr_created is there only if 0017 was the last migration of this database.
async fn registration_source<C: ConnectionTrait>(db: &C) -> Result<(), DbErr> {
    if look::has_column(db, "oauth2_provider_application", "dcr_created").await? {
        let sql = "UPDATE oauth2_provider_application SET registration_source = 'dcr' WHERE dcr_created";
        db.execute_unprepared(sql).await?;
    }
    Ok(())
}

/// Whether there is an application, whose secret 0006 would have to hash.
pub async fn has_applications<C: ConnectionTrait>(db: &C) -> Result<bool, DbErr> {
    let sql = "SELECT client_id AS name FROM oauth2_provider_application LIMIT 1";
    Ok(!look::names(db, sql, &[]).await?.is_empty())
}

/// Said before the first change, for MySQL cannot take changes back.
pub async fn check_hasher<C: ConnectionTrait>(
    db: &C,
    hash: Option<HashSecret<'_>>,
) -> Result<(), MigrateError> {
    if hash.is_none() && has_applications(db).await? { Err(no_hasher()) } else { Ok(()) }
}
