//! The tables of Django and DOT 3.4.1 as data: one file per app, `sql.rs` writes them for each engine.
//! Columns stand in the order of PostgreSQL and MySQL; where SQLite differs `last_on_sqlite` says so.

mod admin;
mod auth;
mod column;
mod contenttypes;
mod engine;
mod migrations;
mod names;
pub mod oauth2_provider;
mod sessions;
mod sql;
#[cfg(test)]
mod tests;

use column::{ID, col, fk};
pub use engine::Engine;
pub use names::index_name;
pub use sql::{create_all, create_table, foreign_key_of, indexes};

/// A Django field as far as the database sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// AutoField, the primary key.
    Auto,
    /// BigAutoField, the primary key.
    BigAuto,
    Integer,
    BigInteger,
    PositiveSmall,
    Char(u16),
    Text,
    Bool,
    DateTime,
    Uuid,
    Json,
}

/// What Django makes for a single column besides its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    None,
    Primary,
    /// `unique=True` since the table exists: the engine names the constraint.
    Unique,
    /// `unique=True` by a later migration: the constraint carries Django's name (SQLite: as `Unique`).
    UniqueLater,
    Index,
}

/// A column. `digest` is Django's `names_digest(table, column)`, part of each name made from it.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
    pub null: bool,
    pub key: Key,
    pub digest: &'static str,
    /// The table whose `id` this refers to.
    pub references: Option<&'static str>,
}

/// A unique or plain index over given columns, with its full name or the digest in it.
#[derive(Clone, Copy, Debug)]
pub enum Extra {
    /// `unique_together`: columns, digest.
    Together(&'static [&'static str], &'static str),
    /// `UniqueConstraint(name=…)`: name, column.
    Unique(&'static str, &'static str),
    /// `models.Index`: name, column.
    Index(&'static str, &'static str),
}

#[derive(Clone, Copy, Debug)]
pub struct Table {
    pub name: &'static str,
    pub columns: &'static [Column],
    pub extras: &'static [Extra],
    /// Columns that stand at the end on SQLite, where altering a field moves it there.
    pub last_on_sqlite: &'static [&'static str],
}

/// All tables, those that are referred to before those that refer where that is possible.
pub fn tables() -> Vec<Table> {
    [
        migrations::TABLES,
        contenttypes::TABLES,
        auth::TABLES,
        admin::TABLES,
        oauth2_provider::TABLES,
        sessions::TABLES,
    ]
    .concat()
}
