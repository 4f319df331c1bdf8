//! Userinfo (OpenID Connect Core 1.0 section 5.3). oauthlib: `UserInfoEndpoint`.

use serde_json::{Map, Value};

use crate::oauth::OAuthError;
use crate::oauth::bearer::{self, Presented};
use crate::oauth::{bcp, scopes};
use crate::settings::declared::ResourceCheck;
use crate::site::Site;
use crate::storage::{Failure, access_tokens};

use super::{claims, id_token};

const REASON: &str =
    "The access token provided is expired, revoked, malformed, or invalid for other reasons.";

/// The claims of the token's user that its scopes release.
///
/// # Errors
/// The outer one is a failure of our side; the inner one `invalid_token` (401) or `insufficient_scope` (403).
pub async fn userinfo(
    site: &Site,
    presented: &Presented<'_>,
) -> Result<Result<Map<String, Value>, OAuthError>, Failure> {
    let refused =
        || Ok(Err(OAuthError { status: 401, ..OAuthError::because("invalid_token", REASON).escaped() }));
    let settings = &site.settings.oauth2;
    // Differs from DOT: the gate on tokens in the query holds here too (oidc.md O-413).
    if presented.query.get("access_token").is_some() {
        if settings.bcp.access_token_transport {
            return refused();
        }
        bcp::warn("ACCESS_TOKEN_TRANSPORT", "An access token in the query string");
    }
    let Some(token) = presented.token().filter(|token| !token.is_empty()) else { return refused() };
    let openid = ["openid".to_owned()];
    if site.introspection.is_some() && bearer::find(site, token, &openid).await?.is_none() {
        return refused();
    }
    let Some((known, user)) = access_tokens::find_with_user(&site.db, token).await? else { return refused() };
    // DOT: a token for certain resources is never good here, whatever they are (oidc.md O-419).
    let is_off = settings.resource_check == ResourceCheck::Off;
    let restricted = !is_off && !known.resource.0.is_empty();
    if site.clock.now() >= known.expires || !scopes::covers(&known.scope, &openid) || restricted {
        return refused();
    }
    let is_configured = |scope: &&str| settings.scopes.iter().any(|(name, _)| name == scope);
    let scopes: Vec<&str> = known.scope.split_whitespace().filter(is_configured).collect();
    if !scopes.contains(&"openid") {
        let text = "The request requires higher privileges than provided by the access token.";
        let error = OAuthError::because("insufficient_scope", text).escaped();
        return Ok(Err(OAuthError { status: 403, ..error }));
    }
    // Differs from DOT: a token without a user is a 500 there (oidc.md O-417).
    let Some(user) = user else { return refused() };
    match claims::of_user(&site.settings, &user, &scopes) {
        Some(claims) => Ok(Ok(claims)),
        None => {
            id_token::no_subject(&user);
            refused()
        }
    }
}
