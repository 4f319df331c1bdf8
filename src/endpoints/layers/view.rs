//! Inside all layers: methods that a page does not take, the route, and the pages of 403 and 404.
//! Django: `View.dispatch`, `BaseHandler._get_response`.

use poem::http::{Method, StatusCode};
use poem::{Endpoint, FromRequest, IntoResponse, Request, Response};

use crate::endpoints::answer;
use crate::endpoints::input::head::KeptHead;
use crate::endpoints::input::{Browser, LoggedIn};

use super::methods::AtPath;
use super::passage::Passage;

pub async fn respond<E: Endpoint>(passage: &mut Passage<'_>, inner: &E, request: Request) -> Response {
    let at_path = passage.at_path;
    let visitor = at_path.is_none_or(AtPath::is_seen).then(|| KeptHead::of(&request));
    let response = match at_path.and_then(|at_path| at_path.refuse(&request)) {
        Some(refusal) if at_path.is_some_and(AtPath::is_behind_login) => refuse(request, refusal).await,
        Some(refusal) => refusal,
        None => route(inner, request).await,
    };
    match visitor {
        Some(visitor) => Browser::show_error(passage.app, &visitor, response).await,
        None => response,
    }
}

/// On a page a method that is not taken is checked for its token and its user before it is refused.
async fn refuse(request: Request, refusal: Response) -> Response {
    let (request, mut body) = request.split();
    match LoggedIn::from_request(&request, &mut body).await {
        Ok(visit) => visit.browser.finish(refusal).await,
        Err(error) => answer::of_error(error),
    }
}

/// What stands at the path; an answer to HEAD has no body.
pub async fn route<E: Endpoint>(inner: &E, request: Request) -> Response {
    let is_head = request.method() == Method::HEAD;
    let mut response = match inner.call(request).await {
        Ok(response) => response.into_response(),
        Err(error) if error.status() == StatusCode::NOT_FOUND && !error.is_from_response() => {
            answer::not_found()
        }
        Err(error) => answer::of_error(error),
    };
    if is_head {
        let _ = response.take_body();
    }
    response
}
