//! GET, POST and DELETE `applications/<pk>/delete/`: gone with all its tokens. DOT: `ApplicationDelete`.

use poem::http::{Method, StatusCode};
use poem::{Response, handler};

use crate::endpoints::answer;
use crate::endpoints::input::{LoggedIn, Pk};
use crate::endpoints::observed::Observed;
use crate::failure::Failure;
use crate::oauth::application;
use crate::observe::{Decision, Done};
use crate::pages::applications::DeleteApplicationPage;
use crate::urls::Url;

#[handler]
pub async fn respond(Pk(slug): Pk, mut visit: LoggedIn<'_>) -> Response {
    let response = confirm(&mut visit, &slug).await;
    visit.finish(response).await
}

async fn confirm(visit: &mut LoggedIn<'_>, slug: &str) -> Result<Response, Failure> {
    let Some(stored) = super::own(visit, slug).await? else { return Ok(super::not_own(visit)) };
    if [Method::POST, Method::DELETE].contains(visit.method) {
        application::delete(&visit.browser.app.site, stored.id).await?;
        let done = Observed::done(Decision::Application, Done::Deleted).of_client(&stored);
        let to = visit.browser.beside(Url::List, &[]);
        return Ok(done.of_user(visit.user.id).on(answer::redirect(&to)));
    }
    let page = DeleteApplicationPage { application: &stored, user: &visit.user };
    Ok(answer::html(StatusCode::OK, visit.browser.render(&page).await?))
}
