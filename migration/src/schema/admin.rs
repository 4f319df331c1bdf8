//! `django.contrib.admin`.

use super::{ID, Kind, Table, col, fk};

pub const TABLES: &[Table] = &[Table {
    name: "django_admin_log",
    columns: &[
        ID,
        col("action_time", Kind::DateTime),
        col("object_id", Kind::Text).null(),
        col("object_repr", Kind::Char(200)),
        col("action_flag", Kind::PositiveSmall),
        col("change_message", Kind::Text),
        fk("content_type_id", "django_content_type", Kind::Integer, "c4bce8eb").null(),
        fk("user_id", "auth_user", Kind::Integer, "c564eba6"),
    ],
    extras: &[],
    last_on_sqlite: &["action_time"],
}];
