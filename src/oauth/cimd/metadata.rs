//! What a metadata document may say, and how long it holds (O-604, O-609).
//! DOT: `cimd._build_application_kwargs`, `_effective_max_age`.

use serde_json::{Map, Value};

use django::python::repr;

use crate::settings::registration::Cimd;
use crate::vocabulary::GrantType;

use super::unfit::Unfit;

/// The members of a document that become columns.
#[derive(Debug, PartialEq, Eq)]
pub struct Metadata {
    pub name: String,
    /// Separated by blanks.
    pub redirect_uris: String,
    pub grant: GrantType,
}

/// # Errors
/// Why the document cannot make a client, in DOT's words where it has some.
pub fn read(client_id: &str, body: &[u8]) -> Result<Metadata, Unfit> {
    let document: Value = serde_json::from_slice(body).map_err(|_| "client_id document is not valid JSON")?;
    let Value::Object(document) = document else {
        return Err("client_id document must be a JSON object".into());
    };
    if document.get("client_id").and_then(Value::as_str) != Some(client_id) {
        return Err("document client_id does not match the client_id URL".into());
    }
    columns(&document)
}

fn columns(document: &Map<String, Value>) -> Result<Metadata, Unfit> {
    if let Some(method) = document.get("token_endpoint_auth_method").filter(|m| *m != "none") {
        let method = repr(method);
        return Err(format!("CIMD clients must be public; got token_endpoint_auth_method {method}").into());
    }
    if document.contains_key("client_secret") || document.contains_key("client_secret_expires_at") {
        return Err("CIMD client metadata must not include client_secret or client_secret_expires_at".into());
    }
    let uris = document.get("redirect_uris").and_then(texts).filter(|uris| !uris.is_empty());
    let uris = uris.ok_or("redirect_uris must be a non-empty array of strings")?;
    let grant = match document.get("grant_types") {
        None => GrantType::AuthorizationCode,
        Some(value) => grant_type(&texts(value).ok_or("grant_types must be an array of strings")?)?,
    };
    let name = match document.get("client_name") {
        None => "",
        Some(value) => value.as_str().ok_or("client_name must be a string")?,
    };
    Ok(Metadata { name: name.to_owned(), redirect_uris: uris.join(" "), grant })
}

fn texts(value: &Value) -> Option<Vec<&str>> {
    value.as_array()?.iter().map(Value::as_str).collect()
}

fn grant_type(grants: &[&str]) -> Result<GrantType, Unfit> {
    let named = grants.iter().map(|name| (*name, GrantType::of_rfc(name)));
    let mut meaningful = named.filter(|(_, grant)| *grant != Some(GrantType::RefreshToken));
    match (meaningful.next(), meaningful.next()) {
        (Some((_, Some(grant @ (GrantType::AuthorizationCode | GrantType::Implicit)))), None) => Ok(grant),
        (Some((other, _)), None) => {
            Err(format!("unsupported grant_type: {}", repr(&Value::from(other))).into())
        }
        _ => Err("client metadata must declare exactly one non-refresh grant type".into()),
    }
}

/// Seconds that a document holds, by its Cache-Control, between the two bounds.
pub fn max_age(cache_control: Option<&str>, settings: &Cimd) -> i64 {
    let (floor, ceiling) = (settings.min_age_seconds, settings.max_age_seconds);
    let lowered = cache_control.unwrap_or_default().to_ascii_lowercase();
    let age = if lowered.contains("no-store") || lowered.contains("no-cache") {
        floor
    } else {
        said(&lowered).unwrap_or(ceiling)
    };
    age.min(ceiling).max(floor)
}

/// The number of the first `max-age = N`; one too large for a number is larger than any bound.
fn said(lowered: &str) -> Option<i64> {
    lowered.match_indices("max-age").find_map(|(at, found)| {
        let rest = lowered[at + found.len()..].trim_start().strip_prefix('=')?.trim_start();
        let digits = &rest[..rest.bytes().take_while(u8::is_ascii_digit).count()];
        (!digits.is_empty()).then(|| digits.parse().unwrap_or(i64::MAX))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The vectors of DOT's own function (`vec-cimd-metadata`).
    #[test]
    fn documents_are_judged_as_dot_judges_them() {
        let uri = "https://a/b";
        for (document, wanted) in [
            (json!({"redirect_uris": [uri]}), ("", uri, GrantType::AuthorizationCode)),
            (
                json!({"redirect_uris": [uri, "https://c/d"], "client_name": "N", "grant_types": ["implicit", "refresh_token"]}),
                ("N", "https://a/b https://c/d", GrantType::Implicit),
            ),
        ] {
            let found = columns(document.as_object().unwrap()).unwrap();
            assert_eq!((found.name.as_str(), found.redirect_uris.as_str(), found.grant), wanted);
        }
        let one = "client metadata must declare exactly one non-refresh grant type";
        for (document, why) in [
            (json!({}), "redirect_uris must be a non-empty array of strings"),
            (json!({"redirect_uris": [1]}), "redirect_uris must be a non-empty array of strings"),
            (json!({"redirect_uris": [uri], "grant_types": []}), one),
            (json!({"redirect_uris": [uri], "grant_types": ["refresh_token"]}), one),
            (json!({"redirect_uris": [uri], "grant_types": "x"}), "grant_types must be an array of strings"),
            (
                json!({"redirect_uris": [uri], "grant_types": ["password"]}),
                "unsupported grant_type: 'password'",
            ),
            (json!({"redirect_uris": [uri], "client_name": null}), "client_name must be a string"),
            (
                json!({"redirect_uris": [uri], "token_endpoint_auth_method": "client_secret_basic"}),
                "CIMD clients must be public; got token_endpoint_auth_method 'client_secret_basic'",
            ),
            (
                json!({"redirect_uris": [uri], "token_endpoint_auth_method": null}),
                "CIMD clients must be public; got token_endpoint_auth_method None",
            ),
            (
                json!({"redirect_uris": [uri], "client_secret": null}),
                "CIMD client metadata must not include client_secret or client_secret_expires_at",
            ),
        ] {
            assert_eq!(columns(document.as_object().unwrap()), Err(why.into()), "{document}");
        }
    }

    #[test]
    fn a_document_speaks_for_its_own_url_only() {
        let document = br#"{"client_id": "https://a/x", "redirect_uris": ["https://a/b"]}"#;
        assert!(read("https://a/x", document).is_ok());
        for (url, body) in [
            ("https://a/X", &document[..]),
            ("https://a/x", b"[]"),
            ("https://a/x", b"{"),
            ("https://a/x", b"\xff"),
        ] {
            assert!(read(url, body).is_err());
        }
    }

    /// The vectors of DOT's own function (`vec-age`).
    #[test]
    fn lifetimes_stay_between_the_bounds() {
        let raw = json!({"SECRET_KEY": "x", "DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "x"}}});
        let settings = crate::settings::from_raw(raw.as_object().unwrap().clone(), "test", |_| None).unwrap();
        for (header, seconds) in [
            (None, 86_400),
            (Some(""), 86_400),
            (Some("max-age=1000"), 1000),
            (Some("max-age=1"), 300),
            (Some("max-age=999999"), 86_400),
            (Some("max-age=99999999999999999999999"), 86_400),
            (Some("no-store"), 300),
            (Some("no-cache, max-age=1000"), 300),
            (Some("public, MAX-AGE = 400"), 400),
            (Some("max-age=abc"), 86_400),
            (Some("s-maxage=500"), 86_400),
            (Some("private"), 86_400),
        ] {
            assert_eq!(max_age(header, &settings.oauth2.cimd), seconds, "{header:?}");
        }
    }
}
