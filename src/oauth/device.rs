//! The device flow's other steps (RFC 8628): handing out codes, and the user's side.
//! DOT: `DeviceAuthorizationView`, `DeviceGrantForm`; oauthlib 3.3.1: `DeviceAuthorizationEndpoint`.

use chrono::TimeDelta;

use entity::device_grant::Model as DeviceGrant;
use entity::value::UserId;

use crate::random;
use crate::site::Site;
use crate::storage::device_grants::{self, NewDeviceGrant};
use crate::storage::{Failure, Laid};

use super::client_auth::{self, Credentials};
use super::limits::{self, Caller, Target};
use super::{Error, OAuthError, Params, client, generate, scopes};

/// Seconds that a device code lives; DOT and oauthlib have no setting for it.
pub const EXPIRES_IN: i64 = 1800;

/// A device authorization answer (RFC 8628 section 3.2). No Debug form: it holds codes.
pub struct Codes {
    pub device_code: String,
    pub user_code: String,
    pub verification_uri: Option<String>,
    pub verification_uri_complete: Option<String>,
    /// Seconds between polls.
    pub interval: i64,
}

/// A device authorization request. No Debug form: it holds a secret.
pub struct DeviceRequest<'a> {
    pub authorization: Option<&'a str>,
    pub content_type: &'a str,
    pub query: &'a str,
    pub form: &'a Params,
    /// Django: `request.POST`. With JSON bodies it is not what oauthlib reads.
    pub post: &'a Params,
    pub caller: Caller,
}

/// Hands out a device code and a user code.
///
/// # Errors
/// `invalid_request`, `invalid_client`, or a failure of our side.
pub async fn authorize(site: &Site, request: &DeviceRequest<'_>) -> Result<Codes, Error> {
    let mut pairs = Params::strict(request.query)?.pairs().to_vec();
    pairs.extend(request.form.pairs().iter().cloned());
    let params = Params::from(pairs);
    for name in ["client_id", "scope"] {
        if params.is_repeated(name) {
            return Err(OAuthError::invalid_request(format!("Duplicate {name} parameter.")).into());
        }
    }
    // Differs from DOT: a charset after the media type is accepted (oauth2.md DV-03).
    let media_type = request.content_type.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        let text = "Content-Type must be application/x-www-form-urlencoded";
        return Err(OAuthError::invalid_request(text).into());
    }
    if !site.settings.oauth2.grants.has("urn:ietf:params:oauth:grant-type:device_code") {
        return Err(OAuthError::new("unsupported_grant_type").into());
    }
    check_client(site, request, &params).await?;
    let client_id = request.post.filled("client_id");
    // Differs from DOT: a client_id only in the query, or in JSON, is a 500 there (oauth2.md DV-01).
    let client_id = client_id.ok_or_else(missing_client_id)?;
    let scope = match request.post.get("scope").map(str::trim).filter(|s| !s.is_empty()) {
        Some(scope) => scope.to_owned(),
        None => scopes::defaults(&site.settings.oauth2, client_id).join(" "),
    };
    hand_out(site, client_id, scope).await
}

fn missing_client_id() -> OAuthError {
    OAuthError::invalid_request("Missing client_id parameter.")
}

async fn check_client(site: &Site, request: &DeviceRequest<'_>, params: &Params) -> Result<(), Error> {
    let client_id = params.filled("client_id").ok_or_else(missing_client_id)?;
    if client::find(site, client_id).await?.is_none() {
        // As at the other endpoints: one guess, and one hash.
        let body = Params::from(vec![("client_id".to_owned(), client_id.to_owned())]);
        client_auth::authenticate(site, Credentials::new(None, &body, request.caller)).await?;
        return Err(OAuthError::invalid_request("Invalid client_id parameter value.").into());
    }
    let credentials = Credentials::new(request.authorization, params, request.caller);
    client_auth::authenticate_or_public(site, credentials).await?;
    Ok(())
}

