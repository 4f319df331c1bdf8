//! What of an answer is compared, without what differs from one answer to the next: CSRF tokens, dates, nonces, ids of requests.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::LazyLock;

use http::header;
use regex::Regex;
use serde_json::Value;

use super::answer::Answer;
use super::page;

/// What belongs to the connection, to the server in front, or to one answer only.
const IGNORED: [&str; 14] = [
    "date",
    "server",
    "connection",
    "keep-alive",
    "transfer-encoding",
    "content-length",
    "x-request-id",
    "via",
    "alt-svc",
    "x-runtime",
    "server-timing",
    "set-cookie",
    "age",
    "x-served-by",
];

/// Headers whose value is a set of words.
const SETS: [&str; 4] = ["vary", "allow", "access-control-allow-headers", "access-control-allow-methods"];

/// Headers of which it only counts whether they are there: their value is a time, or made of a body that holds a token.
const PRESENCE: [&str; 3] = ["expires", "last-modified", "etag"];

/// An expression that is known to be good.
fn expression(text: &str) -> Option<Regex> {
    Regex::new(text).ok()
}

static TOKEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    expression(
        r#"(csrfmiddlewaretoken"?'? value=["']|"X-CSRFToken": ?"|csrf-token" content=")[A-Za-z0-9]{32,64}"#,
    )
});
/// Values of fields that are made anew for each answer: client_id and client_secret of the form for a new application.
static RANDOM: LazyLock<Option<Regex>> =
    LazyLock::new(|| expression(r#"( value=")(?:[A-Za-z0-9]{40}|[A-Za-z0-9]{128})""#));
static NONCE: LazyLock<Option<Regex>> =
    LazyLock::new(|| expression(r#"(nonce-|nonce=["'])[A-Za-z0-9+/_=-]{8,}"#));

/// What both sides must have in common.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    /// Attributes by the cookie's name.
    pub cookies: BTreeMap<String, String>,
    pub body: Body,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    Json(Value),
    Html { text: String, facts: Vec<String> },
    Text(String),
}

impl Facts {
    pub fn of(answer: &Answer, is_head: bool) -> Facts {
        let mut headers = BTreeMap::new();
        for name in answer.headers.keys().filter(|name| !IGNORED.contains(&name.as_str())) {
            let value = answer.header(name).unwrap_or_default();
            headers.insert(name.as_str().to_owned(), normal(name.as_str(), &value));
        }
        let cookies = answer.lines(&header::SET_COOKIE);
        Facts {
            status: answer.status,
            headers,
            cookies: cookies.iter().map(|line| cookie(line)).collect(),
            body: if is_head { Body::Text(String::new()) } else { body(answer) },
        }
    }
}

fn normal(name: &str, value: &str) -> String {
    if PRESENCE.contains(&name) {
        return "(is there)".to_owned();
    }
    if SETS.contains(&name) {
        let mut words: Vec<String> = value.split(',').map(|word| word.trim().to_ascii_lowercase()).collect();
        words.sort_unstable();
        words.dedup();
        return words.join(", ");
    }
    replaced(&NONCE, value)
}

fn replaced(expression: &LazyLock<Option<Regex>>, text: &str) -> String {
    match expression.as_ref() {
        Some(expression) => expression.replace_all(text, "${1}…").into_owned(),
        None => text.to_owned(),
    }
}

/// Name and attributes; of the value only how long it is, and of a date only that there is one.
fn cookie(line: &str) -> (String, String) {
    let mut parts = line.split(';').map(str::trim);
    let (name, value) = parts.next().unwrap_or_default().split_once('=').unwrap_or_default();
    let mut attributes: Vec<String> = parts
        .map(|part| match part.split_once('=') {
            Some((name, _)) if name.eq_ignore_ascii_case("expires") => "expires".to_owned(),
            Some((name, value)) => format!("{}={value}", name.to_ascii_lowercase()),
            None => part.to_ascii_lowercase(),
        })
        .collect();
    attributes.sort_unstable();
    let value = match value.trim_matches('"') {
        "" => "empty".to_owned(),
        value => format!("{} characters", value.len()),
    };
    (name.to_owned(), format!("{value}; {}", attributes.join("; ")))
}

fn body(answer: &Answer) -> Body {
    let kind = answer.header(&header::CONTENT_TYPE).unwrap_or_default();
    let bytes = match answer.header(&header::CONTENT_ENCODING).as_deref() {
        Some("gzip") => unpacked(&answer.body),
        _ => answer.body.clone(),
    };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    if let Some(value) = serde_json::from_str(&text).ok().filter(|_| kind.contains("json")) {
        return Body::Json(value);
    }
    if !kind.starts_with("text/html") {
        return Body::Text(text);
    }
    // DOT answers JSON as text/html here and there.
    if let Ok(value @ Value::Object(_)) = serde_json::from_str(&text) {
        return Body::Json(value);
    }
    let text = replaced(&RANDOM, &replaced(&NONCE, &replaced(&TOKEN, &text)));
    Body::Html { facts: page::facts(&text), text }
}

fn unpacked(packed: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    match flate2::read::GzDecoder::new(packed).take(8 * 1024 * 1024).read_to_end(&mut bytes) {
        Ok(_) => bytes,
        Err(_) => packed.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(headers: &[(&str, &str)], body: &str) -> Answer {
        let mut all = http::HeaderMap::new();
        for (name, value) in headers {
            let name = http::HeaderName::from_bytes(name.as_bytes()).unwrap();
            all.append(name, value.parse().unwrap());
        }
        Answer { status: 200, headers: all, body: body.into() }
    }

    #[test]
    fn what_changes_from_answer_to_answer_does_not_count() {
        let page = |token: &str| {
            format!(
                "<form method=\"post\"><input type=\"hidden\" name=\"csrfmiddlewaretoken\" value=\"{token}\"></form>"
            )
        };
        let one = answer(
            &[
                ("Date", "Mon, 01 Dec 2026 00:00:00 GMT"),
                ("Content-Type", "text/html; charset=utf-8"),
                ("Vary", "Cookie, Accept-Language"),
                ("Set-Cookie", "csrftoken=abc; expires=Mon; Max-Age=1; Path=/; SameSite=Lax"),
                ("Content-Security-Policy", "script-src 'nonce-aaaaaaaaaaaa'"),
            ],
            &page(&"a".repeat(64)),
        );
        let other = answer(
            &[
                ("Content-Type", "text/html; charset=utf-8"),
                ("Vary", "accept-language"),
                ("Vary", "Cookie"),
                ("Set-Cookie", "csrftoken=xyz; SameSite=Lax; Path=/; Max-Age=1; expires=Tue"),
                ("Content-Security-Policy", "script-src 'nonce-bbbbbbbbbbbb'"),
            ],
            &page(&"b".repeat(64)),
        );
        assert_eq!(Facts::of(&one, false), Facts::of(&other, false));
    }

    #[test]
    fn a_cookies_value_is_never_kept() {
        let (name, told) = cookie("sessionid=verysecret; HttpOnly; Path=/; Secure");
        assert_eq!((name.as_str(), told.as_str()), ("sessionid", "10 characters; httponly; path=/; secure"));
        assert_eq!(cookie("a=\"\"; Path=/").1, "empty; path=/");
    }

    #[test]
    fn json_is_compared_by_what_it_says() {
        let kind = [("Content-Type", "application/json")];
        let (one, other) = (answer(&kind, "{\"a\": 1, \"b\": [2]}"), answer(&kind, "{\"b\":[2],\"a\":1}"));
        assert_eq!(Facts::of(&one, false).body, Facts::of(&other, false).body);
    }
}
