//! Sessions that no page has looked after: kept alive, or dropped. Django: `SessionMiddleware`.

use poem::{Request, Response};

use crate::endpoints::input::head::KeptHead;
use crate::endpoints::input::{Browser, cookies};

use super::passage::Passage;

pub fn before(passage: &mut Passage<'_>, request: &Request) -> Option<Response> {
    let settings = &passage.app.site.settings.django;
    passage.visitor = settings.session_save_every_request.then(|| KeptHead::of(request));
    passage.session_cookie = cookies::cookie(request.headers(), &settings.session.name);
    None
}

pub async fn after(passage: &mut Passage<'_>, mut response: Response) -> Response {
    if let Some(visitor) = passage.visitor.take() {
        response = Browser::save_untouched(passage.app, &visitor, response).await;
    }
    let cookie = passage.session_cookie.as_deref();
    cookies::drop_short_session(cookie, &mut response, &passage.app.site.settings.django.session);
    response
}
