//! GET and POST `authorize/` (RFC 6749 section 3.1). DOT: `AuthorizationView`.

use std::sync::Arc;

use poem::http::StatusCode;
use poem::web::Data;
use poem::{Request, Response, handler};

use entity::user::Model as User;

use crate::App;
use crate::failure::Failure;
use crate::oauth::authorize::{self, Consent, NotGranted};
use crate::oauth::{OAuthError, Params, oidc, redirect_uri, uri};
use crate::observe::{Decision, Done, Reason};
use crate::pages::authorize::{ErrorPage, Page, TEMPLATE};

use super::answer;
use super::input::form::PageForm;
use super::input::{self, Browser};
use super::observed::Observed;

mod decide;
mod prompt;

const AUTHORIZE: Decision = Decision::Authorize;

#[handler]
pub async fn get(request: &Request, app: Data<&Arc<App>>) -> Response {
    let mut browser = Browser::new(app.0, request);
    let response = show(&mut browser, request).await;
    let response = response.unwrap_or_else(|f| answer::failed(&f));
    browser.finish(response).await
}

#[handler]
pub async fn post(request: &Request, app: Data<&Arc<App>>, form: PageForm) -> Response {
    let mut browser = Browser::new(app.0, request);
    let form = match browser.check_form(request, form.0).await {
        Ok(form) => form,
        Err(refused) => return *refused,
    };
    // Django: PUT reaches the same form, with nothing in it.
    let form = if request.method() == poem::http::Method::PUT { Params::default() } else { form };
    let response = decide::submit(&mut browser, request, &form).await;
    let response = response.unwrap_or_else(|f| answer::failed(&f));
    browser.finish(response).await
}

async fn show(browser: &mut Browser, request: &Request) -> Result<Response, Failure> {
    let app = browser.app.clone();
    let raw = input::query(request);
    let prompt = prompt::words(raw);
    let no_form = Params::default();
    let Some(user) = browser.user().await? else { return prompt::anonymous(browser, raw, &no_form).await };
    let mut consent = match validate(&app, raw, &no_form).await {
        Ok(consent) => consent,
        Err(refusal) => return refuse(browser, refusal, None).await,
    };
    if prompt.contains(&"create") && !app.site.settings.oauth2.registration_enabled {
        return Ok(prompt::create_is_off());
    }
    if prompt.contains(&"login") {
        return Ok(prompt::login_again(browser, raw));
    }
    if let Err(refusal) = authorize::check_resource(&app.site, &consent) {
        return refuse(browser, refusal, None).await;
    }
    let query = Params::lenient(raw);
    let approval = query.get("approval_prompt");
    let approval = approval.unwrap_or(&app.site.settings.oauth2.request_approval_prompt);
    let silent = prompt.contains(&"none") && consent.asked.is_some();
    let auto = approval == "auto" || silent;
    let skip = consent.application.skip_authorization
        || (auto && authorize::is_approved_already(&app.site, &consent, user.id).await?);
    if silent && !skip {
        return Ok(prompt::refused(browser, &consent, "consent_required", Reason::ConsentNeeded));
    }
    if skip {
        if let Err(error) = authorize::read_again(&app.site, &query, &mut consent) {
            let in_fragment = consent.in_fragment || consent.response_type.is_implicit();
            return Ok(decide::refuse_after_consent(browser, &error, &consent.redirect_uri, in_fragment));
        }
        return grant(browser, &consent, &user).await;
    }
    let owner = browser.owner(TEMPLATE, "application.user", &consent.application).await?;
    let page = Page { consent: &consent, owner: owner.as_ref(), settings: &app.site.settings };
    Ok(answer::html(StatusCode::OK, browser.render(&page).await?))
}

/// # Errors
/// As `authorize::validate`; an unparsable query is a page.
async fn validate(app: &App, raw: &str, form: &Params) -> Result<Consent, NotGranted> {
    let query = Params::strict(raw).map_err(NotGranted::Page)?;
    let query = Params::from([query.pairs(), form.pairs()].concat());
    authorize::validate(&app.site, &query, &query, None).await
}

/// Grants, and sends the browser back to the client.
async fn grant(browser: &mut Browser, consent: &Consent, user: &User) -> Result<Response, Failure> {
    let app = browser.app.clone();
    match authorize::approve(&app.site, consent, user, &issuer(browser)).await {
        Ok(location) => {
            let done = Observed::done(AUTHORIZE, Done::Granted);
            let done = done.of_client(&consent.application).of_user(user.id);
            Ok(done.on(redirect(browser, &location)))
        }
        Err(refusal) => refuse(browser, refusal, None).await,
    }
}

/// The issuer of ID tokens and of RFC 9207. DOT: `oidc_issuer`, `oauth2_authorization_server_issuer`.
fn issuer(browser: &Browser) -> String {
    oidc::issuer(&browser.app.site.settings, &browser.origin.base())
}

/// 302 to the client, if the scheme may be redirected to. DOT: `OAuth2ResponseRedirect`.
fn redirect(browser: &Browser, location: &str) -> Response {
    if redirect_uri::has_allowed_scheme(location, &browser.app.site.settings.oauth2) {
        answer::redirect(location)
    } else {
        Observed::disallowed_redirect(AUTHORIZE).on(answer::bad_request())
    }
}

/// A page for what cannot be trusted, a redirect for the rest.
async fn refuse(
    browser: &mut Browser,
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

/// The `url` of the page's context; nobody is sent there. DOT: `OAuthLibMixin.error_response`.
fn untrusted_url(full_path: &str, error: &OAuthError) -> String {
    let query = Params::lenient(full_path.split_once('?').map_or("", |(_, query)| query));
    let to = query.get("redirect_uri").unwrap_or_default();
    let separator = if to.contains('?') { '&' } else { '?' };
    let members = error.clone().with_state(query.get("state")).members();
    format!("{to}{separator}{}", uri::urlencode(&members))
}

async fn error_page(browser: &mut Browser, error: &OAuthError) -> Result<Response, Failure> {
    let url = untrusted_url(&browser.full_path, error);
    let description = error.description.as_deref().unwrap_or_default();
    let page = ErrorPage { error: error.code, description, status: error.status, url: &url };
    let html = browser.render(&page).await?;
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
    Ok(Observed::refused(AUTHORIZE, error).on(answer::html(status, html)))
}
