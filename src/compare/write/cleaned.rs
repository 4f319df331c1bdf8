//! Answers of a flow without what each side makes anew: codes, tokens, moments.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use http::{HeaderValue, header};
use regex::{Captures, Regex};
use serde_json::{Map, Value};

use crate::compare::answer::Answer;
use crate::compare::request::Ask;
use crate::storage::throw_away::from_now;

/// Members of answers and parameters of redirects that are made anew.
const NAMES: [&str; 6] = ["access_token", "refresh_token", "id_token", "device_code", "user_code", "code"];
/// Claims of which it counts whether they are there.
const PRESENCE: [&str; 4] = ["jti", "at_hash", "c_hash", "kid"];

static MOMENT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#""(exp|iat|nbf|auth_time)": ?(\d{9,10})\b"#).ok());

/// What the answers so far have brought, by name.
#[derive(Default)]
pub struct Learned {
    values: Vec<(String, String)>,
    pub location: Option<String>,
}

impl Learned {
    pub fn add(&mut self, name: &str, value: &str) {
        if !value.is_empty() && !self.values.iter().any(|(_, known)| known == value) {
            self.values.push((name.to_owned(), value.to_owned()));
        }
    }

    /// The newest.
    pub fn find(&self, name: &str) -> Option<String> {
        self.values.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    }

    pub fn learn(&mut self, answer: &Answer) {
        self.location = answer.header(&header::LOCATION);
        for (name, value) in brought(answer) {
            self.add(name, &value);
        }
    }

    /// The longest first: one may be a part of another.
    fn replaced(&self, text: &str) -> String {
        let mut values: Vec<&(String, String)> = self.values.iter().collect();
        values.sort_by_key(|(_, value)| std::cmp::Reverse(value.len()));
        values.into_iter().fold(text.to_owned(), |text, (name, value)| match text.contains(value.as_str()) {
            true => text.replace(value.as_str(), &placeholder(name, value)),
            false => text,
        })
    }
}

/// Names that the value holds no secret; of an ID token the length depends on the claims.
fn placeholder(name: &str, value: &str) -> String {
    match name {
        "id_token" => "(id_token)".to_owned(),
        _ => format!("({name} of {})", value.chars().count()),
    }
}

fn brought(answer: &Answer) -> Vec<(&'static str, String)> {
    let mut out = Vec::new();
    if let Ok(Value::Object(members)) = serde_json::from_slice::<Value>(&answer.body) {
        for name in NAMES {
            out.extend(members.get(name).and_then(Value::as_str).map(|value| (name, value.to_owned())));
        }
    }
    let location = answer.header(&header::LOCATION).unwrap_or_default();
    let Ok(base) = url::Url::parse("http://x.invalid/") else { return out };
    let Ok(location) = base.join(&location) else { return out };
    for part in [location.query(), location.fragment()].into_iter().flatten() {
        for (name, value) in form_urlencoded::parse(part.as_bytes()) {
            out.extend(
                NAMES.iter().find(|known| **known == name).map(|known| (*known, value.clone().into_owned())),
            );
        }
    }
    out
}

pub fn ask(mut ask: Ask, learned: &Learned) -> Ask {
    ask.target = learned.replaced(&ask.target);
    ask.body = None;
    ask
}

pub fn answer(mut answer: Answer, learned: &Learned, now: DateTime<Utc>) -> Answer {
    for value in answer.headers.values_mut() {
        let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
        let clean = learned.replaced(&text);
        if clean != text {
            *value = HeaderValue::from_str(&clean).unwrap_or_else(|_| HeaderValue::from_static("(cut)"));
        }
    }
    if let Ok(text) = std::str::from_utf8(&answer.body) {
        let text = learned.replaced(text);
        let moment = |found: &Captures<'_>| {
            let at: i64 = found[2].parse().unwrap_or_default();
            format!("\"{}\": {}", &found[1], from_now(at - now.timestamp()))
        };
        let text = MOMENT.as_ref().map(|one| one.replace_all(&text, moment).into_owned()).unwrap_or(text);
        answer.body = text.into_bytes();
    }
    answer
}

/// Header and claims of the ID tokens that the answer holds.
pub fn claims(answer: &Answer, now: DateTime<Utc>) -> Vec<(String, String)> {
    let tokens = brought(answer).into_iter().filter(|(name, _)| *name == "id_token");
    tokens.flat_map(|(_, token)| parts(&token, now)).collect()
}

fn parts(token: &str, now: DateTime<Utc>) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for (part, text) in ["header", "claim"].into_iter().zip(token.split('.')) {
        let members = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let members: Map<String, Value> = members.unwrap_or_default();
        let told = |(name, value): (String, Value)| {
            let text = claim(&name, &value, now);
            (format!("id_token {part} {name}"), text)
        };
        out.extend(members.into_iter().map(told));
    }
    out
}

fn claim(name: &str, value: &Value, now: DateTime<Utc>) -> String {
    match value.as_i64() {
        _ if PRESENCE.contains(&name) => "(is there)".to_owned(),
        Some(at) if ["exp", "iat", "nbf", "auth_time"].contains(&name) => {
            format!("in {} s", from_now(at - now.timestamp()))
        }
        _ => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_tokens_and_moments_do_not_count() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let clean = |token: &str, exp: i64| {
            let body = format!("{{\"access_token\": \"{token}\", \"exp\": {exp}, \"scope\": \"read\"}}");
            let mut headers = http::HeaderMap::new();
            headers.insert("location", format!("https://x/?code=c{token}&state=a").parse().unwrap());
            let one = Answer { status: 200, headers, body: body.into_bytes() };
            let mut learned = Learned::default();
            learned.learn(&one);
            assert_eq!(learned.find("code"), Some(format!("c{token}")));
            answer(one, &learned, now)
        };
        let (one, other) = (clean("abcdefgh", 1_800_036_000), clean("ijklmnop", 1_800_035_999));
        assert_eq!((one.headers, &one.body), (other.headers, &other.body));
        assert_eq!(
            String::from_utf8_lossy(&one.body),
            r#"{"access_token": "(access_token of 8)", "exp": 36000, "scope": "read"}"#
        );
        assert_ne!(one.body, clean("abcdefghi", 1_800_036_000).body);
        assert_ne!(one.body, clean("abcdefgh", 1_800_000_600).body);
    }

    #[test]
    fn claims_are_told_without_what_is_made_anew() {
        let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
        let token = format!(
            "{}.{}.x",
            part(r#"{"alg":"RS256","kid":"k"}"#),
            part(r#"{"sub":"1","exp":1800000060,"jti":"j"}"#)
        );
        let told = parts(&token, DateTime::from_timestamp(1_800_000_000, 0).unwrap());
        let told: Vec<String> = told.into_iter().map(|(name, text)| format!("{name}={text}")).collect();
        assert_eq!(
            told,
            [
                "id_token header alg=\"RS256\"",
                "id_token header kid=(is there)",
                "id_token claim sub=\"1\"",
                "id_token claim exp=in 60 s",
                "id_token claim jti=(is there)"
            ]
        );
    }
}
