//! The device flow's other steps (RFC 8628): handing out codes, and the user's side.
//! DOT: `DeviceAuthorizationView`, `DeviceGrantForm`; oauthlib 3.3.1: `DeviceAuthorizationEndpoint`.

use chrono::TimeDelta;

use entity::device_grant::Model as DeviceGrant;
use entity::value::UserId;

use crate::failure::Failure;
use crate::limits::{self, Caller, Target};
use crate::observe::{self, Decision, Done, Event, Outcome, Reason, Why};
use crate::random;
use crate::site::Site;
use crate::storage::KnowsLayout;
use crate::storage::device_grants::{self, NewDeviceGrant};
use crate::vocabulary::GrantType;

use super::client_auth::{self, Credentials};
use super::{Error, OAuthError, Params, client, generate, scopes};

mod answer;

pub use answer::{UserAnswer, decide, find_pending};

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
    let started = site.clock.start();
    let done = check_and_hand_out(site, request).await.map_err(Error::of_request);
    let duration = started.elapsed();
    observe::tell(&match &done {
        Ok(_) => {
            let event = Event::new(Decision::Device, Outcome::Done(Done::CodesIssued), duration);
            Event { client_id: request.post.get("client_id"), ..event }
        }
        Err(error) => error.event(Decision::Device, duration),
    });
    done
}

async fn check_and_hand_out(site: &Site, request: &DeviceRequest<'_>) -> Result<Codes, Error> {
    let mut pairs = Params::strict(request.query)?.pairs().to_vec();
    pairs.extend(request.form.pairs().iter().cloned());
    let params = Params::from(pairs);
    for name in ["client_id", "scope"] {
        if params.is_repeated(name) {
            let why = Reason::ParameterRepeated.why().with("parameter", name);
            return Err(OAuthError::invalid_request(format!("Duplicate {name} parameter."), why).into());
        }
    }
    // Differs from DOT: a charset after the media type is accepted (DV-03).
    let media_type = request.content_type.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        let text = "Content-Type must be application/x-www-form-urlencoded";
        return Err(OAuthError::invalid_request(text, Reason::DeviceContentType).into());
    }
    if !site.settings.oauth2.grants.has(GrantType::DeviceCode) {
        return Err(OAuthError::new("unsupported_grant_type", Reason::GrantTypeOff).into());
    }
    check_client(site, request, &params).await?;
    let client_id = request.post.filled("client_id");
    // Differs from DOT: a client_id only in the query, or in JSON, is a 500 there (DV-01).
    let client_id = client_id.ok_or_else(|| missing_client_id(Reason::DeviceClientIdNotInForm))?;
    let scope = match request.post.get("scope").map(str::trim).filter(|s| !s.is_empty()) {
        Some(scope) => scope.to_owned(),
        None => scopes::defaults(&site.settings.oauth2, client_id).join(" "),
    };
    hand_out(site, client_id, scope).await
}

fn missing_client_id(why: Reason) -> OAuthError {
    OAuthError::invalid_request("Missing client_id parameter.", why)
}

async fn check_client(site: &Site, request: &DeviceRequest<'_>, params: &Params) -> Result<(), Error> {
    let client_id = params.filled("client_id");
    let client_id = client_id.ok_or_else(|| missing_client_id(Reason::ClientIdMissing))?;
    if client::find(site, client_id).await?.is_none() {
        // As at the other endpoints: one guess, and one hash.
        let body = Params::from(vec![("client_id".to_owned(), client_id.to_owned())]);
        let credentials = Credentials::new(None, &body, request.caller);
        if let Err(error) = client_auth::authenticate(site, credentials).await {
            client_auth::not_authenticated(error)?;
        }
        let why = Reason::ClientUnknown.why().with("client_id_length", client_id.chars().count());
        return Err(OAuthError::invalid_request("Invalid client_id parameter value.", why).into());
    }
    let credentials = Credentials::new(request.authorization, params, request.caller);
    client_auth::authenticate_or_public(site, credentials).await.map(|_| ())
}

/// # Errors
/// `unsupported_grant_type` on a database of a DOT before 3.2, which has no table for device codes.
pub fn check_possible(site: &Site) -> Result<(), OAuthError> {
    if site.db.layout().has_table("oauth2_provider_devicegrant") {
        return Ok(());
    }
    let text = "The device flow is not supported: the database of this server has no table for it.";
    Err(OAuthError::because("unsupported_grant_type", text, Reason::DeviceTableMissing))
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
    let complete = settings.device_flow.verification_uri_complete.as_ref();
    Ok(Codes {
        verification_uri: settings.device_flow.verification_uri.clone(),
        verification_uri_complete: complete.map(|uri| uri.replace("{user_code}", &user_code)),
        interval: settings.device_flow.interval,
        device_code,
        user_code,
    })
}

