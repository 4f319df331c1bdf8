//! Userinfo (OpenID Connect Core 1.0 section 5.3). oauthlib: `UserInfoEndpoint`.

use serde_json::{Map, Value};

use crate::oauth::bearer::{self, Presented};
use crate::oauth::{DotForm, Error, OAuthError, bcp, scopes};
use crate::observe::{Reason, Why};
use crate::settings::declared::ResourceCheck;
use crate::site::Site;
use crate::storage::access_tokens::{self, TokenRow};

use super::claims::{self, Place};
use super::{id_token, person};

const REASON: &str =
    "The access token provided is expired, revoked, malformed, or invalid for other reasons.";

/// The claims of the token's user that its scopes release.
///
/// # Errors
/// Refused: `invalid_token` (401) or `insufficient_scope` (403).
pub async fn userinfo(site: &Site, presented: &Presented<'_>) -> Result<Map<String, Value>, Error> {
    let refused = |why: Why| Err(invalid_token(why).into());
    let settings = &site.settings.oauth2;
    // Differs from DOT: the gate on tokens in the query holds here too (O-413).
    if presented.query.get("access_token").is_some() {
        if settings.bcp.access_token_transport {
            return refused(Reason::TokenInQueryOff.into());
        }
        bcp::warn("ACCESS_TOKEN_TRANSPORT", "An access token in the query string");
    }
    let Some(token) = presented.token().filter(|token| !token.is_empty()) else {
        return refused(Reason::TokenMissing.into());
    };
    let openid = ["openid".to_owned()];
    if site.introspection.is_some() && bearer::find(site, token, &openid).await?.is_none() {
        return refused(Reason::TokenUnknown.why().with("asked", "the other authorization server too"));
    }
    let Some((known, user)) = access_tokens::find_with_user(&site.db, token).await? else {
        return refused(Reason::TokenUnknown.into());
    };
    // DOT: a token for certain resources is never good here, whatever they are (O-419).
    let is_off = settings.resource_check == ResourceCheck::Off;
    let restricted = !is_off && !known.resource.0.is_empty();
    if site.clock.now() >= known.expires {
        return refused(of_token(&known, Reason::TokenExpired).with("expired", known.expires.0));
    }
    if !scopes::covers(&known.scope, &openid) {
        return refused(of_token(&known, Reason::TokenScopeMissing).with("needed", "openid"));
    }
    if restricted {
        return refused(of_token(&known, Reason::TokenOfOtherResource));
    }
    let is_configured = |scope: &&str| settings.scopes.iter().any(|(name, _)| name == scope);
    let scopes: Vec<&str> = known.scope.split_whitespace().filter(is_configured).collect();
    if !scopes.contains(&"openid") {
        let text = "The request requires higher privileges than provided by the access token.";
        let why = of_token(&known, Reason::OpenidNotInScopes);
        let error = OAuthError::because("insufficient_scope", text, why).in_dot_form(DotForm::Html);
        return Err(OAuthError { status: 403, ..error }.into());
    }
    // Differs from DOT: a token without a user is a 500 there (O-417).
    let Some(user) = user else { return refused(of_token(&known, Reason::TokenWithoutUser)) };
    let person = person::read(site, user, &scopes, Place::Userinfo).await?;
    match claims::of_user(&site.settings, &person, &scopes, Place::Userinfo) {
        Some(claims) => Ok(claims),
        None => refused(id_token::no_subject(&person.user).why),
    }
}

fn invalid_token(why: Why) -> OAuthError {
    let error = OAuthError::because("invalid_token", REASON, why).in_dot_form(DotForm::Html);
    OAuthError { status: 401, ..error }
}

/// Whose token it is that is refused.
fn of_token(known: &TokenRow, reason: Reason) -> Why {
    let mut why = reason.why().with("token", known.id);
    if let Some(client_id) = &known.client_id {
        why = why.of_client(client_id, None);
    }
    match known.user_id {
        Some(user_id) => why.of_user(user_id),
        None => why,
    }
}
