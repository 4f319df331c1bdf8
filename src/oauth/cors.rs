//! Which origin may read a token answer. oauthlib: `_create_cors_headers`, DOT: `is_origin_allowed`.

use crate::settings::OAuth2Provider;

use super::uri::split;

/// The value of Access-Control-Allow-Origin, for successful code and refresh answers only.
pub fn allowed_origin(origin: Option<&str>, registered: &str, settings: &OAuth2Provider) -> Option<String> {
    let origin = origin?;
    let secure = origin.to_lowercase().starts_with("https://");
    if !secure && !settings.insecure_transport {
        return None;
    }
    let parts = split(origin);
    let matches = |allowed: &str| {
        let allowed = split(allowed);
        allowed.scheme == parts.scheme && allowed.netloc == parts.netloc
    };
    let ok = settings.allowed_schemes.contains(&parts.scheme) && registered.split_whitespace().any(matches);
    ok.then(|| origin.to_owned())
}
