//! One request of a comparison, the same for both sides.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Uri, header};

use crate::urls::Url;

const FORM: &str = "application/x-www-form-urlencoded";

/// What is sent, and what the report says of it. Holds no secret: the visitor's cookie is added on the way.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Whose answer is wanted; none for a path that nothing answers on, and for protected routes.
    pub url: Option<Url>,
    /// The path as the configuration has it, without values: what the report counts by.
    pub path: String,
    /// What is special about the request.
    pub what: String,
    pub method: Method,
    /// Path and query, escaped.
    pub target: String,
    pub headers: Vec<(HeaderName, String)>,
    pub body: Option<String>,
    /// With the session of `--user`.
    pub is_of_user: bool,
}

impl Ask {
    pub fn new(url: Option<Url>, path: &str, method: Method, target: &str) -> Ask {
        Ask {
            url,
            path: path.to_owned(),
            what: String::new(),
            method,
            target: target.to_owned(),
            headers: Vec::new(),
            body: None,
            is_of_user: false,
        }
    }

    pub fn about(mut self, what: &str) -> Ask {
        self.what = what.to_owned();
        self
    }

    pub fn header(mut self, name: HeaderName, value: &str) -> Ask {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub fn query(mut self, pairs: &[(&str, &str)]) -> Ask {
        self.target = format!("{}?{}", self.target, encoded(pairs));
        self
    }

    /// More parameters behind those of the query.
    pub fn and(mut self, pairs: &[(&str, &str)]) -> Ask {
        self.target = format!("{}&{}", self.target, encoded(pairs));
        self
    }

    pub fn form(self, pairs: &[(&str, &str)]) -> Ask {
        let body = encoded(pairs);
        self.content(FORM, &body)
    }

    pub fn content(mut self, kind: &str, body: &str) -> Ask {
        self.body = Some(body.to_owned());
        self.header(header::CONTENT_TYPE, kind)
    }

    /// Whether its form says how it is encoded.
    pub fn has_charset(&self) -> bool {
        self.headers.iter().any(|(name, value)| *name == header::CONTENT_TYPE && value.contains("; charset="))
    }

    /// Whether it goes to another host than the rest.
    pub fn names_host(&self) -> bool {
        self.headers.iter().any(|(name, _)| *name == header::HOST)
    }

    /// The request as both sides get it; `usual` are the headers that it has unless it says otherwise itself.
    ///
    /// # Errors
    /// A path or a header that cannot be sent.
    pub fn request(&self, usual: &[(HeaderName, String)]) -> Result<Request<Bytes>, http::Error> {
        let mut request = Request::new(Bytes::from(self.body.clone().unwrap_or_default()));
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.target.parse::<Uri>()?;
        let headers = request.headers_mut();
        for (name, value) in usual.iter().filter(|(name, _)| !self.headers.iter().any(|(own, _)| own == name))
        {
            headers.insert(name, HeaderValue::from_str(value)?);
        }
        for (name, value) in &self.headers {
            headers.append(name, HeaderValue::from_str(value)?);
        }
        if self.body.is_some() || matches!(self.method, Method::POST | Method::PUT | Method::PATCH) {
            let length = self.body.as_ref().map_or(0, String::len);
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        }
        Ok(request)
    }

    /// For the report: method, path and query, what is special, who asks.
    pub fn told(&self) -> String {
        let what = if self.what.is_empty() { String::new() } else { format!(" ({})", self.what) };
        let who = if self.is_of_user { ", with the session" } else { "" };
        format!("{} {}{what}{who}", self.method, self.target)
    }
}

pub fn encoded(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}
