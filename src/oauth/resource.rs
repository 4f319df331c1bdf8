//! Resource indicators (RFC 8707). DOT: `_parse_and_validate_uri`, `validate_resource_as_url_prefix`.

use django::urlsplit;

use crate::observe::Reason;
use crate::settings::declared::ResourceCheck;

use crate::site::Site;
use crate::storage::KnowsLayout;

use super::OAuthError;
use super::uri::host_port;

/// Scheme, host, port and normalised path of a resource.
type Parts = (String, String, Option<u16>, String);

fn parse(uri: &str) -> Option<Parts> {
    let parts = urlsplit::split(uri)?;
    if parts.netloc.contains('@') || uri.contains('#') {
        return None;
    }
    let (host, port) = host_port(&parts.netloc);
    if parts.scheme.is_empty() || host.is_empty() {
        return None;
    }
    let port = match port {
        Some(text) => Some(text.parse().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()))?),
        None => match parts.scheme.as_str() {
            "http" => Some(80),
            "https" => Some(443),
            _ => None,
        },
    };
    Some((parts.scheme, host, port, normal_path(&parts.path)))
}

/// Python's `posixpath.normpath`: dot segments resolved, doubled slashes folded except two at the beginning, no final
/// slash.
fn normal_path(path: &str) -> String {
    let start = if path.starts_with("//") && !path.starts_with("///") { "//" } else { "/" };
    let mut out: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    format!("{start}{}", out.join("/"))
}

/// # Errors
/// `invalid_target`, naming the first resource that is no absolute URI with a host.
pub fn check<S: AsRef<str>>(resources: &[S]) -> Result<(), OAuthError> {
    match resources.iter().find(|r| parse(r.as_ref()).is_none()) {
        None => Ok(()),
        Some(bad) => Err(OAuthError::because(
            "invalid_target",
            format!(
                "The resource '{}' is not a valid resource indicator: it must be an absolute URI with a scheme and host.",
                bad.as_ref()
            ),
            Reason::ResourceNotAbsolute.why().sent("resource", bad.as_ref()).with("asked", resources.len()),
        )),
    }
}

/// The resources that a token request asks for: blank ones are none.
///
/// # Errors
/// `invalid_target` where the database has no place for them.
pub fn requested(site: &Site, values: &[&str]) -> Result<Vec<String>, OAuthError> {
    let asked = match values {
        [one] if one.trim().is_empty() => Vec::new(),
        many => many.iter().map(|r| (*r).to_owned()).collect(),
    };
    check_kept(site, &asked)?;
    Ok(asked)
}

/// A token that must be good for one resource only cannot be kept without the column that says so.
///
/// # Errors
/// `invalid_target` on a database of a DOT before 3.4.
pub fn check_kept(site: &Site, asked: &[String]) -> Result<(), OAuthError> {
    if asked.is_empty() || site.db.layout().has("oauth2_provider_accesstoken", "resource") {
        return Ok(());
    }
    // Differs from DOT: a DOT of that time does not look at `resource` and issues a token without limits.
    let text = "Resource indicators are not supported: the database of this server has no column for them.";
    Err(OAuthError::because("invalid_target", text, Reason::ResourceColumnMissing))
}

/// What a token request may have: what it asks for within what was granted; nothing asked inherits all.
///
/// # Errors
/// `invalid_target`; `beyond` ends its sentence with what must not be exceeded.
pub fn narrow(asked: Vec<String>, granted: &[String], beyond: &str) -> Result<Vec<String>, OAuthError> {
    check(&asked)?;
    if granted.is_empty() {
        return Ok(asked);
    }
    if asked.is_empty() {
        check(granted)?;
        return Ok(granted.to_vec());
    }
    match asked.iter().find(|r| !granted.contains(r)) {
        None => Ok(asked),
        Some(other) => Err(OAuthError::because(
            "invalid_target",
            format!("The requested resource '{other}' is not allowed. {beyond}"),
            Reason::ResourceBeyondGrant.why().with("granted", granted.len()).sent("resource", other),
        )),
    }
}

/// Whether a token for these resources may be used at this URL (absolute, without query).
pub fn allows(check: ResourceCheck, resources: &[String], url: &str) -> bool {
    if resources.is_empty() || check == ResourceCheck::Off {
        return true;
    }
    let Some((scheme, host, port, path)) = parse(url) else { return false };
    let path = format!("{}/", path.trim_end_matches('/'));
    resources.iter().filter_map(|r| parse(r)).any(|r| {
        (&r.0, &r.1, r.2) == (&scheme, &host, port) && {
            let own = format!("{}/", r.3.trim_end_matches('/'));
            if check == ResourceCheck::Exact { path == own } else { path.starts_with(&own) }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(resource: &str, url: &str) -> bool {
        allows(ResourceCheck::Prefix, &[resource.to_owned()], url)
    }

    /// The vectors of DOT's own function (`vec-resource-uri`).
    #[test]
    fn resources_are_absolute_uris_with_a_host() {
        for good in
            ["https://a.example", "https://a.example/x?y=1", "ftp://a/x", " https://a:/", "x://[::1]:0"]
        {
            assert!(check(&[good]).is_ok(), "{good}");
        }
        let bad = "https://a.example/# https://a.example/#f https://u@a.example https://@a.example urn:a:b a.example \
                   https:// https://a.example:0x https://a.example:99999 myapp:/x https://a.example:+80 https://[a]";
        for bad in bad.split(' ').chain([""]) {
            assert!(check(&[bad]).is_err(), "{bad}");
        }
    }

    /// The vectors of DOT's own function (`vec-resource-prefix`), and how the rest follows.
    #[test]
    fn whole_segments_count() {
        let api = "https://api.example/foo";
        for good in ["", "/", "/bar", "?x=1", "/../foo", "/./x//y"] {
            assert!(on(api, &format!("{api}{good}")), "{good}");
        }
        for good in
            ["https://api.example:443/foo/x", "https://API.example/foo", "https://api.example/bar/../foo"]
        {
            assert!(on(api, good), "{good}");
        }
        for bad in [
            "https://api.example/food",
            "http://api.example/foo",
            "https://api.example/foo/../bar",
            "https://api.example@evil.com/foo",
            "https://api.example//foo",
            "/foo",
            "",
        ] {
            assert!(!on(api, bad), "{bad}");
        }
        assert!(on("https://x?q=1", "https://x/") && on("https://x//y", "https://x//y/z"));
        assert!(!on("bad", "https://x") && !on("urn:x", "https://a.example/"));
        assert!(allows(ResourceCheck::Prefix, &[], "https://x"));
    }
}
