//! From the settings and the database to the layout that is served; says why a database cannot be.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::settings::claims::Source;
use crate::settings::models::UserKey;
use crate::settings::{Engine, Settings};
use crate::storage::Db;
use crate::storage::layout::{self, Found, Layout, Names, OPTIONAL};

use super::claimed;

/// The oldest migration whose tables are served: DOT 1.5 to 1.7 have the same ones.
const OLDEST: &str = "0004_auto_20200902_2022";
/// From here on DOT hashes client secrets.
const HASHED_SECRETS: &str = "0006_alter_application_client_secret";

/// Columns that an upgrade adds before the rest: until their migration is recorded they are not there.
const EARLY: [(&str, &str, &str); 3] = [
    ("oauth2_provider_accesstoken", "token_checksum", "0012_add_token_checksum"),
    ("oauth2_provider_refreshtoken", "token_family", "0011_refreshtoken_token_family"),
    ("oauth2_provider_refreshtoken", "token_checksum", "0015_refreshtoken_token_checksum"),
];

/// The project's names, by its settings and its migrations.
fn names(settings: &Settings, state: &migration::State) -> Names {
    let time = settings.django.time_zone;
    Names {
        zone: if time.use_tz { settings.database.time_zone } else { Some(time.zone) },
        has_plain_secrets: !state.has_applied("oauth2_provider", HASHED_SECRETS),
        tables: settings.models.tables.clone(),
        columns: settings.models.columns.clone(),
        inserts: inserts(settings),
        has_uuid_key: settings.models.user.key == UserKey::Uuid,
    }
}

/// What new rows hold in columns that only the project has.
fn inserts(settings: &Settings) -> Vec<(String, String, sea_orm::Value)> {
    let value = |value: &serde_json::Value| match value {
        serde_json::Value::String(text) => text.as_str().into(),
        serde_json::Value::Bool(flag) => (*flag).into(),
        other => match other.as_i64() {
            Some(number) => number.into(),
            None => other.as_f64().unwrap_or_default().into(),
        },
    };
    let inserts = settings.models.inserts.iter();
    inserts.map(|(table, column, given)| (table.clone(), column.clone(), value(given))).collect()
}

/// A time as this project's Django stores it in a row that only the upgrade writes.
pub fn stored(settings: &Settings, now: DateTime<Utc>) -> DateTime<Utc> {
    let aware = settings.django.time_zone.use_tz || settings.database.engine == Engine::Postgres;
    let layout = Layout { zone: (!aware).then_some(settings.django.time_zone.zone), ..Layout::default() };
    layout.wall_clock(now).and_utc()
}

/// Why there is no layout.
pub enum ReadError {
    /// The database's own words.
    Failed(String),
    /// Every reason why this database cannot be served with these settings.
    Unservable(Vec<String>),
}

/// The layout of the tables that are there.
///
/// # Errors
/// See `ReadError`.
pub async fn read(db: &Db, settings: &Settings, state: &migration::State) -> Result<Layout, ReadError> {
    let version = state.dot_version().unwrap_or("unknown");
    if !state.has_applied("oauth2_provider", OLDEST) {
        return Err(ReadError::Unservable(vec![format!(
            "it is at django-oauth-toolkit {version}; 1.5 to 3.4.1 can be served (upgrade it: slash-o migrate, or \
             manage.py migrate)"
        )]));
    }
    let names = names(settings, state);
    let mut found: HashMap<&str, Vec<Found>> = HashMap::new();
    for table in layout::tables() {
        let columns = migration::columns(&db.0, names.table(table)).await;
        let mut columns = columns.map_err(|e| ReadError::Failed(e.to_string()))?;
        for (_, early, migration) in EARLY.iter().filter(|(of, ..)| *of == table) {
            if !state.has_applied("oauth2_provider", migration) {
                columns.retain(|column| column.name != *early);
            }
        }
        found.insert(table, columns);
    }
    let backend = sea_orm::ConnectionTrait::get_database_backend(db);
    let laid = layout::resolve(backend, &names, |table| found.get(table).cloned().unwrap_or_default());
    let mut layout = laid.map_err(ReadError::Unservable)?;
    let mut needed = impossible(settings, &layout);
    needed.extend(claim(db, settings, &names, &found, &mut layout).await?);
    needed.extend(not_shown(settings, &found));
    needed.extend(sessions(settings, &layout));
    if needed.is_empty() { Ok(layout) } else { Err(ReadError::Unservable(needed)) }
}

