//! `[server.endpoints]`: URLs at other paths, several spellings, lists that a project leaves out.

use poem::http::StatusCode;
use serde_json::{Value, json};

use crate::support::Provider;

async fn status(provider: &Provider, path: &str) -> StatusCode {
    provider.client.get(path).header("Host", "testserver").send().await.0.status()
}

async fn document(provider: &Provider, path: &str) -> Value {
    let answer = provider.client.get(path).header("Host", "testserver").send().await;
    assert_eq!(answer.0.status(), StatusCode::OK, "{path}");
    serde_json::from_str(&answer.0.into_body().into_string().await.unwrap()).unwrap()
}

#[tokio::test]
async fn every_spelling_answers_and_the_first_is_advertised() {
    let provider = Provider::on(json!({
        "OAUTH2_PROVIDER": { "OIDC_ENABLED": true },
        "server": {
            "hashers": { "pbkdf2_sha256": { "iterations": 10 } },
            "endpoints": {
                "revoke-token": ["revoke-token/", "revoke_token/"], "token": ["token", "token/"],
                "introspect": "/api/introspect/",
            },
        },
    }))
    .await;
    provider.application("cc", "s3cret", "client-credentials").await;
    let form = [("grant_type", "client_credentials"), ("client_id", "cc"), ("client_secret", "s3cret")];
    for path in ["/o/token", "/o/token/"] {
        provider.post(path, &form).await.assert_status_is_ok();
    }
    let form = [("token", "none"), ("client_id", "cc"), ("client_secret", "s3cret")];
    for path in ["/o/revoke-token/", "/o/revoke_token/"] {
        provider.post(path, &form).await.assert_status_is_ok();
    }
    provider.post("/o/introspect/", &form).await.assert_status(StatusCode::NOT_FOUND);
    provider.post("/api/introspect/", &form).await.assert_status_is_ok();
    let discovery = document(&provider, "/o/.well-known/openid-configuration").await;
    assert_eq!(discovery["token_endpoint"], "http://testserver/o/token");
    let server = document(&provider, "/o/.well-known/oauth-authorization-server").await;
    assert_eq!(server["revocation_endpoint"], "http://testserver/o/revoke-token/");
    assert_eq!(server["introspection_endpoint"], "http://testserver/api/introspect/");
}

#[tokio::test]
async fn a_well_known_document_that_is_spelled_otherwise_is_about_its_whole_address() {
    let provider = Provider::on(json!({
        "server": {
            "endpoints": {
                "oauth-server-metadata": ["/meta", "/api/.well-known/oauth-authorization-server"],
                "oauth-server-metadata-issuer": "/meta/<path:issuer_path>",
                "oauth-resource-metadata": "about",
            },
        },
    }))
    .await;
    for (path, issuer) in [
        ("/meta", "http://testserver/meta"),
        ("/meta/tenant", "http://testserver/meta/tenant"),
        ("/api/.well-known/oauth-authorization-server", "http://testserver/api"),
    ] {
        assert_eq!(document(&provider, path).await["issuer"], issuer, "{path}");
    }
    assert_eq!(document(&provider, "/o/about").await["resource"], "http://testserver/o/about");
    for path in ["/meta/", "/meta/a%0Ab", "/o/.well-known/oauth-authorization-server"] {
        assert_eq!(status(&provider, path).await, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn what_a_project_leaves_out_is_not_there() {
    let provider = Provider::on(json!({
        "server": {
            "accounts": "",
            "endpoints": { "management_urlpatterns": false, "device_urlpatterns": false, "login": "/auth/login/" },
        },
    }))
    .await;
    for path in [
        "/o/applications/",
        "/o/applications/register/",
        "/o/device/",
        "/accounts/login/",
        "/accounts/logout/",
    ] {
        assert_eq!(status(&provider, path).await, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(status(&provider, "/auth/login/").await, StatusCode::OK);
    provider.post("/o/device-authorization/", &[]).await.assert_status(StatusCode::NOT_FOUND);
    provider.post("/o/token/", &[]).await.assert_status(StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_server_document_tells_nothing_of_endpoints_that_are_left_out() {
    let provider =
        Provider::on(json!({ "server": { "endpoints": { "authorize": false, "introspect": false } } })).await;
    let server = document(&provider, "/o/.well-known/oauth-authorization-server").await;
    for name in [
        "authorization_endpoint",
        "introspection_endpoint",
        "code_challenge_methods_supported",
        "introspection_endpoint_auth_methods_supported",
    ] {
        assert_eq!(server.get(name), None, "{name}");
    }
    assert!(server.get("token_endpoint_auth_methods_supported").is_some());
}
