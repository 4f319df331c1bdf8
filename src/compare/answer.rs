//! An answer of either side, as it came.

use http::{HeaderMap, HeaderName};

/// Why there is no answer, in a sentence.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct NoAnswer(pub String);

impl NoAnswer {
    pub fn from(why: impl std::fmt::Display) -> NoAnswer {
        NoAnswer(why.to_string())
    }
}

#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    /// The header's lines as one; none if it is absent.
    pub fn header(&self, name: &HeaderName) -> Option<String> {
        let lines: Vec<String> = self.headers.get_all(name).iter().map(text).collect();
        (!lines.is_empty()).then(|| lines.join(", "))
    }

    pub fn lines(&self, name: &HeaderName) -> Vec<String> {
        self.headers.get_all(name).iter().map(text).collect()
    }
}

fn text(value: &http::HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}
