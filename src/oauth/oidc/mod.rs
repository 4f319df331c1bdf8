//! OpenID Connect Core 1.0, Discovery 1.0 and RP-Initiated Logout 1.0 on top of OAuth 2.0.
//! DOT: `oauth2_provider.views.oidc`; oauthlib: `oauthlib.openid`.

pub mod claims;
pub mod discovery;
mod hint;
pub mod id_token;
mod jws;
mod keys;
pub mod logout;
pub mod request;
pub mod userinfo;

pub use hint::find_bearer;
pub use id_token::{IdToken, Openid};

use crate::settings::Settings;

/// The issuer as seen by a request to `base` (`scheme://host`). DOT: `oidc_issuer`.
pub fn issuer(settings: &Settings, base: &str) -> String {
    if !settings.oauth2.oidc_iss_endpoint.is_empty() {
        return settings.oauth2.oidc_iss_endpoint.clone();
    }
    format!("{base}{}", settings.urls.mount().trim_end_matches('/'))
}
