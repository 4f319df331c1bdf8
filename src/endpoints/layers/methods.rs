//! Which paths exist and which methods they take: for OPTIONS, 405 and missing slashes, as Django's `View` answers.

use std::collections::HashMap;

use poem::http::Method;
use poem::{Request, Response};

use crate::endpoints::answer;
use crate::settings::Settings;
use crate::urls::{MethodCheck, Pattern, Url, UrlKind};

/// Every path that answers, with what is known of its methods.
pub struct RouteTable {
    exact: HashMap<String, AtPath>,
    /// Paths with arguments.
    patterns: Vec<(Pattern, AtPath)>,
}

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AtPath {
    /// None: a protected route.
    pub url: Option<Url>,
    check: MethodCheck,
}

impl RouteTable {
    pub fn new(settings: &Settings) -> RouteTable {
        let mut table = RouteTable { exact: HashMap::new(), patterns: Vec::new() };
        let ours = settings.urls.routes().iter().filter(|route| route.url.entry().kind != UrlKind::Elsewhere);
        for route in ours {
            // A URL that a setting turns off answers 404 to every method.
            let is_on = settings.urls.is_on(route.url);
            let check = if is_on { route.url.entry().check } else { MethodCheck::ByView };
            let at_path = AtPath { url: Some(route.url), check };
            if route.pattern.arguments().is_empty() {
                table.exact.entry(route.pattern.as_str().to_owned()).or_insert(at_path);
            } else {
                table.patterns.push((route.pattern.clone(), at_path));
            }
        }
        let at_path = AtPath { url: None, check: MethodCheck::ByView };
        for rule in settings.server.protected.iter().filter(|rule| rule.path.ends_with('/')) {
            table.exact.entry(rule.path.clone()).or_insert(at_path);
        }
        table
    }

    pub fn find(&self, path: &str) -> Option<AtPath> {
        let exact = self.exact.get(path).copied();
        let pattern = || self.patterns.iter().find(|(pattern, _)| pattern.matches(path));
        exact.or_else(|| pattern().map(|(_, at_path)| *at_path))
    }
}

impl AtPath {
    /// Whether CSRF check and login stand before the refusal of a method.
    pub fn is_behind_login(self) -> bool {
        self.check == MethodCheck::AfterLogin
    }

    /// Whether somebody may look at its error page: it is none of the machine endpoints.
    pub fn is_seen(self) -> bool {
        !matches!(self.check, MethodCheck::AtOnce | MethodCheck::AfterClient)
    }

    /// The allowed methods, if the request has another one and only an authenticated client may be told (introspection).
    pub fn guarded(self, request: &Request) -> Option<&'static str> {
        let allow = self.url?.methods();
        (self.check == MethodCheck::AfterClient && !takes(allow, request.method())).then_some(allow)
    }

    /// The answer to OPTIONS and to methods that the path does not take.
    pub fn refuse(self, request: &Request) -> Option<Response> {
        let allow = self.url.filter(|_| self.check != MethodCheck::ByView)?.methods();
        match request.method() {
            &Method::OPTIONS => Some(answer::options(allow)),
            method if !takes(allow, method) => Some(answer::not_allowed(allow)),
            _ => None,
        }
    }
}

fn takes(allow: &str, method: &Method) -> bool {
    allow.split(", ").any(|m| m == method.as_str())
}
