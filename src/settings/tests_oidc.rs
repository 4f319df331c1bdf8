//! Keys, claims and `[server.testing]`: what is accepted and how the rest is refused.
use super::rsa_key::RsaKey;
use super::*;

const WEAK: &str = include_str!("../../tests/keys/rsa-1024.pem");
const GOOD: &str = include_str!("../../tests/keys/rsa-2048.pem");
const OTHER: &str = include_str!("../../tests/keys/rsa-2048-old.pem");
const LONG: &str = include_str!("../../tests/keys/rsa-8200.pem");
const EC: &str = include_str!("../../tests/keys/ec.pem");
const PUBLIC: &str = include_str!("../../tests/keys/rsa-public.pem");

fn read(more: serde_json::Value) -> Result<Settings, SettingsError> {
    let mut raw = serde_json::json!({
        "SECRET_KEY": "k",
        "DATABASES": { "default": { "ENGINE": "django.db.backends.sqlite3", "NAME": "x" } },
    });
    raw.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    from_raw(raw.as_object().unwrap().clone(), "test", |_| None)
}

fn with_key(key: &str, debug: bool, testing: serde_json::Value) -> Result<Settings, SettingsError> {
    read(serde_json::json!({
        "DEBUG": debug, "OAUTH2_PROVIDER": { "OIDC_RSA_PRIVATE_KEY": key }, "server": testing,
    }))
}

#[test]
fn a_key_may_be_a_text_or_a_file() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keys/rsa-2048.pem");
    for key in [GOOD, path] {
        let settings = with_key(key, false, serde_json::json!({})).unwrap();
        assert_eq!(settings.oauth2.oidc.key.unwrap().bits(), 2048);
    }
}

#[test]
fn a_key_that_cannot_sign_is_told_without_its_text() {
    let broken = GOOD.replace("MII", "XII");
    for key in
        [broken.as_str(), "/no/such/file", "-----BEGIN CERTIFICATE-----\nQQ==\n-----END CERTIFICATE-----\n"]
    {
        let told = with_key(key, false, serde_json::json!({})).unwrap_err().to_string();
        assert!(told.contains("OAUTH2_PROVIDER.OIDC_RSA_PRIVATE_KEY: "), "{told}");
        assert!(!told.contains(&GOOD[60..100]), "{told}");
    }
}

#[test]
fn a_key_that_cannot_be_used_says_why() {
    for (pem, why) in [
        (LONG, "a key of 8200 bits is too long; 2048 to 8192 can be used"),
        (EC, "is no RSA key; only RSA keys can sign here"),
        (PUBLIC, "is no private key in PEM"),
        (
            "-----BEGIN PRIVATE KEY-----\nQQ==\n-----END PRIVATE KEY-----\n",
            "is no private key: what is between",
        ),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nQQ==\n-----END RSA PRIVATE KEY-----\n",
            "is no RSA key: what is between",
        ),
    ] {
        let told = with_key(pem, false, serde_json::json!({})).unwrap_err().to_string();
        assert!(told.contains(&format!("OAUTH2_PROVIDER.OIDC_RSA_PRIVATE_KEY: {why}")), "{told}");
    }
}

#[test]
fn a_short_key_needs_debug_and_the_testing_switch() {
    let weak_ok = serde_json::json!({ "testing": { "allow_weak_keys": true } });
    let told = with_key(WEAK, true, serde_json::json!({})).unwrap_err().to_string();
    assert!(told.contains("a key of 1024 bits is too short; 2048 or more are wanted"), "{told}");
    let told = with_key(WEAK, false, weak_ok.clone()).unwrap_err().to_string();
    assert!(told.contains("server.testing: is for tests only; it needs DEBUG = true"), "{told}");
    let settings = with_key(WEAK, true, weak_ok).unwrap();
    assert!(settings.warnings.iter().any(|w| w.starts_with("server.testing: ")));
}

#[test]
fn the_testing_table_needs_a_loopback_address() {
    let server = serde_json::json!({ "bind": "0.0.0.0:8000", "testing": {} });
    let told = with_key(GOOD, true, server).unwrap_err().to_string();
    assert!(told.contains("a server.bind on a loopback address"), "{told}");
}

