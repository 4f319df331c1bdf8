//! Sessions that no page has looked after: kept alive, or dropped; and `Vary: Cookie` of all that was looked at.
//! Django: `SessionMiddleware`.

use poem::{Request, Response};

use crate::endpoints::input::head::KeptHead;
use crate::endpoints::input::{Browser, Interrupted, cookies};
use crate::endpoints::{answer, vary};

use super::passage::Passage;

pub fn before(passage: &mut Passage<'_>, request: &Request) {
    let settings = &passage.app.site.settings.django;
    passage.visitor = settings.session_save_every_request.then(|| KeptHead::of(request));
    passage.session_cookie = cookies::cookie(request.headers(), &settings.session.name);
}

pub async fn after(passage: &mut Passage<'_>, mut response: Response) -> Response {
    if let Some(visitor) = passage.visitor.take() {
        response = Browser::save_untouched(passage.app, &visitor, passage.wants, response).await;
    }
    // Django raises it here: nothing that the layers inside have added stays.
    if response.extensions().get::<Interrupted>().is_some() {
        return answer::bad_request();
    }
    let cookie = passage.session_cookie.as_deref();
    cookies::drop_short_session(cookie, &mut response, &passage.app.site.settings.django.session);
    if passage.looks_at_session || vary::is_on_session(&response) {
        vary::on(&mut response, "Cookie");
    }
    response
}
