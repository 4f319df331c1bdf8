//! How an authorization request ends: granted, refused at the client, or refused on a page. DOT: `OAuthLibMixin`.

use poem::Response;
use poem::http::StatusCode;

use entity::user::Model as User;

use crate::endpoints::answer;
use crate::endpoints::input::Browser;
use crate::endpoints::observed::Observed;
use crate::failure::Failure;
use crate::oauth::authorize::{self, Consent, NotGranted};
use crate::oauth::oidc::issuer;
use crate::oauth::{OAuthError, Params, redirect_uri, uri};
use crate::observe::{Decision, Done};
use crate::pages::authorize::NoConsentPage;
use crate::site::Site;

pub const AUTHORIZE: Decision = Decision::Authorize;

/// # Errors
/// As `authorize::validate`; an unparsable query is a page.
pub async fn validate(site: &Site, raw: &str, form: &Params) -> Result<Consent, NotGranted> {
    let query = Params::strict(raw).map_err(NotGranted::Page)?;
    let query = Params::from([query.pairs(), form.pairs()].concat());
    authorize::validate(site, &query, &query, None).await
}

/// Grants, and sends the browser back to the client.
pub async fn grant(browser: &mut Browser<'_>, consent: &Consent, user: &User) -> Result<Response, Failure> {
    match authorize::approve(&browser.app.site, consent, user, &browser.head.origin.base()).await {
        Ok(location) => {
            let done = Observed::done(AUTHORIZE, Done::Granted);
            let done = done.of_client(&consent.application).of_user(user.id);
            Ok(done.on(redirect(browser, &location)))
        }
        Err(refusal) => refuse(browser, refusal, None).await,
    }
}

/// 302 to the client, if the scheme may be redirected to. DOT: `OAuth2ResponseRedirect`.
pub fn redirect(browser: &Browser<'_>, location: &str) -> Response {
    if redirect_uri::has_allowed_scheme(location, &browser.app.site.settings.oauth2) {
        answer::redirect(location)
    } else {
        Observed::disallowed_redirect(AUTHORIZE).on(answer::bad_request())
    }
}

/// A page for what cannot be trusted, a redirect for the rest.
pub async fn refuse(
    browser: &mut Browser<'_>,
    refusal: NotGranted,
    state: Option<&str>,
) -> Result<Response, Failure> {
    match refusal {
        NotGranted::Failed(failure) => Err(failure),
        NotGranted::Page(error) => error_page(browser, &error).await,
        // DOT: oauthlib's error about `claims` forgets where to go.
        NotGranted::Redirect { error, .. } if error.uri.is_some() => {
            Ok(Observed::refused(AUTHORIZE, &error).on(answer::bad_request()))
        }
        NotGranted::Redirect { error, redirect_uri } => {
            let refused = Observed::refused(AUTHORIZE, &error);
            let state = error.state.clone().or_else(|| state.map(str::to_owned));
            let error = error.with_state(state.as_deref());
            Ok(refused.on(redirect(browser, &error.redirect(&redirect_uri))))
        }
    }
}

/// oauthlib found it after consent: the query is rebuilt, the fragment used where asked for, `iss` added.
pub fn refuse_after_consent(
    browser: &Browser<'_>,
    error: &OAuthError,
    redirect_uri: &str,
    in_fragment: bool,
) -> Response {
    let mut to = uri::add_params(redirect_uri, &error.members(), in_fragment);
    let settings = &browser.app.site.settings;
    if settings.oauth2.bcp.authz_response_iss {
        to = uri::add_iss(&to, &issuer::of_responses(settings, &browser.head.origin.base()));
    }
    Observed::refused(AUTHORIZE, error).on(redirect(browser, &to))
}

/// The `url` of the page's context; nobody is sent there. DOT: `OAuthLibMixin.error_response`.
fn untrusted_url(full_path: &str, error: &OAuthError) -> String {
    let query = Params::lenient(full_path.split_once('?').map_or("", |(_, query)| query));
    let to = query.get("redirect_uri").unwrap_or_default();
    let separator = if to.contains('?') { '&' } else { '?' };
    let members = error.clone().with_state(query.get("state")).members();
    format!("{to}{separator}{}", uri::urlencode(&members))
}

pub async fn error_page(browser: &mut Browser<'_>, error: &OAuthError) -> Result<Response, Failure> {
    let url = untrusted_url(&browser.full_path, error);
    let description = error.description.as_deref().unwrap_or_default();
    let page = NoConsentPage { error: error.code, description, status: error.status, url: &url };
    let html = browser.render(&page).await?;
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
    Ok(Observed::refused(AUTHORIZE, error).on(answer::html(status, html)))
}
