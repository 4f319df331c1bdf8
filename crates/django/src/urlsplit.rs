//! URLs in five parts, with the leniency of Python 3.11's `urllib.parse.urlsplit` and `urlunsplit`.

use std::net::Ipv6Addr;
use unicode_normalization::UnicodeNormalization;

/// The parts of a URL; an absent part is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Lowercase, without `:`.
    pub scheme: String,
    /// User, host and port as written.
    pub netloc: String,
    /// Path as written.
    pub path: String,
    /// Without `?`.
    pub query: String,
    /// Without `#`.
    pub fragment: String,
}

/// Schemes that take a `//` even before an empty host (`urllib.parse.uses_netloc`).
const USES_NETLOC: &[&str] = &[
    "ftp", "http", "gopher", "nntp", "telnet", "imap", "wais", "file", "mms", "https", "shttp", "snews",
    "prospero", "rtsp", "rtspu", "rsync", "svn", "svn+ssh", "sftp", "nfs", "git", "git+ssh", "ws", "wss",
];

/// Splits a URL; leading control characters and blanks, tabs and line ends are dropped. `None` where Python raises
/// `ValueError` (bad brackets, a host that means something else under NFKC).
pub fn split(url: &str) -> Option<Parts> {
    let url: String = url
        .trim_start_matches(|c: char| c <= ' ')
        .chars()
        .filter(|c| !matches!(c, '\t' | '\r' | '\n'))
        .collect();
    let (scheme, mut rest) = split_scheme(&url);
    let mut netloc = "";
    if let Some(after) = rest.strip_prefix("//") {
        (netloc, rest) = after.split_at(after.find(['/', '?', '#']).unwrap_or(after.len()));
        check_brackets(netloc)?;
    }
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    check_nfkc(netloc)?;
    let [netloc, path, query, fragment] = [netloc, path, query, fragment].map(str::to_owned);
    Some(Parts { scheme, netloc, path, query, fragment })
}

fn split_scheme(url: &str) -> (String, &str) {
    match url.split_once(':') {
        Some((scheme, rest))
            if scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.')) =>
        {
            (scheme.to_ascii_lowercase(), rest)
        }
        _ => (String::new(), url),
    }
}

fn check_brackets(netloc: &str) -> Option<()> {
    match (netloc.contains('['), netloc.contains(']')) {
        (false, false) => return Some(()),
        (true, true) => {}
        _ => return None,
    }
    let host = netloc.split_once('[')?.1.split(']').next()?;
    if let Some(future) = host.strip_prefix('v') {
        let (version, address) = future.split_once('.')?;
        let is_hex = !version.is_empty() && version.bytes().all(|b| b.is_ascii_hexdigit());
        return (is_hex && !address.is_empty()).then_some(());
    }
    let address = match host.split_once('%') {
        Some((_, "")) => return None,
        Some((_, zone)) if zone.contains('%') => return None,
        Some((address, _)) => address,
        None => host,
    };
    address.parse::<Ipv6Addr>().ok().map(|_| ())
}

fn check_nfkc(netloc: &str) -> Option<()> {
    if netloc.is_ascii() {
        return Some(());
    }
    let bare: String = netloc.chars().filter(|c| !matches!(c, '@' | ':' | '#' | '?')).collect();
    let normal: String = bare.nfkc().collect();
    (normal == bare || !normal.contains(['/', '?', '#', '@', ':'])).then_some(())
}

/// The URL of its parts. Source: `urlunsplit`.
pub fn unsplit(parts: &Parts) -> String {
    let Parts { scheme, netloc, path, query, fragment } = parts;
    let mut url = path.clone();
    if !netloc.is_empty() || (USES_NETLOC.contains(&scheme.as_str()) && !url.starts_with("//")) {
        let slash = if url.is_empty() || url.starts_with('/') { "" } else { "/" };
        url = format!("//{netloc}{slash}{url}");
    }
    if !scheme.is_empty() {
        url = format!("{scheme}:{url}");
    }
    if !query.is_empty() {
        url = format!("{url}?{query}");
    }
    if !fragment.is_empty() {
        url = format!("{url}#{fragment}");
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    fn five(url: &str) -> Option<[String; 5]> {
        split(url).map(|p| [p.scheme, p.netloc, p.path, p.query, p.fragment])
    }

    #[test]
    fn urls_are_split_as_python_splits_them() {
        for (url, parts) in [
            ("HTTP://u@H:1/p?q?r#f#g", ["http", "u@H:1", "/p", "q?r", "f#g"]),
            (" \u{1}ht\ttp:\n//x", ["http", "x", "", "", ""]),
            ("1a:b", ["", "", "1a:b", "", ""]),
            ("a_b:c", ["", "", "a_b:c", "", ""]),
            ("javascript:alert(1)", ["javascript", "", "alert(1)", "", ""]),
            ("//x#?y", ["", "x", "", "", "?y"]),
            ("http://[::1%eth0]:1/", ["http", "[::1%eth0]:1", "/", "", ""]),
            ("http://[v1.x]/", ["http", "[v1.x]", "/", "", ""]),
            ("http://é/", ["http", "é", "/", "", ""]),
            ("", ["", "", "", "", ""]),
        ] {
            assert_eq!(five(url), Some(parts.map(str::to_owned)), "{url}");
        }
        for bad in ["http://[::1", "//]", "//[1.2.3.4]", "//[x]", "//[v.x]", "//a\u{2100}b", "//[::1%]"] {
            assert_eq!(five(bad), None, "{bad}");
        }
    }

    #[test]
    fn parts_are_put_together_again() {
        for url in ["http://a/b?c#d", "/x", "//h/x", "mailto:x", "https:///x", "?a", "#f"] {
            assert_eq!(unsplit(&split(url).unwrap()), url);
        }
    }
}
