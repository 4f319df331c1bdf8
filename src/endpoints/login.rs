//! GET, POST and PUT the login page. Django: `django.contrib.auth.views.LoginView`.

use poem::http::{Method, StatusCode};
use poem::{Request, Response, handler};

use crate::accounts::Submitted;
use crate::accounts::login::{self, Errors, Typed};
use crate::failure::Failure;
use crate::limits::Endpoint;
use crate::oauth::bearer::{self, Presented};
use crate::oauth::{Error, Params};
use crate::pages::login::LoginPage;
use crate::urls::Url;

use super::answer;
use super::input::{self, Browser, Guest};

const ALLOW: &str = Url::Login.methods();

#[handler]
pub async fn respond(request: &Request, mut guest: Guest<'_>) -> Response {
    match sent_on(&mut guest, request).await {
        Ok(None) => {}
        Ok(Some(to)) => return guest.finish(Ok::<_, Failure>(answer::redirect(&to))).await,
        Err(failure) => return guest.finish(Err(failure)).await,
    }
    let browser = &mut guest.browser;
    let response = match guest.method {
        _ if guest.is_submitted => submit(browser, request, &guest.form).await,
        &Method::GET | &Method::HEAD => {
            let query = Params::lenient(input::query(request));
            let next = query.get("next").unwrap_or_default();
            show(browser, "", &Errors::default(), next).await.map_err(Error::Failed)
        }
        other => Ok(answer::other_method(other, ALLOW)),
    };
    guest.finish(response).await
}

/// Where somebody who is logged in goes at once; none: there is a form to show or to read.
async fn sent_on(guest: &mut Guest<'_>, request: &Request) -> Result<Option<String>, Failure> {
    let is_asked = guest.browser.app.site.settings.server.login_pages.redirect_authenticated_user;
    if !is_asked || guest.browser.user().await?.is_none() {
        return Ok(None);
    }
    let query = Params::lenient(input::query(request));
    let next = guest.form.get("next").or_else(|| query.get("next")).unwrap_or_default();
    // Differs from Django: `next` that leads back to this page counts for nothing; there it is an error of status 500.
    let next = if next == guest.browser.path() { "" } else { next };
    Ok(Some(target(&guest.browser, next)))
}

/// `next`, or LOGIN_REDIRECT_URL. Django: `RedirectURLMixin.get_success_url`.
fn target(browser: &Browser<'_>, next: &str) -> String {
    let settings = &browser.app.site.settings;
    match safe_next(browser, next) {
        "" => settings.resolve_url(&settings.django.login_redirect_url),
        next => next.to_owned(),
    }
}

async fn submit(browser: &mut Browser<'_>, request: &Request, form: &Params) -> Result<Response, Error> {
    let site = &browser.app.site;
    let query = Params::lenient(input::query(request));
    let next = form.get("next").or_else(|| query.get("next")).unwrap_or_default();
    let (username, password) =
        (form.get("username").unwrap_or_default(), form.get("password").unwrap_or_default());
    let session = browser.session().await?;
    let url = input::url_of(request);
    let authorization = input::authorization(request);
    let presented = Presented { authorization, form, query: &query, url: &url };
    let typed = Typed { username, password, caller: input::caller(request, Endpoint::Login) };
    let by_token = bearer::user_of(site, &presented);
    match login::log_in(site, session, &typed, by_token).await? {
        Submitted::Accepted => {
            browser.rotate_csrf()?;
            Ok(answer::redirect(&target(browser, next)))
        }
        Submitted::Wrong(errors) => Ok(show(browser, username, &errors, next).await?),
    }
}

/// `next` if it stays on this host, else nothing.
pub fn safe_next<'n>(browser: &Browser<'_>, next: &'n str) -> &'n str {
    let origin = browser.head.origin;
    let is_safe = django::urls::url_has_allowed_host_and_scheme(next, &origin.host, origin.is_secure());
    if is_safe { next } else { "" }
}

async fn show(
    browser: &mut Browser<'_>,
    username: &str,
    errors: &Errors,
    next: &str,
) -> Result<Response, Failure> {
    let page = LoginPage {
        username,
        user_model: &browser.app.site.settings.models.user,
        form_errors: &errors.form,
        username_errors: &errors.username,
        password_errors: &errors.password,
        next: safe_next(browser, next),
        site_name: &browser.head.origin.host,
    };
    Ok(answer::html(StatusCode::OK, browser.render(&page).await?))
}
