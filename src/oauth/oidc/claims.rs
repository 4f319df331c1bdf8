//! The claims about a user, released by scope. DOT: `OAuth2Validator.get_oidc_claims`.

use chrono::{DateTime, NaiveDateTime, Timelike, Utc};
use serde_json::{Map, Value};

use entity::layout::ColumnKind;
use entity::user::Model as User;
use entity::value::UserId;

use crate::settings::Settings;
use crate::settings::claims::{Claim, FULL_NAME, Source};

/// Where claims are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    IdToken,
    Userinfo,
}

/// A user, with what the claims of one answer show beside the row. No Debug form: rows carry secrets.
#[derive(Clone)]
pub struct Person {
    pub user: User,
    /// Columns of the project's own.
    pub own: Vec<(String, Value)>,
    pub groups: Vec<String>,
}

/// The subject, and `[server.claims]` that these scopes release here.
pub(super) fn released<'a>(
    settings: &'a Settings,
    scopes: &'a [&str],
    place: Place,
) -> impl Iterator<Item = &'a Claim> {
    let is_here = move |claim: &&Claim| match place {
        Place::IdToken => claim.in_id_token,
        Place::Userinfo => claim.in_userinfo,
    };
    let is_released = |claim: &&Claim| claim.scope.as_deref().is_none_or(|scope| scopes.contains(&scope));
    let claims = settings.server.claims.iter();
    claims.filter(move |claim| claim.name == "sub" || is_here(claim) && is_released(claim))
}

/// `sub` first, then `[server.claims]` in the order of the file; nothing for a user without a subject.
pub fn of_user(
    settings: &Settings,
    person: &Person,
    scopes: &[&str],
    place: Place,
) -> Option<Map<String, Value>> {
    let mut out = Map::new();
    out.insert("sub".into(), subject(settings, person)?.into());
    let others = released(settings, scopes, place).filter(|claim| claim.name != "sub");
    out.extend(others.map(|claim| (claim.name.clone(), value(settings, claim, person))));
    Some(out)
}

/// Who the user is to clients: the key, or what `[server.claims.sub]` finds. Empty columns are nobody: such tokens would
/// make all these users one (OpenID Connect Core 1.0 section 2).
pub fn subject(settings: &Settings, person: &Person) -> Option<String> {
    let own = settings.server.claims.iter().find(|claim| claim.name == "sub");
    let Some(claim) = own else { return Some(person.user.id.to_string()) };
    match value(settings, claim, person) {
        Value::Null => None,
        Value::String(text) => Some(text).filter(|text| !text.trim().is_empty()),
        // Section 5.1: a subject is a text.
        other => Some(other.to_string()),
    }
}

/// `claims_supported`: `sub` and what is advertised.
pub fn supported(settings: &Settings) -> Vec<&str> {
    let advertised = settings.server.claims.iter().filter(|claim| claim.advertise);
    let names = advertised.map(|claim| claim.name.as_str()).filter(|name| *name != "sub");
    std::iter::once("sub").chain(names).collect()
}

fn value(settings: &Settings, claim: &Claim, person: &Person) -> Value {
    let value = match &claim.source {
        Source::Constant(value) => return value.clone(),
        Source::Groups => return person.groups.clone().into(),
        Source::Columns(columns, kind) => {
            let is_empty = |value: &Value| value.is_null() || value.as_str() == Some("");
            let values: Vec<Value> = columns.iter().map(|name| column(settings, name, person)).collect();
            let found = values.iter().find(|value| !is_empty(value)).or(values.last());
            let found = found.cloned().unwrap_or(Value::Null);
            if *kind == Some(ColumnKind::Text) { in_text(found) } else { found }
        }
    };
    claim.values.get(&key(&value)).cloned().unwrap_or(value)
}

/// How `values` names a value.
fn key(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A number as the text that `str()` gives.
fn in_text(value: Value) -> Value {
    match value {
        Value::Number(number) => number.to_string().into(),
        other => other,
    }
}

fn column(settings: &Settings, name: &str, person: &Person) -> Value {
    if let Some((_, value)) = person.own.iter().find(|(known, _)| known == name) {
        return value.clone();
    }
    let user = &person.user;
    match name {
        "id" => match user.id {
            UserId::Int(id) => id.into(),
            UserId::Uuid(id) => id.to_string().into(),
        },
        "username" => user.username.as_str().into(),
        "first_name" => user.first_name.as_str().into(),
        "last_name" => user.last_name.as_str().into(),
        FULL_NAME => format!("{} {}", user.first_name, user.last_name).trim().into(),
        "email" => user.email.as_str().into(),
        "is_active" => user.is_active.into(),
        "is_staff" => user.is_staff.into(),
        "is_superuser" => user.is_superuser.into(),
        "last_login" => user.last_login.map_or(Value::Null, |at| python_text(settings, at.0).into()),
        "date_joined" => python_text(settings, user.date_joined.0).into(),
        _ => Value::Null,
    }
}

/// A time as Python's `str()` writes it: with its offset where USE_TZ is on, else the wall clock of TIME_ZONE.
/// Differs from DOT: userinfo answers 500 for a time there (O-346).
pub(super) fn python_text(settings: &Settings, at: DateTime<Utc>) -> String {
    let time = &settings.django.time_zone;
    if time.use_tz {
        return format!("{}+00:00", written(at.naive_utc()));
    }
    written(at.with_timezone(&time.zone).naive_local())
}

pub(super) fn written(at: NaiveDateTime) -> String {
    let micros = at.nanosecond() % 1_000_000_000 / 1_000;
    let fraction = if micros == 0 { String::new() } else { format!(".{micros:06}") };
    format!("{}{fraction}", at.format("%Y-%m-%d %H:%M:%S"))
}
