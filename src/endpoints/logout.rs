//! The logout. Django: `django.contrib.auth.views.LogoutView`; by GET too before Django 5.0.

use std::sync::Arc;

use poem::http::StatusCode;
use poem::web::Data;
use poem::{Request, Response, handler};

use crate::App;
use crate::oauth::Params;
use crate::pages::logout::DonePage;
use crate::storage::Failure;

use super::answer;
use super::input::form::PageForm;
use super::input::{self, Browser, oauth_form};
use super::login::{never_cache, safe_next};

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
    let response = log_out(&mut browser, request, &form).await;
    browser.finish(response.unwrap_or_else(|f| answer::failed(&f))).await
}

/// Django before 5.0 logs out whoever follows a link.
#[handler]
pub async fn get(request: &Request, app: Data<&Arc<App>>) -> Response {
    let mut browser = Browser::new(app.0, request);
    let response = log_out(&mut browser, request, &Params::default()).await;
    browser.finish(response.unwrap_or_else(|f| answer::failed(&f))).await
}

async fn log_out(browser: &mut Browser, request: &Request, form: &Params) -> Result<Response, Failure> {
    browser.session().await?.flush();
    let app = browser.app.clone();
    let query = Params::lenient(input::query(request));
    let next = form.get("next").or_else(|| query.get("next")).unwrap_or_default();
    let settings = &app.site.settings;
    let path = browser.full_path.split('?').next().unwrap_or_default().to_owned();
    let to = match (safe_next(browser, next), &settings.django.logout_redirect_url) {
        ("", Some(url)) => settings.resolve_url(url),
        ("", None) => path,
        (next, _) => next.to_owned(),
    };
    // Django: whoever would be sent here again sees the page.
    let mut response = if to == browser.full_path {
        let site_name = browser.origin.host.clone();
        answer::html(StatusCode::OK, browser.render(&DonePage { site_name: &site_name }).await?)
    } else {
        answer::redirect(&to)
    };
    never_cache(&mut response, app.site.clock.now());
    Ok(response)
}
