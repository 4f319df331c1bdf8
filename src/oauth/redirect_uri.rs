//! Whether a redirect URI is registered, and whether it may be redirected to at all.
//! DOT: `check_redirect_to_uri_allowed`, `OAuth2ResponseRedirect`; RFC 8252 for loopback ports.

use crate::observe::{Reason, Why};
use crate::settings::OAuth2Provider;

use super::OAuthError;
use super::uri::{host_port, is_absolute, split};

/// The URIs of a registration: whitespace separated.
pub fn list(registered: &str) -> Vec<&str> {
    registered.split_whitespace().collect()
}

/// The redirect URI to use: the requested one if it is registered, else the only registered one.
///
/// # Errors
/// `invalid_request`, with DOT's descriptions.
pub fn check<'a>(
    requested: Option<&'a str>,
    registered: &'a str,
    settings: &OAuth2Provider,
) -> Result<&'a str, OAuthError> {
    match requested {
        Some(uri) if !is_absolute(uri) => {
            let why = Reason::RedirectUriNotAbsolute.why().with("length", uri.chars().count());
            Err(OAuthError::invalid_request("Invalid redirect URI.", why))
        }
        Some(uri) if !is_registered(uri, registered, settings) => {
            Err(OAuthError::invalid_request("Mismatching redirect URI.", not_registered(uri, registered)))
        }
        Some(uri) => Ok(uri),
        None => default(registered).ok_or_else(|| {
            let why = Reason::RedirectUriNeeded.why().with("registered", list(registered).len());
            OAuthError::invalid_request("Missing redirect URI.", why)
        }),
    }
}

/// Says how near the URI comes to one that is registered; never the URI, which may have a query.
pub fn not_registered(requested: &str, registered: &str) -> Why {
    let want = split(requested);
    let known: Vec<_> = list(registered).into_iter().map(split).collect();
    let differs = if !known.iter().any(|have| have.scheme == want.scheme) {
        "scheme"
    } else if !known.iter().any(|have| (&have.scheme, have.netloc) == (&want.scheme, want.netloc)) {
        "host or port"
    } else if !known.iter().any(|have| (have.netloc, have.path) == (want.netloc, want.path)) {
        "path"
    } else {
        "query or fragment"
    };
    Reason::RedirectUriNotRegistered.why().with("differs", differs).with("registered", known.len())
}

/// The registered URI where there is exactly one.
pub fn default(registered: &str) -> Option<&str> {
    match list(registered)[..] {
        [only] => Some(only),
        _ => None,
    }
}

pub fn is_registered(requested: &str, registered: &str, settings: &OAuth2Provider) -> bool {
    // Python's urlsplit drops a newline, and one at the end passes oauthlib's grammar.
    let requested = requested.strip_suffix('\n').unwrap_or(requested);
    list(registered).into_iter().any(|r| matches(requested, r, settings))
}

fn matches(requested: &str, registered: &str, settings: &OAuth2Provider) -> bool {
    let (want, have) = (split(requested), split(registered));
    let forbidden = |uri: &str, netloc: &str| uri.contains('#') || netloc.contains('@');
    if forbidden(requested, want.netloc) || forbidden(registered, have.netloc) {
        return false;
    }
    let ((want_host, want_port), (have_host, have_port)) = (host_port(want.netloc), host_port(have.netloc));
    // Differs from DOT: an impossible port is a 500 there.
    if want_port.is_some_and(|p| p.parse::<u16>().is_err())
        && !is_loopback(&have_host, &have.scheme, settings)
    {
        return false;
    }
    want.scheme == have.scheme
        && host_matches(&want_host, &have_host, settings)
        && (want_port == have_port || is_loopback(&have_host, &have.scheme, settings))
        && want.path == have.path
        && want.has_query == have.has_query
        && want.query == have.query
}

fn host_matches(want: &str, have: &str, settings: &OAuth2Provider) -> bool {
    match have.strip_prefix('*') {
        Some(suffix) if settings.allow_uri_wildcards => want.ends_with(suffix),
        _ => want == have,
    }
}

fn is_loopback(host: &str, scheme: &str, settings: &OAuth2Provider) -> bool {
    scheme == "http"
        && (host == "127.0.0.1"
            || host == "::1"
            || (host == "localhost" && settings.allow_localhost_loopback))
}

/// Whether the scheme may be redirected to. DOT: `ALLOWED_REDIRECT_URI_SCHEMES`, checked at each redirect.
pub fn has_allowed_scheme(location: &str, settings: &OAuth2Provider) -> bool {
    let scheme = split(location).scheme;
    !scheme.is_empty() && settings.allowed_redirect_uri_schemes.contains(&scheme)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REGISTERED: &str = "https://client.example/cb http://127.0.0.1/n http://localhost/n \
                              https://q.example/cb?a=1 com.app:/cb";

    /// The vectors of DOT's own function (`vec-redirect`).
    #[test]
    fn only_registered_uris_are_redirected_to() {
        let raw = serde_json::json!({
            "SECRET_KEY": "x", "DATABASES": { "default": { "ENGINE": "django.db.backends.sqlite3", "NAME": "x" } },
        });
        let settings = crate::settings::from_raw(raw.as_object().unwrap().clone(), "test", |_| None).unwrap();
        let good = "https://client.example/cb HTTPS://client.example/cb https://CLIENT.example/cb \
                    http://127.0.0.1:4000/n https://q.example/cb?a=1 com.app:/cb";
        let bad = "https://client.example/cb/ https://client.example/cb? https://client.example/cb?a=1 \
                   https://client.example/cb# https://client.example:443/cb http://127.0.0.1:4000/m \
                   http://localhost:4000/n http://[::1]:4000/n https://q.example/cb?a=1&b=2 https://q.example/cb \
                   https://u@client.example/cb https://client.example/cb;x com.app://cb https://client.example/%63b";
        for (uris, wanted) in [(good, true), (bad, false)] {
            for uri in uris.split(' ') {
                assert_eq!(is_registered(uri, REGISTERED, &settings.oauth2), wanted, "{uri}");
            }
        }
    }
}
