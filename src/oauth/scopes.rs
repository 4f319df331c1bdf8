//! Which scopes a request asks for and whether they exist. DOT: `SettingsScopes`, oauthlib: `scope_to_list`.

use crate::observe::{Reason, Why};
use crate::settings::OAuth2Provider;

use super::OAuthError;

/// Outer blanks trimmed, split at single blanks: two blanks in a row make an empty scope, which does not exist.
pub fn list(scope: &str) -> Vec<String> {
    scope.trim().split(' ').map(str::to_owned).collect()
}

/// The scopes asked for, or the client's defaults when the parameter is absent; all must be available to it.
///
/// # Errors
/// `invalid_scope`.
pub fn requested(
    scope: Option<&str>,
    settings: &OAuth2Provider,
    client_id: &str,
) -> Result<Vec<String>, OAuthError> {
    let scopes = match scope {
        Some(scope) => list(scope),
        None => defaults(settings, client_id).to_vec(),
    };
    check(&scopes, settings, client_id)?;
    Ok(scopes)
}

/// DOT: `get_default_scopes`.
pub fn defaults<'a>(settings: &'a OAuth2Provider, client_id: &str) -> &'a [String] {
    settings.scopes_of(client_id).map_or(&settings.default_scopes, |own| &own.default)
}

/// # Errors
/// `invalid_scope` when one is not in SCOPES, or not among the client's own.
pub fn check(scopes: &[String], settings: &OAuth2Provider, client_id: &str) -> Result<(), OAuthError> {
    let available = |scope: &String| match settings.scopes_of(client_id) {
        Some(own) => own.available.contains(scope),
        None => settings.scopes.iter().any(|(name, _)| name == scope),
    };
    match scopes.iter().find(|scope| !available(scope)) {
        None => Ok(()),
        Some(other) => {
            let expected =
                if settings.scopes_of(client_id).is_some() { "the client's own" } else { "SCOPES" };
            let why = Reason::ScopeNotAvailable.why().with("expected", expected);
            Err(OAuthError::new("invalid_scope", told(why, other, settings)))
        }
    }
}

/// The reason with a scope that came: a name of SCOPES as it is.
pub fn told(why: Why, scope: &str, settings: &OAuth2Provider) -> Why {
    match settings.scopes.iter().find(|(name, _)| name == scope) {
        Some((name, _)) => why.stored("scope", name),
        None => why.sent("scope", scope),
    }
}

/// Whether a token's scope text covers the wanted ones. DOT: `AccessToken.allow_scopes`.
pub fn covers(token_scope: &str, wanted: &[String]) -> bool {
    let has: Vec<&str> = token_scope.split_whitespace().collect();
    wanted.iter().all(|w| has.contains(&w.as_str()))
}
