//! GET `applications/` and `applications/<pk>/`: what a user has registered. DOT: `ApplicationList`, `ApplicationDetail`.

use poem::http::StatusCode;
use poem::{Response, handler};

use entity::application::Model as Application;

use crate::failure::Failure;
use crate::oauth::application::Problem;
use crate::observe::{Decision, Reason};
use crate::pages::applications::{ApplicationPage, ApplicationsPage};
use crate::storage::applications;

use super::answer;
use super::input::{LoggedIn, Pk};
use super::observed::Observed;

pub mod delete;
pub mod register;
pub mod update;

#[handler]
pub async fn list(mut visit: LoggedIn<'_>) -> Response {
    let response = show_list(&mut visit).await;
    visit.finish(response).await
}

async fn show_list(visit: &mut LoggedIn<'_>) -> Result<Response, Failure> {
    let applications = applications::list_of_user(&visit.browser.app.site.db, visit.user.id).await?;
    let page = ApplicationsPage { applications: &applications, user: &visit.user };
    Ok(answer::html(StatusCode::OK, visit.browser.render(&page).await?))
}

#[handler]
pub async fn detail(Pk(slug): Pk, mut visit: LoggedIn<'_>) -> Response {
    let response = show_detail(&mut visit, &slug).await;
    visit.finish(response).await
}

async fn show_detail(visit: &mut LoggedIn<'_>, slug: &str) -> Result<Response, Failure> {
    let Some(application) = own(visit, slug).await? else { return Ok(no_application()) };
    let page = ApplicationPage { application: &application, user: &visit.user };
    Ok(answer::html(StatusCode::OK, visit.browser.render(&page).await?))
}

/// The visitor's own application with this primary key. DOT: `ApplicationOwnerIsUserMixin`.
async fn own(visit: &LoggedIn<'_>, slug: &str) -> Result<Option<Application>, Failure> {
    // Differs from DOT: a slug that is no number is a 500 there.
    let Ok(id) = slug.parse() else { return Ok(None) };
    applications::find_of_user(&visit.browser.app.site.db, id, visit.user.id).await
}

fn no_application() -> Response {
    answer::no_such("No application found matching the query")
}

/// 404 of an application that is another's, or none, told as a decision.
fn not_own(visit: &LoggedIn<'_>) -> Response {
    let refused = Observed::refused_as(Decision::Application, "not_found", Reason::ApplicationNotOwn);
    refused.of_user(visit.user.id).on(no_application())
}

/// 404 of an application that was deleted meanwhile.
fn gone() -> Response {
    let refused = Observed::refused_as(Decision::Application, "not_found", Reason::ApplicationGone);
    refused.on(no_application())
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
