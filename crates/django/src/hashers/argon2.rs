//! Argon2 (`Argon2PasswordHasher`): `argon2$argon2id$v=19$m=..,t=..,p=..$salt$hash`, both base64 without padding.

use super::factors::{Argon2Factors, number};
use super::{WorkFactors, must_update_salt, salt_is_good};
use ::argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use subtle::ConstantTimeEq;

struct Decoded {
    factors: Argon2Factors,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

pub(super) fn encode(factors: &WorkFactors, password: &str, salt: &str) -> Option<String> {
    let given = &factors.argon2;
    if !salt_is_good(salt) {
        return None;
    }
    let hash = derive(given, password, salt.as_bytes())?;
    let Argon2Factors { time, memory, parallelism, .. } = given;
    let (variant, version) = given.algorithm;
    let [salt, hash] = [salt.as_bytes(), &hash].map(|bytes| STANDARD_NO_PAD.encode(bytes));
    let version = u32::from(version);
    Some(format!("argon2${variant}$v={version}$m={memory},t={time},p={parallelism}${salt}${hash}"))
}

fn derive(factors: &Argon2Factors, password: &str, salt: &[u8]) -> Option<Vec<u8>> {
    let length = factors.length;
    let params = Params::new(factors.memory, factors.time, factors.parallelism, Some(length)).ok()?;
    let (variant, version) = factors.algorithm;
    let mut hash = vec![0; length];
    Argon2::new(variant, version, params).hash_password_into(password.as_bytes(), salt, &mut hash).ok()?;
    Some(hash)
}

fn decode(encoded: &str) -> Option<Decoded> {
    let mut parts = encoded.split('$');
    if parts.next()? != "argon2" {
        return None;
    }
    let variant = match parts.next()? {
        "argon2id" => Algorithm::Argon2id,
        "argon2i" => Algorithm::Argon2i,
        "argon2d" => Algorithm::Argon2d,
        _ => return None,
    };
    let mut part = parts.next()?;
    let mut version = Version::V0x10; // hashes without a version are of the first one
    if let Some(text) = part.strip_prefix("v=") {
        version = Version::try_from(number(text)?).ok()?;
        part = parts.next()?;
    }
    let mut costs = part.split(',');
    let memory = number(costs.next()?.strip_prefix("m=")?)?;
    let time = number(costs.next()?.strip_prefix("t=")?)?;
    let parallelism = number(costs.next()?.strip_prefix("p=")?)?;
    let salt = STANDARD_NO_PAD.decode(parts.next()?).ok()?;
    let hash = STANDARD_NO_PAD.decode(parts.next()?).ok()?;
    let algorithm = (variant, version);
    let factors = Argon2Factors { algorithm, time, memory, parallelism, length: hash.len() };
    let is_whole = costs.next().is_none() && parts.next().is_none();
    (is_whole && factors.are_sane()).then_some(Decoded { factors, salt, hash })
}

pub(super) fn verify(password: &str, encoded: &str) -> Option<bool> {
    let Decoded { factors, salt, hash } = decode(encoded)?;
    Some(derive(&factors, password, &salt)?.ct_eq(&hash).into())
}

pub(super) fn must_update(factors: &WorkFactors, encoded: &str) -> bool {
    decode(encoded).is_none_or(|decoded| {
        // Django reads the salt as Latin-1: one character for each byte.
        let salt: String = decoded.salt.into_iter().map(char::from).collect();
        decoded.factors != factors.argon2 || must_update_salt(&salt, factors.salt_entropy)
    })
}
