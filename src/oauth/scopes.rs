//! Which scopes a request asks for and whether they exist. DOT: `SettingsScopes`, oauthlib: `scope_to_list`.

use crate::settings::OAuth2Provider;

use super::OAuthError;

/// Outer blanks trimmed, split at single blanks: two blanks in a row make an empty scope, which does not exist.
pub fn list(scope: &str) -> Vec<String> {
    scope.trim().split(' ').map(str::to_owned).collect()
}

/// The scopes asked for, or the defaults when the parameter is absent; all must exist.
///
/// # Errors
/// `invalid_scope`.
pub fn requested(scope: Option<&str>, settings: &OAuth2Provider) -> Result<Vec<String>, OAuthError> {
    let scopes = match scope {
        Some(scope) => list(scope),
        None => settings.default_scopes.clone(),
    };
    check(&scopes, settings)?;
    Ok(scopes)
}

/// # Errors
/// `invalid_scope` when one is not in SCOPES.
pub fn check(scopes: &[String], settings: &OAuth2Provider) -> Result<(), OAuthError> {
    let exists = |scope: &String| settings.scopes.iter().any(|(name, _)| name == scope);
    if scopes.iter().all(exists) { Ok(()) } else { Err(OAuthError::new("invalid_scope")) }
}

/// Whether a token's scope text covers the wanted ones. DOT: `AccessToken.allow_scopes`.
pub fn covers(token_scope: &str, wanted: &[String]) -> bool {
    let has: Vec<&str> = token_scope.split_whitespace().collect();
    wanted.iter().all(|w| has.contains(&w.as_str()))
}
