//! Signed texts, timestamps and objects (`django.core.signing`, `django.utils.crypto.salted_hmac`).

use crate::{b62, b64, constant_time_eq, json};
use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::fmt;
use std::io::{Read, Write};

mod cookies;
mod keys;
pub use cookies::{COOKIE_KEY_PREFIX, CookieName, sign_cookie, unsign_cookie};
pub use keys::Keys;

/// The most bytes a compressed object may inflate to. Differs from Django, which has no limit.
const MAX_INFLATED: u64 = 16 * 1024 * 1024;

/// Why a signed text is not accepted. It never holds the text itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SigningError {
    /// No separator, or a signature by none of the keys (`BadSignature`).
    #[error("Signature does not match")]
    BadSignature,
    /// The signature is right, but older than the greatest age (`SignatureExpired`).
    #[error("Signature has expired")]
    Expired,
    /// The signature is right, but what it covers is no timestamp, base64, zlib or JSON.
    #[error("Signed value is malformed")]
    Malformed,
}

/// The hash function of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// The default since Django 3.1.
    Sha256,
    /// Older signatures.
    Sha1,
}

/// HMAC-SHA256 of `value` under the key SHA256(`key_salt` + `secret`): 32 bytes.
///
/// Source: `django.utils.crypto.salted_hmac(algorithm="sha256")`.
pub fn salted_hmac(key_salt: &str, value: &[u8], secret: &[u8]) -> [u8; 32] {
    let key = Sha256::new().chain_update(key_salt).chain_update(secret).finalize();
    let mac = Hmac::<Sha256>::new_from_slice(&key).expect("HMAC takes keys of any length");
    mac.chain_update(value).finalize().into_bytes().into()
}

/// HMAC-SHA1 of `value` under the key SHA1(`key_salt` + `secret`): 20 bytes.
///
/// Source: `django.utils.crypto.salted_hmac(algorithm="sha1")`.
pub fn salted_hmac_sha1(key_salt: &str, value: &[u8], secret: &[u8]) -> [u8; 20] {
    let key = Sha1::new().chain_update(key_salt).chain_update(secret).finalize();
    let mac = Hmac::<Sha1>::new_from_slice(&key).expect("HMAC takes keys of any length");
    mac.chain_update(value).finalize().into_bytes().into()
}

/// Lowercase hex of the bytes.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(if value < 10 { b'0' + value } else { b'a' + value - 10 });
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 15));
    }
    text
}

/// How texts are signed: keys, salt, separator, hash function. Source: `django.core.signing.Signer`.
#[derive(Clone, Debug)]
pub struct Signer<'a> {
    /// Signs with the first, accepts any.
    pub keys: &'a Keys,
    /// The namespace of the signature.
    pub salt: &'a str,
    /// The text between value and signature, `":"` by default; must not consist of base64 characters.
    pub separator: &'a str,
    /// SHA-256 by default.
    pub algorithm: Algorithm,
}

impl<'a> Signer<'a> {
    /// A signer with `:` and SHA-256.
    pub fn new(keys: &'a Keys, salt: &'a str) -> Self {
        Signer { keys, salt, separator: ":", algorithm: Algorithm::Sha256 }
    }

    fn signature(&self, value: &str, secret: &str) -> String {
        let key_salt = format!("{}signer", self.salt);
        match self.algorithm {
            Algorithm::Sha256 => b64::encode(&salted_hmac(&key_salt, value.as_bytes(), secret.as_bytes())),
            Algorithm::Sha1 => b64::encode(&salted_hmac_sha1(&key_salt, value.as_bytes(), secret.as_bytes())),
        }
    }

    /// `value`, separator and signature by the first key. Source: `Signer.sign`.
    pub fn sign(&self, value: &str) -> String {
        format!("{value}{}{}", self.separator, self.signature(value, self.keys.primary()))
    }

    /// The value of a signed text.
    ///
    /// # Errors
    /// [`SigningError::BadSignature`]. Source: `Signer.unsign`.
    pub fn unsign(&self, signed: &str) -> Result<String, SigningError> {
        let (value, signature) = signed.rsplit_once(self.separator).ok_or(SigningError::BadSignature)?;
        if self.keys.iter().any(|key| constant_time_eq(signature, &self.signature(value, key))) {
            return Ok(value.to_owned());
        }
        Err(SigningError::BadSignature)
    }

    /// As [`Signer::sign`], with the time in seconds since 1970 between value and signature.
    /// Source: `TimestampSigner.sign`.
    pub fn sign_at(&self, value: &str, now: i64) -> String {
        self.sign(&format!("{value}{}{}", self.separator, b62::encode(now)))
    }

