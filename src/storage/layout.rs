//! Which tables and columns this database has, found out once at start: older and newer DOT, swapped models, a
//! project's own user model. What is read and written by it: `rows`.

use sea_orm::{DbBackend, EntityTrait, IdenStatic, Iterable, Value};

use entity::layout::quoted;
pub use entity::layout::{ColumnPlace, Layout};

/// What a project calls its tables and columns. Tables and columns are named here as Django and DOT name them; the
/// default is Django's names.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Table, the project's name.
    pub tables: Vec<(String, String)>,
    /// Table, column, the project's name; an empty name says that the table has no such column.
    pub columns: Vec<(String, String, String)>,
    /// Table, the project's own column, what each new row holds in it.
    pub inserts: Vec<(String, String, Value)>,
    /// TIME_ZONE of a project with USE_TZ = False.
    pub zone: Option<chrono_tz::Tz>,
    /// DOT before 2.0: client secrets are not hashed.
    pub has_plain_secrets: bool,
    /// The users' key is a UUID, as the settings say.
    pub has_uuid_key: bool,
}

impl Names {
    /// The project's name of a table.
    pub fn table<'a>(&'a self, ours: &'a str) -> &'a str {
        self.tables.iter().find(|(table, _)| table == ours).map_or(ours, |(_, theirs)| theirs.as_str())
    }
}

/// A column as the database describes it.
pub use migration::FoundColumn as Found;

/// A table of ours: its name, its columns, whether each may be NULL.
struct EntityColumns {
    table: &'static str,
    columns: Vec<(&'static str, bool)>,
}

fn columns_of<E: EntityTrait>() -> EntityColumns {
    use sea_orm::ColumnTrait;
    let columns = E::Column::iter().map(|column| (column.as_str(), column.def().is_null())).collect();
    EntityColumns { table: E::default().table_name(), columns }
}

fn all_columns() -> [EntityColumns; 8] {
    [
        columns_of::<entity::user::Entity>(),
        columns_of::<entity::session::Entity>(),
        columns_of::<entity::application::Entity>(),
        columns_of::<entity::access_token::Entity>(),
        columns_of::<entity::refresh_token::Entity>(),
        columns_of::<entity::grant::Entity>(),
        columns_of::<entity::id_token::Entity>(),
        columns_of::<entity::device_grant::Entity>(),
    ]
}

/// The tables that slash-o reads and writes, by Django's names.
pub fn tables() -> Vec<&'static str> {
    all_columns().iter().map(|known| known.table).collect()
}

/// What cannot be done without a column that DOT added after 1.7, or that a user model may lack.
#[rustfmt::skip]
pub const OPTIONAL: [(&str, &str, &str); 17] = [
    ("oauth2_provider_application", "post_logout_redirect_uris", "post_logout_redirect_uris of applications (DOT 2.3)"),
    ("oauth2_provider_application", "hash_client_secret", "hash_client_secret of applications (DOT 2.4)"),
    ("oauth2_provider_application", "allowed_origins", "allowed_origins of applications, CORS by application (DOT 2.4)"),
    ("oauth2_provider_application", "registration_source", "dynamic client registration and client id metadata documents (DOT 3.4)"),
    ("oauth2_provider_application", "cimd_expires_at", "client id metadata documents (DOT 3.4)"),
    ("oauth2_provider_accesstoken", "token_checksum", "tokens stored as checksums only (DOT 3.0)"),
    ("oauth2_provider_accesstoken", "resource", "resource indicators, RFC 8707 (DOT 3.4)"),
    ("oauth2_provider_refreshtoken", "token_checksum", "refresh tokens stored as checksums only (DOT 3.4)"),
    ("oauth2_provider_refreshtoken", "token_family", "refresh token reuse protection (DOT 3.0)"),
    ("oauth2_provider_refreshtoken", "resource", "resource indicators, RFC 8707 (DOT 3.4)"),
    ("oauth2_provider_grant", "resource", "resource indicators, RFC 8707 (DOT 3.4)"),
    ("auth_user", "first_name", ""),
    ("auth_user", "last_name", ""),
    ("auth_user", "email", ""),
    ("auth_user", "is_active", ""),
    ("auth_user", "is_staff", ""),
    ("auth_user", "is_superuser", ""),
];

