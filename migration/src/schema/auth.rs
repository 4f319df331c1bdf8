//! `django.contrib.auth`: users, groups, permissions and the tables between them.

use super::{Column, Extra, ID, Key, Kind, Table, col, fk};

pub const TABLES: &[Table] = &[PERMISSION, GROUP, GROUP_PERMISSIONS, USER, USER_GROUPS, USER_PERMISSIONS];

const PERMISSION: Table = Table {
    name: "auth_permission",
    columns: &[
        ID,
        col("name", Kind::Char(255)),
        fk("content_type_id", "django_content_type", Kind::Integer, "2f476e4b"),
        col("codename", Kind::Char(100)),
    ],
    extras: &[Extra::Together(&["content_type_id", "codename"], "01ab375a")],
    last_on_sqlite: &["name"],
};

const GROUP: Table = Table {
    name: "auth_group",
    columns: &[ID, col("name", Kind::Char(150)).key(Key::Unique, "a6ea08ec")],
    extras: &[],
    last_on_sqlite: &[],
};

const GROUP_PERMISSIONS: Table = Table {
    name: "auth_group_permissions",
    columns: &[ID, to_group("b120cbf9"), to_permission("84c5c92e")],
    extras: &[Extra::Together(&["group_id", "permission_id"], "0cd325b0")],
    last_on_sqlite: &[],
};

const USER: Table = Table {
    name: "auth_user",
    columns: &[
        ID,
        col("password", Kind::Char(128)),
        col("last_login", Kind::DateTime).null(),
        col("is_superuser", Kind::Bool),
        col("username", Kind::Char(150)).key(Key::Unique, "6821ab7c"),
        col("first_name", Kind::Char(150)),
        col("last_name", Kind::Char(150)),
        col("email", Kind::Char(254)),
        col("is_staff", Kind::Bool),
        col("is_active", Kind::Bool),
        col("date_joined", Kind::DateTime),
    ],
    extras: &[],
    last_on_sqlite: &["first_name"],
};

const USER_GROUPS: Table = Table {
    name: "auth_user_groups",
    columns: &[ID, to_user("6a12ed8b"), to_group("97559544")],
    extras: &[Extra::Together(&["user_id", "group_id"], "94350c0c")],
    last_on_sqlite: &[],
};

const USER_PERMISSIONS: Table = Table {
    name: "auth_user_user_permissions",
    columns: &[ID, to_user("a95ead1b"), to_permission("1fbb5f2c")],
    extras: &[Extra::Together(&["user_id", "permission_id"], "14a6b632")],
    last_on_sqlite: &[],
};

const fn to_user(digest: &'static str) -> Column {
    fk("user_id", "auth_user", Kind::Integer, digest)
}

const fn to_group(digest: &'static str) -> Column {
    fk("group_id", "auth_group", Kind::Integer, digest)
}

const fn to_permission(digest: &'static str) -> Column {
    fk("permission_id", "auth_permission", Kind::Integer, digest)
}
