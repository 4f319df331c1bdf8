//! RP-Initiated Logout 1.0: who asks, where to go afterwards, whether to ask the user, which tokens end.
//! DOT: `RPInitiatedLogoutView`.

use entity::application::Model as Application;
use entity::value::UserId;

use crate::failure::Failure;
use crate::oauth::{OAuthError, Params, redirect_uri, uri};
use crate::observe::{Reason, Why};
use crate::site::Site;
use crate::storage::cascade::{self, LoggedOut};
use crate::storage::{self, applications};
use crate::vocabulary::{ClientType, GrantType};

use super::hint;

const BAD_HINT: &str = "The ID Token is expired, revoked, malformed, or otherwise invalid.";
const MISMATCH: &str = "Mismatch between the Client ID of the ID Token and the Client ID that was provided.";
const NO_CLIENT: &str = "The client is unknown or no client has been included.";

/// What the client asks for. The hint is a token: no Debug form.
#[derive(Clone, Default)]
pub struct Request {
    pub id_token_hint: Option<String>,
    pub client_id: Option<String>,
    pub post_logout_redirect_uri: Option<String>,
    pub state: Option<String>,
}

impl Request {
    /// Empty parameters count as absent.
    pub fn of(params: &Params) -> Request {
        let value = |name: &str| params.filled(name).map(str::to_owned);
        Request {
            id_token_hint: value("id_token_hint"),
            client_id: value("client_id"),
            post_logout_redirect_uri: value("post_logout_redirect_uri"),
            state: value("state"),
        }
    }
}

/// A request that was found to be good.
pub struct Valid {
    pub application: Option<Application>,
    /// Whom the hint is about.
    pub user_id: Option<UserId>,
    /// Where the browser goes in the end; none: the site's root, and its scheme is not allowed.
    pub target: Option<String>,
}

/// A logout that does not happen.
pub enum NotLoggedOut {
    Page(OAuthError),
    Failed(Failure),
}

impl From<Failure> for NotLoggedOut {
    fn from(failure: Failure) -> NotLoggedOut {
        NotLoggedOut::Failed(failure)
    }
}

fn refused<T>(description: impl Into<String>, why: impl Into<Why>) -> Result<T, NotLoggedOut> {
    Err(NotLoggedOut::Page(OAuthError::invalid_request(description, why)))
}

fn of(application: &Application, reason: Reason) -> Why {
    reason.why().of_client(&application.client_id, Some(application.id))
}

/// Hint, client, redirect URI: the first that is wrong answers.
///
/// # Errors
/// `invalid_request` with DOT's descriptions (O-435 to O-445); or a failure of our side.
pub async fn validate(site: &Site, request: &Request, base: &str) -> Result<Valid, NotLoggedOut> {
    let expired_too = site.settings.oauth2.oidc.logout.accept_expired_tokens;
    let hint = match &request.id_token_hint {
        None => None,
        Some(token) => match hint::find(site, token, expired_too).await? {
            Some(hint) if hint.issuer == Some(super::issuer(&site.settings, base)) => Some(hint),
            Some(hint) => return refused(BAD_HINT, of(&hint.application, Reason::HintOfOtherIssuer)),
            None => return refused(BAD_HINT, Reason::HintInvalid),
        },
    };
    let (mut application, mut user_id) = (None, None);
    if let Some(hint) = hint {
        // Differs from DOT: there a client with a shared key can sign a hint that names another client's row.
        if hint.row.application_id != Some(hint.application.id) {
            return refused(BAD_HINT, of(&hint.application, Reason::HintOfOtherApplication));
        }
        (application, user_id) = (Some(hint.application), hint.row.user_id);
    }
    if let Some(client_id) = &request.client_id {
        match application {
            Some(known) if known.client_id != *client_id => {
                return refused(MISMATCH, of(&known, Reason::HintClientDiffers));
            }
            Some(_) => {}
            None => application = applications::find_by_client_id(&site.db, client_id).await?,
        }
        // Differs from DOT: an unknown client_id is a 500 there (O-436).
        if application.is_none() {
            let why = Reason::ClientUnknown.why().with("client_id_length", client_id.chars().count());
            return refused(NO_CLIENT, why);
        }
    }
    let target = target(site, request, application.as_ref(), base)?;
    Ok(Valid { application, user_id, target })
}

fn target(
    site: &Site,
    request: &Request,
    application: Option<&Application>,
    base: &str,
) -> Result<Option<String>, NotLoggedOut> {
    let settings = &site.settings.oauth2;
    let Some(wanted) = request.post_logout_redirect_uri.as_deref() else {
        let root = format!("{base}/");
        return Ok(Some(root).filter(|root| redirect_uri::has_allowed_scheme(root, settings)));
    };
    let Some(application) = application else {
        return refused(NO_CLIENT, Reason::LogoutClientMissing);
    };
    // As Python reads URLs.
    let wanted = wanted.trim_start_matches(|c: char| c <= ' ').replace(['\t', '\r', '\n'], "");
    let wanted = wanted.as_str();
    let scheme = uri::split(wanted).scheme;
    if scheme.is_empty() {
        return refused(
            "A Scheme is required for the redirect URI.",
            of(application, Reason::LogoutSchemeMissing),
        );
    }
    let strict = settings.oidc.logout.strict_redirect_uris;
    if strict && scheme == "http" && !ClientType::Confidential.is(&application.client_type) {
        let why = of(application, Reason::LogoutHttpOfPublic);
        return refused("http is only allowed with confidential clients.", why);
    }
    if !settings.allowed_redirect_uri_schemes.contains(&scheme) {
        let why = of(application, Reason::RedirectSchemeOff).sent("scheme", &scheme);
        return refused(format!("Redirect to scheme \"{scheme}\" is not permitted."), why);
    }
    if !redirect_uri::is_registered(wanted, &application.post_logout_redirect_uris, settings) {
        let why = of(application, Reason::LogoutUriNotRegistered);
        return refused("This client does not have this redirect uri registered.", why);
    }
    Ok(Some(match &request.state {
        Some(state) => uri::add_params(wanted, &[("state", state.clone())], false),
        None => wanted.to_owned(),
    }))
}

/// Whether the user has to agree. Without a session there is nothing to agree to.
pub fn must_prompt(site: &Site, valid: &Valid, session_user: Option<UserId>) -> bool {
    let Some(user) = session_user else { return false };
    site.settings.oauth2.oidc.logout.always_prompt || valid.user_id != Some(user)
}

/// Ends the user's tokens at every client, in one transaction (O-447, O-448).
///
/// # Errors
/// The database's own.
pub async fn end_tokens(site: &Site, user_id: UserId) -> Result<(), Failure> {
    if !site.settings.oauth2.oidc.logout.delete_tokens {
        return Ok(());
    }
    // Differs from DOT: what manages a dynamic registration belongs to the client, not to the session (O-450).
    let kept = Some(site.settings.oauth2.dcr.scope.as_str())
        .filter(|_| !site.settings.server.compat.logout_registration_tokens);
    // The tokens of devices stay.
    let mut grants = site.settings.oauth2.grants.columns();
    grants.retain(|column| !GrantType::DeviceCode.is(column));
    let whom = LoggedOut { user_id, grants: &grants, kept_scope: kept };
    storage::again!(
        async {
            let tx = storage::begin(&site.db).await?;
            cascade::log_out(&tx, &whom, site.clock.now()).await?;
            storage::commit(tx).await
        }
        .await
    )
}
