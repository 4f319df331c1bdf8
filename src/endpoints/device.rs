//! GET and POST `device/`, GET `device-grant-status/…` (RFC 8628 section 3.3).
//! DOT: `DeviceUserCodeView`, `DeviceGrantStatusView`.

use std::sync::Arc;

use poem::http::{Method, StatusCode};
use poem::web::{Data, Path};
use poem::{Request, Response, handler};

use crate::App;
use crate::failure::Failure;
use crate::oauth::limits::Place;
use crate::oauth::{Error, Params, device};
use crate::pages::device::{StatusPage, UserCodePage};
use crate::storage::device_grants;
use crate::urls::Url;

use super::answer;
use super::input::form::PageForm;
use super::input::{self, Browser};

pub mod confirm;

#[handler]
pub async fn get(request: &Request, app: Data<&Arc<App>>) -> Response {
    let mut browser = Browser::new(app.0, request);
    let query = Params::lenient(input::query(request));
    let response = match browser.user().await {
        Ok(None) => Ok(browser.login_redirect(&browser.full_path.clone())),
        Ok(Some(_)) => {
            let typed = query.get("user_code").unwrap_or_default();
            show(&mut browser, typed, None, StatusCode::OK).await
        }
        Err(failure) => Err(failure),
    };
    browser.finish(response.unwrap_or_else(|f| answer::failed(&f))).await
}

#[handler]
pub async fn post(request: &Request, app: Data<&Arc<App>>, form: PageForm) -> Response {
    let mut browser = Browser::new(app.0, request);
    let form = match browser.check_form(request, form.0).await {
        Ok(form) => form,
        Err(refused) => return *refused,
    };
    // Django: PUT reaches the same form, with nothing in it.
    let form = if request.method() == Method::PUT { Params::default() } else { form };
    let response = submit(&mut browser, request, &form).await;
    browser.finish(response.unwrap_or_else(answer::refused)).await
}

async fn submit(browser: &mut Browser, request: &Request, form: &Params) -> Result<Response, Error> {
    let Some(user) = browser.user().await? else {
        return Ok(browser.login_redirect(&browser.full_path.clone()));
    };
    let typed = form.get("user_code").unwrap_or_default();
    let app = browser.app.clone();
    match device::claim(&app.site, typed, user.id, input::caller(request, Place::Device)).await? {
        Ok(grant) => {
            let to = browser.beside(Url::DeviceConfirm, &[&grant.client_id, &grant.user_code]);
            Ok(answer::redirect(&to))
        }
        Err(error) => {
            let status = if error.crashes_dot { StatusCode::BAD_REQUEST } else { StatusCode::OK };
            Ok(show(browser, typed, Some(error.text), status).await?)
        }
    }
}

async fn show(
    browser: &mut Browser,
    user_code: &str,
    error: Option<&str>,
    status: StatusCode,
) -> Result<Response, Failure> {
    Ok(answer::html(status, browser.render(&UserCodePage { user_code, error }).await?))
}

#[handler]
pub async fn grant_status(
    request: &Request,
    app: Data<&Arc<App>>,
    Path((client_id, user_code)): Path<(String, String)>,
) -> Response {
    let mut browser = Browser::new(app.0, request);
    let response = show_status(&mut browser, &client_id, &user_code).await;
    browser.finish(response.unwrap_or_else(|f| answer::failed(&f))).await
}

async fn show_status(browser: &mut Browser, client_id: &str, user_code: &str) -> Result<Response, Failure> {
    if !device::is_slug(client_id) || !device::is_slug(user_code) {
        return Ok(answer::not_found());
    }
    let Some(user) = browser.user().await? else {
        return Ok(browser.login_redirect(&browser.full_path.clone()));
    };
    let app = browser.app.clone();
    let Some(grant) = device_grants::find_of_user(&app.site.db, client_id, user_code, user.id).await? else {
        return Ok(answer::not_found());
    };
    let page = StatusPage { grant: &grant, user: Some(&user), status: device::status_display(&grant.status) };
    Ok(answer::html(StatusCode::OK, browser.render(&page).await?))
}
