//! What is refused before language and token of the visitor count: a query that Django does not read, and a method that
//! introspection does not take.

use poem::{Request, Response};

use crate::endpoints::input::upload;
use crate::endpoints::{answer, introspect};

use super::passage::Passage;

pub async fn before(passage: &Passage<'_>, request: &Request) -> Option<Response> {
    let site = &passage.app.site;
    if !upload::is_query_within_limits(request.uri().query().unwrap_or_default(), &site.settings) {
        return Some(answer::bad_request());
    }
    match passage.at_path.and_then(|at_path| at_path.guarded(request)) {
        Some(allow) => Some(introspect::wrong_method(site, request, allow).await),
        None => None,
    }
}
