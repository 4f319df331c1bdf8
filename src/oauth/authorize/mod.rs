//! The authorization endpoint's rules (RFC 6749 sections 4.1.1 and 4.2.1): may this be shown, may it be granted.
//! oauthlib: `AuthorizationCodeGrant.validate_authorization_request`; DOT: `AuthorizationView`.

mod grant;
mod response_type;

use entity::application::Model as Application;

use crate::failure::Failure;
use crate::observe::{Reason, Why};
use crate::settings::OAuth2Provider;
use crate::site::Site;
use crate::storage::Failed;
use crate::vocabulary::ResponseType;

use super::oidc::id_token;
use super::oidc::request::{self, Asked};
use super::{OAuthError, Params, client, pkce, redirect_uri, resource, scopes};

pub use grant::{approve, is_approved_already};

/// A request that may be put before the user.
#[derive(Clone, Debug)]
pub struct Consent {
    pub application: Application,
    pub redirect_uri: String,
    pub response_type: ResponseType,
    pub state: Option<String>,
    pub scopes: Vec<String>,
    pub code_challenge: Option<String>,
    pub code_challenge_method: Option<String>,
    pub resource: Vec<String>,
    /// `response_mode=fragment` (OAuth 2.0 Multiple Response Types).
    pub in_fragment: bool,
    pub nonce: String,
    /// As the client sent it; without `openid` nobody looks into it.
    pub claims: Option<String>,
    /// What OpenID Connect made of the request, where it is one of its own.
    pub asked: Option<Asked>,
}

/// Why nothing is shown.
#[derive(Debug)]
pub enum NotGranted {
    /// Client or redirect URI cannot be trusted: a page, never a redirect.
    Page(OAuthError),
    /// Everything else goes back to the client.
    Redirect {
        error: OAuthError,
        redirect_uri: String,
    },
    Failed(Failure),
}

impl Failed for NotGranted {
    fn failure(&self) -> Option<&Failure> {
        match self {
            NotGranted::Failed(failure) => Some(failure),
            _ => None,
        }
    }
}

impl From<Failure> for NotGranted {
    fn from(failure: Failure) -> NotGranted {
        NotGranted::Failed(failure)
    }
}

/// What the user's decision brought: scopes, and the application that the form names.
pub struct Decided {
    pub scopes: Vec<String>,
    pub application: Application,
}

/// Checks a request in oauthlib's order; the first failing check answers.
///
/// # Errors
/// A page for client and redirect URI, a redirect for the rest.
pub async fn validate(
    site: &Site,
    query: &Params,
    params: &Params,
    decided: Option<Decided>,
) -> Result<Consent, NotGranted> {
    let settings = &site.settings.oauth2;
    for name in ["client_id", "response_type", "redirect_uri", "scope", "state"] {
        if query.is_repeated(name) {
            let why = Reason::ParameterRepeated.why().with("parameter", name);
            return Err(page(format!("Duplicate {name} parameter."), why));
        }
    }
    let client_id = params.filled("client_id");
    let client_id = client_id.ok_or_else(|| page("Missing client_id parameter.", Reason::ClientIdMissing))?;
    let (given_scopes, found) = match decided {
        Some(Decided { scopes, application }) => {
            (Some(scopes), Some(client::current(site, application).await))
        }
        None => (None, client::find(site, client_id).await?),
    };
    let application = found.ok_or_else(|| {
        let why = Reason::ClientUnknown.why().with("client_id_length", client_id.chars().count());
        page("Invalid client_id parameter value.", why)
    })?;
    let redirect_uri = redirect_uri::check(params.get("redirect_uri"), &application.redirect_uris, settings)
        .map_err(|error| NotGranted::Page(error.of_client(&application)))?
        .to_owned();
    match check_request(site, params, &application, given_scopes) {
        Ok(checked) => Ok(consent(params, application, redirect_uri, checked)),
        Err(error) => {
            // DOT: the error about `claims` forgets where it came from.
            let state = params.get("state").filter(|_| error.uri.is_none());
            let error = error.with_state(state).of_client(&application);
            Err(NotGranted::Redirect { error, redirect_uri })
        }
    }
}

fn page(description: impl Into<String>, why: impl Into<Why>) -> NotGranted {
    NotGranted::Page(OAuthError::invalid_request(description, why))
}

/// What the checks after the redirect URI found.
struct Checked {
    response_type: ResponseType,
    challenge: Option<(String, String)>,
    scopes: Vec<String>,
    asked: Option<Asked>,
}

