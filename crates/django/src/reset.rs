//! Password reset tokens (`django.contrib.auth.tokens.PasswordResetTokenGenerator`).

use crate::signing::{Keys, hex, salted_hmac};
use crate::{base36, constant_time_eq};
use std::fmt;

const SALT: &str = "django.contrib.auth.tokens.PasswordResetTokenGenerator";

/// What a token depends on: it dies when any of this changes. Never shown by `Debug`.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// Primary key as text.
    pub pk: &'a str,
    /// The stored password.
    pub password: &'a str,
    /// `YYYY-MM-DD HH:MM:SS` of the last login, without fraction and zone; empty for never.
    pub last_login: &'a str,
    /// The e-mail address, may be empty.
    pub email: &'a str,
}

impl fmt::Debug for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject").field("pk", &self.pk).finish_non_exhaustive()
    }
}

/// The token made at `seconds` since 2001-01-01 00:00 by the site's local clock.
///
/// Source: `PasswordResetTokenGenerator._make_token_with_timestamp`.
pub fn make_token(subject: &Subject<'_>, seconds: u64, secret: &[u8]) -> String {
    let Subject { pk, password, last_login, email } = subject;
    let value = format!("{pk}{password}{last_login}{seconds}{email}");
    let digest = hex(&salted_hmac(SALT, value.as_bytes(), secret));
    let half: String = digest.chars().step_by(2).collect();
    format!("{}-{half}", base36::encode(seconds))
}

/// Whether a token is the subject's and not older than `timeout` (`PASSWORD_RESET_TIMEOUT`, 259200 seconds by
/// default) at `seconds` since 2001-01-01 00:00 by the site's local clock.
///
/// Source: `PasswordResetTokenGenerator.check_token`.
pub fn check_token(subject: &Subject<'_>, token: &str, keys: &Keys, seconds: u64, timeout: u64) -> bool {
    let Some((stamp, digest)) = token.split_once('-') else { return false };
    let Some(made_at) = base36::decode(stamp) else { return false };
    !digest.contains('-')
        && keys.iter().any(|key| constant_time_eq(&make_token(subject, made_at, key.as_bytes()), token))
        && seconds.saturating_sub(made_at) <= timeout
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_dies_by_age_change_and_tampering() {
        let keys = Keys::new("new", &["old".into()]);
        let subject = Subject { pk: "7", password: "p", last_login: "", email: "e" };
        let token = make_token(&subject, 1000, b"old");
        assert!(check_token(&subject, &token, &keys, 1010, 10));
        assert!(!check_token(&subject, &token, &keys, 1011, 10));
        assert!(!check_token(&Subject { password: "q", ..subject }, &token, &keys, 1000, 10));
        for text in ["", "-", "é-é", "rs", "rs-x", &format!("{token}-"), &token.to_uppercase()] {
            assert!(!check_token(&subject, text, &keys, 1000, 10), "{text}");
        }
    }
}
