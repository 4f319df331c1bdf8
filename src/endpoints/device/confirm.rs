//! GET and POST `device-confirm/<client_id>/<user_code>`: the user accepts or denies. DOT: `DeviceConfirmView`.

use poem::http::StatusCode;
use poem::{Response, handler};

use entity::device_grant::Model as DeviceGrant;

use crate::endpoints::answer;
use crate::endpoints::input::{Browser, DeviceSlugs, LoggedIn};
use crate::endpoints::observed::Observed;
use crate::failure::Failure;
use crate::oauth::device::{self, UserAnswer};
use crate::observe::{Decision, Done, Reason};
use crate::pages::device::{CONFIRM, ConfirmPage};
use crate::storage::applications;
use crate::urls::Url;

#[handler]
pub async fn respond(named: DeviceSlugs, mut visit: LoggedIn<'_>) -> Response {
    let response = open(&mut visit, &named).await;
    visit.finish(response).await
}

async fn open(visit: &mut LoggedIn<'_>, named: &DeviceSlugs) -> Result<Response, Failure> {
    let DeviceSlugs { client_id, user_code } = named;
    let (site, browser) = (&visit.browser.app.site, &mut visit.browser);
    let found = device::find_pending(site, client_id, user_code, visit.user.id).await?;
    let Some(grant) = found else {
        let refused = Observed::refused_as(Decision::Device, "not_found", Reason::DeviceNotPending);
        return Ok(refused.on(answer::not_found()));
    };
    let action = visit.form.get("action").unwrap_or_default().trim();
    if action.is_empty() {
        return show(browser, &grant).await;
    }
    let Some(said) = UserAnswer::parse(action) else {
        let refused = refused("invalid_request", Reason::DeviceActionUnknown, &grant);
        return Ok(refused.on(answer::empty(StatusCode::BAD_REQUEST)));
    };
    if !device::decide(site, &grant, visit.user.id, said).await? {
        return Ok(refused("not_found", Reason::DeviceNotPending, &grant).on(answer::not_found()));
    }
    let done = match said {
        UserAnswer::Accept => Done::DeviceAuthorized,
        UserAnswer::Deny => Done::DeviceDenied,
    };
    let done = Observed::done(Decision::Device, done).of_client_id(client_id).of_user(visit.user.id);
    let to = browser.beside(Url::DeviceGrantStatus, &[client_id, user_code]);
    Ok(done.on(answer::redirect(&to)))
}

fn refused(code: &'static str, reason: Reason, grant: &DeviceGrant) -> Observed {
    let why = reason.why().of_client(&grant.client_id, None).with("device", grant.id);
    Observed::refused_as(Decision::Device, code, why)
}

async fn show(browser: &mut Browser<'_>, grant: &DeviceGrant) -> Result<Response, Failure> {
    let site = &browser.app.site;
    let Some(application) = applications::find_by_client_id(&site.db, &grant.client_id).await? else {
        let refused = refused("not_found", Reason::ApplicationGone, grant);
        return Ok(refused.on(answer::not_found()));
    };
    let scopes: Vec<&str> = grant.scope.split_whitespace().collect();
    let descriptions: Vec<&str> = scopes.iter().map(|s| site.settings.oauth2.description(s)).collect();
    let owner = browser.owner(CONFIRM, "application.user", &application).await?;
    let page = ConfirmPage { application: &application, owner: owner.as_ref(), scopes, descriptions };
    Ok(answer::html(StatusCode::OK, browser.render(&page).await?))
}
