//! Inside all layers: methods that a page does not take, the route, and the pages of 403 and 404.
//! Django: `View.dispatch`, `BaseHandler._get_response`.

use poem::http::{Method, StatusCode};
use poem::{Endpoint, IntoResponse, Request, Response};

use crate::endpoints::answer;
use crate::endpoints::input::Browser;
use crate::oauth::Params;

use super::layer::Passage;
use super::methods::AtPath;

pub async fn respond<E: Endpoint>(passage: &mut Passage<'_>, inner: &E, request: Request) -> Response {
    let at_path = passage.at_path;
    let visitor = at_path.is_none_or(AtPath::is_seen).then(|| Browser::new(passage.app, &request));
    let response = match refused(passage, &request).await {
        Some(response) => response,
        None => route(inner, request).await,
    };
    match visitor {
        Some(visitor) => visitor.show_error(response).await,
        None => response,
    }
}

/// On a page a method that is not taken is checked for its token and its user before it is refused.
async fn refused(passage: &Passage<'_>, request: &Request) -> Option<Response> {
    let at_path = passage.at_path?;
    let refusal = at_path.refuse(request)?;
    if !at_path.is_behind_login() {
        return Some(refusal);
    }
    let mut browser = Browser::new(passage.app, request);
    if !request.method().is_safe()
        && let Err(refused) = browser.check_form(request, Ok(Params::default())).await
    {
        return Some(*refused);
    }
    let response = match browser.user().await {
        Ok(Some(_)) => refusal,
        Ok(None) => browser.login_redirect(&browser.full_path.clone()),
        Err(failure) => answer::failed(&failure),
    };
    Some(browser.finish(response).await)
}

/// What stands at the path; an answer to HEAD has no body.
pub async fn route<E: Endpoint>(inner: &E, request: Request) -> Response {
    let is_head = request.method() == Method::HEAD;
    let mut response = match inner.call(request).await {
        Ok(response) => response.into_response(),
        Err(error) if error.status() == StatusCode::NOT_FOUND && !error.is_from_response() => {
            answer::not_found()
        }
        Err(error) => error.into_response(),
    };
    if is_head {
        let _ = response.take_body();
    }
    response
}
