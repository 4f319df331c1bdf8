//! CSRF secrets, tokens and reasons (`django.middleware.csrf`). Origin and Referer checks are in [`crate::origins`].

use crate::{RANDOM_STRING_CHARS, constant_time_eq};
use std::fmt;

pub use crate::origins::{check_origin, check_referer};

/// Length of a secret and of a mask, in characters of [`RANDOM_STRING_CHARS`].
pub const SECRET_LENGTH: usize = 32;
/// Length of a masked token.
pub const TOKEN_LENGTH: usize = 64;
/// Session key of the secret with `CSRF_USE_SESSIONS`.
pub const SESSION_KEY: &str = "_csrftoken";
/// Name of the form field.
pub const FIELD: &str = "csrfmiddlewaretoken";

/// A bare CSRF secret of 32 letters and digits. Never shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The 32 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The 32 characters, owned.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// What is wrong with a token or cookie; `Display` gives Django's words without their subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Neither 32 nor 64 characters.
    #[error("has incorrect length")]
    IncorrectLength,
    /// Other characters than letters and digits.
    #[error("has invalid characters")]
    InvalidCharacters,
    /// Well formed, but not of this secret.
    #[error("incorrect")]
    Incorrect,
}

/// Where a request's token came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenSource {
    /// The form field.
    Post,
    /// The header that `CSRF_HEADER_NAME` names as a META key, e.g. `HTTP_X_CSRFTOKEN`.
    Header(String),
}

impl fmt::Display for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TokenSource::Post => f.write_str("POST"),
            TokenSource::Header(meta) => write!(f, "the '{}' HTTP header", header_name(meta)),
        }
    }
}

/// The header a META key stands for (`HttpHeaders.parse_header_name`): `HTTP_X_CSRFTOKEN` is `X-Csrftoken`.
pub fn header_name(meta: &str) -> String {
    let words = meta.strip_prefix("HTTP_").unwrap_or(meta).split('_').map(|word| {
        let mut letters = word.chars();
        let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
        first + &letters.as_str().to_lowercase()
    });
    words.collect::<Vec<_>>().join("-")
}

/// Why a request is refused; `Display` gives exactly Django's text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The `Origin` header (held here) is not the site's and not trusted.
    #[error("Origin checking failed - {0} does not match any trusted origins.")]
    BadOrigin(String),
    /// https, without `Origin` and `Referer`.
    #[error("Referer checking failed - no Referer.")]
    NoReferer,
    /// The `Referer` has no scheme or host, or cannot be read.
    #[error("Referer checking failed - Referer is malformed.")]
    MalformedReferer,
    /// The `Referer` is not https.
    #[error("Referer checking failed - Referer is insecure while host is secure.")]
    InsecureReferer,
    /// The `Referer` (held here) is not the site's and not trusted.
    #[error("Referer checking failed - {0} does not match any trusted origins.")]
    BadReferer(String),
    /// No cookie, or no secret in the session.
    #[error("CSRF cookie not set.")]
    NoCookie,
    /// The cookie's form is wrong.
    #[error("CSRF cookie {0}.")]
    Cookie(TokenError),
    /// Neither field nor header.
    #[error("CSRF token missing.")]
    TokenMissing,
    /// The token is malformed or of another secret.
    #[error("CSRF token from {0} {1}.")]
    Token(TokenSource, TokenError),
}

/// The token of a page: `mask` (32 random characters of [`RANDOM_STRING_CHARS`], fresh for every page) and the secret
/// ciphered with it. Both must be 32 letters and digits; other characters count as the first letter.
///
/// Source: `_mask_cipher_secret`.
pub fn mask(secret: &str, mask: &str) -> String {
    let cipher = shift(secret, mask, |a, b| a + b);
    format!("{mask}{cipher}")
}

/// Reads a CSRF cookie: a bare secret, or the masked one of Django before 4.0.
///
/// # Errors
/// [`TokenError::IncorrectLength`], [`TokenError::InvalidCharacters`]; [`Reason::Cookie`] makes a reason of them.
/// Source: `CsrfViewMiddleware._get_secret`.
pub fn check_cookie(value: &str) -> Result<Secret, TokenError> {
    check_format(value)?;
    Ok(Secret(unmask(value)))
}

