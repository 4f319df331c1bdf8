//! Request parameters in the order they came. Single values are taken as Django does: the last one counts.
//! DOT: `OAuthLibCore.extract_body`; oauthlib: `urldecode`.

use django::urls::unquote_plus;
use django::values::is_checked;

use crate::observe::Reason;

use super::OAuthError;

/// Pairs of a form or of a query. Its Debug form shows names only.
#[derive(Clone, Default)]
pub struct Params(Vec<(String, String)>);

impl std::fmt::Debug for Params {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

impl From<Vec<(String, String)>> for Params {
    fn from(pairs: Vec<(String, String)>) -> Params {
        Params(pairs)
    }
}

impl Params {
    /// The last value of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// The last value, absent when it is empty.
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|v| !v.is_empty())
    }

    /// Every value of this name, in order.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(n, _)| n == name).map(|(_, v)| v.as_str()).collect()
    }

    /// Django's BooleanField.
    pub fn is_checked(&self, name: &str) -> bool {
        is_checked(self.get(name))
    }

    pub fn is_repeated(&self, name: &str) -> bool {
        self.0.iter().filter(|(n, _)| n == name).count() > 1
    }

    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// Overlays a value, as oauthlib's credentials do.
    pub fn set(&mut self, name: &str, value: Option<&str>) {
        self.0.retain(|(n, _)| n != name);
        if let Some(value) = value {
            self.0.push((name.to_owned(), value.to_owned()));
        }
    }

    /// A query as Django's `request.GET` reads it: never fails.
    pub fn lenient(query: &str) -> Params {
        let pairs = query.split('&').filter(|p| !p.is_empty());
        Params(
            pairs
                .map(|p| p.split_once('=').unwrap_or((p, "")))
                .map(|(n, v)| (unquote_plus(n), unquote_plus(v)))
                .collect(),
        )
    }

    /// A query as oauthlib reads it at the authorization endpoint.
    ///
    /// # Errors
    /// A pair without `=` or a broken percent escape.
    pub fn strict(query: &str) -> Result<Params, OAuthError> {
        let unparsable = |why: Reason| OAuthError::invalid_request("Unable to parse query string", why);
        // Differs from DOT: a broken escape is a 500 there.
        if has_broken_escape(query) {
            return Err(unparsable(Reason::QueryBrokenEscape));
        }
        if !query.is_empty() && query.split('&').any(|pair| !pair.contains('=')) {
            return Err(unparsable(Reason::QueryWithoutEquals));
        }
        Ok(Params::lenient(query))
    }
}

/// Whether a `%` is not followed by two hexadecimal digits.
pub fn has_broken_escape(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().enumerate().any(|(i, byte)| {
        *byte == b'%' && !bytes.get(i + 1..i + 3).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_counts_and_blank_is_not_absent() {
        let p = Params::lenient("a=1&a=2&b=&c");
        assert_eq!((p.get("a"), p.get("b"), p.get("c"), p.get("d")), (Some("2"), Some(""), Some(""), None));
        assert!(p.is_repeated("a"));
    }

    #[test]
    fn oauthlib_wants_whole_pairs_and_escapes() {
        for bad in ["a", "a=1&&b=2", "a=%zz", "a=1&", "a=%4"] {
            assert!(Params::strict(bad).is_err(), "{bad}");
        }
        assert_eq!(Params::strict("a=%41+b").unwrap().get("a"), Some("A b"));
        assert!(Params::strict("").is_ok());
    }

    #[test]
    fn debug_shows_no_value() {
        assert_eq!(format!("{:?}", Params::lenient("client_secret=s3cret")), "[\"client_secret\"]");
    }
}
