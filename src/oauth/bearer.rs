//! Bearer tokens on protected resources (RFC 6750). DOT: `validate_bearer_token`, oauthlib: `get_token_from_header`.

use entity::user::Model as User;
use entity::value::Resource;

use crate::failure::Failure;
use crate::observe::Reason;
use crate::site::Site;
use crate::storage::access_tokens::{self, TokenRow};
use crate::storage::users;

use super::{Params, bcp, oidc, remote, resource, scopes};

/// What a request brings: its Authorization header, form and query. No Debug form: it holds a token.
pub struct Presented<'a> {
    pub authorization: Option<&'a str>,
    pub form: &'a Params,
    pub query: &'a Params,
    /// Absolute URL of the request, without query.
    pub url: &'a str,
}

/// Why a token was not accepted (RFC 6750 section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    NoToken,
    Invalid,
    Expired,
    InsufficientScope,
    WrongResource,
}

impl Denied {
    /// Error code and description as DOT words them; a missing token has none.
    pub fn error(self) -> Option<(&'static str, &'static str)> {
        match self {
            Denied::NoToken => None,
            Denied::Invalid => Some(("invalid_token", "The access token is invalid.")),
            Denied::Expired => Some(("invalid_token", "The access token has expired.")),
            Denied::InsufficientScope => {
                Some(("insufficient_scope", "The access token is valid but does not have enough scope."))
            }
            Denied::WrongResource => {
                Some(("invalid_token", "The access token is not valid for this resource."))
            }
        }
    }
}

impl Denied {
    /// The same, as the reason of a refusal.
    pub fn reason(self) -> Reason {
        match self {
            Denied::NoToken => Reason::TokenMissing,
            Denied::Invalid => Reason::TokenUnknown,
            Denied::Expired => Reason::TokenExpired,
            Denied::InsufficientScope => Reason::TokenScopeMissing,
            Denied::WrongResource => Reason::TokenOfOtherResource,
        }
    }
}

/// What came of a look at a bearer token.
pub enum Checked {
    Good(TokenRow),
    Denied(Denied),
}

impl<'a> Presented<'a> {
    /// With an Authorization header only that counts; else the form, else the query.
    pub fn token(&self) -> Option<&'a str> {
        let Some(header) = self.authorization else {
            return self.form.get("access_token").or_else(|| self.query.get("access_token"));
        };
        parse(header)
    }
}

/// The token of an Authorization header: the scheme in any case, one word after it. DOT: `parse_bearer_token`.
pub fn parse(header: &str) -> Option<&str> {
    let words: Vec<&str> = header.split_whitespace().collect();
    match words[..] {
        [scheme, token] if scheme.eq_ignore_ascii_case("bearer") => Some(token),
        _ => None,
    }
}

/// Checks the presented token against the scopes wanted.
///
/// # Errors
/// The database's own; a denial is an answer.
pub async fn check(site: &Site, presented: &Presented<'_>, wanted: &[String]) -> Result<Checked, Failure> {
    let settings = &site.settings.oauth2;
    if presented.query.get("access_token").is_some() {
        if settings.bcp.access_token_transport {
            return Ok(Checked::Denied(Denied::NoToken));
        }
        bcp::warn("ACCESS_TOKEN_TRANSPORT", "An access token in the query string");
    }
    let Some(token) = presented.token().filter(|t| !t.is_empty()) else {
        return Ok(Checked::Denied(Denied::NoToken));
    };
    if site.settings.server.compat.id_token_as_bearer && settings.oidc_enabled && is_jwt_like(token) {
        let row = id_token(site, token, wanted).await?;
        return Ok(row.map_or(Checked::Denied(Denied::NoToken), Checked::Good));
    }
    let Some(known) = find(site, token, wanted).await? else {
        return Ok(Checked::Denied(Denied::Invalid));
    };
    if site.clock.now() >= known.expires {
        return Ok(Checked::Denied(Denied::Expired));
    }
    if !scopes::covers(&known.scope, wanted) {
        return Ok(Checked::Denied(Denied::InsufficientScope));
    }
    if !resource::allows(settings.resource_check, &known.resource.0, presented.url) {
        return Ok(Checked::Denied(Denied::WrongResource));
    }
    Ok(Checked::Good(known))
}

/// The token's row. What is unknown, expired or without the scopes here, another authorization server may know better.
///
/// # Errors
/// The database's own.
pub async fn find(site: &Site, token: &str, wanted: &[String]) -> Result<Option<TokenRow>, Failure> {
    let known = access_tokens::find_by_token(&site.db, token).await?;
    let good = |known: &TokenRow| site.clock.now() < known.expires && scopes::covers(&known.scope, wanted);
    match &site.introspection {
        Some(asks) if !known.as_ref().is_some_and(good) => remote::find(site, asks, token).await,
        _ => Ok(known),
    }
}

/// oauthlib: `JWTToken.estimate_type`.
fn is_jwt_like(token: &str) -> bool {
    token.starts_with("ey") && matches!(token.matches('.').count(), 2 | 4)
}

/// DOT: an ID token counts as a bearer token for the scopes of its row. `[server.compat] id_token_as_bearer`.
async fn id_token(site: &Site, token: &str, wanted: &[String]) -> Result<Option<TokenRow>, Failure> {
    let Some(hint) = oidc::find_bearer(site, token).await? else { return Ok(None) };
    if !scopes::covers(&hint.row.scope, wanted) {
        return Ok(None);
    }
    let user = match hint.row.user_id {
        Some(id) => users::find_by_id(&site.db, id).await?,
        None => None,
    };
    Ok(Some(TokenRow {
        id: hint.row.id,
        user_id: hint.row.user_id,
        expires: hint.row.expires,
        scope: hint.row.scope,
        resource: Resource::default(),
        client_id: Some(hint.application.client_id),
        username: user.map(|user| user.username),
    }))
}

/// The user of a token that is good for any scope.
///
/// # Errors
/// The database's own.
pub async fn user_of(site: &Site, presented: &Presented<'_>) -> Result<Option<User>, Failure> {
    let Checked::Good(known) = check(site, presented, &[]).await? else { return Ok(None) };
    match known.user_id {
        Some(id) => users::find_by_id(&site.db, id).await,
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of DOT's own function (`vec-bearer`).
    #[test]
    fn a_header_holds_the_scheme_and_one_word() {
        for good in ["Bearer abc", "bearer abc", "BEARER\tabc", "Bearer  abc ", " bearer abc"] {
            assert_eq!(parse(good), Some("abc"), "{good}");
        }
        for bad in
            ["Bearer", "Bearer a b", "BearerX abc", "Basic abc", "", "abc", "Bearer ", "Bearer a b c d"]
        {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
