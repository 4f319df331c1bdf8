//! Inside all layers: methods that a page does not take, the route, and the pages of 403 and 404.
//! Django: `View.dispatch`, `BaseHandler._get_response`.

use poem::http::StatusCode;
use poem::{Endpoint, FromRequest, IntoResponse, Request, Response};

use crate::endpoints::input::head::KeptHead;
use crate::endpoints::input::{Browser, Language, LoggedIn, upload};
use crate::endpoints::{answer, introspect};

use super::login_required::View;
use super::methods::AtPath;
use super::passage::Passage;

pub async fn respond<E: Endpoint>(passage: &mut Passage<'_>, inner: &E, mut request: Request) -> Response {
    // Nothing of ours works without a host, whatever MIDDLEWARE is.
    if let Some(refused) = passage.find_host(&mut request) {
        return refused;
    }
    if passage.with_slash.is_some() {
        return answer::nowhere();
    }
    if passage.language.is_none() {
        let language = Language::of(passage.app, &request);
        request.set_data(language);
    }
    let view = View::of(passage, &request).await;
    let response = match refuse_at_once(passage, &request).await {
        Some(refused) => refused,
        None => dispatch(passage, inner, request).await,
    };
    if let Some(view) = view {
        view.answered(passage, &response);
    }
    response
}

/// A query that Django does not read, and a method that introspection does not take.
async fn refuse_at_once(passage: &Passage<'_>, request: &Request) -> Option<Response> {
    let site = &passage.app.site;
    if !upload::is_query_within_limits(request.uri().query().unwrap_or_default(), &site.settings) {
        return Some(answer::bad_request());
    }
    match passage.at_path.and_then(|at_path| at_path.guarded(request)) {
        Some(allow) => Some(introspect::wrong_method(site, request, allow).await),
        None => None,
    }
}

async fn dispatch<E: Endpoint>(passage: &Passage<'_>, inner: &E, request: Request) -> Response {
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

/// What stands at the path.
pub async fn route<E: Endpoint>(inner: &E, request: Request) -> Response {
    match inner.call(request).await {
        Ok(response) => response.into_response(),
        Err(error) if error.status() == StatusCode::NOT_FOUND && !error.is_from_response() => {
            answer::not_found()
        }
        Err(error) => answer::of_error(error),
    }
}
