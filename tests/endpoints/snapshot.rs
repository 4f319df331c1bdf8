//! A request is answered by the app that came with it, whichever the routes were laid for.

use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::visitor::Visitor;
use crate::support::Provider;

const ROUTE: &str = "/notes/";

/// A provider with a protected route that tells its owner, or refuses as RFC 9728 has it.
async fn provider(more: Value) -> Provider {
    let mut server = json!({
        "hashers": { "pbkdf2_sha256": { "iterations": 10 } },
        "protected": [{ "path": ROUTE, "challenge": "rfc9728", "read_write": true }],
    });
    server.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let provider = Provider::on(json!({
        "OAUTH2_PROVIDER": { "SCOPES": { "read": "r", "write": "w" } },
        "server": server,
    }))
    .await;
    provider.application("cc", "s3cret", "client-credentials").await;
    provider
}

async fn token(provider: &Provider) -> String {
    let form = [("grant_type", "client_credentials"), ("client_id", "cc"), ("client_secret", "s3cret")];
    let answer = provider.post("/o/token/", &form).await;
    answer.json().await.value().object().get("access_token").string().to_owned()
}

async fn ask(provider: &Provider, token: &str) -> poem::test::TestResponse {
    let request = provider.client.get(ROUTE).header("Host", "testserver");
    request.header("Authorization", format!("Bearer {token}")).send().await
}

#[tokio::test]
async fn a_protected_route_reads_tokens_and_settings_of_the_requests_app() {
    let laid_for = provider(json!({})).await;
    let theirs = token(&laid_for).await;
    let elsewhere = json!({ "endpoints": { "oauth-resource-metadata": "/about" } });
    let asked = provider(elsewhere).await.on_routes_of(&laid_for);
    let own = token(&asked).await;
    ask(&asked, &own).await.assert_status_is_ok();
    ask(&laid_for, &theirs).await.assert_status_is_ok();
    let refused = ask(&asked, &theirs).await;
    refused.assert_status(StatusCode::UNAUTHORIZED);
    let challenge = refused.0.headers()["www-authenticate"].to_str().unwrap();
    assert!(challenge.contains("resource_metadata=\"http://testserver/about\""), "{challenge}");
}

#[tokio::test]
async fn a_page_knows_the_users_of_the_requests_app() {
    let laid_for = provider(json!({})).await;
    let asked = provider(json!({})).await.on_routes_of(&laid_for);
    let alice = Visitor::new(&asked, "alice").await;
    alice.send(Method::GET, "/o/applications/").await.assert_status_is_ok();
    let cookie = format!("sessionid={}", alice.session);
    let page = laid_for.client.get("/o/applications/").header("Host", "testserver").header("Cookie", cookie);
    page.send().await.assert_status(StatusCode::FOUND);
}
