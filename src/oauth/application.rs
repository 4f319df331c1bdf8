//! What makes an application valid, and how its secret is stored. DOT: `AbstractApplication.clean`, `ClientSecretField`.

use crate::settings::OAuth2Provider;
use crate::site::Site;
use crate::storage::Failure;
pub use crate::storage::applications::NewApplication as Draft;

use super::uri;

pub const CLIENT_TYPES: [&str; 2] = ["confidential", "public"];
pub const GRANT_TYPES: [&str; 6] = [
    "authorization-code",
    "urn:ietf:params:oauth:grant-type:device_code",
    "implicit",
    "password",
    "client-credentials",
    "openid-hybrid",
];

/// Everything that is wrong, as (field, text in DOT's words).
pub fn problems(draft: &Draft, settings: &OAuth2Provider) -> Vec<(&'static str, String)> {
    let mut out = Vec::new();
    choice(&mut out, "client_type", &draft.client_type, &CLIENT_TYPES);
    choice(&mut out, "authorization_grant_type", &draft.authorization_grant_type, &GRANT_TYPES);
    if !draft.algorithm.is_empty() {
        choice(&mut out, "algorithm", &draft.algorithm, &["RS256", "HS256"]);
    }
    for (field, value, most) in [("client_id", &draft.client_id, 255), ("name", &draft.name, 255)] {
        if value.chars().count() > most {
            out.push((
                field,
                format!(
                    "Ensure this value has at most {most} characters (it has {}).",
                    value.chars().count()
                ),
            ));
        }
        if value.contains('\0') {
            out.push((field, "Null characters are not allowed.".into()));
        }
    }
    if draft.client_id.is_empty() {
        out.push(("client_id", "This field cannot be blank.".into()));
    }
    redirect_uris(&mut out, draft, settings);
    algorithm(&mut out, draft);
    out
}

fn choice(out: &mut Vec<(&'static str, String)>, field: &'static str, value: &str, allowed: &[&str]) {
    if !allowed.contains(&value) {
        out.push((field, format!("Value '{value}' is not a valid choice.")));
    }
}

fn redirect_uris(out: &mut Vec<(&'static str, String)>, draft: &Draft, settings: &OAuth2Provider) {
    let grant = draft.authorization_grant_type.as_str();
    let uris: Vec<&str> = draft.redirect_uris.split_whitespace().collect();
    if uris.is_empty() && ["authorization-code", "implicit", "openid-hybrid"].contains(&grant) {
        out.push(("redirect_uris", format!("redirect_uris cannot be empty with grant_type {grant}")));
    }
    for uri in uris {
        let parts = uri::split(uri);
        let why = if !settings.allowed_redirect_uri_schemes.contains(&parts.scheme) {
            "invalid_scheme"
        } else if uri.contains('#') {
            "fragment not allowed"
        } else if matches!(parts.scheme.as_str(), "http" | "https") && parts.netloc.is_empty() {
            "missing host"
        } else {
            continue;
        };
        let text = if why == "invalid_scheme" { "URI Validation error. " } else { "URI validation error. " };
        out.push(("redirect_uris", format!("redirect uri {text}{why}: {uri}")));
    }
}

fn algorithm(out: &mut Vec<(&'static str, String)>, draft: &Draft) {
    let public = draft.client_type == "public" || draft.authorization_grant_type == "implicit";
    match draft.algorithm.as_str() {
        "RS256" => out.push(("algorithm", "You must set OIDC_RSA_PRIVATE_KEY to use RSA algorithm".into())),
        "HS256" if public => {
            out.push(("algorithm", "You cannot use HS256 with public grants or clients".into()))
        }
        "HS256" if draft.hash_client_secret => {
            out.push(("hash_client_secret", "You cannot use HS256 with a hashed client secret.".into()));
        }
        _ => {}
    }
}

/// Hashes the secret where it is to be hashed and is no hash yet (D-76).
///
/// # Errors
/// No randomness for the salt.
pub async fn prepare(site: &Site, mut draft: Draft) -> Result<Draft, Failure> {
    let is_hash = site.hashing.hashers().identify(&draft.client_secret).is_some();
    if draft.hash_client_secret && !is_hash {
        draft.client_secret = site.hashing.make(&draft.client_secret).await?;
    }
    Ok(draft)
}
