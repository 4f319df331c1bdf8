//! GET and POST `logout/` (RP-Initiated Logout 1.0). DOT: `RPInitiatedLogoutView`.

use poem::http::{Method, StatusCode};
use poem::{Request, Response, handler};

use crate::failure::Failure;
use crate::oauth::oidc::logout::{self, NotLoggedOut, Valid};
use crate::oauth::{OAuthError, Params};
use crate::observe::{Decision, Done, Reason};
use crate::pages::rp_logout::{LogoutPage, NoLogoutPage, TEMPLATE};
use crate::urls::Url;

use super::answer;
use super::input::{self, Browser, Visitor};
use super::observed::Observed;

const ALLOW: &str = Url::RpInitiatedLogout.methods();

#[handler]
pub async fn respond(request: &Request, mut visitor: Visitor<'_>) -> Response {
    let browser = &mut visitor.browser;
    let oauth2 = &browser.app.site.settings.oauth2;
    if !oauth2.oidc_enabled || !oauth2.oidc.logout.enabled {
        return answer::empty(StatusCode::NOT_FOUND);
    }
    let response = match visitor.method {
        &Method::GET | &Method::HEAD => ask(browser, &Params::lenient(input::query(request))).await,
        _ if visitor.is_submitted => decide(browser, &visitor.form).await,
        other => return answer::other_method(other, ALLOW),
    };
    visitor.finish(response).await
}

/// The client sends the user here: to the page, or on at once where there is nothing to ask.
async fn ask(browser: &mut Browser<'_>, query: &Params) -> Result<Response, Failure> {
    let app = browser.app;
    let request = logout::Request::of(query);
    let valid = match logout::validate(&app.site, &request, &browser.head.origin.base()).await {
        Ok(valid) => valid,
        Err(refusal) => return refuse(browser, refusal).await,
    };
    let user = browser.user().await?;
    if !logout::must_prompt(&app.site, &valid, user.as_ref().map(|u| u.id)) {
        return end(browser, valid).await;
    }
    let owner = match &valid.application {
        Some(application) => browser.owner(TEMPLATE, "application.user", application).await?,
        None => None,
    };
    let (application, owner) = (valid.application.as_ref(), owner.as_ref());
    let page = LogoutPage { request: &request, application, owner };
    Ok(answer::html(StatusCode::OK, browser.render(&page).await?))
}

/// The user's answer; everything is checked again.
async fn decide(browser: &mut Browser<'_>, form: &Params) -> Result<Response, Failure> {
    let app = browser.app;
    let cleaned = form.pairs().iter().map(|(name, value)| (name.clone(), value.trim().to_owned()));
    let request = logout::Request::of(&Params::from(cleaned.collect::<Vec<_>>()));
    let valid = match logout::validate(&app.site, &request, &browser.head.origin.base()).await {
        Ok(valid) => valid,
        Err(refusal) => return refuse(browser, refusal).await,
    };
    let user = browser.user().await?;
    let must_agree = logout::must_prompt(&app.site, &valid, user.as_ref().map(|u| u.id));
    if must_agree && !form.is_checked("allow") {
        let text = "Logout has been refused by the user.";
        let error = OAuthError::because("logout_denied", text, Reason::LogoutDenied);
        return refuse(browser, NotLoggedOut::Page(error)).await;
    }
    end(browser, valid).await
}

/// Ends tokens and session, and sends the browser on.
async fn end(browser: &mut Browser<'_>, valid: Valid) -> Result<Response, Failure> {
    let app = browser.app;
    // Differs from DOT: the target is decided before anything ends (O-446).
    let Some(target) = valid.target else {
        return Ok(Observed::disallowed_redirect(Decision::Logout).on(answer::bad_request()));
    };
    let user_id = match valid.user_id {
        Some(id) => Some(id),
        None => browser.user().await?.map(|user| user.id),
    };
    if let Some(user_id) = user_id {
        logout::end_tokens(&app.site, user_id).await?;
    }
    browser.session().await?.flush();
    let mut done = Observed::done(Decision::Logout, Done::LoggedOut);
    if let Some(application) = &valid.application {
        done = done.of_client(application);
    }
    if let Some(user_id) = user_id {
        done = done.of_user(user_id);
    }
    Ok(done.on(answer::redirect(&target)))
}

async fn refuse(browser: &mut Browser<'_>, refusal: NotLoggedOut) -> Result<Response, Failure> {
    let error = match refusal {
        NotLoggedOut::Failed(failure) => return Err(failure),
        NotLoggedOut::Page(error) => error,
    };
    let page =
        NoLogoutPage { error: error.code, description: error.description.as_deref().unwrap_or_default() };
    let refused = Observed::refused(Decision::Logout, &error);
    Ok(refused.on(answer::html(StatusCode::BAD_REQUEST, browser.render(&page).await?)))
}
