//! Which URIs an application may register, with DOT's own words for those it may not.
//! DOT: `oauth2_provider.validators.AllowedURIValidator`; Django: `URLValidator`.

use std::net::Ipv6Addr;

use django::urlsplit;

use crate::oauth::uri;

/// Schemes that cannot do without a host (RFC 8252 section 7.1 is for the others).
const WITH_AUTHORITY: [&str; 5] = ["http", "https", "ws", "wss", "ftp"];

/// What one list of URIs allows.
pub struct Rule<'a> {
    /// How the texts call such a URI.
    pub name: &'a str,
    /// In lower case.
    pub schemes: &'a [String],
    pub path: bool,
    pub query: bool,
    pub wildcard: bool,
}

/// What is wrong with a URI, as DOT's form says it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidUri(String);

impl Rule<'_> {
    /// # Errors
    /// What is wrong with the URI, as DOT's form says it.
    pub fn check(&self, value: &str) -> Result<(), InvalidUri> {
        let text = |cause: &str| InvalidUri(format!("{} URI validation error. {cause}: {value}", self.name));
        let parts = urlsplit::split(value).ok_or_else(|| text(&unreadable(value)))?;
        if !self.schemes.contains(&parts.scheme) {
            let text = format!("{} URI Validation error. invalid_scheme: {value}", self.name);
            return Err(InvalidUri(text));
        }
        self.check_parts(value, &parts).map_err(text)?;
        if parts.netloc.is_empty() {
            return without_host(value, &parts.scheme).map_err(text);
        }
        let netloc = if self.wildcard && parts.netloc.contains('*') {
            without_wildcard(&parts.netloc).map_err(text)?
        } else {
            &parts.netloc
        };
        let mut plain = format!("{}://{netloc}{}", parts.scheme, parts.path);
        if !parts.query.is_empty() {
            plain.push('?');
            plain.push_str(&parts.query);
        }
        if is_url(&plain, netloc) { Ok(()) } else { Err(text("['Enter a valid URL.']")) }
    }

    fn check_parts(&self, value: &str, parts: &urlsplit::Parts) -> Result<(), &'static str> {
        let before_fragment = value.split('#').next().unwrap_or_default();
        if before_fragment.contains('?') && !self.query {
            return Err("query string not allowed");
        }
        if value.contains('#') {
            return Err("fragment not allowed");
        }
        if !parts.path.is_empty() && !self.path {
            return Err("path not allowed");
        }
        Ok(())
    }
}

/// `com.example.app:/cb` is the one form without a host.
fn without_host(value: &str, scheme: &str) -> Result<(), &'static str> {
    if WITH_AUTHORITY.contains(&scheme) {
        return Err("missing host");
    }
    let rest = value.get(scheme.len()..).unwrap_or_default();
    let one_slash = rest.starts_with(":/") && !rest.starts_with("://");
    if one_slash && !value.contains(char::is_whitespace) { Ok(()) } else { Err("invalid URI") }
}

fn without_wildcard(netloc: &str) -> Result<&str, &'static str> {
    if netloc.matches('*').count() > 1 {
        return Err("only one wildcard is allowed in the hostname");
    }
    let Some(rest) = netloc.strip_prefix('*') else {
        return Err("wildcards must be at the beginning of the hostname");
    };
    if netloc.split('.').count() < 3 {
        return Err("wildcards cannot be in the top level or second level domain");
    }
    let rest = rest.strip_prefix('.').unwrap_or(rest);
    // Netlify's previews: `*--site.netlify.app`.
    Ok(rest.strip_prefix("--").or_else(|| rest.strip_prefix('-')).unwrap_or(rest))
}

/// Why Python's urlsplit raises a ValueError, in its words.
fn unreadable(value: &str) -> String {
    let netloc = uri::split(value).netloc;
    let (open, close) = (netloc.contains('['), netloc.contains(']'));
    if open != close {
        return "Invalid IPv6 URL".into();
    }
    if !open {
        return format!("netloc '{netloc}' contains invalid characters under NFKC normalization");
    }
    let host = netloc.split_once('[').map_or("", |(_, rest)| rest).split(']').next().unwrap_or_default();
    if host.starts_with('v') {
        return "IPvFuture address is invalid".into();
    }
    if host.parse::<std::net::Ipv4Addr>().is_ok() {
        return "An IPv4 address cannot be in brackets".into();
    }
    format!("'{host}' does not appear to be an IPv4 or IPv6 address")
}

/// DOT: the pattern has no end, so that a good beginning of the host is enough; then come length and brackets.
fn is_url(url: &str, netloc: &str) -> bool {
    url.chars().count() <= 2048
        && begins_with_host(netloc)
        && bracketed(netloc).is_none_or(|address| address.parse::<Ipv6Addr>().is_ok())
        && (1..=253).contains(&hostname(netloc).chars().count())
}

