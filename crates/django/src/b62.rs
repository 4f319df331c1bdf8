//! Base 62 numbers of signed timestamps (`django.core.signing.b62_encode`, `b62_decode`).

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The number in base 62, with a leading `-` for negatives. Source: `b62_encode`.
pub fn encode(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    format!("{sign}{}", digits(number.unsigned_abs(), ALPHABET))
}

/// The number of a base 62 text; `None` for an empty text, another character or more than 64 bits.
///
/// Source: `b62_decode` (which has no upper limit).
pub fn decode(text: &str) -> Option<i64> {
    let (negative, body) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    if body.is_empty() {
        return None;
    }
    let mut number: i64 = 0;
    for byte in body.bytes() {
        let digit = ALPHABET.iter().position(|&c| c == byte)?;
        number = number.checked_mul(62)?.checked_add(i64::try_from(digit).ok()?)?;
    }
    Some(if negative { -number } else { number })
}

/// The digits of `number` in the base of the alphabet's length (at least 2), `alphabet[0]` for zero.
pub(crate) fn digits(mut number: u64, alphabet: &[u8]) -> String {
    let base = alphabet.len() as u64;
    let mut reversed = Vec::new();
    loop {
        reversed.push(char::from(alphabet[(number % base) as usize]));
        number /= base;
        if number == 0 {
            break;
        }
    }
    reversed.into_iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_the_range_survive() {
        for number in [0, 1, -1, 61, 62, i64::MAX, i64::MIN + 1] {
            assert_eq!(decode(&encode(number)), Some(number));
        }
        assert!(!encode(i64::MIN).is_empty());
    }

    #[test]
    fn malformed_numbers_are_none() {
        for text in ["", "-", "--1", "a b", "é", "+1", "zzzzzzzzzzzzzzzzzzzz"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
