//! GET and POST `device-confirm/<client_id>/<user_code>`: the user accepts or denies. DOT: `DeviceConfirmView`.

use std::sync::Arc;

use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{Request, Response, handler};

use entity::device_grant::Model as DeviceGrant;

use crate::App;
use crate::endpoints::answer;
use crate::endpoints::input::Browser;
use crate::endpoints::input::form::PageForm;
use crate::endpoints::observed::Observed;
use crate::failure::Failure;
use crate::oauth::Params;
use crate::oauth::device;
use crate::observe::{Decision, Done, Reason};
use crate::pages::device::{CONFIRM, ConfirmPage};
use crate::storage::applications;
use crate::storage::device_grants::{self, AUTHORIZED, DENIED, PENDING};
use crate::urls::Url;

type Names = (String, String);

#[handler]
pub async fn get(request: &Request, app: Data<&Arc<App>>, Path(names): Path<Names>) -> Response {
    let mut browser = Browser::new(app.0, request);
    let response = open(&mut browser, &names, None).await;
    browser.finish(response.unwrap_or_else(|f| answer::failed(&f))).await
}

#[handler]
pub async fn post(
    request: &Request,
    app: Data<&Arc<App>>,
    Path(names): Path<Names>,
    form: PageForm,
) -> Response {
    let mut browser = Browser::new(app.0, request);
    let form = match browser.check_form(request, form.0).await {
        Ok(form) => form,
        Err(refused) => return *refused,
    };
    // Django: PUT reaches the same form, with nothing in it.
    let form = if request.method() == poem::http::Method::PUT { Params::default() } else { form };
    let action = form.get("action").unwrap_or_default().trim().to_owned();
    let response = open(&mut browser, &names, Some(&action)).await;
    browser.finish(response.unwrap_or_else(|f| answer::failed(&f))).await
}

async fn open(browser: &mut Browser, names: &Names, action: Option<&str>) -> Result<Response, Failure> {
    let (client_id, user_code) = names;
    if !device::is_slug(client_id) || !device::is_slug(user_code) {
        return Ok(answer::not_found());
    }
    let Some(user) = browser.user().await? else {
        return Ok(browser.login_redirect(&browser.full_path.clone()));
    };
    let db = &browser.app.clone().site.db;
    let found = device_grants::find_of_user(db, client_id, user_code, user.id).await?;
    let Some(grant) = found.filter(|g| g.status == PENDING) else {
        let refused = Observed::refused_as(Decision::Device, "not_found", Reason::DeviceNotPending);
        return Ok(refused.on(answer::not_found()));
    };
    let status = match action {
        Some("accept") => AUTHORIZED,
        Some("deny") => DENIED,
        None | Some("") => return show(browser, &grant).await,
        Some(_) => {
            let refused = refused("invalid_request", Reason::DeviceActionUnknown, &grant);
            return Ok(refused.on(answer::empty(StatusCode::BAD_REQUEST)));
        }
    };
    if !device_grants::change_status(db, grant.id, PENDING, status).await? {
        return Ok(refused("not_found", Reason::DeviceNotPending, &grant).on(answer::not_found()));
    }
    let done = if status == AUTHORIZED { Done::DeviceAuthorized } else { Done::DeviceDenied };
    let done = Observed::done(Decision::Device, done).of_client_id(client_id).of_user(user.id);
    let to = browser.beside(Url::DeviceGrantStatus, &[client_id, user_code]);
    Ok(done.on(answer::redirect(&to)))
}

fn refused(code: &'static str, reason: Reason, grant: &DeviceGrant) -> Observed {
    let why = reason.why().of_client(&grant.client_id, None).with("device", grant.id);
    Observed::refused_as(Decision::Device, code, why)
}

async fn show(browser: &mut Browser, grant: &DeviceGrant) -> Result<Response, Failure> {
    let app = browser.app.clone();
    let Some(application) = applications::find_by_client_id(&app.site.db, &grant.client_id).await? else {
        return Ok(answer::not_found());
    };
    let scopes: Vec<&str> = grant.scope.split_whitespace().collect();
    let descriptions: Vec<&str> = scopes.iter().map(|s| app.site.settings.oauth2.description(s)).collect();
    let owner = browser.owner(CONFIRM, "application.user", &application).await?;
    let page = ConfirmPage { application: &application, owner: owner.as_ref(), scopes, descriptions };
    Ok(answer::html(StatusCode::OK, browser.render(&page).await?))
}
