//! The one place where a refusal or a failure becomes HTTP, and where our own failures are logged.
//! Django: `django.views.defaults`; DOT: `OAuthLibMixin.error_response`.

use poem::http::{Extensions, Method, StatusCode, header};
use poem::{IntoResponse, Response};

use crate::failure::Failure;
use crate::oauth::Error;
use crate::pages;

/// Seconds after which a client may try again when too many hashes wait.
pub const BUSY_SECONDS: &str = "1";
const HTML: &str = "text/html; charset=utf-8";

/// A response of HTML text.
pub fn html(status: StatusCode, body: impl Into<String>) -> Response {
    Response::builder().status(status).header(header::CONTENT_TYPE, HTML).body(body.into())
}

/// An empty response, as Django's `HttpResponse(status=…)`.
pub fn empty(status: StatusCode) -> Response {
    html(status, "")
}

/// A small page with one heading, for errors that have no template.
pub fn page(status: StatusCode, heading: &str, text: &str) -> Response {
    html(
        status,
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n  <title>{heading}</title>\n</head>\n\
             <body>\n  <h1>{heading}</h1><p>{text}</p>\n</body>\n</html>\n"
        ),
    )
}

/// Stands on the answer of an error that a template may show.
#[derive(Clone, Copy, Debug)]
pub struct ErrorMark {
    status: StatusCode,
    /// What the template is told; for 403 and 404.
    exception: &'static str,
}

impl ErrorMark {
    /// Whether the answer is an error of this status that a template may show.
    pub fn is_of(response: &Response, status: StatusCode) -> bool {
        response.extensions().get::<ErrorMark>().is_some_and(|mark| mark.status == status)
    }

    /// What the page is about; `path` is the one that was asked for.
    pub fn page<'a>(&self, path: &'a str) -> pages::error::ErrorPage<'a> {
        pages::error::ErrorPage { status: self.status.as_u16(), path, exception: self.exception }
    }
}

fn error(status: StatusCode, heading: &str, text: &str, exception: &'static str) -> Response {
    let mut response = page(status, heading, text);
    response.extensions_mut().insert(ErrorMark { status, exception });
    response
}

pub fn bad_request() -> Response {
    error(StatusCode::BAD_REQUEST, "Bad Request (400)", "", "")
}

/// 403, as Django's PermissionDenied.
pub fn forbidden(reason: &'static str) -> Response {
    error(StatusCode::FORBIDDEN, "403 Forbidden", "", reason)
}

/// Marks the answer of a path that nothing answers on.
#[derive(Clone, Copy)]
struct Unresolved;

/// 404 of a path that nothing answers on.
pub fn not_found() -> Response {
    let mut response = no_such("Resolver404");
    response.extensions_mut().insert(Unresolved);
    response
}

/// The same without a page, where a layer leads on.
pub fn nowhere() -> Response {
    let mut response = empty(StatusCode::NOT_FOUND);
    response.extensions_mut().insert(Unresolved);
    response
}

/// Whether no view has been found for the path.
pub fn is_unresolved(response: &Response) -> bool {
    response.extensions().get::<Unresolved>().is_some()
}

/// 404 of a row that is not there; Django's text goes to the template.
pub fn no_such(exception: &'static str) -> Response {
    let text = "The requested resource was not found on this server.";
    error(StatusCode::NOT_FOUND, "Not Found", text, exception)
}

/// 405 with the methods that are allowed.
pub fn not_allowed(allow: &str) -> Response {
    let mut response = empty(StatusCode::METHOD_NOT_ALLOWED);
    set(&mut response, header::ALLOW, allow);
    response
}

/// 200 with the methods, as Django's `View.options`.
pub fn options(allow: &str) -> Response {
    let mut response = empty(StatusCode::OK);
    set(&mut response, header::ALLOW, allow);
    set(&mut response, header::CONTENT_LENGTH, "0");
    response
}