fn check_request(
    site: &Site,
    params: &Params,
    application: &Application,
    given_scopes: Option<Vec<String>>,
) -> Result<Checked, OAuthError> {
    let settings = &site.settings.oauth2;
    let text = params.get("response_type");
    let text = text.ok_or_else(|| {
        OAuthError::invalid_request("Missing response_type parameter.", Reason::ResponseTypeMissing)
    })?;
    let response_type = response_type::check(text, &application.authorization_grant_type, settings)?;
    let challenge =
        if response_type.is_implicit() { None } else { check_pkce(settings, params, application)? };
    // DOT: a code request is one of OpenID Connect only if it names its scopes.
    let named =
        given_scopes.is_some() || params.get("scope").is_some() || response_type != ResponseType::Code;
    let scopes = match given_scopes {
        Some(scopes) => {
            scopes::check(&scopes, settings, &application.client_id)?;
            scopes
        }
        None => scopes::requested(params.get("scope"), settings, &application.client_id)?,
    };
    let is_openid = settings.oidc_enabled
        && named
        && response_type != ResponseType::Token
        && scopes.iter().any(|scope| scope == "openid");
    let asked = if is_openid { Some(request::check(params, response_type)?) } else { None };
    // DOT: what no key signs is found out where it is signed; a code goes out, and the token endpoint refuses it.
    if is_openid && response_type.has_id_token() {
        id_token::check_key(site, application)?;
    }
    Ok(Checked { response_type, challenge, scopes, asked })
}

/// What DOT reads again when it shows no page: by now the scopes are named, also where the defaults named them; and
/// what is no object in `claims` that were read before is text no more.
///
/// # Errors
/// `invalid_request`.
pub fn read_again(site: &Site, params: &Params, consent: &mut Consent) -> Result<(), OAuthError> {
    if let Some(asked) = &mut consent.asked {
        return asked.second_reading();
    }
    let is_openid = site.settings.oauth2.oidc_enabled
        && consent.response_type != ResponseType::Token
        && consent.scopes.iter().any(|scope| scope == "openid");
    if is_openid {
        let asked = request::check(params, consent.response_type);
        let asked = asked.map_err(|error| match error.uri {
            Some(_) => error,
            None => error.with_state(consent.state.as_deref()),
        });
        consent.asked = Some(asked?);
    }
    Ok(())
}

fn check_pkce(
    settings: &OAuth2Provider,
    params: &Params,
    application: &Application,
) -> Result<Option<(String, String)>, OAuthError> {
    let Some(challenge) = params.get("code_challenge") else {
        if settings.pkce_required.is_required(&application.client_id, &application.client_type) {
            let why = Reason::ChallengeNeeded.why().stored("client_type", &application.client_type);
            return Err(OAuthError::invalid_request("Code challenge required.", why));
        }
        return Ok(None);
    };
    let method = params.get("code_challenge_method").unwrap_or("plain");
    if pkce::Method::parse(method).is_none() {
        let why = Reason::ChallengeMethodUnknown.why().sent("method", method);
        return Err(OAuthError::invalid_request("Transform algorithm not supported.", why));
    }
    Ok(Some((challenge.to_owned(), method.to_owned())))
}

fn consent(params: &Params, application: Application, redirect_uri: String, checked: Checked) -> Consent {
    let (code_challenge, code_challenge_method) = match checked.challenge {
        Some((challenge, method)) => (Some(challenge), Some(method)),
        // DOT: a method without a challenge is stored as it came.
        None => (None, params.get("code_challenge_method").map(str::to_owned)),
    };
    Consent {
        application,
        redirect_uri,
        response_type: checked.response_type,
        state: params.get("state").map(str::to_owned),
        scopes: checked.scopes,
        code_challenge,
        code_challenge_method,
        resource: params.all("resource").into_iter().map(str::to_owned).collect(),
        in_fragment: params.get("response_mode") == Some("fragment"),
        nonce: params.get("nonce").unwrap_or_default().to_owned(),
        claims: params.filled("claims").map(str::to_owned),
        asked: checked.asked,
    }
}

/// RFC 8707: every resource must be an absolute URI with a host.
///
/// # Errors
/// A redirect with `invalid_target`.
pub fn check_resource(site: &Site, consent: &Consent) -> Result<(), NotGranted> {
    let kept = || resource::check_kept(site, &consent.resource);
    resource::check(&consent.resource).and_then(|()| kept()).map_err(|error| NotGranted::Redirect {
        error: error.with_state(consent.state.as_deref()).of_client(&consent.application),
        redirect_uri: consent.redirect_uri.clone(),
    })
}
