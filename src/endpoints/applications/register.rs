//! GET, POST and PUT `applications/register/`: a new application. DOT: `ApplicationRegistration`.

use poem::http::StatusCode;
use poem::{Response, handler};

use crate::endpoints::answer;
use crate::endpoints::input::LoggedIn;
use crate::endpoints::observed::Observed;
use crate::failure::Failure;
use crate::oauth::application::{self, Draft, Problem, Saved, form};
use crate::observe::{Decision, Done};
use crate::pages::applications::ApplicationFormPage;
use crate::urls::Url;

#[handler]
pub async fn respond(mut visit: LoggedIn<'_>) -> Response {
    let response = submit(&mut visit).await;
    visit.finish(response).await
}

async fn submit(visit: &mut LoggedIn<'_>) -> Result<Response, Failure> {
    let site = &visit.browser.app.site;
    let blank = application::blank(site)?;
    if !visit.is_submitted {
        return show(visit, &blank, &[]).await;
    }
    let cleaned = form::read(site, &visit.form, blank.clone(), None).await?;
    if !cleaned.problems.is_empty() {
        return show(visit, &blank, &cleaned.problems).await;
    }
    match application::register(site, cleaned.draft, visit.user.id).await? {
        Saved::Done(id) => {
            let done = Observed::done(Decision::Application, Done::Saved).of_user(visit.user.id);
            Ok(done.on(answer::redirect(&visit.browser.beside(Url::Detail, &[&id.to_string()]))))
        }
        Saved::Taken(problem) => show(visit, &blank, &[problem]).await,
        Saved::Gone => Ok(super::gone()),
    }
}

async fn show(visit: &mut LoggedIn<'_>, draft: &Draft, problems: &[Problem]) -> Result<Response, Failure> {
    let page = ApplicationFormPage {
        user: &visit.user,
        application: None,
        draft,
        is_hashed: false,
        submitted: visit.is_submitted.then_some(&*visit.form),
        problems,
    };
    let page = answer::html(StatusCode::OK, visit.browser.render(&page).await?);
    Ok(super::form_page(problems, page))
}
