//! GET, POST and PUT `password_change/`, GET `password_change/done/`.
//! Django: `django.contrib.auth.views.PasswordChangeView`, `PasswordChangeDoneView`.

use poem::http::StatusCode;
use poem::{Response, handler};

use crate::accounts::Submitted;
use crate::accounts::password_change::{self, Errors, Typed};
use crate::failure::Failure;
use crate::pages::password_change::{PasswordChangePage, PasswordChangedPage};
use crate::urls::Url;

use super::answer;
use super::input::LoggedIn;

#[handler]
pub async fn change(mut visit: LoggedIn<'_>) -> Response {
    visit.browser.protects_itself = true;
    let response = submit(&mut visit).await;
    visit.finish(response).await
}

async fn submit(visit: &mut LoggedIn<'_>) -> Result<Response, Failure> {
    let site = &visit.browser.app.site;
    if !visit.is_submitted {
        return show(visit, &Errors::default()).await;
    }
    let session = visit.browser.session().await?;
    let field = |name: &str| visit.form.get(name).unwrap_or_default();
    let typed = Typed {
        old_password: field("old_password"),
        new_password1: field("new_password1"),
        new_password2: field("new_password2"),
    };
    match password_change::change(site, session, &visit.user, &typed).await? {
        Submitted::Accepted => Ok(answer::redirect(&site.settings.urls.path(Url::PasswordChangeDone))),
        Submitted::Wrong(errors) => show(visit, &errors).await,
    }
}

async fn show(visit: &mut LoggedIn<'_>, errors: &Errors) -> Result<Response, Failure> {
    let page = PasswordChangePage {
        is_bound: visit.is_submitted,
        errors,
        validators: &visit.browser.app.site.settings.django.password_validators,
    };
    Ok(answer::html(StatusCode::OK, visit.browser.render(&page).await?))
}

#[handler]
pub async fn done(mut visit: LoggedIn<'_>) -> Response {
    let html = visit.browser.render(&PasswordChangedPage).await;
    visit.finish(html.map(|html| answer::html(StatusCode::OK, html))).await
}
