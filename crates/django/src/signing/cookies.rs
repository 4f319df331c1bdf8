//! Signed cookies (`django.core.signing.get_cookie_signer`, `HttpResponse.set_signed_cookie`).

use super::{Keys, SigningError, sign_at, unsign_at};

/// What is put before every key for cookies, messages included.
pub const COOKIE_KEY_PREFIX: &str = "django.http.cookies";

/// The name of a signed cookie and the salt the site gave with it (often empty).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CookieName<'a> {
    /// Name of the cookie.
    pub name: &'a str,
    /// `salt=` of `set_signed_cookie`.
    pub salt: &'a str,
}

impl CookieName<'_> {
    fn key_salt(&self) -> String {
        let CookieName { name, salt } = self;
        format!("django.http.cookies.v2:{}:{salt}{name}", salt.chars().count())
    }

    fn legacy_key_salt(&self) -> String {
        format!("{}{}", self.name, self.salt)
    }
}

/// The value of a signed cookie; `now` in seconds since 1970. Source: `HttpResponse.set_signed_cookie` of 5.2.19.
pub fn sign_cookie(cookie: CookieName<'_>, value: &str, keys: &Keys, now: i64) -> String {
    sign_at(value, &keys.prefixed(COOKIE_KEY_PREFIX), &cookie.key_salt(), now)
}

/// The text a signed cookie holds; with `Some((now, max_age))`, in seconds, its age is checked. `legacy_salt` is
/// `SIGNED_COOKIE_LEGACY_SALT_FALLBACK`: whether cookies of Django before 5.2.19 are read too.
///
/// # Errors
/// Any [`SigningError`]. Source: `HttpRequest.get_signed_cookie`.
pub fn unsign_cookie(
    cookie: CookieName<'_>,
    signed: &str,
    keys: &Keys,
    now_and_max_age: Option<(i64, i64)>,
    legacy_salt: bool,
) -> Result<String, SigningError> {
    let keys = keys.prefixed(COOKIE_KEY_PREFIX);
    match unsign_at(signed, &keys, &cookie.key_salt(), now_and_max_age) {
        Err(SigningError::BadSignature) if legacy_salt => {
            unsign_at(signed, &keys, &cookie.legacy_key_salt(), now_and_max_age)
        }
        result => result,
    }
}
