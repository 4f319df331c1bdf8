//! What the layers know of one request.

use std::sync::Arc;

use poem::{Request, Response};

use django::conditional::Conditions;

use crate::App;
use crate::endpoints::answer;
use crate::endpoints::input::head::KeptHead;
use crate::endpoints::input::{Language, Origin, Wants};

use super::cors::Asked;
use super::methods::{AtPath, RouteTable};

/// An answer that ends the way in.
pub enum Stop {
    /// The layer's own: it sees it on the way out, too.
    Answer(Response),
    /// An exception's: only the layers around it see it.
    Raise(Response),
}

/// One request on its way in and out: what a layer keeps for its way out.
pub struct Passage<'a> {
    pub app: &'a Arc<App>,
    /// What stands at the path.
    pub at_path: Option<AtPath>,
    table: &'a RouteTable,
    has_host: bool,
    pub(super) cors: Option<Asked<'a>>,
    /// The request came over https.
    pub(super) is_secure: bool,
    /// Where the path is one of ours but for its final slash: the way there.
    pub(super) with_slash: Option<String>,
    /// Where the path is one of ours but for the language before it: the way there.
    pub(super) in_language: Option<String>,
    pub(super) session_cookie: Option<String>,
    /// Whose session is saved or loaded.
    pub(super) visitor: Option<KeptHead>,
    /// A layer has looked at the session.
    pub(super) looks_at_session: bool,
    /// What it wants of a session that a cookie names.
    pub(super) wants: Wants,
    pub(super) language: Option<Language>,
    pub(super) takes_gzip: bool,
    /// What a GET wants an answer for.
    pub(super) conditions: Option<Conditions>,
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
            with_slash: None,
            in_language: None,
            session_cookie: None,
            visitor: None,
            looks_at_session: false,
            wants: Wants::Nothing,
            language: None,
            takes_gzip: false,
            conditions: None,
        }
    }

    /// Whether the path is one of ours but for its final slash.
    pub(super) fn lacks_slash(&self, path: &str) -> bool {
        self.at_path.is_none() && !path.ends_with('/') && self.is_ours(&format!("{path}/"))
    }

    /// Whether something stands at the path.
    pub(super) fn is_ours(&self, path: &str) -> bool {
        self.table.find(path).is_some()
    }

    /// FORCE_SCRIPT_NAME, this path, `end` and the query of the request. Django: `HttpRequest.get_full_path`.
    pub(super) fn full_path(&self, request: &Request, path: &str, end: &str) -> String {
        let query =
            request.uri().query().filter(|q| !q.is_empty()).map(|q| format!("?{q}")).unwrap_or_default();
        format!("{}{path}{end}{query}", self.app.site.settings.django.force_script_name)
    }

    /// A layer looks at the session: it is loaded on the way out, unless a page does.
    pub(super) fn look_at_session(&mut self, wants: Wants, request: &Request) {
        self.looks_at_session = true;
        if self.session_cookie.is_some() {
            self.wants = self.wants.max(wants);
            self.visitor = self.visitor.take().or_else(|| Some(KeptHead::of(request)));
        }
    }

    /// The host that the handlers find with the request; once. An answer where it is not allowed.
    /// Django: `HttpRequest.get_host`, `DisallowedHost`.
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
                self.has_host = true;
                request.set_data(origin);
                None
            }
        }
    }
}
