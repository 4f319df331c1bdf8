//! What `/readyz` asks the database.

use entity::bind::DjangoConnection;
use sea_orm::{ConnectionTrait, DbBackend, QuerySelect, Statement};

use crate::failure::{DatabaseFailure, DatabaseKind, Failure};

use super::connect::Db;
use super::knows_layout::KnowsLayout;

/// Whether the database answers and the tables of users, sessions and DOT have their columns. No row is read: one
/// that cannot be decoded is a matter of the request that meets it.
///
/// # Errors
/// The database's own.
pub async fn probe(db: &Db) -> Result<(), Failure> {
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

/// Whether the server takes writes: a standby of PostgreSQL and a replica of MySQL do not. A file says so when it is written.
///
/// # Errors
/// The database's own; `ReadOnly` where it takes none.
pub async fn takes_writes(db: &Db) -> Result<(), Failure> {
    let DjangoConnection(connection, _) = db;
    let sql = match connection.get_database_backend() {
        DbBackend::Postgres => "SELECT current_setting('transaction_read_only') = 'on'",
        DbBackend::MySql => "SELECT @@global.read_only <> 0",
        _ => return Ok(()),
    };
    let asked = Statement::from_string(connection.get_database_backend(), sql);
    let row = connection.query_one_raw(asked).await?;
    let reads_only = row.map(|row| row.try_get_by_index::<bool>(0)).transpose()?;
    if reads_only == Some(true) {
        let text = "the server takes no writes: it is a standby or a replica";
        return Err(DatabaseFailure::new(DatabaseKind::ReadOnly, None, text).into());
    }
    Ok(())
}
