//! django-cors-headers by its own setting names, the older ones too (D-100).
//! django-cors-headers: `corsheaders.conf`, `corsheaders.checks`.

use regex::Regex;

use super::middleware::{self, Middleware};
use super::reader::Table;

/// Which origins may read answers in a browser.
#[derive(Clone, Debug)]
pub struct Cors {
    pub all_origins: bool,
    pub origins: Vec<String>,
    pub origin_regexes: Vec<Regex>,
    pub urls: Regex,
    pub credentials: bool,
    pub private_network: bool,
    pub allow_headers: Vec<String>,
    pub allow_methods: Vec<String>,
    pub expose_headers: Vec<String>,
    /// Seconds; 0 = not sent.
    pub max_age: i64,
}

const HEADERS: [&str; 6] =
    ["accept", "authorization", "content-type", "user-agent", "x-csrftoken", "x-requested-with"];
const METHODS: [&str; 6] = ["DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT"];

/// None unless MIDDLEWARE names django-cors-headers, or is absent while its settings are there.
pub(super) fn read(top: &mut Table, middleware: &Middleware) -> Option<Cors> {
    let asked = top.keys().iter().any(|key| key.starts_with("CORS_"));
    let cors = Cors {
        all_origins: older(top, "CORS_ALLOW_ALL_ORIGINS", "CORS_ORIGIN_ALLOW_ALL")
            .is_some_and(|key| top.bool(key, false)),
        origins: older(top, "CORS_ALLOWED_ORIGINS", "CORS_ORIGIN_WHITELIST")
            .map_or_else(Vec::new, |key| origins(top, key)),
        origin_regexes: older(top, "CORS_ALLOWED_ORIGIN_REGEXES", "CORS_ORIGIN_REGEX_WHITELIST")
            .map_or_else(Vec::new, |key| regexes(top, key, true)),
        urls: urls(top),
        credentials: top.bool("CORS_ALLOW_CREDENTIALS", false),
        private_network: top.bool("CORS_ALLOW_PRIVATE_NETWORK", false),
        allow_headers: top.strings("CORS_ALLOW_HEADERS", &HEADERS),
        allow_methods: top.strings("CORS_ALLOW_METHODS", &METHODS),
        expose_headers: top.strings("CORS_EXPOSE_HEADERS", &[]),
        max_age: top.count("CORS_PREFLIGHT_MAX_AGE", 86_400),
    };
    let on = middleware.given().map_or(asked, |_| middleware.has(middleware::CORS));
    on.then_some(cors)
}

/// The name that is set; the new one wins, and the old one then means nothing.
fn older<'a>(top: &mut Table, new: &'a str, old: &'a str) -> Option<&'a str> {
    if top.has(new) {
        top.take(old);
        return Some(new);
    }
    top.has(old).then_some(old)
}

/// django-cors-headers: E013 and E014.
fn origins(top: &mut Table, key: &str) -> Vec<String> {
    let origins = top.strings(key, &[]);
    for origin in &origins {
        let rest = origin.split_once("://").map(|(_, rest)| rest);
        if !["null", "file://"].contains(&origin.as_str()) && rest.is_none_or(|r| r.is_empty()) {
            top.problem(format!("{key}: origin {origin:?} is missing scheme or netloc (https://…)"));
        }
        if rest.is_some_and(|rest| rest.contains(['/', '?', '#'])) {
            top.problem(format!("{key}: origin {origin:?} should not have a path"));
        }
    }
    origins
}

fn urls(top: &mut Table) -> Regex {
    let text = top.string("CORS_URLS_REGEX", "^.*$");
    compile(top, "CORS_URLS_REGEX", &text, true)
        .unwrap_or_else(|| Regex::new("").expect("matches everything"))
}

/// Python patterns; `from_start` as `re.match`, else as `re.search`.
pub(super) fn regexes(top: &mut Table, key: &str, from_start: bool) -> Vec<Regex> {
    let texts = top.strings(key, &[]);
    texts.iter().filter_map(|text| compile(top, key, text, from_start)).collect()
}

fn compile(top: &Table, key: &str, text: &str, from_start: bool) -> Option<Regex> {
    // Python's `$` also matches before a final newline, which no URL and no header has; `\Z` is Rust's `\z`.
    let text = text.replace("\\Z", "\\z");
    let pattern = if from_start { format!("^(?:{text})") } else { text.clone() };
    match Regex::new(&pattern) {
        Ok(regex) => Some(regex),
        Err(_) => {
            top.problem(format!("{key}: {text:?} is no pattern that slash-o can use (look-around and back-references cannot be)"));
            None
        }
    }
}