#[test]
fn what_a_key_signs_only_this_key_verifies() {
    for pem in [GOOD, WEAK] {
        let (key, other) = (RsaKey::from_pem(pem).unwrap(), RsaKey::from_pem(OTHER).unwrap());
        let signature = key.sign(b"message").unwrap();
        assert!(key.verifies(b"message", &signature));
        assert!(!key.verifies(b"massage", &signature));
        assert!(!other.verifies(b"message", &signature));
        assert!(!format!("{key:?}").contains("MII"));
    }
}

#[test]
fn a_key_is_named_by_its_thumbprint() {
    // As jwcrypto computes them.
    for (pem, kid) in [
        (GOOD, "3qtpNAuoUVNz8L9ilzT9Mgvxymakfb0i1MfuPS5HbfQ"),
        (WEAK, "Aq_sEb2uk3gsKc-77tbno7mR-d-CgYi-A8h6SMZQMDY"),
    ] {
        assert_eq!(RsaKey::from_pem(pem).unwrap().kid, kid);
    }
}

#[test]
fn a_claim_needs_one_source_of_known_columns() {
    let claims = |claims: serde_json::Value| read(serde_json::json!({ "server": { "claims": claims } }));
    let good = claims(serde_json::json!({
        "email": { "from": ["email"], "scope": "email" }, "dept": { "const": { "id": 3 }, "advertise": false },
        "role": { "from": ["is_superuser"], "values": { "true": "admin", "false": "user" }, "in": ["userinfo"] },
        "groups": { "from_groups": true }, "nick": { "from": ["nickname", "username"], "kind": "text" },
    }));
    assert_eq!(good.unwrap().server.claims.len(), 5);
    for (wrong, text) in [
        (serde_json::json!({ "x": {} }), "server.claims.x: one of from = [..]"),
        (serde_json::json!({ "x": { "from": ["email"], "const": 1 } }), "server.claims.x: one of"),
        (
            serde_json::json!({ "x": { "from": ["password"] } }),
            "server.claims.x.from: no claim shows password",
        ),
        (serde_json::json!({ "x": { "from": ["a\"b"] } }), "is no name of a column"),
        (serde_json::json!({ "x": { "from": ["a"], "in": ["token"] } }), "server.claims.x.in: a list of"),
        (serde_json::json!({ "x": { "from": ["a"], "values": 1 } }), "server.claims.x.values: a table"),
        (
            serde_json::json!({ "x": { "const": 1, "kind": "text" } }),
            "server.claims.x.kind: only beside from",
        ),
        (serde_json::json!({ "x": { "from": ["a"], "kind": "blob" } }), "server.claims.x.kind: \"blob\""),
        (serde_json::json!({ "sub": { "from_groups": true } }), "server.claims.sub.from_groups"),
        (serde_json::json!({ "sub": { "from": ["id"], "in": ["userinfo"] } }), "server.claims.sub.in"),
        (serde_json::json!({ "aud": { "const": "y" } }), "server.claims.aud: is set by the protocol"),
        (serde_json::json!({ "sub": { "from": ["id"], "scope": "x" } }), "server.claims.sub.scope"),
        (
            serde_json::json!({ "x": { "const": 1, "form": 2 } }),
            "server.claims.x.form: there is no such setting",
        ),
    ] {
        let told = claims(wrong).unwrap_err().to_string();
        assert!(told.contains(text), "{told}");
    }
}

#[test]
fn a_key_is_read_in_the_forms_that_dot_takes() {
    let lines: Vec<&str> = GOOD.trim().lines().collect();
    let kid = RsaKey::from_pem(GOOD).unwrap().kid;
    let indented: Vec<String> = lines.iter().map(|line| format!("    {line}")).collect();
    for pem in
        [indented.join("\n"), lines.join(" "), lines.join("\r\n"), lines.concat(), format!("a note\n{GOOD}")]
    {
        assert_eq!(RsaKey::from_pem(&pem).unwrap().kid, kid, "{pem}");
    }
    assert!(RsaKey::from_pem(&lines.join("\\n")).is_err(), "the two characters are no line's end");
}