/// # Errors
/// `unsupported_grant_type` on a database of a DOT before 3.2, which has no table for device codes.
pub fn check_possible(site: &Site) -> Result<(), OAuthError> {
    if site.db.layout().has_table("oauth2_provider_devicegrant") {
        return Ok(());
    }
    let text = "The device flow is not supported: the database of this server has no table for it.";
    Err(OAuthError::because("unsupported_grant_type", text.to_owned()))
}

async fn hand_out(site: &Site, client_id: &str, scope: String) -> Result<Codes, Error> {
    check_possible(site)?;
    let (settings, now) = (&site.settings.oauth2, site.clock.now());
    let (device_code, user_code) = (random::token()?, generate::user_code(site)?);
    let row = NewDeviceGrant {
        client_id: client_id.to_owned(),
        device_code: device_code.clone(),
        user_code: user_code.clone(),
        scope,
        expires: now + TimeDelta::seconds(EXPIRES_IN),
    };
    device_grants::insert(&site.db, row, now).await?;
    let complete = settings.device_verification_uri_complete.as_ref();
    Ok(Codes {
        verification_uri: settings.device_verification_uri.clone(),
        verification_uri_complete: complete.map(|uri| uri.replace("{user_code}", &user_code)),
        interval: settings.device_flow_interval,
        device_code,
        user_code,
    })
}

/// Why a typed code cannot be claimed: DOT's text, and whether DOT would have crashed (400 instead of 200).
pub struct NotClaimed {
    pub text: &'static str,
    pub crashes_dot: bool,
}

fn not_claimed(text: &'static str) -> NotClaimed {
    NotClaimed { text, crashes_dot: false }
}

/// The user typed a code: the grant becomes this user's, or the text says what is wrong.
///
/// # Errors
/// The outer one is `too_many_requests` or a failure of our side, the inner one what the page says.
pub async fn claim(
    site: &Site,
    typed: &str,
    user_id: UserId,
    caller: Caller,
) -> Result<Result<DeviceGrant, NotClaimed>, Error> {
    let code = django::text::strip(typed);
    if code.is_empty() {
        return Ok(Err(not_claimed("This field is required.")));
    }
    let guess = limits::enter(site, caller, Target::User(&user_id.to_string())).await?;
    let claimed = claim_code(site, code, user_id).await?;
    match &claimed {
        Ok(_) => guess.succeeded().await,
        Err(_) => guess.failed().await,
    }
    Ok(claimed)
}

async fn claim_code(
    site: &Site,
    code: &str,
    user_id: UserId,
) -> Result<Result<DeviceGrant, NotClaimed>, Failure> {
    let mut found = device_grants::list_by_user_code(&site.db, code).await?;
    // Differs from DOT: two rows with one code are a 500 there (oauth2.md DV-21); here the code is nobody's.
    let crashes_dot = found.len() > 1;
    let Some(device) = found.pop().filter(|_| !crashes_dot) else {
        return Ok(Err(NotClaimed { crashes_dot, ..not_claimed("Incorrect user code") }));
    };
    if site.clock.now() >= device.expires {
        device_grants::change_status(&site.db, device.id, &device.status, device_grants::EXPIRED).await?;
        return Ok(Err(not_claimed("Expired user code")));
    }
    if device.status != device_grants::PENDING {
        return Ok(Err(not_claimed("User code has already been used")));
    }
    // Differs from DOT: such a client_id has no page there, a 500 after the user was stored (oauth2.md DV-26).
    if !is_slug(&device.client_id) {
        return Ok(Err(NotClaimed { crashes_dot: true, ..not_claimed("Incorrect user code") }));
    }
    device_grants::set_user(&site.db, device.id, user_id).await?;
    Ok(Ok(device))
}

/// Django's slug: letters, digits, `-` and `_`.
pub fn is_slug(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

/// The word that DOT's status page shows.
pub fn status_display(status: &str) -> &str {
    match status {
        device_grants::AUTHORIZED => "Authorized",
        device_grants::PENDING => "Authorization pending",
        device_grants::EXPIRED => "Expired",
        device_grants::DENIED => "Denied",
        other => other,
    }
}
