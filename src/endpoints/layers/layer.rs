//! The list of layers. Django: `MIDDLEWARE`.

use poem::{Request, Response};

use crate::settings::{Settings, middleware};

use super::passage::{Passage, Stop};
use super::{
    common, conditional_get, cors, csp, csrf, gzip, locale, security, session, token, x_frame_options,
};

/// What stands around the routes. What other layers of Django's do is done by the pages themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// django-cors-headers.
    Cors,
    Security,
    Session,
    Common,
    Csrf,
    XFrameOptions,
    Locale,
    /// DOT's OAuth2TokenMiddleware.
    Token,
    Csp,
    GZip,
    ConditionalGet,
}

impl Layer {
    /// MIDDLEWARE, from the outermost to the innermost. What is not there does nothing.
    pub fn list(settings: &Settings) -> Vec<Layer> {
        let mut layers: Vec<Layer> = Vec::new();
        // Differs from DOT: sessions and CSRF tokens are looked at, whatever MIDDLEWARE says.
        for layer in settings
            .middleware
            .names()
            .iter()
            .filter_map(|name| Layer::named(name))
            .chain([Layer::Session, Layer::Csrf])
        {
            if !layers.contains(&layer) {
                layers.push(layer);
            }
        }
        layers
    }

    fn named(name: &str) -> Option<Layer> {
        Some(match name {
            middleware::CORS => Layer::Cors,
            middleware::SECURITY => Layer::Security,
            middleware::SESSION => Layer::Session,
            middleware::COMMON => Layer::Common,
            middleware::CSRF => Layer::Csrf,
            middleware::X_FRAME_OPTIONS => Layer::XFrameOptions,
            middleware::LOCALE => Layer::Locale,
            middleware::TOKEN => Layer::Token,
            middleware::CSP => Layer::Csp,
            middleware::GZIP => Layer::GZip,
            middleware::CONDITIONAL_GET => Layer::ConditionalGet,
            _ => return None,
        })
    }

    /// On the way in.
    pub(super) fn before(self, passage: &mut Passage<'_>, request: &mut Request) -> Option<Stop> {
        match self {
            Layer::Cors => {
                let settings = passage.app.site.settings.cors.as_ref();
                return cors::before(&mut passage.cors, settings, request).map(Stop::Answer);
            }
            Layer::Security => return security::before(passage, request),
            Layer::Common => return common::before(passage, request),
            Layer::Token => return token::before(passage, request),
            Layer::Session => session::before(passage, request),
            Layer::Csrf => csrf::before(passage, request),
            Layer::Locale => locale::before(passage, request),
            Layer::GZip => gzip::before(passage, request),
            Layer::ConditionalGet => conditional_get::before(passage, request),
            Layer::XFrameOptions | Layer::Csp => {}
        }
        None
    }

    /// On the way out.
    pub(super) async fn after(self, passage: &mut Passage<'_>, response: Response) -> Response {
        match self {
            Layer::Cors => cors::after(passage.cors.as_ref(), response),
            Layer::Security => security::after(passage, response),
            Layer::Session => session::after(passage, response).await,
            Layer::Common => common::after(passage, response),
            Layer::Csrf => csrf::after(response),
            Layer::XFrameOptions => x_frame_options::after(passage, response),
            Layer::Locale => locale::after(passage, response),
            Layer::Token => token::after(response),
            Layer::Csp => csp::after(passage, response),
            Layer::GZip => gzip::after(passage, response).await,
            Layer::ConditionalGet => conditional_get::after(passage, response).await,
        }
    }
}