/// Columns that DOT's main branch added; nothing here uses them, but a new row must name them.
fn newer(column: &str) -> Option<Value> {
    match column {
        "client_jwks" | "client_jwks_uri" | "token_endpoint_auth_method" => Some("".into()),
        _ => None,
    }
}

fn is_optional_table(table: &str) -> bool {
    // The session table is another engine's to miss; DOT 3.2 brought the device flow.
    ["django_session", "oauth2_provider_devicegrant"].contains(&table)
}

/// Lays our entities over what was found: `found(table)` answers a table's columns, none if there is no table.
///
/// # Errors
/// Every reason why this database cannot be served.
pub fn resolve(
    backend: DbBackend,
    names: &Names,
    found: impl Fn(&str) -> Vec<Found>,
) -> Result<Layout, Vec<String>> {
    let mut layout = Layout {
        has_plain_secrets: names.has_plain_secrets,
        zone: names.zone.filter(|_| backend != DbBackend::Postgres),
        inserts: names.inserts.clone(),
        makes_uuid_key: names.has_uuid_key,
        ..Layout::default()
    };
    let mut problems = Vec::new();
    for (ours, theirs) in names.tables.iter().filter(|(ours, theirs)| ours != theirs) {
        layout.tables.push((quoted(backend, ours), quoted(backend, theirs)));
    }
    for known in all_columns() {
        let here = found(known.table);
        if here.is_empty() {
            if !is_optional_table(known.table) {
                problems.push(format!("there is no table {}", names.table(known.table)));
            }
            layout.absent_tables.push(known.table.to_owned());
            continue;
        }
        map_columns(&mut layout, &mut problems, names, (&known, &here));
        require_inserts(&mut layout, &mut problems, names, (&known, &here));
    }
    if problems.is_empty() { Ok(layout) } else { Err(problems) }
}

/// Our columns over the table's.
fn map_columns(
    layout: &mut Layout,
    problems: &mut Vec<String>,
    names: &Names,
    (known, here): (&EntityColumns, &[Found]),
) {
    let table = known.table;
    for (column, may_be_null) in &known.columns {
        let theirs = theirs(names, table, column);
        let place = match here.iter().find(|found| found.name == theirs) {
            None => Some(ColumnPlace::Absent),
            Some(_) if theirs != *column => Some(ColumnPlace::Named(theirs.to_owned())),
            Some(found) if found.nullable && !may_be_null && is_text(found) => Some(ColumnPlace::Nullable),
            Some(_) => None,
        };
        let optional = OPTIONAL.iter().any(|(t, c, _)| t == &table && c == column)
            || theirs.is_empty() && ["last_login", "date_joined"].contains(column);
        if place == Some(ColumnPlace::Absent) && !optional {
            problems.push(format!("table {} has no column {column}", names.table(table)));
        }
        layout.places.extend(place.map(|place| (table.to_owned(), (*column).to_owned(), place)));
    }
    let is_other_key = |found: &&Found| ["char", "uuid"].iter().any(|kind| found.kind.contains(kind));
    let dots = table.starts_with("oauth2_provider_");
    if let Some(key) = here.iter().find(|found| dots && found.name == "id").filter(is_other_key) {
        let (name, kind) = (names.table(table), &key.kind);
        problems.push(format!("the key of table {name} is {kind}: only whole numbers can be served"));
    }
    if let Some(key) =
        here.iter().find(|found| table == "auth_user" && found.name == theirs(names, table, "id"))
    {
        layout.has_uuid_key = key.kind == "uuid";
    }
}

fn is_text(found: &Found) -> bool {
    ["char", "text"].iter().any(|kind| found.kind.contains(kind))
}

/// The project's name of a column; empty if the project says that there is none.
fn theirs<'a>(names: &'a Names, table: &str, column: &'a str) -> &'a str {
    let named = names.columns.iter().find(|(t, c, _)| t == table && c == column);
    named.map_or(column, |(_, _, theirs)| theirs.as_str())
}

