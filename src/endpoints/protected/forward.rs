//! A request with a valid token goes on to the service behind the route.

use bytes::Bytes;
use futures_util::stream;
use http::uri::PathAndQuery;
use poem::http::{HeaderMap, header};
use poem::web::RemoteAddr;
use poem::{Addr, Body, Request, Response};

use crate::endpoints::answer;
use crate::endpoints::input::Origin;
use crate::endpoints::layers::Streamed;
use crate::outbound::headers::{self, Identity, Names, Passed, Source};
use crate::outbound::upstream::{Failed, Forwarded, Parts, Upstream, UpstreamLimits};
use crate::settings::limits::Network;
use crate::settings::protected::Forward;
use crate::settings::timeouts::Timeouts;
use crate::storage::access_tokens::TokenRow;

/// One upstream with the rules of its route.
pub struct Behind {
    upstream: Option<Upstream>,
    names: Names,
    passed: Passed,
    trusted_proxies: Vec<Network>,
}

impl Behind {
    pub fn new(forward: &Forward, timeouts: &Timeouts, trusted_proxies: &[Network]) -> Behind {
        let seconds = std::time::Duration::from_secs;
        let limits = UpstreamLimits {
            connect: seconds(forward.connect_timeout),
            answer: seconds(forward.timeout),
            body: seconds(timeouts.body_seconds),
            body_bytes: forward.max_body_bytes,
        };
        let mut names = Names::default();
        let slots = [&mut names.user, &mut names.client, &mut names.scope];
        for (slot, text) in slots.into_iter().zip(&forward.headers) {
            if let Ok(name) = text.parse() {
                *slot = name;
            }
        }
        Behind {
            upstream: forward.authority.parse().ok().map(|authority| Upstream::new(authority, limits)),
            names,
            passed: Passed { authorization: forward.authorization, cookies: forward.cookies },
            trusted_proxies: trusted_proxies.to_vec(),
        }
    }

    fn is_trusted(&self, peer: &str) -> bool {
        peer.parse().is_ok_and(|peer| self.trusted_proxies.iter().any(|network| network.holds(peer)))
    }

    /// `read` is the form that was read to find the token, if one was.
    pub async fn send(&self, request: &mut Request, read: Option<Vec<u8>>, known: &TokenRow) -> Response {
        let body = self.body(request, read);
        match self.forward(request, body, known).await {
            Ok(answered) => answered,
            Err(failed) => {
                tracing::warn!(error = %failed, "not forwarded");
                answer::page(failed.status(), failed.status().canonical_reason().unwrap_or_default(), "")
            }
        }
    }

    async fn forward(
        &self,
        request: &Request,
        body: Option<Parts>,
        known: &TokenRow,
    ) -> Result<Response, Failed> {
        let upstream = self.upstream.as_ref().ok_or(Failed::Unreachable)?;
        let forwarded = Forwarded {
            method: request.method().clone(),
            path_and_query: self.target(request).ok_or(Failed::Unreachable)?,
            headers: self.headers(request, known),
            body,
        };
        let answered = upstream.send(forwarded).await?;
        let (head, body) = answered.into_parts();
        let mut response = Response::builder().status(head.status).body(Body::from_bytes_stream(body));
        *response.headers_mut() = headers::of_answer(&head.headers, self.passed);
        response.extensions_mut().insert(Streamed);
        Ok(response)
    }

    fn headers(&self, request: &Request, known: &TokenRow) -> HeaderMap {
        let identity = Identity {
            user: known.username.as_deref(),
            client: known.client_id.as_deref(),
            scope: &known.scope,
        };
        let origin = request.data::<Origin>();
        let source = Source {
            addresses: self.addresses(request),
            host: origin.map_or("", |o| o.host.as_str()),
            scheme: origin.map_or("http", |o| o.scheme),
        };
        headers::of_request(request.headers(), &self.names, &identity, &source, self.passed)
    }

    /// Our peer; before it what it told, if it is a proxy that we trust.
    fn addresses(&self, request: &Request) -> String {
        let peer = match request.remote_addr() {
            RemoteAddr(Addr::SocketAddr(address)) => address.ip().to_string(),
            _ => "unknown".to_owned(),
        };
        let told = request.header("X-Forwarded-For").filter(|_| self.is_trusted(&peer));
        told.map_or(peer.clone(), |told| format!("{told}, {peer}"))
    }

    /// The raw path and query, without a token in the query.
    fn target(&self, request: &Request) -> Option<PathAndQuery> {
        let uri = request.original_uri();
        let query = uri
            .query()
            .map(|q| if self.passed.authorization { q.into() } else { without_token(q.as_bytes()) });
        let query = query.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        match query.filter(|q| !q.is_empty()) {
            Some(query) => format!("{}?{query}", uri.path()).parse().ok(),
            None => uri.path().parse().ok(),
        }
    }

    fn body(&self, request: &mut Request, read: Option<Vec<u8>>) -> Option<Parts> {
        let Some(bytes) = read else {
            let length = request.header(header::CONTENT_LENGTH);
            let sent =
                length.is_some_and(|n| n != "0") || request.header(header::TRANSFER_ENCODING).is_some();
            return sent.then(|| Box::pin(request.take_body().into_bytes_stream()) as Parts);
        };
        let bytes = if self.passed.authorization { bytes } else { without_token(&bytes) };
        request.headers_mut().insert(header::CONTENT_LENGTH, bytes.len().into());
        Some(Box::pin(stream::iter([Ok(Bytes::from(bytes))])))
    }
}

/// Raw pairs, without those named access_token in any spelling; the others as they came.
fn without_token(pairs: &[u8]) -> Vec<u8> {
    let is_token = |pair: &[u8]| {
        let name = pair.split(|c| *c == b'=').next().unwrap_or_default();
        percent_encoding::percent_decode(name).eq(*b"access_token")
    };
    pairs.split(|c| *c == b'&').filter(|pair| !is_token(pair)).collect::<Vec<_>>().join(&b'&')
}
