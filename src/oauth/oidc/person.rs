//! Reads what the claims of one answer show of a user beside the row: columns of the project's own, groups.

use chrono::NaiveDateTime;
use serde_json::Value;

use django::loose_json;
use entity::layout::{ColumnKind, OwnColumn};
use entity::user::Model as User;

use crate::failure::Failure;
use crate::settings::claims::{Claim, Source};
use crate::settings::{Engine, Settings};
use crate::site::Site;
use crate::storage::{KnowsLayout, own_columns, permissions};

use super::claims::{Person, Place, python_text, released, written};

/// For all claims that these scopes release; nothing is asked where they show no more than the row.
///
/// # Errors
/// The database's own.
pub async fn read(site: &Site, user: User, scopes: &[&str], place: Place) -> Result<Person, Failure> {
    of_claims(site, user, &released(&site.settings, scopes, place).collect::<Vec<_>>()).await
}

/// For the subject alone.
///
/// # Errors
/// The database's own.
pub async fn read_subject(site: &Site, user: User) -> Result<Person, Failure> {
    let claims = site.settings.server.claims.iter();
    of_claims(site, user, &claims.filter(|claim| claim.name == "sub").collect::<Vec<_>>()).await
}

async fn of_claims(site: &Site, user: User, claims: &[&Claim]) -> Result<Person, Failure> {
    let is_shown =
        |column: &&OwnColumn| claims.iter().any(|claim| claim.columns().any(|(name, _)| name == column.name));
    let columns: Vec<&OwnColumn> = site.db.layout().claimed.iter().filter(is_shown).collect();
    let texts = match columns.is_empty() {
        true => None,
        false => own_columns::of_user(&site.db, user.id, &columns).await?,
    };
    let value = |(column, text): (&&OwnColumn, Option<String>)| {
        (column.name.clone(), text.map_or(Value::Null, |text| value(&site.settings, column.kind, text)))
    };
    let own = columns.iter().zip(texts.unwrap_or_default()).map(value).collect();
    let groups = match claims.iter().any(|claim| matches!(claim.source, Source::Groups)) {
        true => permissions::list_groups(&site.db, user.id).await?,
        false => Vec::new(),
    };
    Ok(Person { user, own, groups })
}

/// What the text of a column says. A text that is not what its column says is shown as it is.
fn value(settings: &Settings, kind: ColumnKind, text: String) -> Value {
    match kind {
        ColumnKind::Flag => Value::Bool(["1", "t", "true"].contains(&text.as_str())),
        ColumnKind::Integer => text.parse::<i64>().map_or(Value::String(text), Value::from),
        ColumnKind::Float => text.parse::<f64>().map_or(Value::String(text), Value::from),
        ColumnKind::Uuid => {
            uuid::Uuid::parse_str(&text).map_or(Value::String(text), |uuid| uuid.to_string().into())
        }
        ColumnKind::Json => loose_json::loads(&text).map_or(Value::Null, |loaded| loaded.value().clone()),
        ColumnKind::Time => match NaiveDateTime::parse_from_str(&text, "%Y-%m-%d %H:%M:%S%.f") {
            Ok(read) => stored_time(settings, read).into(),
            Err(_) => Value::String(text),
        },
        ColumnKind::Text | ColumnKind::Date => Value::String(text),
    }
}

/// A time of a column without a zone: UTC where the project's times know their zone, else the wall clock itself.
fn stored_time(settings: &Settings, read: NaiveDateTime) -> String {
    let is_wall_clock = !settings.django.time_zone.use_tz && settings.database.engine != Engine::Postgres;
    if is_wall_clock { written(read) } else { python_text(settings, read.and_utc()) }
}
