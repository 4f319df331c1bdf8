//! Tokens of another authorization server: asked about by introspection (RFC 7662), kept as rows of ours.
//! DOT: `_get_token_from_authentication_server`, `get_or_create_user_from_content`.

use chrono::{DateTime, NaiveDateTime, TimeDelta, TimeZone, Utc};
use entity::value::UserId;
use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::outbound::error::SetupError;
use crate::outbound::introspection::Introspection;
use crate::settings::Settings;
use crate::site::Site;
use crate::storage::access_tokens::{self, TokenRow};
use crate::storage::remote_tokens::{self, RemoteToken};
use crate::storage::{KnowsLayout, users};

/// What asks; none without RESOURCE_SERVER_INTROSPECTION_URL.
///
/// # Errors
/// A URL or an authority's file that cannot be used.
pub fn introspection(settings: &Settings) -> Result<Option<Introspection>, SetupError> {
    let Some(remote) = &settings.oauth2.remote else { return Ok(None) };
    let ca = settings.server.testing.ca.as_deref();
    Introspection::new(remote.url.clone(), &remote.authorization, ca).map(Some)
}

/// The row of a token that the other server calls active, written or renewed.
///
/// # Errors
/// The database's own; whatever the other server does wrong is no token.
pub async fn find(site: &Site, asks: &Introspection, token: &str) -> Result<Option<TokenRow>, Failure> {
    if token.contains('\0') {
        return Ok(None);
    }
    let told = match asks.ask(token).await {
        Ok(body) => told(site, &body),
        Err(error) => Err(error.to_string()),
    };
    let told = match told {
        Ok(Some(told)) => told,
        Ok(None) => return Ok(None),
        Err(why) => {
            tracing::warn!(why, "introspection at the other authorization server failed");
            return Ok(None);
        }
    };
    match keep(site, token, told).await {
        Ok(()) => access_tokens::find_by_token(&site.db, token).await,
        Err(failure) if failure.is_bad_value() => {
            tracing::warn!("the other authorization server told what the database cannot hold");
            Ok(None)
        }
        Err(failure) => Err(failure),
    }
}

/// What an active answer says. No Debug form: it may name a person.
struct Told {
    username: Option<String>,
    scope: String,
    expires: DateTime<Utc>,
    resource: Vec<String>,
}

/// Nothing: the token is not active. Members of the wrong type are an error: a doubt never opens a door.
fn told(site: &Site, body: &[u8]) -> Result<Option<Told>, String> {
    let members: Map<String, Value> =
        serde_json::from_slice(body).map_err(|_| "the answer is no JSON object")?;
    if members.get("active") != Some(&Value::Bool(true)) {
        return Ok(None);
    }
    // Differs from DOT: a `username`, `scope` or `exp` of another type is a 500 there (B-13).
    let text = |name: &str| match members.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(format!("{name} is no text")),
    };
    let username = text("username")?;
    let most = usize::try_from(site.settings.models.user.max_length).unwrap_or(usize::MAX);
    if username.as_ref().is_some_and(|name| name.is_empty() || name.chars().count() > most) {
        return Err("username is empty or too long".into());
    }
    let resource = audience(members.get("aud"))?;
    if !resource.is_empty() && !site.db.layout().has("oauth2_provider_accesstoken", "resource") {
        return Err("the database has no column for the token's audience".into());
    }
    let expires = expires(site, members.get("exp"))?;
    Ok(Some(Told { username, scope: text("scope")?.unwrap_or_default(), expires, resource }))
}

/// A text or a list of texts.
fn audience(aud: Option<&Value>) -> Result<Vec<String>, String> {
    let malformed = || "malformed aud".to_owned();
    match aud {
        None => Ok(Vec::new()),
        Some(Value::String(one)) => Ok(vec![one.clone()]),
        Some(Value::Array(many)) => {
            many.iter().map(|one| one.as_str().map(str::to_owned).ok_or_else(malformed)).collect()
        }
        Some(_) => Err(malformed()),
    }
}

/// The earlier one of `exp` and the end of caching.
fn expires(site: &Site, exp: Option<&Value>) -> Result<DateTime<Utc>, String> {
    let caching = site.settings.oauth2.remote.as_ref().map_or(0, |remote| remote.caching_seconds);
    let zone = site.settings.oauth2.remote.as_ref().and_then(|remote| remote.exp_zone);
    let latest = site.clock.now() + TimeDelta::seconds(caching);
    let Some(exp) = exp else { return Ok(stored(site, latest, latest.naive_utc())) };
    // Whole seconds and parts, within the years that Python has dates for.
    let seconds = exp.as_f64().filter(|s| s.is_finite() && s.abs() < 2.5e11).ok_or("exp is no time")?;
    #[allow(clippy::cast_possible_truncation)]
    let micros = (seconds * 1e6).round() as i64;
    let said = DateTime::from_timestamp_micros(micros).ok_or("exp is no time")?;
    let wall = said.naive_utc();
    let at = zone.and_then(|zone| zone.from_local_datetime(&wall).earliest());
    let at = at.map_or(said, |at| at.with_timezone(&Utc));
    if at > latest {
        return Ok(stored(site, latest, latest.naive_utc()));
    }
    Ok(stored(site, at, wall))
}

/// DOT: with USE_TZ false the clock that the other server meant is stored as if it were ours.
fn stored(site: &Site, at: DateTime<Utc>, wall: NaiveDateTime) -> DateTime<Utc> {
    let ours = &site.settings.django.time_zone;
    if ours.use_tz {
        return at;
    }
    ours.zone.from_local_datetime(&wall).earliest().map_or(at, |local| local.with_timezone(&Utc))
}

async fn keep(site: &Site, token: &str, told: Told) -> Result<(), Failure> {
    let user_id = match &told.username {
        Some(name) => Some(user(site, name).await?),
        None => None,
    };
    let row = RemoteToken {
        token: token.to_owned(),
        keep_token: !site.settings.oauth2.bcp.token_storage,
        user_id,
        expires: told.expires,
        scope: told.scope,
        resource: told.resource,
    };
    remote_tokens::put(&site.db, row, site.clock.now()).await
}

/// The user of this name; one who is not there is made, without a password that anybody could know.
async fn user(site: &Site, name: &str) -> Result<UserId, Failure> {
    for _ in 0..2 {
        if let Some(user) = users::find_by_username(&site.db, name).await? {
            return Ok(user.id);
        }
        match users::insert_without_password(&site.db, name, site.clock.now()).await {
            // Another request made the same user first.
            Err(failure) if !failure.is_unique_violation() => return Err(failure),
            _ => {}
        }
    }
    let made = users::find_by_username(&site.db, name).await?;
    made.map(|user| user.id).ok_or(Failure::Unexpected("a user that was made is gone"))
}
