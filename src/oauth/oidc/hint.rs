//! An ID token that comes back: as `id_token_hint`, or where it may be, as a bearer token.
//! DOT: `_load_id_token`, `_validate_claims`, `OAuth2Validator.validate_id_token`.

use serde_json::{Map, Value};

use entity::application::Model as Application;
use entity::id_token::Model as Row;
use entity::value::DjangoUuid;

use crate::failure::Failure;
use crate::site::Site;
use crate::storage::{applications, id_tokens};

use super::{jws, keys};

/// Seconds by which clocks may differ. jwcrypto: `leeway`.
const LEEWAY: i64 = 60;

/// An ID token that was issued here and is known.
pub struct Hint {
    pub row: Row,
    pub application: Application,
    pub issuer: Option<String>,
}

/// Takes the token apart, finds its application by `aud`, checks signature, times and row.
///
/// # Errors
/// The database's own; whatever is wrong with the token is `None`.
// Differs from DOT: what is no JWS, has no `jti`, or names an application without a key is a 500 there (O-355, O-453).
pub async fn find(site: &Site, token: &str, expired_too: bool) -> Result<Option<Hint>, Failure> {
    let Some(token) = jws::parse(token) else { return Ok(None) };
    let Some(application) = audience(site, token.claims.get("aud")).await? else { return Ok(None) };
    let good = token.algorithm == application.algorithm
        && keys::verifies(site, &application, token.message.as_bytes(), &token.signature)
        && times_fit(&token.claims, site.clock.now().timestamp(), expired_too);
    let jti = token.claims.get("jti").and_then(Value::as_str).and_then(|jti| uuid::Uuid::parse_str(jti).ok());
    let Some(jti) = jti.filter(|_| good) else { return Ok(None) };
    let Some(row) = id_tokens::find_by_jti(&site.db, DjangoUuid(jti)).await? else { return Ok(None) };
    let issuer = token.claims.get("iss").and_then(Value::as_str).map(str::to_owned);
    Ok(Some(Hint { row, application, issuer }))
}

/// A bearer token that is an ID token, with `[server.compat] id_token_as_bearer = "dot"` (O-354).
///
/// # Errors
/// The database's own.
pub async fn find_bearer(site: &Site, token: &str) -> Result<Option<Hint>, Failure> {
    find(site, token, false).await
}

/// DOT: the first application whose client_id is in `aud`.
async fn audience(site: &Site, aud: Option<&Value>) -> Result<Option<Application>, Failure> {
    let one = std::slice::from_ref(aud.unwrap_or(&Value::Null));
    let all = aud.and_then(Value::as_array).map_or(one, Vec::as_slice);
    for client_id in all.iter().filter_map(Value::as_str).take(10) {
        if let Some(application) = applications::find_by_client_id(&site.db, client_id).await? {
            return Ok(Some(application));
        }
    }
    Ok(None)
}

/// `exp` and `nbf` are numbers, and the present lies between them.
fn times_fit(claims: &Map<String, Value>, now: i64, expired_too: bool) -> bool {
    let fits = |name: &str, fits: &dyn Fn(f64) -> bool| match claims.get(name) {
        None => true,
        Some(value) => value.as_f64().is_some_and(|at| expired_too || fits(at)),
    };
    let (earliest, latest) = ((now - LEEWAY) as f64, (now + LEEWAY) as f64);
    fits("exp", &|at| at >= earliest) && fits("nbf", &|at| at <= latest)
}
