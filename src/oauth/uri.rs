//! URIs as Python's urllib and oauthlib's `uri_validate` see them: nothing is normalised that they keep.

pub use django::urls::urlencode;

/// The parts of `urllib.parse.urlsplit`; the scheme is lower-cased, nothing else changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split<'a> {
    pub scheme: String,
    pub netloc: &'a str,
    /// With `;params`.
    pub path: &'a str,
    pub query: &'a str,
    pub fragment: &'a str,
    pub has_query: bool,
}

pub fn split(uri: &str) -> Split<'_> {
    let mut out = Split::default();
    let mut rest = uri;
    if let Some((scheme, after)) = uri.split_once(':') {
        let mut chars = scheme.chars();
        let fits = chars.next().is_some_and(|c| c.is_ascii_alphabetic())
            && chars.all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
        if fits {
            out.scheme = scheme.to_ascii_lowercase();
            rest = after;
        }
    }
    if let Some(after) = rest.strip_prefix("//") {
        let end = after.find(['/', '?', '#']).unwrap_or(after.len());
        (out.netloc, rest) = after.split_at(end);
    }
    if let Some((before, fragment)) = rest.split_once('#') {
        (rest, out.fragment) = (before, fragment);
    }
    if let Some((before, query)) = rest.split_once('?') {
        (rest, out.query, out.has_query) = (before, query, true);
    }
    out.path = rest;
    out
}

/// Host (lower-cased, without brackets) and port as written, of a netloc.
pub fn host_port(netloc: &str) -> (String, Option<&str>) {
    let at = netloc.rsplit_once('@').map_or(netloc, |(_, host)| host);
    if let Some(inner) = at.strip_prefix('[') {
        let (host, after) = inner.split_once(']').unwrap_or((inner, ""));
        return (host.to_lowercase(), after.strip_prefix(':').filter(|p| !p.is_empty()));
    }
    match at.split_once(':') {
        Some((host, port)) => (host.to_lowercase(), Some(port).filter(|p| !p.is_empty())),
        None => (at.to_lowercase(), None),
    }
}

fn is_pchar(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@%".contains(c)
}

/// RFC 3986 absolute-URI, as oauthlib's `is_absolute_uri` checks it; one trailing newline passes there too.
pub fn is_absolute(uri: &str) -> bool {
    let uri = uri.strip_suffix('\n').unwrap_or(uri);
    let parts = split(uri);
    if parts.scheme.is_empty() || uri.contains('#') || super::params::has_broken_escape(uri) {
        return false;
    }
    let has_authority = uri[parts.scheme.len() + 1..].starts_with("//");
    if has_authority && !is_authority(parts.netloc) {
        return false;
    }
    if !has_authority && parts.path.starts_with("//") {
        return false;
    }
    parts.path.chars().all(|c| is_pchar(c) || c == '/')
        && parts.query.chars().all(|c| is_pchar(c) || "/?".contains(c))
}

fn is_authority(netloc: &str) -> bool {
    let host = match netloc.split_once('@') {
        // DOT: oauthlib's grammar has room for one character of userinfo.
        Some((userinfo, host)) if userinfo.chars().count() <= 1 => host,
        Some(_) => return false,
        None => netloc,
    };
    if let Some(inner) = host.strip_prefix('[') {
        let Some((address, after)) = inner.split_once(']') else { return false };
        let port = after.strip_prefix(':').unwrap_or(after);
        let named = after.is_empty() || after.starts_with(':');
        return named
            && port.bytes().all(|b| b.is_ascii_digit())
            && !address.is_empty()
            && address.chars().all(|c| c.is_ascii_hexdigit() || c == ':' || c == '.');
    }
    let (name, port) = host.split_once(':').unwrap_or((host, ""));
    port.bytes().all(|b| b.is_ascii_digit()) && name.chars().all(|c| is_pchar(c) && c != ':' && c != '@')
}

/// Adds parameters to the query (or fragment), re-encoding what is there. oauthlib: `add_params_to_uri`.
pub fn add_params(uri: &str, params: &[(&str, String)], fragment: bool) -> String {
    // Python's urlparse drops these; what is left is what was registered.
    let uri = &uri.replace(['\n', '\r', '\t'], "");
    let parts = split(uri);
    let old = if fragment { parts.fragment } else { parts.query };
    let mut pairs: Vec<(String, String)> = super::Params::lenient(old).pairs().to_vec();
    pairs.extend(params.iter().map(|(k, v)| ((*k).to_owned(), v.clone())));
    let new = urlencode(&pairs);
    let (query, hash) =
        if fragment { (parts.query.to_owned(), new) } else { (new, parts.fragment.to_owned()) };
    unsplit(&parts, uri, &query, &hash)
}

/// `iss` once (RFC 9207), in the fragment when there is one. DOT: `_add_iss_to_redirect`.
pub fn add_iss(uri: &str, issuer: &str) -> String {
    let parts = split(uri);
    let without = |text: &str| -> Vec<(String, String)> {
        super::Params::lenient(text).pairs().iter().filter(|(n, _)| n != "iss").cloned().collect()
    };
    let (mut query, mut fragment) = (without(parts.query), without(parts.fragment));
    let target = if parts.fragment.is_empty() { &mut query } else { &mut fragment };
    target.push(("iss".into(), issuer.to_owned()));
    unsplit(&parts, uri, &urlencode(&query), &urlencode(&fragment))
}

fn unsplit(parts: &Split<'_>, uri: &str, query: &str, fragment: &str) -> String {
    let mut out = String::new();
    let mut rest = uri;
    if !parts.scheme.is_empty() {
        out.push_str(&parts.scheme);
        out.push(':');
        rest = &uri[parts.scheme.len() + 1..];
    }
    if rest.starts_with("//") {
        out.push_str("//");
    }
    out.push_str(parts.netloc);
    out.push_str(parts.path);
    for (mark, text) in [('?', query), ('#', fragment)] {
        if !text.is_empty() {
            out.push(mark);
            out.push_str(text);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absolute_uris_are_those_of_rfc_3986() {
        for good in
            ["https://a.example/cb", "com.example.app:/cb", "http://[::1]:80/x?y=1", "http://h:/p", "a:b"]
        {
            assert!(is_absolute(good), "{good}");
        }
        for bad in ["", "/cb", "https://a b/", "https://a/#f", "https://ä/", "http://h:x/", "https://a/%zz"]
        {
            assert!(!is_absolute(bad), "{bad}");
        }
    }

    #[test]
    fn a_success_re_encodes_the_query() {
        let uri = add_params("https://a/cb?x=1%20y", &[("code", "c".into())], false);
        assert_eq!(uri, "https://a/cb?x=1+y&code=c");
    }
}
