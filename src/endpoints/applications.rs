//! GET `applications/` and `applications/<pk>/`: what a user has registered. DOT: `ApplicationList`, `ApplicationDetail`.

use std::sync::Arc;

use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{Request, Response, handler};

use entity::application::Model as Application;

use crate::App;
use crate::failure::Failure;
use crate::oauth::application::Problem;
use crate::oauth::device::is_slug;
use crate::observe::{Decision, Reason};
use crate::pages::applications::{DetailPage, ListPage};
use crate::storage::applications;
use crate::urls::Url;

use super::answer;
use super::input::Visit;
use super::input::form::PageForm;
use super::observed::Observed;

pub mod delete;
pub mod register;
pub mod update;

const VIEW: &str = Url::List.methods();
const FORM: &str = Url::Update.methods();

#[handler]
pub async fn list(request: &Request, app: Data<&Arc<App>>, form: PageForm) -> Response {
    let mut visit = match Visit::open(app.0, request, form, VIEW).await {
        Ok(visit) => visit,
        Err(response) => return *response,
    };
    let response = show_list(&mut visit).await;
    visit.finish(response).await
}

/// The form of a visitor, who has sent it or not.
fn form_page(problems: &[Problem], page: Response) -> Response {
    if problems.is_empty() {
        return page;
    }
    let fields: Vec<&str> = problems.iter().map(|(field, _)| *field).collect();
    let why = Reason::ApplicationInvalid.why().stored("fields", &fields.join(","));
    Observed::refused_as(Decision::Application, "invalid_form", why).on(page)
}

/// 404 of an application that was deleted meanwhile.
fn gone() -> Response {
    let refused = Observed::refused_as(Decision::Application, "not_found", Reason::ApplicationGone);
    refused.on(answer::no_such("No application found matching the query"))
}

async fn show_list(visit: &mut Visit) -> Result<Response, Failure> {
    let app = visit.browser.app.clone();
    let applications = applications::list_of_user(&app.site.db, visit.user.id).await?;
    let page = ListPage { applications: &applications, user: &visit.user };
    Ok(answer::html(StatusCode::OK, visit.browser.render(&page).await?))
}

#[handler]
pub async fn detail(
    request: &Request,
    app: Data<&Arc<App>>,
    Path(slug): Path<String>,
    form: PageForm,
) -> Response {
    if !is_slug(&slug) {
        return answer::no_such("No application found matching the query");
    }
    let mut visit = match Visit::open(app.0, request, form, VIEW).await {
        Ok(visit) => visit,
        Err(response) => return *response,
    };
    let response = show_detail(&mut visit, &slug).await;
    visit.finish(response).await
}

async fn show_detail(visit: &mut Visit, slug: &str) -> Result<Response, Failure> {
    let Some(application) = own(visit, slug).await? else {
        return Ok(answer::no_such("No application found matching the query"));
    };
    let page = DetailPage { application: &application, user: &visit.user };
    Ok(answer::html(StatusCode::OK, visit.browser.render(&page).await?))
}

/// The visitor's own application with this primary key. DOT: `ApplicationOwnerIsUserMixin`.
async fn own(visit: &Visit, slug: &str) -> Result<Option<Application>, Failure> {
    // Differs from DOT: a slug that is no number is a 500 there.
    let Ok(id) = slug.parse() else { return Ok(None) };
    applications::find_of_user(&visit.browser.app.site.db, id, visit.user.id).await
}
