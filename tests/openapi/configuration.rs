//! The document says what the running configuration says.

use serde_json::json;

use super::{document, operations};
use crate::support::Provider;

#[test]
fn urls_follow_mount_prefix_and_bind_address() {
    let document = document(json!({
        "FORCE_SCRIPT_NAME": "/site",
        "server": { "mount": ["/oauth/", "/o/"], "bind": "127.0.0.1:9000" },
    }));
    assert_eq!(document["servers"][0]["url"], "http://127.0.0.1:9000/site/oauth");
    assert_eq!(document["servers"][1]["url"], "http://127.0.0.1:9000/site/o");
    let flow = &document["components"]["securitySchemes"]["oauth2"]["flows"]["authorizationCode"];
    assert_eq!(flow["authorizationUrl"], "http://127.0.0.1:9000/site/oauth/authorize/");
    assert_eq!(flow["tokenUrl"], "http://127.0.0.1:9000/site/oauth/token/");
}

#[test]
fn documents_at_the_root_are_still_those_of_every_mount() {
    let mut settings = super::everything_on();
    settings["server"] = json!({ "mount": ["/oauth/", "/o/"], "metadata_at_root": true });
    let document = document(settings);
    for name in ["oauth-authorization-server", "oauth-protected-resource"] {
        for end in ["", "/{path}"] {
            let servers = &document["paths"][format!("/.well-known/{name}{end}")]["servers"];
            let urls: Vec<&str> =
                servers.as_array().unwrap().iter().filter_map(|s| s["url"].as_str()).collect();
            let base = "http://127.0.0.1:8000";
            assert_eq!(urls, [format!("{base}/oauth"), format!("{base}/o"), base.to_owned()], "{name}");
        }
    }
}

#[test]
fn errors_are_described_as_the_switch_has_them() {
    let of = |server: serde_json::Value| {
        let mut settings = super::everything_on();
        settings["server"] = server;
        let document = document(settings);
        let answers = |path: &str, method: &str, status: &str| {
            document["paths"][path][method]["responses"][status].clone()
        };
        (answers("/userinfo/", "get", "401"), answers("/token/", "post", "401"))
    };
    let media = |answer: &serde_json::Value| {
        answer["content"].as_object().unwrap().keys().cloned().collect::<Vec<_>>()
    };
    let (userinfo, token) = of(json!({}));
    assert_eq!(media(&userinfo), ["application/json"]);
    assert_eq!(media(&token), ["application/json"]);
    assert!(userinfo["headers"]["Cache-Control"]["required"].as_bool().unwrap());
    let (userinfo, token) = of(json!({ "compat": { "json_errors": "dot" } }));
    assert_eq!(media(&userinfo), ["text/html; charset=utf-8"]);
    assert_eq!(media(&token), ["application/json", "text/html; charset=utf-8"]);
    assert!(userinfo["headers"].get("Cache-Control").is_none());
}

#[test]
fn differences_of_what_is_off_are_not_told() {
    let text = |settings: serde_json::Value| {
        document(settings)["paths"]["/token/"]["post"]["description"].as_str().unwrap().to_owned()
    };
    assert!(!text(json!({})).contains("client_id URL") && !text(json!({})).contains("at_hash"));
    let all = text(super::everything_on());
    assert!(all.contains("client_id URL") && all.contains("at_hash"));
}

#[test]
fn an_issuer_names_the_origin() {
    let document =
        document(json!({ "OAUTH2_PROVIDER": { "OIDC_ISS_ENDPOINT": "https://id.example:8443/any/path" } }));
    assert_eq!(document["servers"][0]["url"], "https://id.example:8443/o");
}

#[test]
fn scopes_are_the_configured_ones_with_their_descriptions() {
    let document =
        document(json!({ "OAUTH2_PROVIDER": { "SCOPES": { "z": "Last letter", "a": "First letter" } } }));
    let flows = &document["components"]["securitySchemes"]["oauth2"]["flows"];
    for flow in ["authorizationCode", "clientCredentials", "password", "implicit"] {
        assert_eq!(flows[flow]["scopes"], json!({ "z": "Last letter", "a": "First letter" }), "{flow}");
    }
    assert!(document["info"]["description"].as_str().unwrap().contains("Last letter"));
    // Nobody can be given a token with a scope that does not exist.
    assert!(!document.to_string().contains(r#""oauth2":["introspection"]"#));
}

#[test]
fn what_is_switched_off_is_not_offered() {
    let off = json!({ "OAUTH2_PROVIDER": {
        "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": true,
        "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": true,
        "COMPLIANT_BCP_RFC9700_PKCE_METHOD": true,
    } });
    let (on, off) = (document(json!({})), document(off));
    let flows = |d: &serde_json::Value| d["components"]["securitySchemes"]["oauth2"]["flows"].clone();
    assert!(flows(&on).get("implicit").is_some() && flows(&on).get("password").is_some());
    assert!(flows(&off).get("implicit").is_none() && flows(&off).get("password").is_none());
    let grants = |d: &serde_json::Value| {
        d["components"]["schemas"]["TokenForm"]["properties"]["grant_type"]["enum"].to_string()
    };
    assert!(grants(&on).contains("password") && !grants(&off).contains("password"));
    let parameter = |d: &serde_json::Value, name: &str| {
        let all = d["paths"]["/authorize/"]["get"]["parameters"].as_array().unwrap().clone();
        all.into_iter().find(|p| p["name"] == name).unwrap()["schema"]["enum"].clone()
    };
    assert_eq!(parameter(&on, "code_challenge_method"), json!(["plain", "S256"]));
    assert_eq!(parameter(&off, "code_challenge_method"), json!(["S256"]));
    assert_eq!(parameter(&off, "response_type"), json!(["code"]));
}

#[test]
fn json_requests_are_described_as_json() {
    let backend = "oauth2_provider.oauth2_backends.JSONOAuthLibCore";
    let document = document(json!({ "OAUTH2_PROVIDER": { "OAUTH2_BACKEND_CLASS": backend } }));
    let content = document["paths"]["/token/"]["post"]["requestBody"]["content"].as_object().unwrap();
    assert_eq!(content.keys().collect::<Vec<_>>(), ["application/json"]);
    let content = document["paths"]["/introspect/"]["post"]["requestBody"]["content"].as_object().unwrap();
    assert_eq!(content.keys().collect::<Vec<_>>(), ["application/x-www-form-urlencoded"]);
}

#[test]
fn intended_differences_are_told_at_their_operation() {
    let text = |path: &str, method: &str| {
        let document = document(json!({}));
        document["paths"][path][method]["description"].as_str().unwrap().to_owned()
    };
    assert!(text("/token/", "post").contains("device_code_reuse"));
    assert!(text("/device-authorization/", "post").contains("charset"));
    assert!(text("/authorize/", "get").contains("port above 65535"));
}

#[tokio::test]
async fn the_served_document_speaks_of_the_origin_that_was_asked() {
    let provider = Provider::on(
        json!({ "ALLOWED_HOSTS": ["*"], "SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"] }),
    )
    .await;
    for (host, scheme) in [("one.example", "http"), ("two.example:8080", "https"), ("one.example", "http")] {
        let request = provider.client.get("/docs/openapi.json").header("Host", host);
        let answer = request.header("X-Forwarded-Proto", scheme).send().await;
        answer.assert_status_is_ok();
        answer.assert_content_type("application/json");
        let document: serde_json::Value = answer.json().await.value().deserialize();
        assert_eq!(document["servers"][0]["url"], format!("{scheme}://{host}/o"));
        assert!(operations(&document).len() >= 14);
    }
}
