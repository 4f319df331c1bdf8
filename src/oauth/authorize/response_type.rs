//! `response_type` (RFC 6749 section 3.1.1). oauthlib: `Server.response_types`; DOT: `validate_response_type`.

use crate::oauth::{OAuthError, bcp};
use crate::observe::Reason;
use crate::settings::OAuth2Provider;

/// A response type that is built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResponseType {
    Code,
    /// A hybrid combination, by its exact text; without OpenID Connect it grants a code only.
    Hybrid(String),
    /// Implicit: an access token, an ID token, both.
    Token,
    IdToken,
    IdTokenToken,
}

impl ResponseType {
    /// # Errors
    /// `unsupported_response_type` or `unauthorized_client`, told apart as oauthlib does.
    pub fn check(text: &str, grant: &str, settings: &OAuth2Provider) -> Result<ResponseType, OAuthError> {
        let unauthorized = |reason: Reason| {
            let why = reason.why().sent("response_type", text).stored("registered", grant);
            OAuthError::new("unauthorized_client", why)
        };
        let unsupported = |reason: Reason| {
            OAuthError::new("unsupported_response_type", reason.why().sent("response_type", text))
        };
        let needed = if text.contains("code") { "authorization_code" } else { "implicit" };
        if !settings.grants.has(needed) {
            return Err(unsupported(Reason::ResponseTypeOff));
        }
        let implicit = grant == "implicit" && !settings.bcp.implicit_grant;
        let openid = settings.oidc_enabled;
        let checked = match text {
            "code" if grant == "authorization-code" => Ok(ResponseType::Code),
            "token" if implicit => Ok(ResponseType::Token),
            "id_token" if implicit && openid => Ok(ResponseType::IdToken),
            "id_token token" if implicit && openid => Ok(ResponseType::IdTokenToken),
            "token" | "id_token" | "id_token token"
                if grant == "implicit" && settings.bcp.implicit_grant && (openid || text == "token") =>
            {
                Err(unauthorized(Reason::ImplicitGrantOff))
            }
            "id_token" | "id_token token" if openid => {
                Err(unauthorized(Reason::ResponseTypeNotOfApplication))
            }
            "code id_token" | "code token" | "code id_token token" if grant == "openid-hybrid" => {
                Ok(ResponseType::Hybrid(text.to_owned()))
            }
            "token" | "none" => Err(unauthorized(Reason::ResponseTypeNotOfApplication)),
            // DOT: whatever contains the letters `code` reaches the code grant and is refused there.
            other if other.contains("code") => Err(unauthorized(Reason::ResponseTypeNotOfApplication)),
            _ => Err(unsupported(Reason::ResponseTypeUnknown)),
        };
        if checked.as_ref().is_ok_and(ResponseType::is_implicit) {
            bcp::warn("IMPLICIT_GRANT", "The implicit grant");
        }
        checked
    }

    pub fn as_str(&self) -> &str {
        match self {
            ResponseType::Code => "code",
            ResponseType::Hybrid(text) => text,
            ResponseType::Token => "token",
            ResponseType::IdToken => "id_token",
            ResponseType::IdTokenToken => "id_token token",
        }
    }

    fn has(&self, word: &str) -> bool {
        self.as_str().split(' ').any(|w| w == word)
    }

    /// Whether the answer itself holds an ID token.
    pub fn has_id_token(&self) -> bool {
        self.has("id_token")
    }

    /// Whether the answer itself holds an access token.
    pub fn has_token(&self) -> bool {
        self.has("token")
    }

    /// Whether there is no code: the answer is in the fragment, PKCE does not matter.
    pub fn is_implicit(&self) -> bool {
        !self.has("code")
    }
}
