//! All SQL. One file per table; callers get rows as plain data and never see a statement.
//! Absence is no error: look-ups answer `Ok(None)`.

mod access;
pub mod access_tokens;
pub mod applications;
pub mod cache;
pub mod cascade;
pub mod census;
pub mod cimd_applications;
pub mod clear_lock;
mod connect;
pub mod device_grants;
mod error;
pub mod expired;
pub mod grants;
pub mod id_tokens;
mod knows_layout;
pub mod layout;
pub mod permissions;
mod pool;
pub mod refresh_tokens;
pub mod remote_tokens;
mod row;
mod rows;
pub mod session_files;
pub mod sessions;
mod sqlite;
#[cfg(test)]
mod testing;
pub mod users;

use sea_orm::DbBackend;

use entity::bind::DjangoConnection;

use crate::failure::Failure;

pub use connect::{Db, Target, begin, begin_brief, open, with_layout};
pub use knows_layout::KnowsLayout;

/// A transaction; dropping it rolls back.
pub type Tx = DjangoConnection<pool::Open>;

/// A transaction of a few statements on rows that a key names; dropping it rolls back.
pub type Brief = DjangoConnection<pool::Brief>;

/// Ends a transaction.
///
/// # Errors
/// The database's own.
pub async fn commit(tx: Tx) -> Result<(), Failure> {
    Ok(tx.0.commit().await?)
}

/// Ends a brief transaction.
///
/// # Errors
/// The database's own.
pub async fn commit_brief(tx: Brief) -> Result<(), Failure> {
    tx.0.commit().await
}

/// PostgreSQL and MySQL lock a row until the transaction ends; SQLite has locked the whole file already.
fn locks_rows(backend: DbBackend) -> bool {
    backend != DbBackend::Sqlite
}

/// The SHA-256 of a token as DOT's `token_checksum` keeps it: lower-case hex.
pub fn checksum(token: &str) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(token.as_bytes()).iter().fold(String::with_capacity(64), |mut out, byte| {
        use std::fmt::Write;
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// Whether the database answers and the tables of users, sessions and DOT have their columns. No row is read: one
/// that cannot be decoded is a matter of the request that meets it.
///
/// # Errors
/// The database's own.
pub async fn probe(db: &Db) -> Result<(), Failure> {
    use sea_orm::QuerySelect;
    db.find::<entity::refresh_token::Entity>().limit(0).all(db).await?;
    db.find::<entity::application::Entity>().limit(0).all(db).await?;
    db.find::<entity::user::Entity>().limit(0).all(db).await?;
    db.find::<entity::session::Entity>().limit(0).all(db).await?;
    db.find::<entity::access_token::Entity>().limit(0).all(db).await?;
    db.find::<entity::grant::Entity>().limit(0).all(db).await?;
    Ok(())
}
