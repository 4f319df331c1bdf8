//! The logout. Django: `django.contrib.auth.views.LogoutView`; by GET too before Django 5.0.

use std::sync::Arc;

use poem::http::StatusCode;
use poem::web::Data;
use poem::{Request, Response, handler};

use crate::App;
use crate::failure::Failure;
use crate::oauth::Params;
use crate::pages::logout::DonePage;
use crate::urls::Url;

use super::answer;
use super::input::form::PageForm;
use super::input::{self, Browser, Door, Guest};
use super::login::safe_next;

#[handler]
pub async fn respond(request: &Request, app: Data<&Arc<App>>, form: PageForm) -> Response {
    let settings = &app.site.settings;
    // Django before 5.0 logs out whoever follows a link.
    let by_get = settings.server.django_version < (5, 0);
    let allow = if by_get { "GET, HEAD, POST, OPTIONS" } else { Url::Logout.methods() };
    let door = Door { allow, login_required: settings.door.login_required };
    let mut guest = match Guest::open(app.0, request, form, door).await {
        Ok(guest) => guest,
        Err(response) => return *response,
    };
    let response = log_out(&mut guest.browser, request, &guest.form).await;
    guest.finish(response.unwrap_or_else(|f| answer::failed(&f))).await
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
    if to != browser.full_path {
        return Ok(answer::redirect(&to));
    }
    let site_name = browser.origin.host.clone();
    Ok(answer::html(StatusCode::OK, browser.render(&DonePage { site_name: &site_name }).await?))
}
