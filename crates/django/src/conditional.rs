//! ETags, and whether a client has an answer already (RFC 9110 section 13). Source: `django.utils.cache`.

use std::time::SystemTime;

use md5::{Digest, Md5};

/// The ETag of a body, with its quotes.
///
/// Source: `set_response_etag`.
pub fn etag(content: &[u8]) -> String {
    let digest = Md5::digest(content);
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hex}\"")
}

/// The headers of a GET that say when it wants an answer; empty where they are absent.
#[derive(Clone, Debug, Default)]
pub struct Conditions {
    pub if_match: String,
    pub if_unmodified_since: String,
    pub if_none_match: String,
    pub if_modified_since: String,
}

/// What a GET gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Answer,
    /// 304.
    NotModified,
    /// 412.
    PreconditionFailed,
}

impl Conditions {
    /// Holds them against ETag and Last-Modified of an answer.
    ///
    /// Source: `get_conditional_response`, `ConditionalGetMiddleware`.
    pub fn check(&self, etag: Option<&str>, last_modified: Option<&str>) -> Outcome {
        let etag = etag.filter(|etag| !etag.is_empty());
        let last_modified = last_modified.and_then(date);
        if etag.is_none() && last_modified.is_none() {
            return Outcome::Answer;
        }
        let (wanted, known) = (etags(&self.if_match), etags(&self.if_none_match));
        let unmodified = |since| last_modified.is_some_and(|last| last <= since);
        let failed = match date(&self.if_unmodified_since) {
            _ if !wanted.is_empty() => !is_match(etag, &wanted),
            Some(since) => !unmodified(since),
            None => false,
        };
        if failed {
            return Outcome::PreconditionFailed;
        }
        let is_known = match date(&self.if_modified_since) {
            _ if !known.is_empty() => is_weak_match(etag, &known),
            Some(since) => unmodified(since),
            None => false,
        };
        if is_known { Outcome::NotModified } else { Outcome::Answer }
    }
}

/// Source: `parse_http_date_safe`.
fn date(text: &str) -> Option<SystemTime> {
    httpdate::parse_http_date(text).ok()
}

/// Source: `parse_etags`.
fn etags(text: &str) -> Vec<&str> {
    if text.trim() == "*" {
        return vec!["*"];
    }
    text.split(',').map(str::trim).filter(|etag| is_etag(etag)).collect()
}

fn is_etag(text: &str) -> bool {
    let quoted = text.strip_prefix("W/").unwrap_or(text);
    quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).is_some_and(|inner| !inner.contains('"'))
}

fn is_match(etag: Option<&str>, wanted: &[&str]) -> bool {
    let Some(etag) = etag else { return false };
    wanted == ["*"] || (!etag.starts_with("W/") && wanted.contains(&etag))
}

fn is_weak_match(etag: Option<&str>, known: &[&str]) -> bool {
    let Some(etag) = etag else { return false };
    let plain = |etag: &str| etag.trim_matches(['W', '/']).to_owned();
    known == ["*"] || known.iter().any(|one| plain(one) == plain(etag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_etag_is_the_md5_of_the_body() {
        assert_eq!(etag(b"a"), "\"0cc175b9c0f1b6a831c399e269772661\"");
    }

    #[test]
    fn conditions_are_held_in_the_order_of_the_rfc() {
        use Outcome::{Answer, NotModified, PreconditionFailed};
        let (old, new) = ("Sun, 06 Nov 1994 08:49:37 GMT", "Mon, 07 Nov 1994 08:49:37 GMT");
        let none = Conditions::default();
        let with = |name: &str, value: &str| {
            let mut conditions = none.clone();
            match name {
                "match" => conditions.if_match = value.into(),
                "unmodified" => conditions.if_unmodified_since = value.into(),
                "none" => conditions.if_none_match = value.into(),
                _ => conditions.if_modified_since = value.into(),
            }
            conditions
        };
        for (conditions, etag, last, expected) in [
            (none.clone(), Some("\"a\""), None, Answer),
            (with("none", "\"a\""), None, None, Answer),
            (with("none", "\"b\", \"a\""), Some("\"a\""), None, NotModified),
            (with("none", "W/\"a\""), Some("\"a\""), None, NotModified),
            (with("none", "\"a\""), Some("W/\"a\""), None, NotModified),
            (with("none", " * "), Some("\"a\""), None, NotModified),
            (with("none", "a"), Some("\"a\""), None, Answer),
            (with("match", "\"a\""), Some("\"a\""), None, Answer),
            (with("match", "\"b\""), Some("\"a\""), None, PreconditionFailed),
            (with("match", "\"a\""), Some("W/\"a\""), None, PreconditionFailed),
            (with("match", "*"), Some("W/\"a\""), None, Answer),
            (with("unmodified", new), Some("\"a\""), None, PreconditionFailed),
            (with("unmodified", "never"), Some("\"a\""), None, Answer),
            (with("unmodified", old), None, Some(new), PreconditionFailed),
            (with("unmodified", new), None, Some(old), Answer),
            (with("modified", new), Some("\"a\""), None, Answer),
            (with("modified", new), None, Some(old), NotModified),
            (with("modified", old), None, Some(new), Answer),
        ] {
            assert_eq!(conditions.check(etag, last), expected, "{conditions:?} {etag:?} {last:?}");
        }
    }
}
