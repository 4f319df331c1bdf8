//! Which client_ids are URLs of metadata documents, and where such a URL leads (O-601).
//! DOT: `cimd.is_cimd_client_id`, `_validate_client_id_url`.

use django::urlsplit::{self, Parts};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::outbound::guarded::Target;

use super::unfit::Unfit;

/// What a request line cannot hold; escapes that are there stay.
const IN_REQUEST: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'|')
    .add(b'\\')
    .add(b'^');

/// The longest client_id that the table holds.
const MOST: usize = 255;

/// Whether the client_id looks like the URL of a document.
pub fn is_candidate(client_id: &str) -> bool {
    client_id.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("https://"))
}

/// The host, in lower case and without brackets.
pub fn host(client_id: &str) -> Option<String> {
    host_of(&urlsplit::split(client_id)?)
}

/// Python's `SplitResult.hostname`.
fn host_of(parts: &Parts) -> Option<String> {
    let (_, place) = userinfo(&parts.netloc);
    let host = match place.split_once('[') {
        Some((_, bracketed)) => bracketed.split(']').next().unwrap_or_default(),
        None => place.split(':').next().unwrap_or_default(),
    };
    (!host.is_empty()).then(|| host.to_lowercase())
}

fn userinfo(netloc: &str) -> (&str, &str) {
    netloc.rsplit_once('@').unwrap_or(("", netloc))
}

/// The port as written; an empty one is none.
fn port_of(place: &str) -> Result<Option<u16>, Unfit> {
    let after = place.rsplit_once(']').map_or(place, |(_, after)| after);
    match after.split_once(':').map(|(_, port)| port) {
        None | Some("") => Ok(None),
        Some(port) if port.bytes().all(|b| b.is_ascii_digit()) => match port.parse::<u16>() {
            // DOT: port 0 is falsy, so that 443 is asked.
            Ok(port) => Ok(Some(port).filter(|p| *p > 0)),
            Err(_) => Err("client_id URL has an invalid port".into()),
        },
        Some(_) => Err("client_id URL has an invalid port".into()),
    }
}

/// Where to fetch the document.
///
/// # Errors
/// Why the URL cannot be a client_id, in DOT's words.
// Differs from DOT: blanks and control characters are refused (there the URL parser drops some of them), and
// parameters behind `;` in the last segment are part of what is fetched.
pub fn target(client_id: &str) -> Result<Target, Unfit> {
    let wrong = |text: &str| Err(Unfit::from(format!("client_id URL {text}")));
    if client_id.chars().count() > MOST {
        return wrong("is longer than 255 characters");
    }
    if client_id.chars().any(|c| c.is_control() || django::text::is_space(c)) {
        return wrong("must not contain blanks");
    }
    let Some(parts) = urlsplit::split(client_id) else { return wrong("cannot be read") };
    if parts.scheme != "https" {
        return wrong("must use the https scheme");
    }
    let Some(host) = host_of(&parts) else { return wrong("must contain a host") };
    let (user, place) = userinfo(&parts.netloc);
    let port = port_of(place)?;
    if user.chars().any(|c| c != ':') {
        return wrong("must not contain a userinfo component");
    }
    if !parts.fragment.is_empty() {
        return wrong("must not contain a fragment component");
    }
    // As urlparse: what follows a `;` in the last segment is not part of the path.
    let last = parts.path.rfind('/').map_or(0, |at| at + 1);
    let end = parts.path[last..].find(';').map_or(parts.path.len(), |at| last + at);
    if parts.path[..end].is_empty() {
        return wrong("must contain a path component");
    }
    if parts.path[..end].split('/').any(|segment| segment == "." || segment == "..") {
        return wrong("must not contain dot path segments");
    }
    let query = if parts.query.is_empty() { String::new() } else { format!("?{}", parts.query) };
    let path = format!("{}{query}", parts.path);
    Ok(Target {
        host,
        port: port.unwrap_or(443),
        authority: place.to_owned(),
        path: utf8_percent_encode(&path, IN_REQUEST).to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of DOT's own function (`vec-url`).
    #[test]
    fn client_id_urls_are_read_as_dot_reads_them() {
        for good in [
            "https://a.example/c",
            "https://a.example/",
            "HTTPS://a.example/c",
            "https://a.example/c#",
            "https://@a.example/c",
            "https://a.example/%2e%2e/c",
            "https://a.example:8443/c",
            "https://a.example/c?q=1",
            "https://a.example//c",
            "https://[::1]/c",
            "https://a.example/a..b/c",
        ] {
            assert!(is_candidate(good) && target(good).is_ok(), "{good}");
        }
        for (bad, why) in [
            ("https://a.example", "must contain a path component"),
            ("https://a.example/c#f", "must not contain a fragment component"),
            ("https://u@a.example/c", "must not contain a userinfo component"),
            ("https://u:p@a.example/c", "must not contain a userinfo component"),
            ("https://a.example/../c", "must not contain dot path segments"),
            ("https://a.example/./c", "must not contain dot path segments"),
            ("https://a.example:99999/c", "has an invalid port"),
            ("https:///c", "must contain a host"),
        ] {
            assert_eq!(target(bad), Err(format!("client_id URL {why}").into()), "{bad}");
        }
        for other in ["http://a.example/c", "web", "", "https:/", "httpsé//x"] {
            assert!(!is_candidate(other), "{other}");
        }
    }

    #[test]
    fn a_url_leads_to_host_port_and_path() {
        let found = target("https://A.Example:8443/a b?q=ü".replace(' ', "%20").as_str()).unwrap();
        assert_eq!((found.host.as_str(), found.port), ("a.example", 8443));
        assert_eq!((found.authority.as_str(), found.path.as_str()), ("A.Example:8443", "/a%20b?q=%C3%BC"));
        let found = target("https://[2001:DB8::1]/;x").unwrap();
        assert_eq!((found.host.as_str(), found.port, found.path.as_str()), ("2001:db8::1", 443, "/;x"));
        assert_eq!(host("https://U@A.example:1/"), Some("a.example".into()));
        assert!(target(&format!("https://a.example/{}", "x".repeat(300))).is_err());
        assert!(target("https://a.example/\u{0}").is_err() && target("https://a.exa\tmple/").is_err());
    }
}
