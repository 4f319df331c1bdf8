//! Which paths exist and which methods they take: for OPTIONS, 405 and missing slashes, as Django's `View` answers.

use std::collections::HashMap;

use poem::http::{Method, StatusCode, header};
use poem::{Request, Response};

use crate::endpoints::answer;

/// Every path that ends in a slash, with what is allowed on it.
#[derive(Default)]
pub struct Known {
    exact: HashMap<String, Allowed>,
    /// With a `*` or a `+` for a part.
    patterns: Vec<(String, Allowed)>,
}

/// How a path treats methods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// A machine endpoint: everything but these is 405, OPTIONS is 200.
    Plain(&'static str),
    /// As Plain, but only an authenticated caller is told (introspect).
    Guarded(&'static str),
    /// The page itself decides before the method does (login required).
    Page(&'static str),
    /// The page decides about every method itself.
    Own,
    /// As Own: login and logout.
    Account,
}

impl Known {
    pub fn add(&mut self, path: String, allowed: Allowed) {
        if path.contains(['*', '+']) {
            self.patterns.push((path, allowed));
        } else {
            self.exact.entry(path).or_insert(allowed);
        }
    }

    fn find(&self, path: &str) -> Option<Allowed> {
        let exact = self.exact.get(path).copied();
        let pattern = || self.patterns.iter().find(|(known, _)| is_at(known, path));
        exact.or_else(|| pattern().map(|(_, allowed)| *allowed))
    }

    /// Whether the path is one of ours but for its final slash.
    pub fn lacks_slash(&self, path: &str) -> bool {
        !path.ends_with('/') && self.find(path).is_none() && self.find(&format!("{path}/")).is_some()
    }

    /// Whether the path is a page that CSRF check and login stand before.
    pub fn is_page(&self, path: &str) -> bool {
        matches!(self.find(path), Some(Allowed::Page(_)))
    }

    /// Whether the path is the login or logout page.
    pub fn is_account(&self, path: &str) -> bool {
        self.find(path) == Some(Allowed::Account)
    }

    /// Whether the path is none of the machine endpoints, so that somebody may look at its error page.
    pub fn is_seen(&self, path: &str) -> bool {
        !matches!(self.find(path), Some(Allowed::Plain(_) | Allowed::Guarded(_)))
    }

    /// The methods of a guarded path that does not take this request's method.
    pub fn guarded(&self, request: &Request) -> Option<&'static str> {
        match self.find(request.uri().path())? {
            Allowed::Guarded(allow) if !allow.split(", ").any(|m| m == request.method().as_str()) => {
                Some(allow)
            }
            _ => None,
        }
    }

    /// The answer to OPTIONS and to methods that the path does not take.
    pub fn refuse(&self, request: &Request) -> Option<Response> {
        let allowed = self.find(request.uri().path())?;
        let method = request.method();
        let (Allowed::Plain(allow) | Allowed::Guarded(allow) | Allowed::Page(allow)) = allowed else {
            return None;
        };
        let takes = allow.split(", ").any(|m| m == method.as_str());
        match method {
            &Method::OPTIONS => Some(options(allow)),
            _ if !takes => Some(answer::not_allowed(allow)),
            _ => None,
        }
    }
}

/// Django's `<slug:…>` for a `*`, its `<str:…>` for a `+`.
fn is_at(known: &str, path: &str) -> bool {
    let start = known.find(['*', '+']).unwrap_or(known.len());
    if !path.as_bytes().starts_with(&known.as_bytes()[..start]) {
        return false;
    }
    let slug = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    let (mut known, mut path) = (known.split('/'), path.split('/'));
    loop {
        match (known.next(), path.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if a == b || (a == "*" && slug(b)) || (a == "+" && !b.is_empty()) => {}
            _ => return false,
        }
    }
}

/// 200 with the methods, as Django's `View.options`.
pub fn options(allow: &str) -> Response {
    let mut response = answer::empty(StatusCode::OK);
    answer::set(&mut response, header::ALLOW, allow);
    answer::set(&mut response, header::CONTENT_LENGTH, "0");
    response
}
