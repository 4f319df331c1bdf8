//! OpenID Connect Core 1.0, Discovery 1.0 and RP-Initiated Logout 1.0 on top of OAuth 2.0.
//! DOT: `oauth2_provider.views.oidc`; oauthlib: `oauthlib.openid`.

pub mod claims;
pub mod discovery;
mod hint;
pub mod id_token;
pub mod issuer;
mod jws;
mod keys;
pub mod logout;
pub mod person;
pub mod request;
pub mod userinfo;

pub use hint::find_bearer;
pub use id_token::{IdToken, Openid};
pub use issuer::issuer;
