//! Session data and the session's tie to the password (`django.contrib.sessions.backends.base.SessionBase`,
//! `AbstractBaseUser.get_session_auth_hash`).

use crate::pickle::{self, PickleError};
use crate::signing::{self, Keys, Signer, hex, salted_hmac};
use crate::{constant_time_eq, loose_json};
use serde_json::{Map, Value};

/// Salt of the db, cached_db and file engines (`"django.contrib.sessions." + class name`).
pub const DB_SALT: &str = "django.contrib.sessions.SessionStore";
/// Salt of the signed_cookies engine.
pub const COOKIE_SALT: &str = "django.contrib.sessions.backends.signed_cookies";
/// Prefix of the cache key of the `cache` engine, before the session key.
pub const CACHE_KEY_PREFIX: &str = "django.contrib.sessions.cache";
/// Prefix of the cache key of the `cached_db` engine, before the session key.
pub const CACHED_DB_KEY_PREFIX: &str = "django.contrib.sessions.cached_db";
/// Length of a session key, in characters of [`KEY_CHARACTERS`].
pub const KEY_LENGTH: usize = 32;
/// The characters of a session key; the random choice is the caller's.
pub const KEY_CHARACTERS: &str = "abcdefghijklmnopqrstuvwxyz0123456789";
/// A cookie value with fewer characters is no session (`SessionBase._validate_session_key`).
pub const MIN_KEY_LENGTH: usize = 8;
/// Dict key of the user's primary key, as text.
pub const USER_ID_KEY: &str = "_auth_user_id";
/// Dict key of the dotted path of the backend that logged the user in.
pub const BACKEND_KEY: &str = "_auth_user_backend";
/// Dict key of [`auth_hash`].
pub const HASH_KEY: &str = "_auth_user_hash";
/// Dict key of the session's own expiry: seconds, 0 or an ISO date.
pub const EXPIRY_KEY: &str = "_session_expiry";

const AUTH_HASH_SALT: &str = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash";

/// The text of `session_data` (or of the signed session cookie), made at `now` (seconds since 1970).
///
/// Source: `SessionBase.encode`.
pub fn encode(data: &Map<String, Value>, keys: &Keys, salt: &str, now: i64) -> String {
    signing::sign_json(&loose_json::write(data), &Signer::new(keys, salt), true, now)
}

/// The dict of a `session_data`, of any age. `None` is corrupted data or a foreign key: Django logs
/// `Session data corrupted` and goes on with an empty session.
///
/// Source: `SessionBase.decode`.
pub fn decode(text: &str, keys: &Keys, salt: &str) -> Option<Map<String, Value>> {
    from_json(signing::load_bytes(text, keys, salt, None).ok()?)
}

/// The dict of a session cookie of the signed_cookies engine, not older than `max_age` seconds
/// (`SESSION_COOKIE_AGE`). `None`: corrupted, foreign or expired.
///
/// Source: `django.contrib.sessions.backends.signed_cookies.SessionStore.load`.
pub fn decode_cookie(text: &str, keys: &Keys, now: i64, max_age: i64) -> Option<Map<String, Value>> {
    from_json(signing::load_bytes(text, keys, COOKIE_SALT, Some((now, max_age))).ok()?)
}

/// `SESSION_SERIALIZER`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Serializer {
    /// Django's default.
    #[default]
    Json,
    /// Removed in Django 5.0; plain data only, no class is ever made.
    Pickle,
}

/// Why a session's data is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Corrupted, foreign or expired: Django goes on with an empty session.
    Corrupted,
    /// Whole, but with Python objects in it: never to be written over.
    Foreign,
}

/// The signed text of any serializer, as [`encode`] makes it for JSON; `None` for data that is nested too deep.
pub fn encode_as(
    data: &Map<String, Value>,
    serializer: Serializer,
    signer: &Signer<'_>,
    now: i64,
) -> Option<String> {
    let bytes = match serializer {
        Serializer::Json => loose_json::write(data).into_bytes(),
        Serializer::Pickle => pickle::dumps(&Value::Object(data.clone())).ok()?,
    };
    Some(signing::sign_bytes(&bytes, signer, true, now))
}

