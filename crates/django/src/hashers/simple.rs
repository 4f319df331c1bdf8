//! One round of MD5 or SHA-1 (`MD5PasswordHasher`, and those removed in Django 5.1): tests and very old rows.

use super::{Algorithm, WorkFactors, must_update_salt, salt_is_good};
use crate::constant_time_eq;
use crate::signing::hex;
use md5::{Digest, Md5};
use sha1::Sha1;

pub(super) fn encode(algorithm: Algorithm, password: &str, salt: &str) -> Option<String> {
    let salted = || salt_is_good(salt).then(|| format!("{salt}{password}"));
    Some(match algorithm {
        Algorithm::Md5 => format!("md5${salt}${}", hex(&Md5::digest(salted()?))),
        Algorithm::Sha1 => format!("sha1${salt}${}", hex(&Sha1::digest(salted()?))),
        Algorithm::UnsaltedSha1 => format!("sha1$${}", hex(&Sha1::digest(password))),
        Algorithm::UnsaltedMd5 => hex(&Md5::digest(password)),
        _ => return None,
    })
}

fn salt(encoded: &str) -> Option<&str> {
    let (salt, _) = encoded.split_once('$')?.1.split_once('$')?;
    Some(salt)
}

pub(super) fn verify(algorithm: Algorithm, password: &str, encoded: &str) -> Option<bool> {
    let made = match algorithm {
        Algorithm::UnsaltedSha1 | Algorithm::UnsaltedMd5 => encode(algorithm, password, "")?,
        _ => encode(algorithm, password, salt(encoded)?)?,
    };
    // The unsalted MD5 form may have an empty salt in front.
    let stored = if algorithm == Algorithm::UnsaltedMd5 {
        encoded.strip_prefix("md5$$").unwrap_or(encoded)
    } else {
        encoded
    };
    Some(constant_time_eq(stored, &made))
}

pub(super) fn must_update(factors: &WorkFactors, encoded: &str) -> bool {
    salt(encoded).is_none_or(|salt| must_update_salt(salt, factors.salt_entropy))
}
