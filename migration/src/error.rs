//! Why a database was not migrated.

use sea_orm::DbErr;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum MigrateError {
    /// There are tables, but none that say a Django with django-oauth-toolkit lives here.
    #[error(
        "the database is not empty and holds no django_migrations rows of oauth2_provider (tables found: {}); \
         give slash-o a database of its own, or let Django migrate this one",
        tables.join(", ")
    )]
    NotEmpty { tables: Vec<String> },
    /// A state that this version cannot bring to 3.4.1; the text says what was found and what to do.
    #[error("{0}")]
    Unsupported(String),
    #[error("another slash-o is migrating this database")]
    Busy,
    #[error("database error while migrating: {0}")]
    Database(#[from] DbErr),
}
