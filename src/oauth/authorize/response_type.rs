//! `response_type` (RFC 6749 section 3.1.1). oauthlib: `Server.response_types`; DOT: `validate_response_type`.

use crate::oauth::{OAuthError, bcp};
use crate::settings::OAuth2Provider;

/// A response type that is built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResponseType {
    Code,
    /// A hybrid combination, by its exact text; without OpenID Connect it grants a code only.
    Hybrid(String),
    /// Implicit.
    Token,
}

impl ResponseType {
    /// # Errors
    /// `unsupported_response_type` or `unauthorized_client`, told apart as oauthlib does.
    pub fn check(text: &str, grant: &str, settings: &OAuth2Provider) -> Result<ResponseType, OAuthError> {
        let unauthorized = || OAuthError::new("unauthorized_client");
        let needed = if text.contains("code") { "authorization_code" } else { "implicit" };
        if !settings.grants.has(needed) {
            return Err(OAuthError::new("unsupported_response_type"));
        }
        match text {
            "code" if grant == "authorization-code" => Ok(ResponseType::Code),
            "token" if grant == "implicit" && !settings.bcp.implicit_grant => {
                bcp::warn("IMPLICIT_GRANT", "The implicit grant");
                Ok(ResponseType::Token)
            }
            "code id_token" | "code token" | "code id_token token" if grant == "openid-hybrid" => {
                Ok(ResponseType::Hybrid(text.to_owned()))
            }
            "token" | "none" => Err(unauthorized()),
            // DOT: whatever contains the letters `code` reaches the code grant and is refused there.
            other if other.contains("code") => Err(unauthorized()),
            _ => Err(OAuthError::new("unsupported_response_type")),
        }
    }

    pub fn as_str(&self) -> &str {
        match self {
            ResponseType::Code => "code",
            ResponseType::Hybrid(text) => text,
            ResponseType::Token => "token",
        }
    }
}
