//! A bearer token of a page's visitor; `Browser::user` finds its user. DOT: `OAuth2TokenMiddleware`.

use poem::{Request, Response};

use crate::endpoints::input::{self, Wants};
use crate::endpoints::vary;
use crate::oauth::bearer;

use super::passage::{Passage, Stop};

/// After AuthenticationMiddleware a token counts only where the session has no user, so that Django loads the session.
pub fn before(passage: &mut Passage<'_>, request: &mut Request) -> Option<Stop> {
    input::authorization(request).and_then(bearer::parse)?;
    let rule = &passage.app.site.settings.token_middleware;
    if !rule.comes_first {
        passage.look_at_session(Wants::User, request);
    }
    // A token is checked against the URL of the request.
    if rule.logs_in { passage.find_host(request).map(Stop::Raise) } else { None }
}

pub fn after(mut response: Response) -> Response {
    vary::on(&mut response, "Authorization");
    response
}
