//! GET, POST and PUT `applications/register/`: a new application. DOT: `ApplicationRegistration`.

use std::sync::Arc;

use poem::http::StatusCode;
use poem::web::Data;
use poem::{Request, Response, handler};

use crate::App;
use crate::endpoints::answer;
use crate::endpoints::input::Visit;
use crate::endpoints::input::form::PageForm;
use crate::endpoints::observed::Observed;
use crate::failure::Failure;
use crate::oauth::application::{self, Draft, Problem, Saved, form};
use crate::observe::{Decision, Done};
use crate::pages::applications::FormPage;
use crate::urls::Url;

#[handler]
pub async fn respond(request: &Request, app: Data<&Arc<App>>, form: PageForm) -> Response {
    let mut visit = match Visit::open(app.0, request, form, super::FORM).await {
        Ok(visit) => visit,
        Err(response) => return *response,
    };
    let response = submit(&mut visit).await;
    visit.finish(response).await
}

async fn submit(visit: &mut Visit) -> Result<Response, Failure> {
    let app = visit.browser.app.clone();
    let blank = application::blank(&app.site)?;
    if !visit.is_submitted() {
        return show(visit, &blank, &[]).await;
    }
    let cleaned = form::read(&app.site, &visit.form, blank.clone(), None).await?;
    if !cleaned.problems.is_empty() {
        return show(visit, &blank, &cleaned.problems).await;
    }
    match application::register(&app.site, cleaned.draft, visit.user.id).await? {
        Saved::Done(id) => {
            let done = Observed::done(Decision::Application, Done::Saved).of_user(visit.user.id);
            Ok(done.on(answer::redirect(&visit.browser.beside(Url::Detail, &[&id.to_string()]))))
        }
        Saved::Taken(problem) => show(visit, &blank, &[problem]).await,
        Saved::Gone => Ok(super::gone()),
    }
}

async fn show(visit: &mut Visit, draft: &Draft, problems: &[Problem]) -> Result<Response, Failure> {
    let page = FormPage {
        user: &visit.user,
        application: None,
        draft,
        is_hashed: false,
        submitted: visit.is_submitted().then_some(&visit.form),
        problems,
    };
    let page = answer::html(StatusCode::OK, visit.browser.render(&page).await?);
    Ok(super::form_page(problems, page))
}
