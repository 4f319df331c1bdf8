//! GET `authorized_tokens/`, GET and POST `authorized_tokens/<pk>/delete/`: what a user has let in.
//! DOT: `AuthorizedTokensListView`, `AuthorizedTokenDeleteView`.

use poem::http::{Method, StatusCode};
use poem::{Response, handler};

use crate::failure::Failure;
use crate::oauth::revoke;
use crate::observe::{Decision, Done};
use crate::pages::authorized_tokens::{DELETE, DeleteTokenPage, LIST, LISTED_OWNER, TokensPage};
use crate::storage::{access_tokens, applications};
use crate::urls::Url;

use super::answer;
use super::input::{LoggedIn, Pk};
use super::observed::Observed;

#[handler]
pub async fn list(mut visit: LoggedIn<'_>) -> Response {
    let response = show_list(&mut visit).await;
    visit.finish(response).await
}

async fn show_list(visit: &mut LoggedIn<'_>) -> Result<Response, Failure> {
    let site = &visit.browser.app.site;
    let mut tokens = Vec::new();
    for (token, of) in access_tokens::list_of_user(&site.db, visit.user.id).await? {
        let owner = match &of {
            Some(of) => visit.browser.owner(LIST, LISTED_OWNER, of).await?,
            None => None,
        };
        tokens.push((token, of, owner));
    }
    let now = site.clock.now();
    let page = TokensPage { tokens: &tokens, user: &visit.user, settings: &site.settings.oauth2, now };
    Ok(answer::html(StatusCode::OK, visit.browser.render(&page).await?))
}

#[handler]
pub async fn delete(Pk(slug): Pk, mut visit: LoggedIn<'_>) -> Response {
    let response = confirm(&mut visit, &slug).await;
    visit.finish(response).await
}

async fn confirm(visit: &mut LoggedIn<'_>, slug: &str) -> Result<Response, Failure> {
    let site = &visit.browser.app.site;
    // Differs from DOT: a slug that is no number is a 500 there.
    let Ok(id) = slug.parse() else { return Ok(no_token()) };
    let found = access_tokens::find_of_user(&site.db, id, visit.user.id).await?;
    let Some(token) = found else { return Ok(no_token()) };
    if [Method::POST, Method::DELETE].contains(visit.method) {
        // Differs from DOT: DELETE revokes the refresh token too, as POST does; there it stays usable.
        revoke::delete_access(site, token.id).await?;
        let done = Observed::done(Decision::Revoke, Done::Revoked).of_application(token.application_id);
        let to = visit.browser.beside(Url::AuthorizedTokenList, &[]);
        return Ok(done.of_user(visit.user.id).on(answer::redirect(&to)));
    }
    let asked = visit.browser.looks_up(DELETE, &["accesstoken.application", "object.application"])?;
    let application = match token.application_id.filter(|_| asked) {
        Some(id) => applications::find_by_id(&site.db, id).await?,
        None => None,
    };
    let page = DeleteTokenPage {
        token: &token,
        application: application.as_ref(),
        user: &visit.user,
        settings: &site.settings.oauth2,
        now: site.clock.now(),
    };
    Ok(answer::html(StatusCode::OK, visit.browser.render(&page).await?))
}

fn no_token() -> Response {
    answer::no_such("No access token found matching the query")
}
