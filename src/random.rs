//! The one generator: letters and digits from the operating system's randomness, without bias.
//! DOT: `oauthlib.common.generate_token`, Django: `django.utils.crypto.get_random_string`.

use std::cell::RefCell;

use crate::failure::Failure;

pub const ALPHANUMERIC: &[u8] = django::RANDOM_STRING_CHARS.as_bytes();

/// `length` characters of `alphabet` (at most 256 of them), each equally likely.
///
/// # Errors
/// When the operating system has no randomness to give.
pub fn text(length: usize, alphabet: &[u8]) -> Result<String, Failure> {
    let mut out = String::with_capacity(length);
    let limit = 256 - 256 % alphabet.len();
    let mut bytes = [0u8; 64];
    while out.len() < length {
        fill(&mut bytes)?;
        for byte in bytes.iter().map(|b| usize::from(*b)).filter(|b| *b < limit) {
            if out.len() == length {
                break;
            }
            out.push(char::from(alphabet[byte % alphabet.len()]));
        }
    }
    Ok(out)
}

/// A token, code or device code: 30 letters and digits, about 178 bits.
///
/// # Errors
/// When the operating system has no randomness to give.
pub fn token() -> Result<String, Failure> {
    text(30, ALPHANUMERIC)
}

/// A number from 0 to `limit` - 1, each equally likely.
///
/// # Errors
/// When the operating system has no randomness to give.
pub fn below(limit: u8) -> Result<usize, Failure> {
    let most = u8::MAX - u8::MAX % limit;
    loop {
        let mut byte = [0u8; 1];
        fill(&mut byte)?;
        if byte[0] < most {
            return Ok(usize::from(byte[0] % limit));
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that asks for randomness")]
fn fill(bytes: &mut [u8]) -> Result<(), Failure> {
    getrandom::fill(bytes).map_err(|e| Failure::Randomness(e.to_string()))
}

/// Bytes asked for at a time for what is no secret.
const STOCK: usize = 1_024;

thread_local! {
    static STOCKED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// For what is no secret.
fn stocked() -> u64 {
    let mut bytes = [0u8; 8];
    STOCKED.with_borrow_mut(|stock| {
        if stock.len() < bytes.len() {
            stock.resize(STOCK, 0);
            if fill(stock).is_err() {
                stock.clear();
            }
        }
        let rest = stock.len().saturating_sub(bytes.len());
        for (byte, stocked) in bytes.iter_mut().zip(stock.drain(rest..)) {
            *byte = stocked;
        }
    });
    u64::from_be_bytes(bytes)
}

/// 16 hex digits that name a request in the log and to its client. No secret: the bytes come from a stock.
pub fn request_id() -> String {
    format!("{:016x}", stocked())
}

/// At least 0 and less than 1, for pauses that are not to be alike.
pub fn fraction() -> f64 {
    f64::from(u32::try_from(stocked() >> 32).unwrap_or(0)) / f64::from(u32::MAX)
}

/// A UUID of version 4.
///
/// # Errors
/// When the operating system has no randomness to give.
pub fn uuid() -> Result<uuid::Uuid, Failure> {
    let mut bytes = [0u8; 16];
    fill(&mut bytes)?;
    Ok(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

/// 32 bytes for a key that lives only in this process.
///
/// # Errors
/// When the operating system has no randomness to give.
pub fn key() -> Result<[u8; 32], Failure> {
    let mut bytes = [0u8; 32];
    fill(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_requests_have_one_id() {
        let ids: std::collections::HashSet<String> = (0..1_000).map(|_| request_id()).collect();
        assert_eq!(ids.len(), 1_000);
        assert!(ids.iter().all(|id| id.len() == 16 && id.bytes().all(|c| c.is_ascii_hexdigit())));
    }

    #[test]
    fn a_token_has_thirty_letters_and_digits_and_differs_each_time() {
        let (a, b) = (token().unwrap(), token().unwrap());
        assert_eq!(a.len(), 30);
        assert!(a.bytes().all(|c| ALPHANUMERIC.contains(&c)));
        assert_ne!(a, b);
    }
}
