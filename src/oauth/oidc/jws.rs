//! Compact JWS (RFC 7515) with JSON claims (RFC 7519).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::keys::Key;

/// Signs; the header says the algorithm and which key it was. Nothing if the key cannot.
pub fn sign(claims: &Map<String, Value>, key: &Key<'_>) -> Option<String> {
    let mut header = Map::new();
    header.insert("typ".into(), "JWT".into());
    header.insert("alg".into(), key.algorithm().into());
    if let Some(kid) = key.kid() {
        header.insert("kid".into(), kid.into());
    }
    let part = |json: &Map<String, Value>| URL_SAFE_NO_PAD.encode(django::json::map_to_ascii(json));
    let message = format!("{}.{}", part(&header), part(claims));
    let signature = key.sign(message.as_bytes())?;
    Some(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// A token taken apart; nothing is believed yet.
pub struct Unverified<'a> {
    /// What was signed.
    pub message: &'a str,
    pub signature: Vec<u8>,
    pub algorithm: String,
    pub claims: Map<String, Value>,
}

/// Three parts, a header with an algorithm and without `crit`, and claims that are an object; else nothing.
pub fn parse(token: &str) -> Option<Unverified<'_>> {
    let (message, signature) = token.rsplit_once('.')?;
    let (header, payload) = message.split_once('.')?;
    let header: Map<String, Value> = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    if header.contains_key("crit") {
        return None;
    }
    Some(Unverified {
        message,
        signature: URL_SAFE_NO_PAD.decode(signature).ok()?,
        algorithm: header.get("alg")?.as_str()?.to_owned(),
        claims: serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_signed_can_be_taken_apart() {
        let claims = serde_json::json!({ "sub": "1", "name": "é" });
        let secret = [b'k'; 32];
        let token = sign(claims.as_object().unwrap(), &Key::Hs256(&secret)).unwrap();
        let parsed = parse(&token).unwrap();
        assert_eq!((parsed.algorithm.as_str(), Value::Object(parsed.claims)), ("HS256", claims));
        assert_eq!(Key::Hs256(&secret).sign(parsed.message.as_bytes()).unwrap(), parsed.signature);
    }

    #[test]
    fn what_is_no_jws_is_nothing() {
        // A payload that is no JSON, a header that is none, a header without `alg`, one with `crit`.
        for token in [
            "",
            "garbage",
            "a.b",
            "a.b.c",
            "ey.a.b",
            "eyJx.y.z",
            "eyJhbGciOiJSUzI1NiJ9.bm90anNvbg.eA",
            "eyJ0eXAiOiJKV1QifQ.e30.eA",
            "eyJhbGciOiJIUzI1NiIsImNyaXQiOlsieCJdfQ.e30.eA",
            "eyJhbGciOiJIUzI1NiJ9.e30.eA.e30.eA",
            "eyJhbGciOiJIUzI1NiJ9.WzFd.eA",
        ] {
            assert!(parse(token).is_none(), "{token}");
        }
    }
}
