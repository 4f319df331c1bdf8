//! GET `authorized_tokens/`, GET and POST `authorized_tokens/<pk>/delete/`: what a user has let in.
//! DOT: `AuthorizedTokensListView`, `AuthorizedTokenDeleteView`.

use std::sync::Arc;

use poem::http::{Method, StatusCode};
use poem::web::{Data, Path};
use poem::{Request, Response, handler};

use crate::App;
use crate::failure::Failure;
use crate::oauth::device::is_slug;
use crate::oauth::revoke;
use crate::pages::authorized_tokens::{DELETE, DeletePage, LIST, LISTED_OWNER, ListPage};
use crate::storage::{access_tokens, applications};
use crate::urls::Url;

use super::answer;
use super::input::Visit;
use super::input::form::PageForm;

#[handler]
pub async fn list(request: &Request, app: Data<&Arc<App>>, form: PageForm) -> Response {
    let mut visit = match Visit::open(app.0, request, form, Url::AuthorizedTokenList.methods()).await {
        Ok(visit) => visit,
        Err(response) => return *response,
    };
    let response = show_list(&mut visit).await;
    visit.finish(response).await
}

async fn show_list(visit: &mut Visit) -> Result<Response, Failure> {
    let app = visit.browser.app.clone();
    let mut tokens = Vec::new();
    for (token, of) in access_tokens::list_of_user(&app.site.db, visit.user.id).await? {
        let owner = match &of {
            Some(of) => visit.browser.owner(LIST, LISTED_OWNER, of).await?,
            None => None,
        };
        tokens.push((token, of, owner));
    }
    let now = app.site.clock.now();
    let page = ListPage { tokens: &tokens, user: &visit.user, settings: &app.site.settings.oauth2, now };
    Ok(answer::html(StatusCode::OK, visit.browser.render(&page).await?))
}

#[handler]
pub async fn delete(
    request: &Request,
    app: Data<&Arc<App>>,
    Path(slug): Path<String>,
    form: PageForm,
) -> Response {
    if !is_slug(&slug) {
        return answer::no_such("No access token found matching the query");
    }
    let mut visit = match Visit::open(app.0, request, form, Url::AuthorizedTokenDelete.methods()).await {
        Ok(visit) => visit,
        Err(response) => return *response,
    };
    let response = confirm(&mut visit, &slug).await;
    visit.finish(response).await
}

async fn confirm(visit: &mut Visit, slug: &str) -> Result<Response, Failure> {
    let app = visit.browser.app.clone();
    // Differs from DOT: a slug that is no number is a 500 there.
    let Ok(id) = slug.parse() else { return Ok(answer::no_such("No access token found matching the query")) };
    let found = access_tokens::find_of_user(&app.site.db, id, visit.user.id).await?;
    let Some(token) = found else { return Ok(answer::no_such("No access token found matching the query")) };
    if [Method::POST, Method::DELETE].contains(&visit.method) {
        // Differs from DOT: DELETE revokes the refresh token too, as POST does; there it stays usable.
        revoke::delete_access(&app.site, token.id).await?;
        return Ok(answer::redirect(&visit.browser.beside(Url::AuthorizedTokenList, &[])));
    }
    let now = app.site.clock.now();
    let asked = visit.browser.looks_up(DELETE, &["accesstoken.application", "object.application"])?;
    let application = match token.application_id.filter(|_| asked) {
        Some(id) => applications::find_by_id(&app.site.db, id).await?,
        None => None,
    };
    let page = DeletePage {
        token: &token,
        application: application.as_ref(),
        user: &visit.user,
        settings: &app.site.settings.oauth2,
        now,
    };
    Ok(answer::html(StatusCode::OK, visit.browser.render(&page).await?))
}
