//! The head of a request, as far as pages look at it. poem gives a request away to its route, so that whoever looks at
//! the answer afterwards keeps a copy.

use std::net::SocketAddr;

use poem::Request;
use poem::http::{HeaderMap, Method, Uri};

use crate::settings::Django;

use super::{Language, Origin};

/// What stands for the origin of a request that has come past the layers.
static NOWHERE: Origin = Origin { scheme: "http", host: String::new() };

/// A request without its body.
#[derive(Clone, Copy)]
pub struct Head<'a> {
    pub method: &'a Method,
    /// Path and query as sent.
    pub uri: &'a Uri,
    pub headers: &'a HeaderMap,
    pub remote: Option<SocketAddr>,
    local: Option<SocketAddr>,
    pub origin: &'a Origin,
    /// The active language; none where no layer has chosen it.
    pub language: Option<&'a str>,
}

impl<'a> Head<'a> {
    pub fn of(request: &'a Request) -> Head<'a> {
        Head {
            method: request.method(),
            uri: request.original_uri(),
            headers: request.headers(),
            remote: request.remote_addr().as_socket_addr().copied(),
            local: request.local_addr().as_socket_addr().copied(),
            origin: request.data::<Origin>().unwrap_or(&NOWHERE),
            language: request.data::<Language>().map(|language| language.code.as_str()),
        }
    }

    /// A header that is text.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Path and query as sent; an empty query is none, as in Django's `get_full_path`.
    pub fn full_path(&self) -> String {
        let full = self.uri.path_and_query().map_or_else(String::new, ToString::to_string);
        full.strip_suffix('?').map(str::to_owned).unwrap_or(full)
    }

    /// As Django's `get_port` has it: forwarded where that is trusted, else the one that the connection reached.
    pub fn port(&self, settings: &Django) -> String {
        let forwarded = self.header("X-Forwarded-Port").filter(|_| settings.use_x_forwarded_port);
        let own = || self.local.map_or_else(String::new, |address| address.port().to_string());
        forwarded.map_or_else(own, str::to_owned)
    }
}

/// A copy of a head, for whoever looks at the answer.
pub struct KeptHead {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    remote: Option<SocketAddr>,
    local: Option<SocketAddr>,
    origin: Origin,
    language: Option<String>,
}

impl KeptHead {
    pub fn of(request: &Request) -> KeptHead {
        let head = Head::of(request);
        KeptHead {
            method: head.method.clone(),
            uri: head.uri.clone(),
            headers: head.headers.clone(),
            remote: head.remote,
            local: head.local,
            origin: head.origin.clone(),
            language: head.language.map(str::to_owned),
        }
    }

    pub fn head(&self) -> Head<'_> {
        Head {
            method: &self.method,
            uri: &self.uri,
            headers: &self.headers,
            remote: self.remote,
            local: self.local,
            origin: &self.origin,
            language: self.language.as_deref(),
        }
    }
}
