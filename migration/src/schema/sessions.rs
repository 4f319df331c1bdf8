//! `django.contrib.sessions`.

use super::{Key, Kind, Table, col};

pub const TABLES: &[Table] = &[Table {
    name: "django_session",
    columns: &[
        col("session_key", Kind::Char(40)).key(Key::Primary, "c0390e0f"),
        col("session_data", Kind::Text),
        col("expire_date", Kind::DateTime).key(Key::Index, "a5c62663"),
    ],
    extras: &[],
    last_on_sqlite: &[],
}];
