//! GET, POST and PUT `password_change/`, GET `password_change/done/`.
//! Django: `django.contrib.auth.views.PasswordChangeView`, `PasswordChangeDoneView`.

use std::sync::Arc;

use poem::http::StatusCode;
use poem::web::Data;
use poem::{Request, Response, handler};

use crate::App;
use crate::accounts::password_change::{self, Errors};
use crate::failure::Failure;
use crate::pages::password_change::{DonePage, Page};
use crate::urls::Url;

use super::answer;
use super::input::Visit;
use super::input::form::PageForm;

#[handler]
pub async fn change(request: &Request, app: Data<&Arc<App>>, form: PageForm) -> Response {
    let mut visit = match Visit::open(app.0, request, form, Url::PasswordChange.methods()).await {
        Ok(visit) => visit,
        Err(response) => return *response,
    };
    let response = submit(&mut visit).await;
    visit.finish(response).await
}

async fn submit(visit: &mut Visit) -> Result<Response, Failure> {
    let app = visit.browser.app.clone();
    if !visit.is_submitted() {
        return show(visit, &Errors::default()).await;
    }
    let session = visit.browser.session().await?;
    match password_change::change(&app.site, session, &visit.user, &visit.form).await? {
        Ok(()) => Ok(answer::redirect(&app.site.settings.urls.path(Url::PasswordChangeDone))),
        Err(errors) => show(visit, &errors).await,
    }
}

async fn show(visit: &mut Visit, errors: &Errors) -> Result<Response, Failure> {
    let app = visit.browser.app.clone();
    let page = Page {
        is_bound: visit.is_submitted(),
        errors,
        validators: &app.site.settings.django.password_validators,
    };
    Ok(answer::html(StatusCode::OK, visit.browser.render(&page).await?))
}

#[handler]
pub async fn done(request: &Request, app: Data<&Arc<App>>, form: PageForm) -> Response {
    let mut visit = match Visit::open(app.0, request, form, Url::PasswordChangeDone.methods()).await {
        Ok(visit) => visit,
        Err(response) => return *response,
    };
    let html = visit.browser.render(&DonePage).await;
    visit.finish(html.map(|html| answer::html(StatusCode::OK, html))).await
}
