//! The token endpoint's grants: one file each, one public function each.
//! oauthlib: `TokenEndpoint.create_token_response`; DOT: `validate_grant_type`.

mod authorization_code;
mod checks;
mod client_credentials;
mod device_code;
mod password;
mod refresh_token;
#[cfg(test)]
mod tests;

use std::fmt::Display;
use std::time::Duration;

use entity::application::Model as Application;

use crate::limits::Caller;
use crate::observe::{self, Decision, Done, Event, Outcome, Reason};
use crate::site::Site;
use crate::vocabulary::GrantType;

use super::client_auth::Credentials;
use super::issue::Tokens;
use super::{DotForm, Error, OAuthError, Params, cors};
use checks::{refuse_query, with_state};

/// A token request. No Debug form: it holds secrets.
pub struct TokenRequest<'a> {
    pub params: &'a Params,
    pub authorization: Option<&'a str>,
    pub origin: Option<&'a str>,
    pub has_query: bool,
    pub caller: Caller,
    /// The issuer of ID tokens, as this request sees it.
    pub issuer: String,
}

impl<'a> TokenRequest<'a> {
    pub fn credentials(&self) -> Credentials<'a> {
        Credentials::new(self.authorization, self.params, self.caller)
    }
}

/// Tokens, and who may read them in a browser.
pub struct Exchanged {
    pub tokens: Tokens,
    pub application: Application,
    pub allow_origin: Option<String>,
}

/// The fields of a token request that this grant alone reads.
pub const fn own_fields(grant: GrantType) -> &'static [&'static str] {
    match grant {
        GrantType::AuthorizationCode => &["code", "redirect_uri", "code_verifier"],
        GrantType::RefreshToken => &["refresh_token"],
        GrantType::DeviceCode => &["device_code"],
        GrantType::Password => &["username", "password"],
        GrantType::ClientCredentials | GrantType::Implicit | GrantType::OpenidHybrid => &[],
        #[cfg(test)]
        GrantType::Toy => &[],
    }
}

/// Exchanges what the client holds for tokens.
///
/// # Errors
/// The errors of RFC 6749 section 5.2, with the request's state; or a failure of our side.
pub async fn exchange(site: &Site, request: &TokenRequest<'_>) -> Result<Exchanged, Error> {
    let started = site.clock.start();
    let named = request.params.get("grant_type");
    let grant_type = named.and_then(|name| site.settings.oauth2.grants.find(name));
    let done = dispatch(site, request, grant_type).await;
    // DOT: the view that looks at a device's status forgets the state.
    let is_poll = grant_type == Some(GrantType::DeviceCode);
    let done = done.map_err(|error| if is_poll { error } else { with_state(error, request) });
    let done = done.map_err(Error::of_request);
    tell(grant_type, &done, started.elapsed());
    done
}

/// Tells each token request once.
fn tell(grant_type: Option<GrantType>, done: &Result<Exchanged, Error>, duration: Duration) {
    let event = match done {
        Ok(exchanged) => Event {
            client_id: Some(&exchanged.application.client_id),
            user_id: exchanged.tokens.user_id.as_ref().map(|id| id as &dyn Display),
            ..Event::new(Decision::Token, Outcome::Done(Done::Issued), duration)
        },
        Err(error) => error.event(Decision::Token, duration),
    };
    observe::tell(&Event { grant: grant_type, ..event });
}

async fn dispatch(
    site: &Site,
    request: &TokenRequest<'_>,
    grant_type: Option<GrantType>,
) -> Result<Exchanged, Error> {
    // DOT: a device poll is answered by the code's status before its query is looked at.
    if grant_type != Some(GrantType::DeviceCode) {
        refuse_query(request)?;
    }
    // Differs from DOT: `grant_type=openid` is a 500 there (T-23).
    let Some(grant_type) = grant_type else { return Err(unsupported(request).into()) };
    let (application, tokens) = match grant_type {
        GrantType::Implicit | GrantType::OpenidHybrid => return Err(unsupported(request).into()),
        GrantType::AuthorizationCode => authorization_code::exchange(site, request).await?,
        GrantType::Password => password::exchange(site, request).await?,
        GrantType::ClientCredentials => client_credentials::exchange(site, request).await?,
        GrantType::RefreshToken => refresh_token::exchange(site, request).await?,
        GrantType::DeviceCode => device_code::exchange(site, request).await.map_err(as_bare_json)?,
        #[cfg(test)]
        GrantType::Toy => return Err(OAuthError::new("invalid_grant", Reason::CodeUnknown).into()),
    };
    let shared = matches!(grant_type, GrantType::AuthorizationCode | GrantType::RefreshToken);
    let origin = request.origin.filter(|_| shared);
    let allow_origin = cors::allowed_origin(origin, &application.allowed_origins, &site.settings.oauth2);
    Ok(Exchanged { tokens, application, allow_origin })
}

fn unsupported(request: &TokenRequest<'_>) -> OAuthError {
    let why = match request.params.get("grant_type") {
        None => Reason::GrantTypeMissing.into(),
        Some(name) if GrantType::of_rfc(name).is_some_and(GrantType::is_exchanged) => {
            Reason::GrantTypeOff.why().sent("grant_type", name)
        }
        Some(name) => Reason::GrantTypeUnknown.why().sent("grant_type", name),
    };
    OAuthError::new("unsupported_grant_type", why)
}

/// DOT: the device flow's view sends every error as bare JSON.
fn as_bare_json(error: Error) -> Error {
    match error {
        Error::Refused(error) => Error::Refused(error.in_dot_form(DotForm::BareJson)),
        failed @ Error::Failed(_) => failed,
    }
}
