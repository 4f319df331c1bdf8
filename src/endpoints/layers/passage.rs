//! What the layers know of one request.

use std::sync::Arc;

use poem::{Request, Response};

use crate::App;
use crate::endpoints::answer;
use crate::endpoints::input::head::KeptHead;
use crate::endpoints::input::{Language, Origin};

use super::cors::Asked;
use super::methods::{AtPath, RouteTable};

/// One request on its way in and out: what a layer keeps for its way out.
pub struct Passage<'a> {
    pub app: &'a Arc<App>,
    /// What stands at the path.
    pub at_path: Option<AtPath>,
    table: &'a RouteTable,
    has_host: bool,
    pub(super) cors: Option<Asked<'a>>,
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
