//! GET and POST the login page. Django: `django.contrib.auth.views.LoginView`.

use std::sync::Arc;

use poem::http::header;
use poem::web::Data;
use poem::{Request, Response, handler};

use crate::App;
use crate::accounts::login::{self, Errors, Typed};
use crate::oauth::bearer::Presented;
use crate::oauth::limits::Place;
use crate::oauth::{Error, Params};
use crate::storage::Failure;

use super::answer;
use super::input::form::PageForm;
use super::input::{self, Browser, oauth_form};

#[handler]
pub async fn get(request: &Request, app: Data<&Arc<App>>) -> Response {
    let mut browser = Browser::new(app.0, request);
    let query = Params::lenient(input::query(request));
    let next = query.get("next").unwrap_or_default();
    let response = show(&mut browser, "", &Errors::default(), next).await;
    browser.finish(response.unwrap_or_else(|f| answer::failed(&f))).await
}

#[handler]
pub async fn post(request: &Request, app: Data<&Arc<App>>, form: PageForm) -> Response {
    let mut browser = Browser::new(app.0, request);
    let form = match form.0 {
        Ok(form) => form,
        Err(error) => return oauth_form::refuse(&error),
    };
    if let Err(refused) = browser.check_csrf(request, &form).await {
        return *refused;
    }
    let response = submit(&mut browser, request, &form).await;
    browser.finish(response.unwrap_or_else(answer::refused)).await
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
            let mut response = answer::redirect(&to);
            never_cache(&mut response, app.site.clock.now());
            Ok(response)
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
    let (site_name, language) = (browser.origin.host.clone(), browser.language().to_owned());
    let page = crate::pages::login::Page {
        username,
        user_model: &app.site.settings.models.user,
        form_errors: &errors.form,
        username_errors: &errors.username,
        password_errors: &errors.password,
        next: safe_next(browser, next),
        site_name: &site_name,
        language: &language,
    };
    let mut response = answer::html(poem::http::StatusCode::OK, browser.render(&page).await?);
    never_cache(&mut response, browser.app.site.clock.now());
    Ok(response)
}

/// Django's `never_cache`.
pub fn never_cache(response: &mut Response, now: chrono::DateTime<chrono::Utc>) {
    answer::set(response, header::EXPIRES, &input::cookies::http_date(now));
    let value = "max-age=0, no-cache, no-store, must-revalidate, private";
    answer::set(response, header::CACHE_CONTROL, value);
}
