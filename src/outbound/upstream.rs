//! The service behind a protected route: bodies stream both ways, within limits.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{Stream, StreamExt, unfold};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, BodyStream, Empty, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::{Instant, timeout, timeout_at};

/// A body on its way, part by part.
pub type Parts = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

type OutBody = UnsyncBoxBody<Bytes, io::Error>;

/// What one forwarded request may take.
#[derive(Clone, Copy, Debug)]
pub struct UpstreamLimits {
    /// Time to connect.
    pub connect: Duration,
    /// Time to the head of the answer after the last part of the request, and between parts of the answer.
    pub answer: Duration,
    /// Time between parts of the request's body.
    pub body: Duration,
    /// Most bytes of the request's body.
    pub body_bytes: u64,
}

/// Why there is no answer of the upstream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failed {
    #[error("the upstream cannot be reached or does not speak HTTP")]
    Unreachable,
    #[error("the upstream does not answer in time")]
    Slow,
    #[error("the request's body is too large")]
    BodyTooLarge,
    #[error("the request's body comes too slowly")]
    BodyTooSlow,
    #[error("the request's body is broken")]
    BodyBroken,
}

impl Failed {
    pub fn status(self) -> StatusCode {
        match self {
            Failed::Unreachable => StatusCode::BAD_GATEWAY,
            Failed::Slow => StatusCode::GATEWAY_TIMEOUT,
            Failed::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Failed::BodyTooSlow => StatusCode::REQUEST_TIMEOUT,
            Failed::BodyBroken => StatusCode::BAD_REQUEST,
        }
    }
}

/// What is sent; headers are filtered already.
pub struct Forwarded {
    pub method: Method,
    pub path_and_query: PathAndQuery,
    pub headers: HeaderMap,
    /// None: a request without body.
    pub body: Option<Parts>,
}

/// One upstream with its connections; clones share them.
#[derive(Clone)]
pub struct Upstream {
    client: Client<HttpConnector, OutBody>,
    authority: Authority,
    limits: UpstreamLimits,
}

impl Upstream {
    pub fn new(authority: Authority, limits: UpstreamLimits) -> Upstream {
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(limits.connect));
        connector.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(30))
            .build(connector);
        Upstream { client, authority, limits }
    }

    /// # Errors
    /// No answer, or a request body beyond the limits.
    pub async fn send(&self, mut forwarded: Forwarded) -> Result<Response<Parts>, Failed> {
        let length =
            forwarded.headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse().ok());
        if length.is_some_and(|n: u64| n > self.limits.body_bytes) {
            return Err(Failed::BodyTooLarge);
        }
        let upload = Arc::new(Mutex::new(Upload { last: Instant::now(), done: true, failed: None }));
        let Some(body) = forwarded.body.take() else {
            let answer = self.answer(self.request(&forwarded, empty()), &upload).await;
            // An idle connection may have been closed while the request was on its way.
            let again = forwarded.method.is_safe() && matches!(answer, Err(Failed::Unreachable));
            return if again {
                self.answer(self.request(&forwarded, empty()), &upload).await
            } else {
                answer
            };
        };
        progress(&upload, false);
        let body = UnsyncBoxBody::new(StreamBody::new(bounded(body, self.limits, upload.clone())));
        self.answer(self.request(&forwarded, body), &upload).await
    }

    fn request(&self, forwarded: &Forwarded, body: OutBody) -> Request<OutBody> {
        let mut request = Request::new(body);
        *request.method_mut() = forwarded.method.clone();
        *request.uri_mut() = self.uri(forwarded.path_and_query.clone());
        *request.headers_mut() = forwarded.headers.clone();
        if let Ok(host) = HeaderValue::from_str(self.authority.as_str()) {
            request.headers_mut().insert(header::HOST, host);
        }
        request
    }

    async fn answer(
        &self,
        request: Request<OutBody>,
        upload: &Mutex<Upload>,
    ) -> Result<Response<Parts>, Failed> {
        let mut sending = self.client.request(request);
        let answer = loop {
            let until = self.patience(upload);
            match timeout_at(until, &mut sending).await {
                Ok(answer) => break answer,
                // Parts that went on meanwhile give it more time.
                Err(_) if self.patience(upload) > until => {}
                Err(_) => return Err(Failed::Slow),
            }
        };
        match answer {
            Ok(answer) => Ok(answer.map(|body| paced(body, self.limits.answer))),
            Err(error) => Err(upload.lock().ok().and_then(|u| u.failed).unwrap_or_else(|| reason(&error))),
        }
    }

    /// Until when an answer is waited for; while the client still sends, its own limit comes first.
    fn patience(&self, upload: &Mutex<Upload>) -> Instant {
        let (last, done) =
            upload.lock().map_or_else(|e| (e.get_ref().last, true), |upload| (upload.last, upload.done));
        last + self.limits.answer + if done { Duration::ZERO } else { self.limits.body }
    }

    fn uri(&self, path_and_query: PathAndQuery) -> Uri {
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(Scheme::HTTP);
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(path_and_query);
        Uri::from_parts(parts).unwrap_or_default()
    }
}

