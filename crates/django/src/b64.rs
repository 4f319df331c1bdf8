//! URL-safe base64 without padding (`django.core.signing.b64_encode`, `django.utils.http.urlsafe_base64_encode`).

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::engine::{DecodePaddingMode, general_purpose::URL_SAFE_NO_PAD};

/// Python's decoder ignores padding and the unused last bits, so this one does.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// URL-safe base64 of the bytes, without `=`.
pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of a URL-safe base64 text, padded or not; `None` when it is malformed.
///
/// Differs from Django: characters outside the alphabet are refused, not skipped.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    LENIENT.decode(text).ok()
}

/// The text of a `uidb64` URL part (the primary key as text); `None` when it is malformed or not UTF-8.
pub fn decode_text(text: &str) -> Option<String> {
    String::from_utf8(decode(text)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_optional_and_rubbish_is_none() {
        assert_eq!(decode_text("NDI"), Some("42".into()));
        assert_eq!(decode_text("NDI="), Some("42".into()));
        for text in ["A", "é", "!!!!", "a b", "_w"] {
            assert_eq!(decode_text(text), None, "{text}");
        }
    }
}
