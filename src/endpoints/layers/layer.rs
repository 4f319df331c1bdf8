//! The list of layers, and what they know of one request. Django: `MIDDLEWARE`.

use std::sync::Arc;

use poem::{Request, Response};

use crate::App;
use crate::endpoints::answer;
use crate::endpoints::input::head::KeptHead;
use crate::endpoints::input::{Language, Origin};

use super::methods::{AtPath, RouteTable};
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
            return cors::before(passage, request);
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
            Layer::Cors => cors::after(passage, response),
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

/// One request on its way in and out: what a layer keeps for its way out.
pub struct Passage<'a> {
    pub app: &'a Arc<App>,
    /// What stands at the path.
    pub at_path: Option<AtPath>,
    table: &'a RouteTable,
    has_host: bool,
    pub(super) cors: Option<cors::Asked<'a>>,
    /// The request came over https, and to an allowed host.
    pub(super) is_secure: bool,
    pub(super) session_cookie: Option<String>,
    /// SESSION_SAVE_EVERY_REQUEST: whose session is saved.
    pub(super) visitor: Option<KeptHead>,
    pub(super) language: Option<Language>,
}

impl<'a> Passage<'a> {
    pub(super) fn new(app: &'a Arc<App>, table: &'a RouteTable, at_path: Option<AtPath>) -> Passage<'a> {
        Passage {
            app,
            at_path,
            table,
            has_host: false,
            cors: None,
            is_secure: false,
            session_cookie: None,
            visitor: None,
            language: None,
        }
    }

    /// Whether the path is one of ours but for its final slash.
    pub(super) fn lacks_slash(&self, path: &str) -> bool {
        self.at_path.is_none() && !path.ends_with('/') && self.table.find(&format!("{path}/")).is_some()
    }

    /// The host, and what the handlers find with the request; once. An answer where the host is not allowed.
    pub(super) fn find_host(&mut self, request: &mut Request) -> Option<Response> {
        if self.has_host {
            return None;
        }
        match Origin::of(request, &self.app.site.settings.django) {
            Err(error) => {
                tracing::warn!(%error, "host refused");
                Some(answer::bad_request())
            }
            Ok(origin) => {
                let language = Language::of(self.app, request);
                self.has_host = true;
                self.is_secure = origin.is_secure();
                request.set_data(origin);
                request.set_data(language);
                None
            }
        }
    }
}
