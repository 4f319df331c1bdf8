//! The claims about a user, released by scope. DOT: `OAuth2Validator.get_oidc_claims`.

use chrono::{DateTime, Timelike, Utc};
use serde_json::{Map, Value};

use entity::user::Model as User;
use entity::value::UserId;

use crate::settings::Settings;
use crate::settings::claims::{Claim, Source};

/// `sub` first, then `[server.claims]` in the order of the file; nothing for a user without a subject.
pub fn of_user(settings: &Settings, user: &User, scopes: &[&str]) -> Option<Map<String, Value>> {
    let mut out = Map::new();
    out.insert("sub".into(), subject(settings, user)?.into());
    let released = |claim: &&Claim| claim.scope.as_deref().is_none_or(|scope| scopes.contains(&scope));
    let others = settings.server.claims.iter().filter(|claim| claim.name != "sub");
    out.extend(others.filter(released).map(|claim| (claim.name.clone(), value(claim, user))));
    Some(out)
}

/// Who the user is to clients: the key, or what `[server.claims.sub]` finds. Empty columns are nobody: such tokens would
/// make all these users one (OpenID Connect Core 1.0 section 2).
pub fn subject(settings: &Settings, user: &User) -> Option<String> {
    let own = settings.server.claims.iter().find(|claim| claim.name == "sub");
    let Some(claim) = own else { return Some(user.id.to_string()) };
    match value(claim, user) {
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

fn value(claim: &Claim, user: &User) -> Value {
    let columns = match &claim.source {
        Source::Constant(value) => return value.clone(),
        Source::Columns(columns) => columns,
    };
    let is_empty = |value: &Value| value.is_null() || value.as_str() == Some("");
    let values: Vec<Value> = columns.iter().map(|name| column(name, user)).collect();
    let found = values.iter().find(|value| !is_empty(value)).or(values.last());
    found.cloned().unwrap_or(Value::Null)
}

fn column(name: &str, user: &User) -> Value {
    match name {
        "id" => match user.id {
            UserId::Int(id) => id.into(),
            UserId::Uuid(id) => id.to_string().into(),
        },
        "username" => user.username.as_str().into(),
        "first_name" => user.first_name.as_str().into(),
        "last_name" => user.last_name.as_str().into(),
        "full_name" => format!("{} {}", user.first_name, user.last_name).trim().into(),
        "email" => user.email.as_str().into(),
        "is_active" => user.is_active.into(),
        "is_staff" => user.is_staff.into(),
        "last_login" => user.last_login.map_or(Value::Null, |at| python_text(at.0).into()),
        "date_joined" => python_text(user.date_joined.0).into(),
        _ => Value::Null,
    }
}

/// A time as Python's `str()` writes it. Differs from DOT: userinfo answers 500 for a time there (O-346).
fn python_text(at: DateTime<Utc>) -> String {
    let micros = at.nanosecond() % 1_000_000_000 / 1_000;
    let fraction = if micros == 0 { String::new() } else { format!(".{micros:06}") };
    format!("{}{fraction}+00:00", at.format("%Y-%m-%d %H:%M:%S"))
}
