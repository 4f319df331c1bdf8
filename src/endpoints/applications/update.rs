//! GET, POST and PUT `applications/<pk>/update/`: the owner changes an application. DOT: `ApplicationUpdate`.

use poem::http::StatusCode;
use poem::{Response, handler};

use entity::application::Model as Application;

use crate::endpoints::answer;
use crate::endpoints::input::{LoggedIn, Pk};
use crate::endpoints::observed::Observed;
use crate::failure::Failure;
use crate::oauth::application::{self, Draft, Problem, Saved, form};
use crate::observe::{Decision, Done};
use crate::pages::applications::ApplicationFormPage;
use crate::urls::Url;

#[handler]
pub async fn respond(Pk(slug): Pk, mut visit: LoggedIn<'_>) -> Response {
    let response = submit(&mut visit, &slug).await;
    visit.finish(response).await
}

async fn submit(visit: &mut LoggedIn<'_>, slug: &str) -> Result<Response, Failure> {
    let site = &visit.browser.app.site;
    let Some(stored) = super::own(visit, slug).await? else { return Ok(super::not_own(visit)) };
    let draft = application::draft_of(&stored);
    if !visit.is_submitted {
        return show(visit, &stored, &draft, &[]).await;
    }
    let cleaned = form::read(site, &visit.form, draft, Some(stored.id)).await?;
    if !cleaned.problems.is_empty() {
        return show(visit, &stored, &cleaned.draft, &cleaned.problems).await;
    }
    match application::update(site, stored.id, cleaned.draft.clone()).await? {
        Saved::Done(id) => {
            let done = Observed::done(Decision::Application, Done::Saved).of_user(visit.user.id);
            Ok(done.on(answer::redirect(&visit.browser.beside(Url::Detail, &[&id.to_string()]))))
        }
        Saved::Taken(problem) => show(visit, &stored, &cleaned.draft, &[problem]).await,
        Saved::Gone => Ok(super::gone()),
    }
}

async fn show(
    visit: &mut LoggedIn<'_>,
    stored: &Application,
    draft: &Draft,
    problems: &[Problem],
) -> Result<Response, Failure> {
    let page = ApplicationFormPage {
        user: &visit.user,
        application: Some(stored),
        draft,
        is_hashed: application::is_hashed(&visit.browser.app.site, &stored.client_secret),
        submitted: visit.is_submitted.then_some(&*visit.form),
        problems,
    };
    let page = answer::html(StatusCode::OK, visit.browser.render(&page).await?);
    Ok(super::form_page(problems, page))
}
