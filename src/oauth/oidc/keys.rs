//! What signs and verifies an application's ID tokens. DOT: `AbstractApplication.jwk_key`.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use entity::application::Model as Application;

use crate::observe::Reason;
use crate::settings::rsa_key::RsaKey;
use crate::site::Site;

/// Bytes that a shared secret must have at least (RFC 7518 section 3.2).
const LEAST_SECRET: usize = 32;

/// The key of an application. No Debug form: it may hold its secret.
pub enum Key<'a> {
    Rs256(&'a RsaKey),
    Hs256(&'a [u8]),
}

/// Why an application cannot have ID tokens; for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unable {
    #[error("the application has no algorithm")]
    Algorithm,
    #[error("the application uses RS256, and OIDC_RSA_PRIVATE_KEY is not set")]
    ServerKey,
    #[error("the application uses HS256, and its secret is hashed or shorter than 32 bytes")]
    Secret,
}

impl Unable {
    /// The same, as the reason of a refusal.
    pub fn reason(self) -> Reason {
        match self {
            Unable::Algorithm => Reason::IdTokenNoAlgorithm,
            Unable::ServerKey => Reason::IdTokenNoServerKey,
            Unable::Secret => Reason::IdTokenSecretUnfit,
        }
    }
}

/// The key that signs for this application now.
///
/// # Errors
/// What the application or the server lacks.
pub fn of<'a>(site: &'a Site, application: &'a Application) -> Result<Key<'a>, Unable> {
    match application.algorithm.as_str() {
        "RS256" => site.settings.oauth2.oidc.key.as_ref().map(Key::Rs256).ok_or(Unable::ServerKey),
        "HS256" => {
            let secret = application.client_secret.as_bytes();
            let hashed = crate::oauth::application::is_hashed(site, &application.client_secret);
            if hashed || secret.len() < LEAST_SECRET { Err(Unable::Secret) } else { Ok(Key::Hs256(secret)) }
        }
        _ => Err(Unable::Algorithm),
    }
}

impl Key<'_> {
    /// The `alg` of RFC 7518.
    pub fn algorithm(&self) -> &'static str {
        match self {
            Key::Rs256(_) => "RS256",
            Key::Hs256(_) => "HS256",
        }
    }

    /// Which of the published keys it is.
    pub fn kid(&self) -> Option<&str> {
        match self {
            Key::Rs256(key) => Some(&key.kid),
            Key::Hs256(_) => None,
        }
    }

    pub fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        match self {
            Key::Rs256(key) => key.sign(message),
            Key::Hs256(secret) => Some(mac(secret, message)?.finalize().into_bytes().to_vec()),
        }
    }

    /// In constant time for a shared secret.
    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Key::Rs256(key) => key.verifies(message, signature),
            Key::Hs256(secret) => mac(secret, message).is_some_and(|mac| mac.verify_slice(signature).is_ok()),
        }
    }
}

fn mac(secret: &[u8], message: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(message);
    Some(mac)
}

/// Whether a key of this application made the signature; inactive keys count, they are published.
pub fn verifies(site: &Site, application: &Application, message: &[u8], signature: &[u8]) -> bool {
    let Ok(key) = of(site, application) else { return false };
    if key.verifies(message, signature) {
        return true;
    }
    // Differs from DOT: an ID token signed before the keys were changed is still known (O-435).
    let inactive = &site.settings.oauth2.oidc.inactive_keys;
    matches!(key, Key::Rs256(_)) && inactive.iter().any(|key| key.verifies(message, signature))
}