    /// The value of a text signed by [`Signer::sign_at`]. With `Some((now, max_age))`, both in seconds, a signature
    /// older than `max_age` has expired.
    ///
    /// # Errors
    /// Any [`SigningError`]. Source: `TimestampSigner.unsign`.
    pub fn unsign_at(
        &self,
        signed: &str,
        now_and_max_age: Option<(i64, i64)>,
    ) -> Result<String, SigningError> {
        let stamped = self.unsign(signed)?;
        let (value, stamp) = stamped.rsplit_once(self.separator).ok_or(SigningError::Malformed)?;
        let signed_at = b62::decode(stamp).ok_or(SigningError::Malformed)?;
        match now_and_max_age {
            Some((now, max_age)) if now.saturating_sub(signed_at) > max_age => Err(SigningError::Expired),
            _ => Ok(value.to_owned()),
        }
    }
}

/// [`Signer::sign`] with the defaults.
pub fn sign(value: &str, keys: &Keys, salt: &str) -> String {
    Signer::new(keys, salt).sign(value)
}

/// [`Signer::unsign`] with the defaults.
///
/// # Errors
/// [`SigningError::BadSignature`].
pub fn unsign(signed: &str, keys: &Keys, salt: &str) -> Result<String, SigningError> {
    Signer::new(keys, salt).unsign(signed)
}

/// [`Signer::sign_at`] with the defaults; `now` in seconds since 1970.
pub fn sign_at(value: &str, keys: &Keys, salt: &str, now: i64) -> String {
    Signer::new(keys, salt).sign_at(value, now)
}

/// [`Signer::unsign_at`] with the defaults; seconds.
///
/// # Errors
/// Any [`SigningError`].
pub fn unsign_at(
    signed: &str,
    keys: &Keys,
    salt: &str,
    now_and_max_age: Option<(i64, i64)>,
) -> Result<String, SigningError> {
    Signer::new(keys, salt).unsign_at(signed, now_and_max_age)
}

/// The value as compact JSON, base64, time (seconds since 1970) and signature. With `compress` it is deflated when
/// that saves at least 2 bytes, which a leading `.` tells.
///
/// Source: `django.core.signing.dumps`.
pub fn dumps(value: &Value, keys: &Keys, salt: &str, compress: bool, now: i64) -> String {
    sign_json(&json::to_compact_ascii(value), &Signer::new(keys, salt), compress, now)
}

/// As [`dumps`], for JSON that is written already.
pub(crate) fn sign_json(text: &str, signer: &Signer<'_>, compress: bool, now: i64) -> String {
    sign_bytes(text.as_bytes(), signer, compress, now)
}

/// As [`dumps`], for bytes of any serializer.
pub(crate) fn sign_bytes(bytes: &[u8], signer: &Signer<'_>, compress: bool, now: i64) -> String {
    let packed = if compress { deflate(bytes) } else { None };
    let body = match packed {
        Some(bytes) => format!(".{}", b64::encode(&bytes)),
        None => b64::encode(bytes),
    };
    signer.sign_at(&body, now)
}

/// The value of a text made by [`dumps`]; the age is checked only with `Some((now, max_age))`, in seconds.
///
/// # Errors
/// Any [`SigningError`]. Source: `django.core.signing.loads`.
pub fn loads(
    text: &str,
    keys: &Keys,
    salt: &str,
    now_and_max_age: Option<(i64, i64)>,
) -> Result<Value, SigningError> {
    let bytes = load_bytes(text, keys, salt, now_and_max_age)?;
    // Django reads the bytes as Latin-1, so each is one character.
    let characters: String = bytes.into_iter().map(char::from).collect();
    serde_json::from_str(&characters).map_err(|_| SigningError::Malformed)
}

/// As [`loads`], before any serializer looks at it.
pub(crate) fn load_bytes(
    text: &str,
    keys: &Keys,
    salt: &str,
    now_and_max_age: Option<(i64, i64)>,
) -> Result<Vec<u8>, SigningError> {
    let body = unsign_at(text, keys, salt, now_and_max_age)?;
    let bytes = match body.strip_prefix('.') {
        Some(packed) => b64::decode(packed).and_then(|bytes| inflate(&bytes)),
        None => b64::decode(&body),
    };
    bytes.ok_or(SigningError::Malformed)
}

fn deflate(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok().filter(|packed| packed.len() + 1 < bytes.len())
}

fn inflate(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    ZlibDecoder::new(bytes).take(MAX_INFLATED + 1).read_to_end(&mut out).ok()?;
    (out.len() as u64 <= MAX_INFLATED).then_some(out)
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Algorithm::Sha256 => "sha256",
            Algorithm::Sha1 => "sha1",
        })
    }
}
