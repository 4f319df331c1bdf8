//! Answers that are the same for equal requests (metadata, JWKS): kept whole, with all that the layers around the
//! route make of them. Whatever may make a difference is part of the key.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use lru::LruCache;
use poem::http::header::{self, HeaderMap, HeaderName};
use poem::http::{Method, StatusCode};
use poem::{Request, Response};

use crate::settings::Settings;

use super::body;
use super::layer::Layer;

/// Answers kept: several documents for several hosts. An attacker may send any that ALLOWED_HOSTS lets through.
const KEPT: NonZeroUsize = NonZeroUsize::new(64).expect("64 is not 0");
/// Most bytes of a key, and of a body.
const LONGEST_KEY: usize = 1_024;
const LONGEST_BODY: usize = 65_536;

/// No answer depends on these, unless a layer or a setting makes it so.
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
    /// Nothing for a request that no constant answer is for. The headers of `counting` count, whatever they are.
    fn of(request: &Request, counting: &[String]) -> Option<Key> {
        let uri = request.uri();
        if *request.method() != Method::GET || uri.query().is_some() || uri.authority().is_some() {
            return None;
        }
        let mut key = uri.path().as_bytes().to_vec();
        for (name, value) in request.headers() {
            if NEVER.contains(name) {
                return None;
            }
            if !IGNORED.contains(name) || counting.iter().any(|counts| counts == name.as_str()) {
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
pub struct Constants {
    answers: Mutex<LruCache<Key, Answer>>,
    /// Headers that count although most servers' answers do not depend on them, in lower case.
    counting: Vec<String>,
}

impl Constants {
    pub fn new(settings: &Settings, layers: &[Layer]) -> Constants {
        let https = settings.django.secure_proxy_ssl_header.iter().map(|(name, _)| name.to_ascii_lowercase());
        let compressed = layers.contains(&Layer::GZip).then(|| header::ACCEPT_ENCODING.as_str().to_owned());
        Constants::counting(https.chain(compressed).collect())
    }

    fn counting(counting: Vec<String>) -> Constants {
        Constants { answers: Mutex::new(LruCache::new(KEPT)), counting }
    }

    /// Nothing for a request that no constant answer is for.
    pub fn key(&self, request: &Request) -> Option<Key> {
        Key::of(request, &self.counting)
    }

    pub fn get(&self, key: &Key) -> Option<Response> {
        let found = self.answers.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned();
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
        let body = match body::take(&mut response).await {
            Ok(body) => body,
            Err(failed) => return *failed,
        };
        if body.len() <= LONGEST_BODY {
            let answer = Answer { headers: response.headers().clone(), body: body.clone() };
            self.answers.lock().unwrap_or_else(PoisonError::into_inner).put(key, answer);
        }
        response.set_body(body);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(path: &'static str, headers: &[(&'static str, &'static str)]) -> Request {
        let start = Request::builder().uri_str(path);
        headers.iter().fold(start, |request, (name, value)| request.header(*name, *value)).finish()
    }

    fn key(path: &'static str, headers: &[(&'static str, &'static str)]) -> Option<Key> {
        Key::of(&request(path, headers), &[])
    }

    #[test]
    fn the_header_that_tells_of_https_counts() {
        let of = |value| Key::of(&request("/a", &[("x-real-ip", value)]), &["x-real-ip".to_owned()]);
        assert!(of("https") != of("http"));
    }

    #[test]
    fn what_an_answer_may_depend_on_makes_another_key() {
        let plain = key("/a", &[("host", "x")]);
        assert!(plain.is_some());
        assert!(plain == key("/a", &[("host", "x"), ("user-agent", "curl"), ("accept", "*/*")]));
        for (path, headers) in [
            ("/b", vec![("host", "x")]),
            ("/a", vec![("host", "y")]),
            ("/a", vec![("host", "x"), ("origin", "https://c.example")]),
            ("/a", vec![("host", "x"), ("x-forwarded-proto", "https")]),
            ("/a", vec![("host", "x"), ("accept-language", "de")]),
            ("/a", vec![("host", "x"), ("host", "x")]),
        ] {
            let other = key(path, &headers);
            assert!(other.is_some() && other != plain, "{path} {headers:?}");
        }
    }

    #[test]
    fn a_visitor_a_query_and_a_body_have_no_key() {
        for name in ["cookie", "authorization", "content-length", "transfer-encoding"] {
            assert!(key("/a", &[(name, "1")]).is_none(), "{name}");
        }
        assert!(key("/a?b", &[]).is_none());
        let post = Request::builder().method(Method::POST).uri_str("/a").finish();
        assert!(Key::of(&post, &[]).is_none());
    }

    #[tokio::test]
    async fn only_a_whole_answer_that_says_so_is_kept() {
        let constants = Constants::counting(Vec::new());
        let answer = || Response::builder().header("x-seen", "1").body("text");
        let named = || key("/a", &[]).unwrap();
        constants.keep(named(), answer()).await;
        assert!(constants.get(&named()).is_none());
        let with_cookie = Response::builder().header("set-cookie", "a=b").extension(Constant).body("text");
        constants.keep(named(), with_cookie).await;
        assert!(constants.get(&named()).is_none());
        let refused = Response::builder().status(StatusCode::BAD_REQUEST).extension(Constant).body("text");
        constants.keep(named(), refused).await;
        assert!(constants.get(&named()).is_none());
        let mut first = answer();
        first.extensions_mut().insert(Constant);
        let first = constants.keep(named(), first).await;
        let again = constants.get(&named()).unwrap();
        assert_eq!(first.headers(), again.headers());
        assert_eq!(again.into_body().into_string().await.unwrap(), "text");
        assert_eq!(first.into_body().into_string().await.unwrap(), "text");
    }
}
