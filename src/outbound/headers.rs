//! Which headers pass between client and upstream (RFC 9110 section 7.6.1), and who the request is from.
//! A header that only we may set is removed in every spelling before it is set.

use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// Names that end at the next hop, whatever `Connection` says.
const HOP_BY_HOP: [&str; 9] = [
    "connection",
    "keep-alive",
    "proxy-connection",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Set by us in every forwarded request.
const FORWARDED: [&str; 4] = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"];

/// What no header value can hold, and what separates values; `%` so that decoding is exact.
const ESCAPED: &AsciiSet = &CONTROLS.add(b' ').add(b'%').add(b',').add(b';').add(b'"').add(b'\\');
/// Scopes are separated by blanks.
const ESCAPED_LIST: &AsciiSet = &ESCAPED.remove(b' ');

/// Names under which the upstream learns whom the token belongs to.
#[derive(Clone, Debug)]
pub struct Names {
    pub user: HeaderName,
    pub client: HeaderName,
    pub scope: HeaderName,
}

impl Default for Names {
    fn default() -> Names {
        Names {
            user: HeaderName::from_static("x-auth-user"),
            client: HeaderName::from_static("x-auth-client"),
            scope: HeaderName::from_static("x-auth-scope"),
        }
    }
}

/// Whom the token belongs to; a token without user has none.
pub struct Identity<'a> {
    pub user: Option<&'a str>,
    pub client: Option<&'a str>,
    pub scope: &'a str,
}

/// Where the request came from, checked by us.
pub struct Source<'a> {
    /// The client's address, after those that trusted proxies told.
    pub addresses: String,
    pub host: &'a str,
    pub scheme: &'a str,
}

/// What of the client's own goes on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Passed {
    pub authorization: bool,
    pub cookies: bool,
}

/// The spelling under which WSGI, CGI and their like see a header: lower case, `_` as `-`.
fn folded(name: &str) -> String {
    name.to_ascii_lowercase().replace('_', "-")
}

/// The headers of the request to the upstream; `Host` is set by the caller.
pub fn of_request(
    incoming: &HeaderMap,
    names: &Names,
    identity: &Identity<'_>,
    source: &Source<'_>,
    passed: Passed,
) -> HeaderMap {
    let named = named_in_connection(incoming);
    let mut out = HeaderMap::with_capacity(incoming.len() + 6);
    for (name, value) in incoming {
        let plain = folded(name.as_str());
        let kept = match plain.as_str() {
            "authorization" => passed.authorization,
            "cookie" => passed.cookies,
            "host" | "expect" => false,
            other => {
                ![&names.user, &names.client, &names.scope].iter().any(|own| folded(own.as_str()) == other)
                    && !FORWARDED.contains(&other)
            }
        };
        // A second spelling of a name that matters to us is never the client's to choose.
        let twin = plain != name.as_str() && ["authorization", "cookie", "content-length"].contains(&&*plain);
        if kept && !twin && !is_hop_by_hop(&plain, &named) {
            out.append(name.clone(), value.clone());
        }
    }
    set(&mut out, names.user.clone(), identity.user, ESCAPED);
    set(&mut out, names.client.clone(), identity.client, ESCAPED);
    set(&mut out, names.scope.clone(), Some(identity.scope), ESCAPED_LIST);
    set(&mut out, HeaderName::from_static("x-forwarded-for"), Some(&source.addresses), CONTROLS);
    set(&mut out, HeaderName::from_static("x-forwarded-host"), Some(source.host), CONTROLS);
    set(&mut out, HeaderName::from_static("x-forwarded-proto"), Some(source.scheme), CONTROLS);
    out
}

/// The headers of the answer to the client; the upstream's cookies go on only where the client's do.
pub fn of_answer(incoming: &HeaderMap, passed: Passed) -> HeaderMap {
    let named = named_in_connection(incoming);
    let mut out = HeaderMap::with_capacity(incoming.len());
    for (name, value) in incoming {
        let cookie = *name == header::SET_COOKIE && !passed.cookies;
        if !cookie && !is_hop_by_hop(name.as_str(), &named) {
            out.append(name.clone(), value.clone());
        }
    }
    out
}

fn is_hop_by_hop(folded: &str, named: &[String]) -> bool {
    HOP_BY_HOP.contains(&folded) || named.iter().any(|name| name == folded)
}

fn named_in_connection(headers: &HeaderMap) -> Vec<String> {
    // As bytes: a name that is no text must not hide the others.
    let values = headers.get_all(header::CONNECTION).iter().flat_map(|v| v.as_bytes().split(|b| *b == b','));
    values.map(|name| folded(String::from_utf8_lossy(name).trim())).collect()
}