/// Whether a token (bare or masked) belongs to the secret, compared in constant time.
///
/// # Errors
/// Any [`TokenError`]. Source: `_check_token_format`, `_does_token_match`.
pub fn check_token(token: &str, secret: &str) -> Result<(), TokenError> {
    check_format(token)?;
    if constant_time_eq(&unmask(token), secret) { Ok(()) } else { Err(TokenError::Incorrect) }
}

/// Whether a token or cookie has 32 or 64 characters, all letters and digits.
///
/// # Errors
/// [`TokenError::IncorrectLength`], [`TokenError::InvalidCharacters`]. Source: `_check_token_format`.
pub fn check_format(token: &str) -> Result<(), TokenError> {
    if ![SECRET_LENGTH, TOKEN_LENGTH].contains(&token.chars().count()) {
        return Err(TokenError::IncorrectLength);
    }
    if !token.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(TokenError::InvalidCharacters);
    }
    Ok(())
}

/// The secret of a token whose form is checked.
fn unmask(token: &str) -> String {
    match token.split_at_checked(SECRET_LENGTH) {
        Some((mask, cipher)) if token.len() == TOKEN_LENGTH => shift(cipher, mask, |a, b| a + 62 - b),
        _ => token.to_owned(),
    }
}

fn shift(text: &str, by: &str, combine: fn(usize, usize) -> usize) -> String {
    let alphabet = RANDOM_STRING_CHARS.as_bytes();
    let index = |byte: u8| alphabet.iter().position(|&c| c == byte).unwrap_or(0);
    let pairs = text.bytes().zip(by.bytes());
    pairs.map(|(a, b)| char::from(alphabet[combine(index(a), index(b)) % alphabet.len()])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "abcdefghijklmnopqrstuvwxyzABCDEF";

    #[test]
    fn a_masked_cookie_of_an_old_django_gives_its_secret() {
        let token = mask(SECRET, &"9".repeat(32));
        assert_eq!(check_cookie(&token).unwrap().as_str(), SECRET);
        assert_eq!(check_cookie(SECRET).unwrap().as_str(), SECRET);
        assert_eq!(check_token(&token, SECRET), Ok(()));
        assert_eq!(check_token(&token, &"b".repeat(32)), Err(TokenError::Incorrect));
        assert_eq!(check_token(&token, ""), Err(TokenError::Incorrect));
    }

    #[test]
    fn other_characters_do_no_harm() {
        assert_eq!(check_cookie(&"é".repeat(32)), Err(TokenError::InvalidCharacters));
        assert_eq!(check_cookie(&"é".repeat(16)), Err(TokenError::IncorrectLength));
        assert_eq!(check_token(&"✓".repeat(64), SECRET), Err(TokenError::InvalidCharacters));
        assert_eq!(mask("é", "✓").chars().next(), Some('✓'));
        assert_eq!(mask("", ""), "");
    }

    #[test]
    fn the_reasons_are_django_s_words() {
        let header = TokenSource::Header("HTTP_X_CSRFTOKEN".into());
        for (reason, text) in [
            (Reason::NoCookie, "CSRF cookie not set."),
            (Reason::TokenMissing, "CSRF token missing."),
            (Reason::Cookie(TokenError::IncorrectLength), "CSRF cookie has incorrect length."),
            (Reason::Token(TokenSource::Post, TokenError::Incorrect), "CSRF token from POST incorrect."),
            (
                Reason::Token(header, TokenError::InvalidCharacters),
                "CSRF token from the 'X-Csrftoken' HTTP header has invalid characters.",
            ),
            (
                Reason::BadOrigin("null".into()),
                "Origin checking failed - null does not match any trusted origins.",
            ),
        ] {
            assert_eq!(reason.to_string(), text);
        }
    }

    #[test]
    fn debug_hides_the_secret() {
        assert!(!format!("{:?}", check_cookie(SECRET)).contains("abc"));
    }
}
