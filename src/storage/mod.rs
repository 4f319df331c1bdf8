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
mod permits;
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
mod transactions;
pub mod users;

use crate::failure::Failure;

pub use connect::{Db, Target, open, with_layout};
pub use knows_layout::KnowsLayout;
pub use transactions::{Brief, Tx, begin, begin_brief, commit, commit_brief};

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
    if db.layout().has_table("django_session") {
        db.find::<entity::session::Entity>().limit(0).all(db).await?;
    }
    db.find::<entity::access_token::Entity>().limit(0).all(db).await?;
    db.find::<entity::grant::Entity>().limit(0).all(db).await?;
    Ok(())
}
