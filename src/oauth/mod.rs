//! The rules of OAuth 2.0 and OpenID Connect as DOT and oauthlib apply them. Knows nothing of HTTP.

pub mod application;
pub mod authorize;
pub mod bcp;
pub mod bearer;
pub mod cimd;
pub mod client;
pub mod client_auth;
pub mod cors;
pub mod device;
pub mod error;
pub mod generate;
pub mod grants;
pub mod introspect;
pub mod issue;
pub mod oidc;
pub mod params;
pub mod pkce;
pub mod polls;
pub mod redirect_uri;
pub mod register;
pub mod remote;
pub mod resource;
pub mod revoke;
pub mod scopes;
pub mod uri;

pub use error::{DotForm, Error, OAuthError};
pub use params::Params;
