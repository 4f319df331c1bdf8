//! Answers that are the same for equal requests (metadata, JWKS): kept whole, with all that the layers around the
//! route make of them. Whatever may make a difference is part of the key.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use lru::LruCache;
use poem::http::header::{self, HeaderMap, HeaderName};
use poem::http::{Method, StatusCode};
use poem::{Request, Response};

/// Answers kept: several documents for several hosts. An attacker may send any that ALLOWED_HOSTS lets through.
const KEPT: NonZeroUsize = NonZeroUsize::new(64).expect("64 is not 0");
/// Most bytes of a key, and of a body.
const LONGEST_KEY: usize = 1_024;
const LONGEST_BODY: usize = 65_536;

/// No answer depends on these.
const IGNORED: [HeaderName; 7] = [
    header::ACCEPT,
    header::ACCEPT_ENCODING,
    header::CONNECTION,
    header::USER_AGENT,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-real-ip"),
    HeaderName::from_static("x-request-id"),
];
/// A request with one of these is somebody's own, or has a body.
const NEVER: [HeaderName; 4] =
    [header::COOKIE, header::AUTHORIZATION, header::CONTENT_LENGTH, header::TRANSFER_ENCODING];

/// Stands on an answer that depends on the configuration and the request's head only.
#[derive(Clone, Copy)]
pub struct Constant;

/// The head of a request, as far as an answer may depend on it.
#[derive(PartialEq, Eq, Hash)]
pub struct Key(Vec<u8>);

impl Key {
    /// Nothing for a request that no constant answer is for.
    pub fn of(request: &Request) -> Option<Key> {
        let uri = request.uri();
        if *request.method() != Method::GET || uri.query().is_some() || uri.authority().is_some() {
            return None;
        }
        let mut key = uri.path().as_bytes().to_vec();
        for (name, value) in request.headers() {
            if NEVER.contains(name) {
                return None;
            }
            if !IGNORED.contains(name) {
                for part in [name.as_str().as_bytes(), value.as_bytes()] {
                    // No header holds a line's end.
                    key.push(b'\n');
                    key.extend_from_slice(part);
                }
            }
        }
        (key.len() <= LONGEST_KEY).then_some(Key(key))
    }
}

#[derive(Clone)]
struct Answer {
    headers: HeaderMap,
    body: Bytes,
}

/// The answers kept, the least used of them last.
pub struct Constants(Mutex<LruCache<Key, Answer>>);

impl Constants {
    pub fn new() -> Constants {
        Constants(Mutex::new(LruCache::new(KEPT)))
    }

    pub fn get(&self, key: &Key) -> Option<Response> {
        let found = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned();
        found.map(|answer| {
            let mut response = Response::default();
            *response.headers_mut() = answer.headers;
            response.set_body(answer.body);
            response
        })
    }

    /// The answer as it is; kept, if it is one of ours.
    pub async fn keep(&self, key: Key, mut response: Response) -> Response {
        let is_whole =
            response.status() == StatusCode::OK && !response.headers().contains_key(header::SET_COOKIE);
        if !is_whole || response.extensions().get::<Constant>().is_none() {
            return response;
        }
        let Ok(body) = response.take_body().into_bytes().await else {
            return super::answer::failed(&crate::storage::Failure::Other("a document was cut short".into()));
        };
        if body.len() <= LONGEST_BODY {
            let answer = Answer { headers: response.headers().clone(), body: body.clone() };
            self.0.lock().unwrap_or_else(PoisonError::into_inner).put(key, answer);
        }
        response.set_body(body);
        response
    }
}
