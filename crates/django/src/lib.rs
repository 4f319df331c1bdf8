//! Django's value formats and checks as pure functions: signing, sessions, CSRF, passwords, messages, URLs.
//! Time, randomness, keys and settings are parameters; nothing here reads a clock or keeps state.

pub mod b62;
pub mod b64;
pub mod base36;
pub mod conditional;
pub mod csrf;
pub mod email;
pub mod hashers;
pub mod hosts;
pub mod html;
pub mod json;
pub mod loose_json;
pub mod messages;
pub mod origins;
pub mod password_validation;
pub mod pickle;
pub mod python;
pub mod reset;
pub mod session;
pub mod signing;
pub mod text;
pub mod urls;
pub mod urlsplit;
pub mod users;
pub mod values;

use subtle::ConstantTimeEq;

/// Whether two texts are equal, in a time that depends on their lengths only.
///
/// Source: `django.utils.crypto.constant_time_compare`.
pub fn constant_time_eq(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

/// The 62 characters of Django's random strings (`django.utils.crypto.RANDOM_STRING_CHARS`): salts, CSRF secrets,
/// suffixes of unusable passwords. The random choice is the caller's.
pub const RANDOM_STRING_CHARS: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
