//! Base 36 numbers of password reset links (`django.utils.http.int_to_base36`, `base36_to_int`).

const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// The number in base 36, lowercase. Source: `int_to_base36`.
pub fn encode(number: u64) -> String {
    crate::b62::digits(number, ALPHABET)
}

/// The number of a base 36 text in either case; `None` when it is empty, longer than 13 characters, has another
/// character or does not fit 64 bits.
///
/// Source: `base36_to_int`. Differs from Django: blanks, signs and `_`, which Python's `int` takes, are refused.
pub fn decode(text: &str) -> Option<u64> {
    if text.is_empty() || text.len() > 13 || text.starts_with('+') {
        return None;
    }
    u64::from_str_radix(text, 36).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_numbers_are_none() {
        for text in ["", "-1", "+1", " 1", "a_b", "é", "00000000000000", "zzzzzzzzzzzzz0"] {
            assert_eq!(decode(text), None, "{text}");
        }
        assert_eq!(decode("Zz"), Some(35 * 36 + 35));
    }
}
