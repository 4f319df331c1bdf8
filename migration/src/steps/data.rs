//! What DOT's migrations do to rows (their RunPython functions).

use std::fmt::Write;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use sha2::{Digest, Sha256};

use super::look;
use crate::HashSecret;
use crate::error::MigrateError;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Data {
    /// 0006: hashes each client secret that is no hash yet. `updated` stays, as in DOT (`update_fields`).
    HashSecrets,
    /// 0012, 0015: SHA-256 of each token of this table.
    Checksums(&'static str),
    /// 0019: an application that registered itself says so.
    RegistrationSource,
}

pub async fn run<C: ConnectionTrait>(
    db: &C,
    step: Data,
    hash: Option<HashSecret<'_>>,
) -> Result<(), MigrateError> {
    match step {
        Data::HashSecrets => hash_secrets(db, hash).await,
        Data::Checksums(table) => Ok(checksums(db, table).await?),
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

/// The sums that are missing or no longer true: `ahead` has made most of them, and a site that served meanwhile may
/// have given a row another token.
async fn checksums<C: ConnectionTrait>(db: &C, table: &str) -> Result<(), DbErr> {
    checksums_between(db, table, (i64::MIN, i64::MAX)).await
}

/// The sums of the rows with these keys; the second is the first that is left out.
/// PostgreSQL and MySQL compute them themselves; SQLite has no such function.
pub async fn checksums_between<C: ConnectionTrait>(
    db: &C,
    table: &str,
    (from, until): (i64, i64),
) -> Result<(), DbErr> {
    let backend = db.get_database_backend();
    let (sum, marks) = match backend {
        DbBackend::Sqlite => return checksums_by_row(db, table, (from, until)).await,
        DbBackend::Postgres => ("encode(sha256(convert_to(token, 'UTF8')), 'hex')", ("$1", "$2")),
        _ => ("SHA2(CONVERT(token USING utf8mb4), 256)", ("?", "?")),
    };
    let sql = format!(
        "UPDATE {table} SET token_checksum = {sum} WHERE id >= {} AND id < {} \
         AND (token_checksum IS NULL OR token_checksum <> {sum})",
        marks.0, marks.1
    );
    db.execute_raw(Statement::from_sql_and_values(backend, sql, [from.into(), until.into()]))
        .await
        .map(|_| ())
}

/// A thousand rows at a time: a busy site has millions of tokens.
async fn checksums_by_row<C: ConnectionTrait>(
    db: &C,
    table: &str,
    (from, until): (i64, i64),
) -> Result<(), DbErr> {
    let select = format!(
        "SELECT id, token, token_checksum FROM {table} WHERE id > ? AND id < ? ORDER BY id LIMIT 1000"
    );
    let update = format!("UPDATE {table} SET token_checksum = ? WHERE id = ?");
    let mut last = from.saturating_sub(1);
    loop {
        let page = Statement::from_sql_and_values(DbBackend::Sqlite, &select, [last.into(), until.into()]);
        let rows = db.query_all_raw(page).await?;
        if rows.is_empty() {
            return Ok(());
        }
        for row in rows {
            last = row.try_get("", "id")?;
            let sum = sha256(&row.try_get::<String>("", "token")?);
            if row.try_get::<Option<String>>("", "token_checksum")?.as_ref() != Some(&sum) {
                let values = [sum.into(), last.into()];
                db.execute_raw(Statement::from_sql_and_values(DbBackend::Sqlite, &update, values)).await?;
            }
        }
    }
}

/// Lower-case hex of the UTF-8 bytes (`TokenChecksumField`).
fn sha256(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
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