fn begins_with_host(netloc: &str) -> bool {
    match netloc.chars().next() {
        // One letter or digit is a dotless name; Python's [A-Z] without case knows four more letters.
        Some(c) if c.is_ascii_alphanumeric() || "İıſ\u{212a}".contains(c) || c.is_numeric() => true,
        Some('[') => netloc[1..].split_once(']').is_some_and(|(address, _)| {
            !address.is_empty() && address.chars().all(|c| c.is_ascii_hexdigit() || c == ':' || c == '.')
        }),
        Some(_) => begins_with_domain(netloc),
        None => false,
    }
}

fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || ('\u{a1}'..='\u{ffff}').contains(&c)
}

/// Name and top level, at least two letters of it. Django: `hostname_re + domain_re + tld_re`.
fn begins_with_domain(netloc: &str) -> bool {
    let in_label = |c: char| is_letter(c) || c.is_ascii_digit() || c == '-';
    let whole = |label: &str| {
        (1..=63).contains(&label.chars().count())
            && label.chars().all(in_label)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let mut labels = netloc.split('.');
    if !labels.next().is_some_and(whole) {
        return false;
    }
    for label in labels {
        let start: Vec<char> = label.chars().take_while(|c| is_letter(*c) || *c == '-').take(63).collect();
        let long = start.iter().skip(1).any(|c| *c != '-');
        if !label.starts_with('-') && long {
            return true;
        }
        if !whole(label) {
            return false;
        }
    }
    false
}

/// The address of `[address]` or `[address]:port`, when that is the whole.
fn bracketed(netloc: &str) -> Option<&str> {
    let inner = netloc.strip_prefix('[')?;
    let (address, after) = inner.rsplit_once(']')?;
    let digits = |port: &str| (1..=5).contains(&port.len()) && port.bytes().all(|b| b.is_ascii_digit());
    (after.is_empty() || after.strip_prefix(':').is_some_and(digits)).then_some(address)
}

/// Python's `SplitResult.hostname`.
fn hostname(netloc: &str) -> &str {
    let host = netloc.rsplit_once('@').map_or(netloc, |(_, host)| host);
    match host.split_once('[') {
        Some((_, rest)) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(rule: &Rule<'_>, value: &str) -> Option<String> {
        rule.check(value).err().map(|error| error.0.rsplit_once(&format!(": {value}")).unwrap().0.to_owned())
    }

    const GOOD: &str = "https://a/?q com.x:/a https://*.a.example/ https://*--a.b.c https://é.com https://[::1]/ \
                        https://a..b https://user@x https://x:99999/ https://é.com- https://ſ https://٣ \
                        https://é.xn--a https://*é.com.x HTTPS://a https://é.ab1 https://[::1]x/ https://a[::1]/ \
                        https://*.[::1].b.c/ https://*.-a.b";

    const NO_URL: &str = "https://*---a.b.c https://-a https://_a https://é https://@x https://é.c https://é.-com \
                          https://é-.com https://[v1.x]/ https://😀.com https://:80/ https://é.a1b https://.a";

    /// Cause and the URIs that have it.
    const BAD: [(&str, &str); 10] = [
        ("['Enter a valid URL.']", NO_URL),
        ("fragment not allowed", "https://a/# https://a/#f"),
        ("missing host", "https:///x https:/x"),
        ("invalid URI", "com.x:// com.x:a com.x:///a"),
        ("wildcards must be at the beginning of the hostname", "https://a*.b.c"),
        ("only one wildcard is allowed in the hostname", "https://**.b.c"),
        ("wildcards cannot be in the top level or second level domain", "https://*.b"),
        ("Invalid IPv6 URL", "https://[::1"),
        ("'::g' does not appear to be an IPv4 or IPv6 address", "https://[::g]/"),
        ("An IPv4 address cannot be in brackets", "https://[1.2.3.4]/"),
    ];

    /// The expected texts are those of DOT 3.4.1.
    #[test]
    fn uris_are_judged_as_dot_judges_them() {
        let schemes = ["https".to_owned(), "com.x".to_owned()];
        let rule = Rule { name: "redirect uri", schemes: &schemes, path: true, query: true, wildcard: true };
        for good in GOOD.split(' ') {
            assert_eq!(why(&rule, good), None, "{good}");
        }
        for (cause, uris) in BAD {
            for bad in uris.split(' ') {
                let text = format!("redirect uri URI validation error. {cause}");
                assert_eq!(why(&rule, bad), Some(text), "{bad}");
            }
        }
        let scheme = Some("redirect uri URI Validation error. invalid_scheme".to_owned());
        assert_eq!(why(&rule, "ftp://x"), scheme);
    }
}
