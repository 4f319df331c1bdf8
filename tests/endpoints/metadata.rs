//! The documents below .well-known/

use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::visitor::{Visitor, text};
use crate::support::Provider;

const KEY: &str = include_str!("../keys/rsa-2048.pem");
const OPENID: &str = "/o/.well-known/openid-configuration";
const JWKS: &str = "/o/.well-known/jwks.json";
const SERVER: &str = "/o/.well-known/oauth-authorization-server";
const RESOURCE: &str = "/o/.well-known/oauth-protected-resource";

async fn provider() -> Provider {
    Provider::with(json!({ "OIDC_ENABLED": true, "OIDC_RSA_PRIVATE_KEY": KEY })).await
}

async fn document(provider: &Provider, path: &str) -> Value {
    let answer = provider.client.get(path).header("Host", "testserver").send().await;
    answer.assert_header("access-control-allow-origin", "*");
    serde_json::from_str(&text(answer).await).unwrap()
}

#[tokio::test]
async fn every_document_names_the_host_that_was_asked() {
    let provider = provider().await;
    let document = |path| document(&provider, path);
    assert_eq!(document(OPENID).await["issuer"], "http://testserver/o");
    assert_eq!(document(SERVER).await["token_endpoint"], "http://testserver/o/token/");
    assert!(document(RESOURCE).await["resource"].as_str().unwrap().starts_with("http://testserver"));
    assert_eq!(document(JWKS).await["keys"][0]["kty"], "RSA");
}

#[tokio::test]
async fn the_same_is_told_again_and_again() {
    let provider = provider().await;
    for path in [OPENID, JWKS, SERVER, RESOURCE] {
        assert_eq!(document(&provider, path).await, document(&provider, path).await, "{path}");
    }
}

#[tokio::test]
async fn without_openid_connect_two_of_them_are_not_there() {
    let provider = Provider::new().await;
    for (path, status) in [(OPENID, 404), (JWKS, 404), (SERVER, 200), (RESOURCE, 200)] {
        let answer = provider.client.get(path).header("Host", "testserver").send().await;
        assert_eq!(answer.0.status().as_u16(), status, "{path}");
        if status == 404 {
            assert_eq!(answer.0.into_body().into_string().await.unwrap(), "", "{path}");
        }
    }
}

#[tokio::test]
async fn other_methods_meet_the_csrf_check_before_they_are_refused() {
    let provider = provider().await;
    let alice = Visitor::new(&provider, "alice").await;
    for path in [OPENID, JWKS, SERVER, RESOURCE] {
        let forged = provider.client.post(path).header("Host", "testserver").send().await;
        forged.assert_status(StatusCode::FORBIDDEN);
        let own = alice.send(Method::PUT, path).await;
        own.assert_status(StatusCode::METHOD_NOT_ALLOWED);
        own.assert_header("allow", "GET, HEAD, OPTIONS");
        alice.send(Method::OPTIONS, path).await.assert_status_is_ok();
    }
}

#[tokio::test]
async fn a_path_component_is_reflected_but_an_empty_one_is_nowhere() {
    let provider = provider().await;
    let told = document(&provider, &format!("{SERVER}/tenant")).await;
    assert!(told["issuer"].as_str().unwrap().ends_with("/tenant"), "{told}");
    let empty = provider.client.get(format!("{SERVER}/")).header("Host", "testserver").send().await;
    empty.assert_status(StatusCode::NOT_FOUND);
}