/// The dict of a text made by [`encode_as`]; the age counts only with `Some((now, max_age))`, in seconds.
///
/// # Errors
/// Why it cannot be read.
pub fn decode_as(
    text: &str,
    serializer: Serializer,
    signer: &Signer<'_>,
    now_and_max_age: Option<(i64, i64)>,
) -> Result<Map<String, Value>, Unreadable> {
    match serializer {
        Serializer::Json => signing::load_bytes(text, signer.keys, signer.salt, now_and_max_age)
            .ok()
            .and_then(from_json)
            .ok_or(Unreadable::Corrupted),
        Serializer::Pickle => {
            let bytes = signing::load_bytes(text, signer.keys, signer.salt, now_and_max_age);
            from_pickle(&bytes.map_err(|_| Unreadable::Corrupted)?)
        }
    }
}

/// Django reads the bytes as Latin-1, so each is one character.
fn from_json(bytes: Vec<u8>) -> Option<Map<String, Value>> {
    loose_json::read(&bytes.into_iter().map(char::from).collect::<String>())
}

/// The dict of a pickle, as the cache engines store it.
///
/// # Errors
/// Why it cannot be read.
pub fn from_pickle(bytes: &[u8]) -> Result<Map<String, Value>, Unreadable> {
    match pickle::loads(bytes) {
        Ok(value) => as_map(value).ok_or(Unreadable::Foreign),
        Err(PickleError::Malformed) => Err(Unreadable::Corrupted),
        Err(_) => Err(Unreadable::Foreign),
    }
}

fn as_map(value: Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(map) => Some(map),
        _ => None,
    }
}

/// The 64 hex characters that tie a session to the stored password.
///
/// Source: `AbstractBaseUser.get_session_auth_hash`.
pub fn auth_hash(encoded_password: &str, secret: &[u8]) -> String {
    hex(&salted_hmac(AUTH_HASH_SALT, encoded_password.as_bytes(), secret))
}

/// What a session's hash says about the user's present password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HashCheck {
    /// Made with the primary key: the session holds.
    Current,
    /// Made with a fallback key: the session holds; cycle its key and rewrite the hash.
    Fallback,
    /// Empty or not of this password: flush the session.
    Wrong,
}

/// Compares the hash of a session with the user's stored password, in constant time.
///
/// Source: `django.contrib.auth.get_user`.
pub fn check_auth_hash(stored: &str, encoded_password: &str, keys: &Keys) -> HashCheck {
    if stored.is_empty() {
        return HashCheck::Wrong;
    }
    let is_of = |key: &str| constant_time_eq(stored, &auth_hash(encoded_password, key.as_bytes()));
    if is_of(keys.primary()) {
        HashCheck::Current
    } else if keys.fallbacks().any(is_of) {
        HashCheck::Fallback
    } else {
        HashCheck::Wrong
    }
}

/// When a session ends, by its dict and the site's settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expiry {
    /// Seconds from now until `expire_date`; may be negative for a date in the past.
    pub age: i64,
    /// Whether the cookie goes without `expires` and `Max-Age`.
    pub at_browser_close: bool,
}