fn set(out: &mut HeaderMap, name: HeaderName, value: Option<&str>, escaped: &'static AsciiSet) {
    let value = value.map(|v| utf8_percent_encode(v, escaped).to_string());
    if let Some(value) = value.and_then(|v| HeaderValue::from_str(&v).ok()) {
        out.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_no_text_hides_no_other() {
        let mut headers = HeaderMap::new();
        headers.append(header::CONNECTION, HeaderValue::from_bytes(b"\xff, X-Once").unwrap());
        assert!(is_hop_by_hop("x-once", &named_in_connection(&headers)));
    }

    fn map(pairs: &[(&str, &str)]) -> HeaderMap {
        let mut out = HeaderMap::new();
        for (name, value) in pairs {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            out.append(name, HeaderValue::from_str(value).unwrap());
        }
        out
    }

    fn forwarded(pairs: &[(&str, &str)], user: Option<&str>, passed: Passed) -> Vec<String> {
        let identity = Identity { user, client: Some("a client"), scope: "read write" };
        let source = Source { addresses: "127.0.0.1".into(), host: "site.example", scheme: "https" };
        let out = of_request(&map(pairs), &Names::default(), &identity, &source, passed);
        let mut lines: Vec<String> =
            out.iter().map(|(n, v)| format!("{n}: {}", v.to_str().unwrap())).collect();
        lines.sort();
        lines
    }

    const OURS: [&str; 6] = [
        "x-auth-client: a%20client",
        "x-auth-scope: read write",
        "x-auth-user: alice",
        "x-forwarded-for: 127.0.0.1",
        "x-forwarded-host: site.example",
        "x-forwarded-proto: https",
    ];

    #[test]
    fn no_spelling_of_our_headers_comes_from_the_client() {
        let spoofed = [
            ("X-Auth-User", "root"),
            ("x_auth_user", "root"),
            ("X-Auth_User", "root"),
            ("X_AUTH-CLIENT", "root"),
            ("X-AUTH-SCOPE", "root"),
            ("X_Forwarded_For", "6.6.6.6"),
            ("Forwarded", "for=6.6.6.6"),
            ("X-Forwarded-Host", "evil"),
        ];
        assert_eq!(forwarded(&spoofed, Some("alice"), Passed::default()), OURS);
    }

    #[test]
    fn a_token_without_user_has_no_user_header_at_all() {
        let lines = forwarded(&[("x_auth_user", "root")], None, Passed::default());
        assert!(lines.iter().all(|l| !l.contains("user")), "{lines:?}");
    }

    #[test]
    fn hop_by_hop_headers_end_here() {
        let sent = [
            ("Connection", "close, X-Once , X-Auth-User"),
            ("Connection", "x-twice"),
            ("X-Once", "1"),
            ("X_Twice", "1"),
            ("Keep-Alive", "1"),
            ("Proxy-Authorization", "1"),
            ("TE", "trailers"),
            ("Trailer", "x"),
            ("Transfer-Encoding", "chunked"),
            ("Upgrade", "h2c"),
            ("Expect", "100-continue"),
            ("Host", "evil"),
        ];
        assert_eq!(forwarded(&sent, Some("alice"), Passed::default()), OURS);
    }

    #[test]
    fn authorization_and_cookies_go_on_only_where_told() {
        let sent =
            [("Authorization", "Bearer t"), ("Cookie", "a=b"), ("Content_Length", "9"), ("Accept", "x")];
        let kept = |passed| {
            let lines = forwarded(&sent, Some("alice"), passed);
            lines.into_iter().filter(|l| !OURS.contains(&l.as_str())).collect::<Vec<_>>()
        };
        assert_eq!(kept(Passed::default()), ["accept: x"]);
        let all = Passed { authorization: true, cookies: true };
        assert_eq!(kept(all), ["accept: x", "authorization: Bearer t", "cookie: a=b"]);
    }

    #[test]
    fn names_of_other_alphabets_are_percent_encoded() {
        let lines = forwarded(&[], Some("jörg 100%\r\n"), Passed::default());
        assert!(lines.contains(&"x-auth-user: j%C3%B6rg%20100%25%0D%0A".to_owned()), "{lines:?}");
    }

    #[test]
    fn an_answer_sets_no_cookie_on_our_site_unless_told() {
        let answer = map(&[("Set-Cookie", "a=b"), ("Connection", "x-own"), ("X-Own", "1"), ("ETag", "1")]);
        assert_eq!(of_answer(&answer, Passed::default()), map(&[("ETag", "1")]));
        let cookies = Passed { cookies: true, ..Passed::default() };
        assert_eq!(of_answer(&answer, cookies), map(&[("Set-Cookie", "a=b"), ("ETag", "1")]));
    }
}
