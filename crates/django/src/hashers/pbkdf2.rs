//! PBKDF2 (`PBKDF2PasswordHasher`, `PBKDF2SHA1PasswordHasher`): `name$iterations$salt$base64`.

use super::factors::{MAX_PBKDF2_ITERATIONS, number};
use super::{Algorithm, WorkFactors, must_update_salt, rounds, salt_is_good};
use crate::constant_time_eq;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::hint::black_box;
use std::num::NonZeroU32;
use std::sync::LazyLock;

/// Who computes PBKDF2-HMAC-SHA256. Both give the same; which is faster depends on the processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sha256By {
    /// `sha2`, which finds the processor's SHA instructions at run time.
    Instructions,
    /// The assembly of `aws-lc-rs`.
    Assembly,
}

/// Chosen once, by what the processor has.
static SHA256_BY: LazyLock<Sha256By> =
    LazyLock::new(|| if has_sha_instructions() { Sha256By::Instructions } else { Sha256By::Assembly });

#[cfg(target_arch = "x86_64")]
fn has_sha_instructions() -> bool {
    std::arch::is_x86_feature_detected!("sha")
}

#[cfg(target_arch = "aarch64")]
fn has_sha_instructions() -> bool {
    std::arch::is_aarch64_feature_detected!("sha2")
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn has_sha_instructions() -> bool {
    false
}

fn sha256(by: Sha256By, password: &[u8], salt: &[u8], iterations: u32) -> [u8; 32] {
    match NonZeroU32::new(iterations).filter(|_| by == Sha256By::Assembly) {
        Some(iterations) => {
            let mut hash = [0; 32];
            aws_lc_rs::pbkdf2::derive(
                aws_lc_rs::pbkdf2::PBKDF2_HMAC_SHA256,
                iterations,
                salt,
                password,
                &mut hash,
            );
            hash
        }
        None => rounds::pbkdf2(password, salt, iterations),
    }
}

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
    STANDARD.encode(sha256(*SHA256_BY, password, salt, iterations))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_implementations_give_the_same() {
        let long = "p".repeat(200);
        for password in ["", "password", "pässwörd", "p".repeat(64).as_str(), &long] {
            for (salt, iterations) in [("s", 1), ("seasalt", 2), (long.as_str(), 1000), ("\u{0}", 3)] {
                let by = |by| sha256(by, password.as_bytes(), salt.as_bytes(), iterations);
                assert_eq!(by(Sha256By::Instructions), by(Sha256By::Assembly), "{password:?} {salt:?}");
            }
        }
    }

    #[test]
    fn our_rounds_are_those_of_the_crate() {
        for length in 0..140 {
            let (password, salt) = (vec![b'p'; length], vec![b's'; 139 - length]);
            let of_the_crate = ::pbkdf2::pbkdf2_hmac_array::<sha2::Sha256, 32>(&password, &salt, 5);
            assert_eq!(rounds::pbkdf2(&password, &salt, 5), of_the_crate, "{length}");
        }
    }

    #[test]
    fn both_implementations_give_what_django_gives() {
        // The published answer for these three (Python: hashlib.pbkdf2_hmac).
        for by in [Sha256By::Instructions, Sha256By::Assembly] {
            let hash = STANDARD.encode(sha256(by, b"password", b"salt", 1));
            assert_eq!(hash, "Eg+2z/z4syxD5yJSVsT4N6hlSMkszDVICAWYfLcL4Xs=");
        }
    }
}