/// Lays out what claims show beside Django's own columns; why it cannot be shown.
async fn claim(
    db: &Db,
    settings: &Settings,
    names: &Names,
    found: &HashMap<&str, Vec<Found>>,
    layout: &mut Layout,
) -> Result<Vec<String>, ReadError> {
    let claims = &settings.server.claims;
    let mut problems = Vec::new();
    match claimed::columns(claims, found.get("auth_user").map_or(&[], Vec::as_slice)) {
        Ok(columns) => layout.claimed = columns,
        Err(why) => problems.extend(why),
    }
    let table = format!("{}_groups", names.table("auth_user"));
    let columns = if claims.iter().any(|claim| matches!(claim.source, Source::Groups)) {
        migration::columns(&db.0, &table).await.map_err(|e| ReadError::Failed(e.to_string()))?
    } else {
        Vec::new()
    };
    match claimed::memberships(claims, &table, &columns) {
        Ok(memberships) => layout.memberships = memberships,
        Err(why) => problems.extend(why),
    }
    Ok(problems)
}

/// Settings that ask for a column that this database has not got.
fn impossible(settings: &Settings, layout: &Layout) -> Vec<String> {
    let oauth2 = &settings.oauth2;
    let wanted = [
        (
            oauth2.bcp.token_storage,
            "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE",
            ("oauth2_provider_refreshtoken", "token_checksum"),
        ),
        (
            oauth2.refresh_token_reuse_protection,
            "REFRESH_TOKEN_REUSE_PROTECTION",
            ("oauth2_provider_refreshtoken", "token_family"),
        ),
        (oauth2.dcr.enabled, "DCR_ENABLED", ("oauth2_provider_application", "registration_source")),
        (oauth2.cimd.enabled, "CIMD_ENABLED", ("oauth2_provider_application", "cimd_expires_at")),
    ];
    let lacking = wanted.iter().filter(|(on, _, (table, column))| *on && !layout.has(table, column));
    lacking
        .map(|(_, name, (table, column))| {
            format!(
                "OAUTH2_PROVIDER.{name} needs the column {table}.{column}, which this database does not have: \
                 switch the setting off, or upgrade (slash-o migrate)"
            )
        })
        .collect()
}

/// Columns that templates look up and that are not there.
fn not_shown(settings: &Settings, found: &HashMap<&str, Vec<Found>>) -> Vec<String> {
    let is_there = |table: &str, column: &str| {
        found.get(table).is_some_and(|columns| columns.iter().any(|found| found.name == column))
    };
    let lacking = settings.models.shown.iter().filter(|(table, shown)| !is_there(table, &shown.column));
    lacking
        .map(|(table, shown)| {
            let of = if table == "auth_user" { "user" } else { "models.application" };
            format!(
                "[server.{of}.shown.{}] names the column {}, which the table does not have (export again: slash-o \
                 django-settings)",
                shown.name, shown.column
            )
        })
        .collect()
}

/// Sessions that are to be rows of a table that is not there; other engines need no table.
fn sessions(settings: &Settings, layout: &Layout) -> Option<String> {
    let engine = settings.sessions.engine;
    (engine.has_rows() && !layout.has_table("django_session")).then(|| {
        "there is no table django_session, and SESSION_ENGINE keeps sessions there: manage.py migrate makes it \
         (django.contrib.sessions in INSTALLED_APPS), or set SESSION_ENGINE to where this site keeps its sessions"
            .to_owned()
    })
}

/// What an older database cannot do, each once.
pub fn lacking(layout: &Layout) -> Vec<&'static str> {
    let mut out: Vec<&str> = Vec::new();
    for (table, column, feature) in OPTIONAL {
        if !layout.has(table, column) && !feature.is_empty() && !out.contains(&feature) {
            out.push(feature);
        }
    }
    if !layout.has_table("oauth2_provider_devicegrant") {
        out.push("the device flow (DOT 3.2)");
    }
    out
}