/// Columns that are not ours and that every new row must fill.
fn require_inserts(
    layout: &mut Layout,
    problems: &mut Vec<String>,
    names: &Names,
    (known, here): (&EntityColumns, &[Found]),
) {
    let is_ours =
        |name: &str| known.columns.iter().any(|(column, _)| theirs(names, known.table, column) == name);
    for found in here.iter().filter(|f| !f.nullable && !f.has_default && !is_ours(&f.name)) {
        let given = |(t, c, _): &(String, String, Value)| t == known.table && *c == found.name;
        if layout.inserts.iter().any(given) {
            continue;
        }
        match newer(&found.name) {
            Some(value) => layout.inserts.push((known.table.to_owned(), found.name.clone(), value)),
            // Users and sessions come from Django; DOT's rows are ours to make.
            None if known.table == "auth_user" => {}
            None => problems.push(format!(
                "table {} has a column {} that must be filled and that slash-o does not know: say what new rows \
                 hold in it ([server.models.…] insert)",
                names.table(known.table),
                found.name
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, nullable: bool) -> Found {
        Found { name: name.into(), kind: "text".into(), nullable, has_default: name == "id" }
    }

    /// Every table as our entities have it.
    fn current(table: &str) -> Vec<Found> {
        let known = all_columns();
        let known = known.iter().find(|known| known.table == table).unwrap();
        known.columns.iter().map(|(column, null)| found(column, *null)).collect()
    }

    #[test]
    fn a_key_that_is_no_number_is_refused() {
        for kind in ["uuid", "char(32)", "varchar(36)"] {
            let swapped = |table: &str| {
                let mut columns = current(table);
                if table == "oauth2_provider_application" {
                    columns[0].kind = kind.into();
                }
                columns
            };
            let why = resolve(DbBackend::Sqlite, &Names::default(), swapped).unwrap_err();
            assert!(why[0].contains("only whole numbers"), "{why:?}");
        }
    }

    #[test]
    fn a_current_database_differs_in_nothing() {
        let layout = resolve(DbBackend::Sqlite, &Names::default(), current).unwrap();
        assert!(layout.places.is_empty() && layout.absent_tables.is_empty() && layout.inserts.is_empty());
    }

    #[test]
    fn an_older_database_is_known_by_what_it_lacks() {
        let older = |table: &str| match table {
            "oauth2_provider_devicegrant" => Vec::new(),
            other => current(other)
                .into_iter()
                .filter(|f| !["resource", "token_family"].contains(&&*f.name))
                .collect(),
        };
        let layout = resolve(DbBackend::Sqlite, &Names::default(), older).unwrap();
        assert!(!layout.has("oauth2_provider_grant", "resource"));
        assert!(layout.has("oauth2_provider_grant", "nonce"));
        assert!(!layout.has_table("oauth2_provider_devicegrant"));
    }

    #[test]
    fn a_column_that_must_be_filled_is_asked_for_or_known() {
        let more = |name: &'static str| {
            move |table: &str| {
                let mut columns = current(table);
                if table == "oauth2_provider_application" {
                    columns.push(found(name, false));
                }
                columns
            }
        };
        let newer = resolve(DbBackend::Sqlite, &Names::default(), more("client_jwks")).unwrap();
        assert_eq!(newer.inserts.len(), 1);
        let why = resolve(DbBackend::Sqlite, &Names::default(), more("tenant_id")).unwrap_err();
        assert!(why[0].contains("tenant_id"), "{why:?}");
        let inserts = vec![("oauth2_provider_application".into(), "tenant_id".into(), Value::from(1))];
        let names = Names { inserts, ..Names::default() };
        assert!(resolve(DbBackend::Sqlite, &names, more("tenant_id")).is_ok());
    }

    #[test]
    fn tables_and_columns_of_a_project_have_its_names() {
        let names = Names {
            tables: vec![("auth_user".into(), "people".into())],
            columns: vec![
                ("auth_user".into(), "username".into(), "email".into()),
                ("auth_user".into(), "is_active".into(), String::new()),
            ],
            ..Names::default()
        };
        let layout = resolve(DbBackend::Postgres, &names, current).unwrap();
        assert_eq!(layout.place("auth_user", "username"), Some(&ColumnPlace::Named("email".into())));
        assert_eq!(layout.place("auth_user", "is_active"), Some(&ColumnPlace::Absent));
        let mut sql = r#"SELECT "auth_user"."id" FROM "auth_user""#.to_owned();
        layout.rename_tables(&mut sql);
        assert_eq!(sql, r#"SELECT "people"."id" FROM "people""#);
    }
}
