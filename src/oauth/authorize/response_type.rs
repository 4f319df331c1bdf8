//! `response_type` (RFC 6749 section 3.1.1). oauthlib: `Server.response_types`; DOT: `validate_response_type`.

use crate::oauth::{OAuthError, bcp};
use crate::observe::Reason;
use crate::settings::OAuth2Provider;
use crate::vocabulary::{GrantType, ResponseType};

/// The response type, if an application that is registered for `grant` (the column) may ask for it.
///
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
    // DOT: whatever contains the letters `code` reaches the code grant and is refused there.
    let reaches_code = text.contains(ResponseType::Code.as_str());
    let needed = if reaches_code { GrantType::AuthorizationCode } else { GrantType::Implicit };
    if !settings.grants.has(needed) {
        return Err(unsupported(Reason::ResponseTypeOff));
    }
    let Some(kind) = ResponseType::parse(text) else {
        return Err(match reaches_code || text == "none" {
            true => unauthorized(Reason::ResponseTypeNotOfApplication),
            false => unsupported(Reason::ResponseTypeUnknown),
        });
    };
    if kind.is_implicit() && kind.is_of_openid() && !settings.oidc_enabled {
        return Err(unsupported(Reason::ResponseTypeUnknown));
    }
    if !kind.grant().is(grant) {
        return Err(unauthorized(Reason::ResponseTypeNotOfApplication));
    }
    if kind.is_implicit() && settings.bcp.implicit_grant {
        return Err(unauthorized(Reason::ImplicitGrantOff));
    }
    if kind.is_implicit() {
        bcp::warn("IMPLICIT_GRANT", "The implicit grant");
    }
    Ok(kind)
}