/// Why a typed code cannot be claimed: DOT's text, and whether DOT would have crashed (400 instead of 200).
pub struct NotClaimed {
    pub text: &'static str,
    pub crashes_dot: bool,
    /// For those who run the server; never shown.
    pub why: Why,
}

fn not_claimed(text: &'static str, why: impl Into<Why>) -> NotClaimed {
    NotClaimed { text, crashes_dot: false, why: why.into() }
}

/// What came of a typed user code.
pub enum Claim {
    /// The grant is this user's now.
    Claimed(DeviceGrant),
    Refused(NotClaimed),
}

/// The user typed a code: the grant becomes this user's, or the page says what is wrong.
///
/// # Errors
/// `too_many_requests`, or a failure of our side.
pub async fn claim(site: &Site, typed: &str, user_id: UserId, caller: Caller) -> Result<Claim, Error> {
    let started = site.clock.start();
    let done = guess_code(site, typed, user_id, caller).await;
    let duration = started.elapsed();
    let event = match &done {
        Ok(Claim::Claimed(device)) => {
            let event = Event::new(Decision::Device, Outcome::Done(Done::UserCodeClaimed), duration);
            Event { client_id: Some(&device.client_id), ..event }
        }
        Ok(Claim::Refused(refused)) => {
            Event::refused(Decision::Device, ("invalid_user_code", &refused.why), duration)
        }
        Err(error) => error.event(Decision::Device, duration),
    };
    observe::tell(&Event { user_id: Some(&user_id), ..event });
    done
}

async fn guess_code(site: &Site, typed: &str, user_id: UserId, caller: Caller) -> Result<Claim, Error> {
    let code = django::text::strip(typed);
    if code.is_empty() {
        return Ok(Claim::Refused(not_claimed("This field is required.", Reason::UserCodeMissing)));
    }
    let guess = limits::enter(site.gate(), caller, Target::User(&user_id.to_string())).await?;
    let claimed = claim_code(site, code, user_id).await?;
    match &claimed {
        Claim::Claimed(_) => guess.succeeded().await,
        Claim::Refused(_) => guess.failed().await,
    }
    Ok(claimed)
}

async fn claim_code(site: &Site, code: &str, user_id: UserId) -> Result<Claim, Failure> {
    let mut found = device_grants::list_by_user_code(&site.db, code).await?;
    // Differs from DOT: two rows with one code are a 500 there (DV-21); here the code is nobody's.
    let crashes_dot = found.len() > 1;
    let Some(device) = found.pop().filter(|_| !crashes_dot) else {
        let reason = if crashes_dot { Reason::UserCodeAmbiguous } else { Reason::UserCodeUnknown };
        let refused = not_claimed("Incorrect user code", reason);
        return Ok(Claim::Refused(NotClaimed { crashes_dot, ..refused }));
    };
    let why = |reason: Reason| reason.why().of_client(&device.client_id, None).with("device", device.id);
    if site.clock.now() >= device.expires {
        device_grants::change_status(&site.db, device.id, &device.status, device_grants::EXPIRED).await?;
        return Ok(Claim::Refused(not_claimed("Expired user code", why(Reason::UserCodeExpired))));
    }
    if device.status != device_grants::PENDING {
        let why = why(Reason::UserCodeUsed).stored("status", &device.status);
        return Ok(Claim::Refused(not_claimed("User code has already been used", why)));
    }
    // Differs from DOT: such a client_id has no page there, a 500 after the user was stored (DV-26).
    if !is_slug(&device.client_id) {
        let refused = not_claimed("Incorrect user code", why(Reason::UserCodeWithoutPage));
        return Ok(Claim::Refused(NotClaimed { crashes_dot: true, ..refused }));
    }
    // Differs from DOT: a code that somebody decided on since it was looked up stays that user's. Else a yes of one user
    // would let the device in as another.
    if !device_grants::claim(&site.db, device.id, user_id).await? {
        let refused = not_claimed("User code has already been used", why(Reason::UserCodeUsed));
        return Ok(Claim::Refused(refused));
    }
    Ok(Claim::Claimed(device))
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