/// What OPTIONS gets, and a method that the URL does not take.
pub fn other_method(method: &Method, allow: &str) -> Response {
    if *method == Method::OPTIONS { options(allow) } else { not_allowed(allow) }
}

/// Marks an answer that may be another one later.
#[derive(Clone, Copy)]
struct Temporary;

/// Our own failure: logged here, told to nobody.
pub fn failed(failure: &Failure) -> Response {
    if log(failure) {
        let mut response = page(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable (503)", "");
        set(&mut response, header::RETRY_AFTER, BUSY_SECONDS);
        response.extensions_mut().insert(Temporary);
        return response;
    }
    error(StatusCode::INTERNAL_SERVER_ERROR, "Server Error (500)", "", "")
}

/// Logs our own failure. Whether the client may come again.
pub fn log(failure: &Failure) -> bool {
    if matches!(failure, Failure::Busy) {
        tracing::warn!("{failure}");
    } else {
        tracing::error!(error = %failure, "request failed");
    }
    failure.is_temporary()
}

/// What programs get instead of the page that says that they may come again.
pub fn for_machines(response: &mut Response) {
    if response.extensions().get::<Temporary>().is_none() {
        return;
    }
    let body = serde_json::json!({ "error": "temporarily_unavailable" });
    response.set_body(django::json::to_ascii(&body));
    response.headers_mut().remove(header::CONTENT_LENGTH);
    set(response, header::CONTENT_TYPE, "application/json");
    set(response, header::CACHE_CONTROL, "no-store");
}

/// A page's refusal: 429 with Retry-After, or our own failure.
pub fn refused(error: Error) -> Response {
    match error {
        Error::Failed(failure) => failed(&failure),
        Error::Refused(error) => {
            let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
            let text = error.description.unwrap_or_default();
            let mut response = self::error(status, "Too Many Requests (429)", &text, "");
            if let Some(seconds) = error.retry_after {
                set(&mut response, header::RETRY_AFTER, &seconds.to_string());
            }
            response
        }
    }
}

/// A redirect; what a URL cannot hold is escaped as Django's `iri_to_uri` does.
pub fn redirect(location: &str) -> Response {
    let mut response = empty(StatusCode::FOUND);
    set(&mut response, header::LOCATION, &django::urls::iri_to_uri(location));
    response
}

/// 301 to the same in another spelling: https, `www.`, a final slash. Django: `HttpResponsePermanentRedirect`.
pub fn moved(to: &str) -> Response {
    let mut response = empty(StatusCode::MOVED_PERMANENTLY);
    set(&mut response, header::LOCATION, &django::urls::iri_to_uri(to));
    response
}

/// JSON as Python writes it.
pub fn json(status: StatusCode, value: &serde_json::Value) -> Response {
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "application/json")
        .body(django::json::to_ascii(value))
}

/// Sets a header whose value may come from outside; a value that no header can hold is left out.
pub fn set(response: &mut Response, name: header::HeaderName, value: &str) {
    if let Ok(value) = header::HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// The marks of an answer that an extractor gives instead of its handler.
#[derive(Clone)]
struct Marks(Extensions);

/// An answer that an extractor gives instead of its handler, as poem's error. What stands on a response would be lost in
/// an error, so that it is kept beside; `of_error` puts it back.
pub fn instead(mut response: Response) -> poem::Error {
    let marks = Marks(std::mem::take(response.extensions_mut()));
    let mut error = poem::Error::from_response(response);
    error.set_data(marks);
    error
}

/// The answer that an error stands for.
pub fn of_error(error: poem::Error) -> Response {
    let mut response = error.into_response();
    if let Some(Marks(marks)) = response.extensions_mut().remove() {
        *response.extensions_mut() = marks;
    }
    response
}

impl From<Failure> for poem::Error {
    fn from(failure: Failure) -> poem::Error {
        poem::Error::from_response(failed(&failure).into_response())
    }
}
