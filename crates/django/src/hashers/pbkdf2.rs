//! PBKDF2 (`PBKDF2PasswordHasher`, `PBKDF2SHA1PasswordHasher`): `name$iterations$salt$base64`.

use super::factors::{MAX_PBKDF2_ITERATIONS, number};
use super::{Algorithm, WorkFactors, must_update_salt, salt_is_good};
use crate::constant_time_eq;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::hint::black_box;

pub(super) fn encode(algorithm: Algorithm, password: &str, salt: &str, iterations: u32) -> Option<String> {
    if !salt_is_good(salt) {
        return None;
    }
    let hash = derive(algorithm, password, salt, iterations);
    Some(format!("{}${iterations}${salt}${hash}", algorithm.name()))
}

fn derive(algorithm: Algorithm, password: &str, salt: &str, iterations: u32) -> String {
    let (password, salt) = (password.as_bytes(), salt.as_bytes());
    if algorithm == Algorithm::Pbkdf2Sha1 {
        return STANDARD.encode(::pbkdf2::pbkdf2_hmac_array::<sha1::Sha1, 20>(password, salt, iterations));
    }
    STANDARD.encode(::pbkdf2::pbkdf2_hmac_array::<sha2::Sha256, 32>(password, salt, iterations))
}

/// Iterations and salt.
fn decode(algorithm: Algorithm, encoded: &str) -> Option<(u32, &str)> {
    let mut parts = encoded.splitn(4, '$');
    if parts.next()? != algorithm.name() {
        return None;
    }
    let (iterations, salt, _) = (number(parts.next()?)?, parts.next()?, parts.next()?);
    ((1..=MAX_PBKDF2_ITERATIONS).contains(&iterations)).then_some((iterations, salt))
}

pub(super) fn verify(algorithm: Algorithm, password: &str, encoded: &str) -> Option<bool> {
    let (iterations, salt) = decode(algorithm, encoded)?;
    Some(constant_time_eq(encoded, &encode(algorithm, password, salt, iterations)?))
}

pub(super) fn must_update(algorithm: Algorithm, factors: &WorkFactors, encoded: &str) -> bool {
    decode(algorithm, encoded).is_none_or(|(iterations, salt)| {
        iterations != factors.iterations(algorithm) || must_update_salt(salt, factors.salt_entropy)
    })
}

pub(super) fn harden(algorithm: Algorithm, factors: &WorkFactors, password: &str, encoded: &str) {
    let Some((iterations, salt)) = decode(algorithm, encoded) else { return };
    let missing = factors.iterations(algorithm).saturating_sub(iterations);
    if missing > 0 {
        black_box(derive(algorithm, password, salt, missing));
    }
}
