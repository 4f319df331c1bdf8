//! `Origin` and `Referer` checks (`CsrfViewMiddleware._origin_verified`, `_check_referer`).

use crate::csrf::Reason;
use crate::hosts::is_same_domain;
use crate::urlsplit::{split, unsplit};

/// Whether an `Origin` header is acceptable: equal to `good_origin` (`scheme://host` of the request), or in `trusted`
/// (`CSRF_TRUSTED_ORIGINS`: exact, or `https://*.example.com`).
///
/// Source: `CsrfViewMiddleware._origin_verified`.
pub fn check_origin(origin: &str, good_origin: &str, trusted: &[String]) -> bool {
    if origin == good_origin || trusted.iter().any(|exact| !exact.contains('*') && exact == origin) {
        return true;
    }
    let Some(request) = split(origin) else { return false };
    let patterns =
        trusted.iter().filter(|pattern| pattern.contains('*')).filter_map(|pattern| split(pattern));
    patterns
        .filter(|pattern| pattern.scheme == request.scheme)
        .any(|pattern| is_same_domain(&request.netloc, pattern.netloc.trim_start_matches('*')))
}

/// Whether the `Referer` of an https request is acceptable: https, and its host that of a trusted origin or
/// `good_host` (host and port of the request, or the cookie domain of the settings with its port).
///
/// # Errors
/// The [`Reason`]s about referers. Source: `CsrfViewMiddleware._check_referer`.
pub fn check_referer(referer: Option<&str>, good_host: &str, trusted: &[String]) -> Result<(), Reason> {
    let parts = split(referer.ok_or(Reason::NoReferer)?).ok_or(Reason::MalformedReferer)?;
    if parts.scheme.is_empty() || parts.netloc.is_empty() {
        return Err(Reason::MalformedReferer);
    }
    if parts.scheme != "https" {
        return Err(Reason::InsecureReferer);
    }
    let mut hosts = trusted.iter().filter_map(|origin| split(origin)).map(|origin| origin.netloc);
    if hosts.any(|host| is_same_domain(&parts.netloc, host.trim_start_matches('*')))
        || is_same_domain(&parts.netloc, good_host)
    {
        return Ok(());
    }
    Err(Reason::BadReferer(unsplit(&parts)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trusted() -> Vec<String> {
        vec!["https://a.example".into(), "https://*.b.example".into(), "http://*.c.example:8080".into()]
    }

    #[test]
    fn origins_match_exactly_or_by_wildcard_and_scheme() {
        for (origin, good) in [
            ("https://site.example", true),
            ("https://a.example", true),
            ("http://a.example", false),
            ("https://x.b.example", true),
            ("https://b.example", true),
            ("http://x.b.example", false),
            ("https://xb.example", false),
            ("http://x.c.example:8080", true),
            ("http://x.c.example", false),
            ("null", false),
            ("", false),
            ("https://[::1", false),
            ("https://é.b.example", true),
        ] {
            assert_eq!(check_origin(origin, "https://site.example", &trusted()), good, "{origin}");
        }
    }

    #[test]
    fn referers_are_refused_for_the_right_reason() {
        let check = |referer| check_referer(referer, "site.example:8443", &trusted());
        assert_eq!(check(None), Err(Reason::NoReferer));
        for malformed in ["", "site.example", "https://[::1", "/path", "https:///x"] {
            assert_eq!(check(Some(malformed)), Err(Reason::MalformedReferer), "{malformed}");
        }
        assert_eq!(check(Some("http://site.example:8443/")), Err(Reason::InsecureReferer));
        assert_eq!(check(Some("https://site.example:8443/x?y#z")), Ok(()));
        assert_eq!(check(Some("https://a.example/")), Ok(()));
        assert_eq!(check(Some("https://q.b.example/")), Ok(()));
        assert_eq!(
            check(Some("https://evil.example/x?y")).unwrap_err().to_string(),
            "Referer checking failed - https://evil.example/x?y does not match any trusted origins."
        );
    }
}
