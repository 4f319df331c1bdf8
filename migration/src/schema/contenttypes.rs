//! `django.contrib.contenttypes`.

use super::{Extra, ID, Kind, Table, col};

pub const TABLES: &[Table] = &[Table {
    name: "django_content_type",
    columns: &[ID, col("app_label", Kind::Char(100)), col("model", Kind::Char(100))],
    extras: &[Extra::Together(&["app_label", "model"], "76bd3d3b")],
    last_on_sqlite: &[],
}];
