//! scrypt (`ScryptPasswordHasher`): `scrypt$N$salt$r$p$base64` of 64 bytes.

use super::factors::{ScryptFactors, number};
use super::{WorkFactors, salt_is_good};
use crate::constant_time_eq;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

pub(super) fn encode(factors: &WorkFactors, password: &str, salt: &str) -> Option<String> {
    encode_with(&factors.scrypt, password, salt)
}

fn encode_with(factors: &ScryptFactors, password: &str, salt: &str) -> Option<String> {
    if !salt_is_good(salt) || !factors.are_sane() {
        return None;
    }
    let ScryptFactors { work_factor, block_size, parallelism } = *factors;
    let log_n = u8::try_from(work_factor.trailing_zeros()).ok()?;
    let params = ::scrypt::Params::new(log_n, block_size, parallelism).ok()?;
    let mut hash = [0; 64];
    ::scrypt::scrypt(password.as_bytes(), salt.as_bytes(), &params, &mut hash).ok()?;
    Some(format!("scrypt${work_factor}${salt}${block_size}${parallelism}${}", STANDARD.encode(hash)))
}

fn decode(encoded: &str) -> Option<(ScryptFactors, &str)> {
    let parts: Vec<&str> = encoded.split('$').collect();
    let ["scrypt", work_factor, salt, block_size, parallelism, _] = parts[..] else { return None };
    let (work_factor, block_size) = (number(work_factor)?, number(block_size)?);
    Some((ScryptFactors { work_factor, block_size, parallelism: number(parallelism)? }, salt))
}

pub(super) fn verify(password: &str, encoded: &str) -> Option<bool> {
    let (factors, salt) = decode(encoded)?;
    Some(constant_time_eq(encoded, &encode_with(&factors, password, salt)?))
}

pub(super) fn must_update(factors: &WorkFactors, encoded: &str) -> bool {
    decode(encoded).is_none_or(|(found, _)| found != factors.scrypt)
}
