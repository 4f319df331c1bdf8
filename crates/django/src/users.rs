//! User names (`UsernameField.to_python`, `AbstractBaseUser.normalize_username`).

use crate::text;
use unicode_normalization::UnicodeNormalization;

/// The name as the login form looks it up: blanks stripped at both ends, then Unicode form NFKC.
pub fn normalize_username(name: &str) -> String {
    text::strip(name).nfkc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_stripped_then_normalised() {
        assert_eq!(normalize_username(" \u{1c}ﬁ\u{212b}\u{a0}"), "fiÅ");
        assert_eq!(normalize_username(""), "");
    }
}
