//! Django's record of applied migrations (`MigrationRecorder`).

use super::{ID, Kind, Table, col};

pub const TABLES: &[Table] = &[Table {
    name: "django_migrations",
    columns: &[ID, col("app", Kind::Char(255)), col("name", Kind::Char(255)), col("applied", Kind::DateTime)],
    extras: &[],
    last_on_sqlite: &[],
}];
