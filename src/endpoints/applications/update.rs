//! GET, POST and PUT `applications/<pk>/update/`: the owner changes an application. DOT: `ApplicationUpdate`.

use std::sync::Arc;

use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{Request, Response, handler};

use entity::application::Model as Application;

use crate::App;
use crate::endpoints::answer;
use crate::endpoints::input::Visit;
use crate::endpoints::input::form::PageForm;
use crate::endpoints::observed::Observed;
use crate::failure::Failure;
use crate::oauth::application::{self, Draft, Problem, Saved, form};
use crate::oauth::device::is_slug;
use crate::observe::{Decision, Done};
use crate::pages::applications::FormPage;
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
    let mut visit = match Visit::open(app.0, request, form, super::FORM).await {
        Ok(visit) => visit,
        Err(response) => return *response,
    };
    let response = submit(&mut visit, &slug).await;
    visit.finish(response).await
}

async fn submit(visit: &mut Visit, slug: &str) -> Result<Response, Failure> {
    let app = visit.browser.app.clone();
    let Some(stored) = super::own(visit, slug).await? else {
        return Ok(answer::no_such("No application found matching the query"));
    };
    let draft = application::draft_of(&stored);
    if !visit.is_submitted() {
        return show(visit, &stored, &draft, &[]).await;
    }
    let cleaned = form::read(&app.site, &visit.form, draft, Some(stored.id)).await?;
    if !cleaned.problems.is_empty() {
        return show(visit, &stored, &cleaned.draft, &cleaned.problems).await;
    }
    match application::update(&app.site, stored.id, cleaned.draft.clone()).await? {
        Saved::Done(id) => {
            let done = Observed::done(Decision::Application, Done::Saved).of_user(visit.user.id);
            Ok(done.on(answer::redirect(&visit.browser.beside(Url::Detail, &[&id.to_string()]))))
        }
        Saved::Taken(problem) => show(visit, &stored, &cleaned.draft, &[problem]).await,
        Saved::Gone => Ok(super::gone()),
    }
}

async fn show(
    visit: &mut Visit,
    stored: &Application,
    draft: &Draft,
    problems: &[Problem],
) -> Result<Response, Failure> {
    let app = visit.browser.app.clone();
    let page = FormPage {
        user: &visit.user,
        application: Some(stored),
        draft,
        is_hashed: application::is_hashed(&app.site, &stored.client_secret),
        submitted: visit.is_submitted().then_some(&visit.form),
        problems,
    };
    let page = answer::html(StatusCode::OK, visit.browser.render(&page).await?);
    Ok(super::form_page(problems, page))
}
