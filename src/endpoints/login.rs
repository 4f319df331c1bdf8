//! GET, POST and PUT the login page. Django: `django.contrib.auth.views.LoginView`.

use std::sync::Arc;

use poem::http::{Method, StatusCode};
use poem::web::Data;
use poem::{Request, Response, handler};

use crate::App;
use crate::accounts::login::{self, Errors, Typed};
use crate::failure::Failure;
use crate::oauth::bearer::Presented;
use crate::oauth::limits::Place;
use crate::oauth::{Error, Params};
use crate::urls::Url;

use super::answer;
use super::input::form::PageForm;
use super::input::{self, Browser, Door, Guest};

const DOOR: Door = Door { allow: Url::Login.methods(), login_required: false };

#[handler]
pub async fn respond(request: &Request, app: Data<&Arc<App>>, form: PageForm) -> Response {
    let mut guest = match Guest::open(app.0, request, form, DOOR).await {
        Ok(guest) => guest,
        Err(response) => return *response,
    };
    let browser = &mut guest.browser;
    let response = match guest.method {
        Method::POST | Method::PUT => submit(browser, request, &guest.form).await,
        _ => {
            let query = Params::lenient(input::query(request));
            let next = query.get("next").unwrap_or_default();
            show(browser, "", &Errors::default(), next).await.map_err(Error::Failed)
        }
    };
    guest.finish(response.unwrap_or_else(answer::refused)).await
}

async fn submit(browser: &mut Browser, request: &Request, form: &Params) -> Result<Response, Error> {
    let app = browser.app.clone();
    let query = Params::lenient(input::query(request));
    let next = form.get("next").or_else(|| query.get("next")).unwrap_or_default();
    let (username, password) =
        (form.get("username").unwrap_or_default(), form.get("password").unwrap_or_default());
    let session = browser.session().await?;
    let url = super::introspect::url_of(request);
    let authorization = input::authorization(request);
    let bearer = Presented { authorization, form, query: &query, url: &url };
    let typed = Typed { username, password, caller: input::caller(request, Place::Login), bearer };
    match login::log_in(&app.site, session, &typed).await? {
        Ok(()) => {
            browser.rotate_csrf()?;
            let settings = &app.site.settings;
            let to = match safe_next(browser, next) {
                "" => settings.resolve_url(&settings.django.login_redirect_url),
                next => next.to_owned(),
            };
            Ok(answer::redirect(&to))
        }
        Err(errors) => Ok(show(browser, username, &errors, next).await?),
    }
}

/// `next` if it stays on this host, else nothing.
pub fn safe_next<'a>(browser: &Browser, next: &'a str) -> &'a str {
    let (host, secure) = (&browser.origin.host, browser.origin.is_secure());
    if django::urls::url_has_allowed_host_and_scheme(next, host, secure) { next } else { "" }
}

async fn show(
    browser: &mut Browser,
    username: &str,
    errors: &Errors,
    next: &str,
) -> Result<Response, Failure> {
    let app = browser.app.clone();
    let site_name = browser.origin.host.clone();
    let page = crate::pages::login::Page {
        username,
        user_model: &app.site.settings.models.user,
        form_errors: &errors.form,
        username_errors: &errors.username,
        password_errors: &errors.password,
        next: safe_next(browser, next),
        site_name: &site_name,
    };
    Ok(answer::html(StatusCode::OK, browser.render(&page).await?))
}
