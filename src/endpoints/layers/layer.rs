//! The list of layers. Django: `MIDDLEWARE`.

use poem::{Request, Response};

use super::passage::Passage;
use super::{common, cors, early, locale, login_required, security, session, token, x_frame_options};

/// What stands around the routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// django-cors-headers.
    Cors,
    Security,
    Session,
    LoginRequired,
    Common,
    XFrameOptions,
    /// What is refused before language and token of the visitor count.
    Early,
    Locale,
    /// DOT's OAuth2TokenMiddleware.
    Token,
}

impl Layer {
    /// From the outermost to the innermost. Each looks into the settings whether it has anything to do.
    pub const ORDER: [Layer; 9] = [
        Layer::Cors,
        Layer::Security,
        Layer::Session,
        Layer::LoginRequired,
        Layer::Common,
        Layer::XFrameOptions,
        Layer::Early,
        Layer::Locale,
        Layer::Token,
    ];

    /// On the way in; an answer ends the way.
    pub(super) async fn before(self, passage: &mut Passage<'_>, request: &mut Request) -> Option<Response> {
        if self == Layer::Cors {
            let settings = passage.app.site.settings.cors.as_ref();
            return cors::before(&mut passage.cors, settings, request);
        }
        // Whatever stands inside CORS relies on a host that is allowed.
        if let Some(refused) = passage.find_host(request) {
            return Some(refused);
        }
        match self {
            Layer::Security => security::before(passage, request),
            Layer::Session => session::before(passage, request),
            Layer::Common => common::before(passage, request),
            Layer::Early => early::before(passage, request).await,
            Layer::Locale => locale::before(passage, request),
            Layer::Cors | Layer::LoginRequired | Layer::XFrameOptions | Layer::Token => None,
        }
    }

    /// On the way out.
    pub(super) async fn after(self, passage: &mut Passage<'_>, response: Response) -> Response {
        match self {
            Layer::Cors => cors::after(passage.cors.as_ref(), response),
            Layer::Security => security::after(passage, response),
            Layer::Session => session::after(passage, response).await,
            Layer::LoginRequired => login_required::after(passage, response),
            Layer::Common | Layer::Early => response,
            Layer::XFrameOptions => x_frame_options::after(passage, response),
            Layer::Locale => locale::after(passage, response),
            Layer::Token => token::after(passage, response),
        }
    }
}
