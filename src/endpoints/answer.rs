//! The one place where a refusal or a failure becomes HTTP, and where our own failures are logged.
//! Django: `django.views.defaults`; DOT: `OAuthLibMixin.error_response`.

use poem::http::{StatusCode, header};
use poem::{IntoResponse, Response};

use crate::storage::Failure;

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

pub fn bad_request() -> Response {
    page(StatusCode::BAD_REQUEST, "Bad Request (400)", "")
}

pub fn not_found() -> Response {
    page(StatusCode::NOT_FOUND, "Not Found", "The requested resource was not found on this server.")
}

/// 405 with the methods that are allowed.
pub fn not_allowed(allow: &str) -> Response {
    let mut response = empty(StatusCode::METHOD_NOT_ALLOWED);
    set(&mut response, header::ALLOW, allow);
    response
}

/// Our own failure: logged here, told to nobody.
pub fn failed(failure: &Failure) -> Response {
    tracing::error!(error = %failure, "request failed");
    page(StatusCode::INTERNAL_SERVER_ERROR, "Server Error (500)", "")
}

/// A redirect; what a URL cannot hold is escaped as Django's `iri_to_uri` does.
pub fn redirect(location: &str) -> Response {
    let mut response = empty(StatusCode::FOUND);
    set(&mut response, header::LOCATION, &django::urls::iri_to_uri(location));
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

impl From<Failure> for poem::Error {
    fn from(failure: Failure) -> poem::Error {
        poem::Error::from_response(failed(&failure).into_response())
    }
}
