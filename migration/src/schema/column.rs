//! How the tables' columns are written down.

use super::{Column, Key, Kind};

pub(super) const fn col(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, null: false, key: Key::None, digest: "", references: None }
}

/// The `id` of the auth, admin and contenttypes apps.
pub(super) const ID: Column = col("id", Kind::Auto).key(Key::Primary, "");

/// A foreign key to a table whose id is an AutoField (Django's own) or a BigAutoField (DOT's).
pub(super) const fn fk(name: &'static str, to: &'static str, kind: Kind, digest: &'static str) -> Column {
    Column { name, kind, null: false, key: Key::Index, digest, references: Some(to) }
}

impl Column {
    pub(super) const fn null(mut self) -> Column {
        self.null = true;
        self
    }

    pub(super) const fn key(mut self, key: Key, digest: &'static str) -> Column {
        self.key = key;
        self.digest = digest;
        self
    }

    /// A OneToOneField: unique, so it needs no index of its own.
    pub(super) const fn one_to_one(mut self) -> Column {
        self.key = Key::Unique;
        self
    }
}
