//! Host headers and `ALLOWED_HOSTS` (`HttpRequest.get_host`, `split_domain_port`, `validate_host`, `is_same_domain`).

/// Domain (lowercase, without one final dot) and port (may be empty) of a host header; both empty when it is invalid.
///
/// Source: `django.http.request.split_domain_port`.
pub fn split_domain_port(host: &str) -> (String, String) {
    let host = host.to_lowercase();
    let (domain, port) = match host.rfind(':') {
        Some(at) if !host.ends_with(']') => (&host[..at], Some(&host[at + 1..])),
        _ => (host.as_str(), None),
    };
    let port_is_good = port.is_none_or(|port| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()));
    if !port_is_good || !is_domain(domain) {
        return Default::default();
    }
    (domain.strip_suffix('.').unwrap_or(domain).to_owned(), port.unwrap_or_default().to_owned())
}

fn is_domain(domain: &str) -> bool {
    if let Some(address) = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let Some((start, rest)) = address.split_once(':') else { return false };
        let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        return start.bytes().all(is_hex)
            && !rest.is_empty()
            && rest.bytes().all(|byte| is_hex(byte) || matches!(byte, b':' | b'.'));
    }
    !domain.is_empty() && domain.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-'))
}

/// Whether a host equals the pattern, or is (a subdomain of) a pattern that starts with a dot. The pattern's case does
/// not matter, the host's does.
///
/// Source: `django.utils.http.is_same_domain`.
pub fn is_same_domain(host: &str, pattern: &str) -> bool {
    let pattern = pattern.to_lowercase();
    match pattern.strip_prefix('.') {
        Some(domain) => host.ends_with(&pattern) || host == domain,
        None => !pattern.is_empty() && pattern == host,
    }
}

/// Whether a host header (with or without port) is valid and matches `ALLOWED_HOSTS`.
///
/// Source: `django.http.request.validate_host`.
pub fn host_allowed(host: &str, allowed: &[String]) -> bool {
    check_host(host, allowed, false).is_ok()
}

/// Why a host is refused (a 400); `Display` gives Django's text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// No host name, address or port can be read from it.
    #[error(
        "Invalid HTTP_HOST header: '{0}'. The domain name provided is not valid according to RFC 1034/1035."
    )]
    Malformed(String),
    /// The host header, and the domain that `ALLOWED_HOSTS` lacks.
    #[error("Invalid HTTP_HOST header: '{0}'. You may need to add '{1}' to ALLOWED_HOSTS.")]
    NotAllowed(String, String),
}

/// Checks a host header against `ALLOWED_HOSTS`; under `debug` an empty list allows the names of this machine.
///
/// # Errors
/// Any [`HostError`]. Source: `HttpRequest.get_host`.
pub fn check_host(host: &str, allowed: &[String], debug: bool) -> Result<(), HostError> {
    let (domain, _) = split_domain_port(host);
    if domain.is_empty() {
        return Err(HostError::Malformed(host.to_owned()));
    }
    let is_local = || [".localhost", "127.0.0.1", "[::1]"].iter().any(|local| is_same_domain(&domain, local));
    let matches = if debug && allowed.is_empty() {
        is_local()
    } else {
        allowed.iter().any(|pattern| pattern == "*" || is_same_domain(&domain, pattern))
    };
    if matches { Ok(()) } else { Err(HostError::NotAllowed(host.to_owned(), domain)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_split_as_django_splits_them() {
        for (host, domain, port) in [
            ("Example.COM", "example.com", ""),
            ("example.com.:80", "example.com", "80"),
            ("[::1]:8000", "[::1]", "8000"),
            ("[FE80::1.2]", "[fe80::1.2]", ""),
            ("a..", "a.", ""),
            ("", "", ""),
            ("a:", "", ""),
            ("a:b", "", ""),
            ("a:٣", "", ""),
            ("a b", "", ""),
            ("a, b", "", ""),
            ("user@a", "", ""),
            ("[::1", "", ""),
            ("[1]", "", ""),
            ("[1:]", "", ""),
            ("::1", "", ""),
            ("a\n", "", ""),
            ("é.example", "", ""),
            (":80", "", ""),
        ] {
            assert_eq!(split_domain_port(host), (domain.to_owned(), port.to_owned()), "{host}");
        }
    }

    #[test]
    fn allowed_hosts_match_exactly_by_dot_or_by_star() {
        let allowed = ["A.example".to_owned(), ".b.example".to_owned()];
        for (host, good) in [
            ("a.example:1", true),
            ("A.EXAMPLE.", true),
            ("x.a.example", false),
            ("b.example", true),
            ("x.b.example", true),
            ("xb.example", false),
            ("a.example, b.example", false),
            ("", false),
        ] {
            assert_eq!(host_allowed(host, &allowed), good, "{host}");
        }
        assert!(host_allowed("any", &["*".into()]));
        assert!(!host_allowed("any thing", &["*".into()]));
        assert!(!host_allowed("localhost", &[]));
        assert_eq!(check_host("x.localhost:8000", &[], true), Ok(()));
        assert_eq!(check_host("[::1]", &[], true), Ok(()));
        assert!(check_host("example.com", &[], true).is_err());
    }
}
