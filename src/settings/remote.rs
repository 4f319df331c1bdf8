//! Another authorization server that is asked about tokens nobody here knows (RFC 7662).
//! DOT: `RESOURCE_SERVER_INTROSPECTION_URL` and its siblings.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono_tz::Tz;
use url::Url;

use super::reader::Table;

/// Where and how to ask. Its Debug form shows no secret.
#[derive(Clone)]
pub struct Remote {
    pub url: Url,
    /// The Authorization header.
    pub authorization: String,
    /// Seconds that an answer is good for at most.
    pub caching_seconds: i64,
    /// AUTHENTICATION_SERVER_EXP_TIME_ZONE; none: `exp` is UTC.
    pub exp_zone: Option<Tz>,
}

impl std::fmt::Debug for Remote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Remote").field("host", &self.url.host_str()).finish_non_exhaustive()
    }
}

/// As in DOT nobody is asked without both URL and credentials.
pub(super) fn read(t: &mut Table, warnings: &mut Vec<String>) -> Option<Remote> {
    let key = "RESOURCE_SERVER_INTROSPECTION_URL";
    let text = t.opt_string(key).filter(|text| !text.is_empty());
    let authorization = authorization(t);
    let caching_seconds = t.count("RESOURCE_SERVER_TOKEN_CACHING_SECONDS", 36_000);
    let exp_zone = super::time_zone::zone(t, "AUTHENTICATION_SERVER_EXP_TIME_ZONE");
    let text = text?;
    let Some(authorization) = authorization else {
        warnings.push(format!(
            "{}: no other server is asked, as in DOT, until RESOURCE_SERVER_AUTH_TOKEN or \
             RESOURCE_SERVER_INTROSPECTION_CREDENTIALS is set too",
            t.name(key)
        ));
        return None;
    };
    match Url::parse(&text) {
        Ok(url) if is_usable(&url) => {
            let exp_zone = exp_zone.filter(|zone| *zone != Tz::UTC);
            Some(Remote { url, authorization, caching_seconds, exp_zone })
        }
        _ => {
            t.problem(format!(
                "{}: http:// or https://, a host and a path are wanted; no user, no fragment",
                t.name(key)
            ));
            None
        }
    }
}

fn is_usable(url: &Url) -> bool {
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    plain && ["http", "https"].contains(&url.scheme()) && url.has_host()
}

/// The token before the credentials, as in DOT.
fn authorization(t: &mut Table) -> Option<String> {
    let (token, key) =
        (t.opt_string("RESOURCE_SERVER_AUTH_TOKEN"), "RESOURCE_SERVER_INTROSPECTION_CREDENTIALS");
    let pair = match t.take_if(key, &false.into()) {
        true => None,
        false => t.opt_strings(key),
    };
    if let Some(token) = token.filter(|token| !token.is_empty()) {
        if token.bytes().all(|b| b.is_ascii_graphic()) {
            return Some(format!("Bearer {token}"));
        }
        t.problem(format!("{}: printable ASCII is wanted", t.name("RESOURCE_SERVER_AUTH_TOKEN")));
        return None;
    }
    match pair?.as_slice() {
        // DOT: an empty list is none.
        [] => None,
        [id, secret] => Some(format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))),
        _ => {
            t.problem(format!("{}: a list of client_id and client_secret is wanted", t.name(key)));
            None
        }
    }
}
