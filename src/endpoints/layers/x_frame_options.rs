//! Who may show our pages in a frame. Django: `XFrameOptionsMiddleware`.

use poem::Response;
use poem::http::header;

use super::passage::Passage;
use super::security::default;

pub fn after(passage: &Passage<'_>, mut response: Response) -> Response {
    let value = passage.app.site.settings.django.security.x_frame_options.as_deref();
    default(&mut response, header::X_FRAME_OPTIONS, value);
    response
}