fn empty() -> OutBody {
    UnsyncBoxBody::new(Empty::new().map_err(|never| match never {}))
}

/// How the request's body gets on.
struct Upload {
    last: Instant,
    done: bool,
    failed: Option<Failed>,
}

fn progress(upload: &Mutex<Upload>, done: bool) {
    if let Ok(mut upload) = upload.lock() {
        (upload.last, upload.done) = (Instant::now(), done);
    }
}

fn fail(upload: &Mutex<Upload>, failed: Failed) -> io::Error {
    if let Ok(mut upload) = upload.lock() {
        upload.failed = Some(failed);
    }
    io::Error::other(failed)
}

/// The body as long as it keeps the limits; after an error nothing follows.
fn bounded(
    body: Parts,
    limits: UpstreamLimits,
    upload: Arc<Mutex<Upload>>,
) -> impl Stream<Item = io::Result<Frame<Bytes>>> + Send {
    unfold(Some((body, 0_u64)), move |state| {
        let upload = upload.clone();
        async move {
            let (mut body, mut count) = state?;
            let part = match timeout(limits.body, body.next()).await {
                Err(_) => return Some((Err(fail(&upload, Failed::BodyTooSlow)), None)),
                Ok(None) => {
                    progress(&upload, true);
                    return None;
                }
                Ok(Some(Err(_))) => return Some((Err(fail(&upload, Failed::BodyBroken)), None)),
                Ok(Some(Ok(part))) => part,
            };
            count += part.len() as u64;
            if count > limits.body_bytes {
                return Some((Err(fail(&upload, Failed::BodyTooLarge)), None));
            }
            progress(&upload, false);
            Some((Ok(Frame::data(part)), Some((body, count))))
        }
    })
}

/// The answer's body; an upstream that stops in the middle ends it with an error. Trailers end here.
fn paced(body: Incoming, limit: Duration) -> Parts {
    let frames = BodyStream::new(body.map_err(io::Error::other));
    Box::pin(unfold(Some(frames), move |frames| async move {
        let mut frames = frames?;
        loop {
            return match timeout(limit, frames.next()).await {
                Err(_) => Some((Err(io::Error::from(io::ErrorKind::TimedOut)), None)),
                Ok(None) => None,
                Ok(Some(Err(error))) => Some((Err(error), None)),
                Ok(Some(Ok(frame))) => match frame.into_data() {
                    Ok(data) => Some((Ok(data), Some(frames))),
                    Err(_) => continue,
                },
            };
        }
    }))
}

fn reason(error: &hyper_util::client::legacy::Error) -> Failed {
    let mut source: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(cause) = source {
        if cause.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::TimedOut) {
            return Failed::Slow;
        }
        source = cause.source();
    }
    Failed::Unreachable
}
