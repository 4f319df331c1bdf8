//! bcrypt (`BCryptSHA256PasswordHasher`, `BCryptPasswordHasher`): `name$$2b$rounds$` and 22 + 31 characters.

use super::factors::MAX_BCRYPT_ROUNDS;
use super::{Algorithm, WorkFactors, salt_is_good};
use crate::constant_time_eq;
use crate::signing::hex;
use base64::Engine;
use base64::alphabet::BCRYPT;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use sha2::{Digest, Sha256};
use std::hint::black_box;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &BCRYPT,
    // The last of the salt's characters holds two bits only.
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// bcrypt looks at no more of a password.
const MAX_PASSWORD: usize = 72;

struct Decoded<'a> {
    version: &'a str,
    rounds: u32,
    salt: [u8; 16],
}

pub(super) fn encode(
    algorithm: Algorithm,
    factors: &WorkFactors,
    password: &str,
    salt: &str,
) -> Option<String> {
    if !salt_is_good(salt) {
        return None;
    }
    let salt = salt_bytes(salt).unwrap_or_else(|| {
        // Not 22 characters of bcrypt's alphabet: any other text still makes a salt of its own.
        let digest: [u8; 32] = Sha256::digest(salt).into();
        std::array::from_fn(|index| digest[index])
    });
    Some(derive(algorithm, password, &Decoded { version: "2b", rounds: factors.bcrypt, salt }))
}

fn salt_bytes(text: &str) -> Option<[u8; 16]> {
    if text.len() != 22 {
        return None;
    }
    BASE64.decode(text).ok()?.try_into().ok()
}

fn derive(algorithm: Algorithm, password: &str, with: &Decoded<'_>) -> String {
    let mut bytes = if algorithm == Algorithm::BcryptSha256 {
        hex(&Sha256::digest(password)).into_bytes()
    } else {
        password.as_bytes().to_vec()
    };
    bytes.push(0);
    bytes.truncate(MAX_PASSWORD);
    let hash = ::bcrypt::bcrypt(with.rounds, with.salt, &bytes);
    let (salt, hash) = (BASE64.encode(with.salt), BASE64.encode(&hash[..23]));
    format!("{}$${}${:02}${salt}{hash}", algorithm.name(), with.version, with.rounds)
}

fn decode(algorithm: Algorithm, encoded: &str) -> Option<Decoded<'_>> {
    let mut parts = encoded.splitn(5, '$');
    if parts.next()? != algorithm.name() || !parts.next()?.is_empty() {
        return None;
    }
    let version = parts.next().filter(|version| ["2a", "2b", "2y"].contains(version))?;
    let rounds = parts.next().filter(|text| text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit()))?;
    let rounds = rounds.parse().ok().filter(|rounds| (4..=MAX_BCRYPT_ROUNDS).contains(rounds))?;
    let salt = salt_bytes(parts.next()?.get(..22)?)?;
    Some(Decoded { version, rounds, salt })
}

pub(super) fn verify(algorithm: Algorithm, password: &str, encoded: &str) -> Option<bool> {
    let decoded = decode(algorithm, encoded)?;
    Some(constant_time_eq(encoded, &derive(algorithm, password, &decoded)))
}

pub(super) fn must_update(algorithm: Algorithm, factors: &WorkFactors, encoded: &str) -> bool {
    decode(algorithm, encoded).is_none_or(|decoded| decoded.rounds != factors.bcrypt)
}

pub(super) fn harden(algorithm: Algorithm, factors: &WorkFactors, password: &str, encoded: &str) {
    let Some(decoded) = decode(algorithm, encoded) else { return };
    // Each further round doubles the work.
    for rounds in decoded.rounds..factors.bcrypt {
        black_box(derive(algorithm, password, &Decoded { rounds, ..decoded }));
    }
}
