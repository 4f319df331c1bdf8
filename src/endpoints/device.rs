//! GET and POST `device/`, GET `device-grant-status/…` (RFC 8628 section 3.3).
//! DOT: `DeviceUserCodeView`, `DeviceGrantStatusView`.

use poem::http::StatusCode;
use poem::{Request, Response, handler};

use crate::failure::Failure;
use crate::limits::Endpoint;
use crate::oauth::device::Claim;
use crate::oauth::{Error, Params, device};
use crate::pages::device::{StatusPage, UserCodePage};
use crate::storage::device_grants;
use crate::urls::Url;

use super::answer;
use super::input::{self, Browser, DeviceSlugs, LoggedIn};

pub mod confirm;

#[handler]
pub async fn respond(request: &Request, mut visit: LoggedIn<'_>) -> Response {
    let response = if visit.is_submitted {
        submit(&mut visit, request).await
    } else {
        let query = Params::lenient(input::query(request));
        let typed = query.get("user_code").unwrap_or_default();
        show(&mut visit.browser, typed, None, StatusCode::OK).await.map_err(Error::Failed)
    };
    visit.finish(response).await
}

async fn submit(visit: &mut LoggedIn<'_>, request: &Request) -> Result<Response, Error> {
    let (site, browser) = (&visit.browser.app.site, &mut visit.browser);
    let typed = visit.form.get("user_code").unwrap_or_default();
    match device::claim(site, typed, visit.user.id, input::caller(request, Endpoint::Device)).await? {
        Claim::Claimed(grant) => {
            let to = browser.beside(Url::DeviceConfirm, &[&grant.client_id, &grant.user_code]);
            Ok(answer::redirect(&to))
        }
        Claim::Refused(error) => {
            let status = if error.crashes_dot { StatusCode::BAD_REQUEST } else { StatusCode::OK };
            Ok(show(browser, typed, Some(error.text), status).await?)
        }
    }
}

async fn show(
    browser: &mut Browser<'_>,
    user_code: &str,
    error: Option<&str>,
    status: StatusCode,
) -> Result<Response, Failure> {
    Ok(answer::html(status, browser.render(&UserCodePage { user_code, error }).await?))
}

#[handler]
pub async fn grant_status(named: DeviceSlugs, mut visit: LoggedIn<'_>) -> Response {
    let response = show_status(&mut visit, &named).await;
    visit.finish(response).await
}

async fn show_status(visit: &mut LoggedIn<'_>, named: &DeviceSlugs) -> Result<Response, Failure> {
    let (db, user) = (&visit.browser.app.site.db, &visit.user);
    let found = device_grants::find_of_user(db, &named.client_id, &named.user_code, user.id).await?;
    let Some(grant) = found else { return Ok(answer::not_found()) };
    let page = StatusPage { grant: &grant, user: Some(user), status: device::status_display(&grant.status) };
    Ok(answer::html(StatusCode::OK, visit.browser.render(&page).await?))
}
