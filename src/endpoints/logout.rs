//! The logout. Django: `django.contrib.auth.views.LogoutView`; by GET too before Django 5.0.

use poem::http::StatusCode;
use poem::{Request, Response, handler};

use crate::failure::Failure;
use crate::oauth::Params;
use crate::pages::logout::LoggedOutPage;
use crate::urls::Url;

use super::answer;
use super::input::{self, Browser, Guest};
use super::login::safe_next;

#[handler]
pub async fn respond(request: &Request, mut guest: Guest<'_>) -> Response {
    let response = open(&mut guest, request).await;
    guest.finish(response).await
}

async fn open(guest: &mut Guest<'_>, request: &Request) -> Result<Response, Failure> {
    let settings = &guest.browser.app.site.settings;
    // LoginRequiredMiddleware stands before this page too, but not before the login page.
    if settings.middleware.login_required && guest.browser.user().await?.is_none() {
        return Ok(guest.browser.login_first());
    }
    // Django before 5.0 logs out whoever follows a link.
    let by_get = settings.server.django_version < (5, 0);
    let allow = if by_get { "GET, HEAD, POST, OPTIONS" } else { Url::Logout.methods() };
    match guest.method.as_str() {
        "POST" => log_out(&mut guest.browser, request, &guest.form).await,
        "GET" | "HEAD" if by_get => log_out(&mut guest.browser, request, &guest.form).await,
        _ => Ok(answer::other_method(guest.method, allow)),
    }
}

async fn log_out(browser: &mut Browser<'_>, request: &Request, form: &Params) -> Result<Response, Failure> {
    browser.session().await?.flush();
    let settings = &browser.app.site.settings;
    let query = Params::lenient(input::query(request));
    let next = form.get("next").or_else(|| query.get("next")).unwrap_or_default();
    let to = match (safe_next(browser, next), &settings.django.logout_redirect_url) {
        ("", Some(url)) => settings.resolve_url(url),
        ("", None) => browser.path().to_owned(),
        (next, _) => next.to_owned(),
    };
    // Django: whoever would be sent here again sees the page.
    if to != browser.full_path {
        return Ok(answer::redirect(&to));
    }
    let page = LoggedOutPage { site_name: &browser.head.origin.host };
    Ok(answer::html(StatusCode::OK, browser.render(&page).await?))
}
