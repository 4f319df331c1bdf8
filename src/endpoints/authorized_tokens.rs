//! GET `authorized_tokens/`, GET and POST `authorized_tokens/<pk>/delete/`: what a user has let in.
//! DOT: `AuthorizedTokensListView`, `AuthorizedTokenDeleteView`.

use std::sync::Arc;

use poem::http::{Method, StatusCode};
use poem::web::{Data, Path};
use poem::{Request, Response, handler};

use crate::App;
use crate::oauth::device::is_slug;
use crate::oauth::revoke;
use crate::pages::authorized_tokens::{DeletePage, ListPage};
use crate::storage::{Failure, access_tokens};

use super::answer;
use super::input::Visit;
use super::input::form::PageForm;

#[handler]
pub async fn list(request: &Request, app: Data<&Arc<App>>, form: PageForm) -> Response {
    let visit = match Visit::open(app.0, request, form, "GET, HEAD, OPTIONS").await {
        Ok(visit) => visit,
        Err(response) => return *response,
    };
    let response = show_list(&visit).await;
    visit.finish(response).await
}

async fn show_list(visit: &Visit) -> Result<Response, Failure> {
    let app = &visit.browser.app;
    let tokens = access_tokens::list_of_user(&app.site.db, visit.user.id).await?;
    let now = app.site.clock.now();
    let page = ListPage { tokens: &tokens, user: &visit.user, settings: &app.site.settings.oauth2, now };
    let html = app.pages.authorized_tokens(&page, now).map_err(Failure::Template)?;
    Ok(answer::html(StatusCode::OK, html))
}

#[handler]
pub async fn delete(
    request: &Request,
    app: Data<&Arc<App>>,
    Path(slug): Path<String>,
    form: PageForm,
) -> Response {
    if !is_slug(&slug) {
        return answer::not_found();
    }
    let mut visit = match Visit::open(app.0, request, form, "GET, POST, DELETE, HEAD, OPTIONS").await {
        Ok(visit) => visit,
        Err(response) => return *response,
    };
    let response = confirm(&mut visit, &slug).await;
    visit.finish(response).await
}

async fn confirm(visit: &mut Visit, slug: &str) -> Result<Response, Failure> {
    let app = visit.browser.app.clone();
    // Differs from DOT: a slug that is no number is a 500 there.
    let Ok(id) = slug.parse() else { return Ok(answer::not_found()) };
    let found = access_tokens::find_of_user(&app.site.db, id, visit.user.id).await?;
    let Some(token) = found else { return Ok(answer::not_found()) };
    if [Method::POST, Method::DELETE].contains(&visit.method) {
        // Differs from DOT: DELETE revokes the refresh token too, as POST does; there it stays usable.
        revoke::delete_access(&app.site, token.id).await?;
        return Ok(answer::redirect(&format!("{}authorized_tokens/", visit.browser.mount())));
    }
    let csrf_token = visit.browser.csrf_token()?;
    let now = app.site.clock.now();
    let page = DeletePage {
        csrf_token: &csrf_token,
        token: &token,
        user: &visit.user,
        settings: &app.site.settings.oauth2,
        now,
    };
    let html = app.pages.authorized_token_delete(&page, now).map_err(Failure::Template)?;
    Ok(answer::html(StatusCode::OK, html))
}
