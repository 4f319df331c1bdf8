//! ETags, and 304 for whoever has the answer already. Django: `ConditionalGetMiddleware`.

use poem::http::header::{self, HeaderName};
use poem::http::{Method, StatusCode};
use poem::{Request, Response};

use django::conditional::{self, Conditions, Outcome};

use crate::endpoints::answer;

use super::body;
use super::passage::Passage;

/// What an answer keeps without its body (RFC 9110 section 15.4.5), and its cookies.
const KEPT: [HeaderName; 8] = [
    header::CACHE_CONTROL,
    header::CONTENT_LOCATION,
    header::DATE,
    header::ETAG,
    header::EXPIRES,
    header::LAST_MODIFIED,
    header::VARY,
    header::SET_COOKIE,
];

pub fn before(passage: &mut Passage<'_>, request: &Request) {
    let text = |name: HeaderName| request.header(name).unwrap_or_default().to_owned();
    passage.conditions = (*request.method() == Method::GET).then(|| Conditions {
        if_match: text(header::IF_MATCH),
        if_unmodified_since: text(header::IF_UNMODIFIED_SINCE),
        if_none_match: text(header::IF_NONE_MATCH),
        if_modified_since: text(header::IF_MODIFIED_SINCE),
    });
}

pub async fn after(passage: &mut Passage<'_>, mut response: Response) -> Response {
    let Some(conditions) = passage.conditions.take().filter(|_| !body::is_streamed(&response)) else {
        return response;
    };
    if let Err(failed) = tag(&mut response).await {
        return *failed;
    }
    if !response.status().is_success() {
        return response;
    }
    match conditions.check(response.header(header::ETAG), response.header(header::LAST_MODIFIED)) {
        Outcome::Answer => response,
        Outcome::NotModified => not_modified(response),
        Outcome::PreconditionFailed => precondition_failed(response),
    }
}

/// The body's ETag, unless there is one or nobody may keep the answer.
async fn tag(response: &mut Response) -> Result<(), Box<Response>> {
    let cache_control = response.header(header::CACHE_CONTROL).unwrap_or_default();
    let is_stored = !cache_control.split(',').any(|part| part.trim().eq_ignore_ascii_case("no-store"));
    if !is_stored || response.headers().contains_key(header::ETAG) {
        return Ok(());
    }
    let content = body::take(response).await?;
    if !content.is_empty() {
        answer::set(response, header::ETAG, &conditional::etag(&content));
    }
    response.set_body(content);
    Ok(())
}

/// What pages have marked for the layers outside stays there.
fn precondition_failed(mut response: Response) -> Response {
    let mut other = answer::empty(StatusCode::PRECONDITION_FAILED);
    std::mem::swap(other.extensions_mut(), response.extensions_mut());
    other
}

fn not_modified(mut response: Response) -> Response {
    let _ = response.take_body();
    response.set_status(StatusCode::NOT_MODIFIED);
    let names: Vec<HeaderName> =
        response.headers().keys().filter(|name| !KEPT.contains(name)).cloned().collect();
    for name in names {
        response.headers_mut().remove(name);
    }
    response
}
