//! GET, POST and DELETE `applications/<pk>/delete/`: gone with all its tokens. DOT: `ApplicationDelete`.

use std::sync::Arc;

use poem::http::{Method, StatusCode};
use poem::web::{Data, Path};
use poem::{Request, Response, handler};

use crate::App;
use crate::endpoints::answer;
use crate::endpoints::input::Visit;
use crate::endpoints::input::form::PageForm;
use crate::endpoints::observed::Observed;
use crate::failure::Failure;
use crate::oauth::application;
use crate::oauth::device::is_slug;
use crate::observe::{Decision, Done};
use crate::pages::applications::DeletePage;
use crate::urls::Url;

#[handler]
pub async fn respond(
    request: &Request,
    app: Data<&Arc<App>>,
    Path(slug): Path<String>,
    form: PageForm,
) -> Response {
    if !is_slug(&slug) {
        return answer::no_such("No application found matching the query");
    }
    let mut visit = match Visit::open(app.0, request, form, Url::Delete.methods()).await {
        Ok(visit) => visit,
        Err(response) => return *response,
    };
    let response = confirm(&mut visit, &slug).await;
    visit.finish(response).await
}

async fn confirm(visit: &mut Visit, slug: &str) -> Result<Response, Failure> {
    let app = visit.browser.app.clone();
    let Some(stored) = super::own(visit, slug).await? else {
        return Ok(answer::no_such("No application found matching the query"));
    };
    if [Method::POST, Method::DELETE].contains(&visit.method) {
        application::delete(&app.site, stored.id).await?;
        let done = Observed::done(Decision::Application, Done::Deleted).of_client(&stored);
        let to = visit.browser.beside(Url::List, &[]);
        return Ok(done.of_user(visit.user.id).on(answer::redirect(&to)));
    }
    let page = DeletePage { application: &stored, user: &visit.user };
    Ok(answer::html(StatusCode::OK, visit.browser.render(&page).await?))
}