/// The expiry of a session; `now` in seconds since 1970, `cookie_age` = `SESSION_COOKIE_AGE` in seconds, `browser` =
/// `SESSION_EXPIRE_AT_BROWSER_CLOSE`. An expiry that cannot be read counts as none.
///
/// Source: `SessionBase.get_expiry_age`, `get_expire_at_browser_close`.
pub fn expiry(data: &Map<String, Value>, now: i64, cookie_age: i64, browser: bool) -> Expiry {
    let default = Expiry { age: cookie_age, at_browser_close: browser };
    match data.get(EXPIRY_KEY) {
        // Python: True is 1, False is 0, and a fraction is cut off.
        Some(Value::Bool(true)) => Expiry { age: 1, at_browser_close: false },
        Some(Value::Bool(false)) => Expiry { age: cookie_age, at_browser_close: true },
        Some(Value::Number(seconds)) => match (seconds.as_i64(), seconds.as_f64()) {
            (Some(0), _) => Expiry { age: cookie_age, at_browser_close: true },
            (Some(age), _) => Expiry { age, at_browser_close: false },
            (None, Some(age)) => Expiry { age: age as i64, at_browser_close: false },
            (None, None) => default,
        },
        Some(Value::String(text)) => match crate::values::parse_datetime(text) {
            Some(micros) => {
                Expiry { age: micros.div_euclid(1_000_000).saturating_sub(now), at_browser_close: false }
            }
            None => default,
        },
        _ => default,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn keys() -> Keys {
        Keys::new("primary", &["older".into()])
    }

    #[test]
    fn a_hash_of_a_fallback_key_is_told_apart() {
        let keys = keys();
        assert_eq!(check_auth_hash(&auth_hash("p", b"primary"), "p", &keys), HashCheck::Current);
        assert_eq!(check_auth_hash(&auth_hash("p", b"older"), "p", &keys), HashCheck::Fallback);
        assert_eq!(check_auth_hash(&auth_hash("p", b"other"), "p", &keys), HashCheck::Wrong);
        assert_eq!(check_auth_hash("", "p", &keys), HashCheck::Wrong);
    }

    #[test]
    fn rubbish_is_corrupted_and_a_signed_list_too() {
        let keys = keys();
        for text in ["", ":", "::", "a:b", "é:é:é", ".:x:y"] {
            assert_eq!(decode(text, &keys, DB_SALT), None, "{text}");
        }
        let list = signing::dumps(&json!([1]), &keys, DB_SALT, true, 0);
        assert_eq!(decode(&list, &keys, DB_SALT), None);
        for body in [".AAAA", "{", "!", "_w"] {
            let signed = signing::sign_at(body, &keys, DB_SALT, 0);
            assert_eq!(decode(&signed, &keys, DB_SALT), None, "{body}");
        }
    }

    #[test]
    fn pickled_data_is_signed_and_never_run() {
        let (keys, data) = (keys(), as_map(json!({"a": [1, null, "é"], "n": 1.5})).unwrap());
        let signer = Signer::new(&keys, DB_SALT);
        let text = encode_as(&data, Serializer::Pickle, &signer, 7).unwrap();
        assert_eq!(decode_as(&text, Serializer::Pickle, &signer, None), Ok(data));
        assert_eq!(decode_as(&text, Serializer::Pickle, &signer, Some((99, 9))), Err(Unreadable::Corrupted));
        // `os.system("true")`, and a datetime.
        for foreign in [&b"\x80\x04cos\nsystem\n(\x8c\x04truetR."[..], b"\x80\x04cdatetime\ndate\n."] {
            assert_eq!(from_pickle(foreign), Err(Unreadable::Foreign));
        }
        assert_eq!(from_pickle(b"5"), Err(Unreadable::Foreign));
        assert_eq!(from_pickle(b"\x80\x04"), Err(Unreadable::Corrupted));
    }

    #[test]
    fn a_zip_bomb_is_refused() {
        let value = json!({"k": "x".repeat(20 * 1024 * 1024)});
        let signed = signing::dumps(&value, &keys(), DB_SALT, true, 0);
        assert!(signed.len() < 100_000);
        assert_eq!(decode(&signed, &keys(), DB_SALT), None);
    }

    #[test]
    fn the_expiry_follows_the_dict() {
        let of = |value: Value| {
            let map = as_map(json!({"_session_expiry": value})).unwrap();
            expiry(&map, 1_767_225_600, 1_209_600, false)
        };
        assert_eq!(of(json!(300)), Expiry { age: 300, at_browser_close: false });
        assert_eq!(of(json!(0)), Expiry { age: 1_209_600, at_browser_close: true });
        assert_eq!(of(json!("2026-01-01T00:01:00+00:00")), Expiry { age: 60, at_browser_close: false });
        assert_eq!(of(json!("soon")), Expiry { age: 1_209_600, at_browser_close: false });
        assert_eq!(of(json!(null)), Expiry { age: 1_209_600, at_browser_close: false });
    }
}
