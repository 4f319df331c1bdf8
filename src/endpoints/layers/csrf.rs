//! What the CSRF secret makes an answer depend on; the check itself is the pages'. Django: `CsrfViewMiddleware`.

use poem::{Request, Response};

use crate::endpoints::input::Wants;
use crate::endpoints::vary;

use super::passage::Passage;

/// With CSRF_USE_SESSIONS every request's session is asked for its secret.
pub fn before(passage: &mut Passage<'_>, request: &Request) {
    if passage.app.site.settings.django.csrf_use_sessions {
        passage.look_at_session(Wants::Session, request);
    }
}

pub fn after(mut response: Response) -> Response {
    if vary::is_on_csrf(&response) {
        vary::on(&mut response, "Cookie");
    }
    response
}
