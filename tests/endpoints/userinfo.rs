//! GET and POST /o/userinfo/

use poem::http::StatusCode;
use serde_json::{Value, json};

use slash_o::testing::storage::applications::{self, NewApplication};

use super::visitor::text;
use crate::support::Provider;

const KEY: &str = include_str!("../keys/rsa-2048.pem");
const PATH: &str = "/o/userinfo/";

async fn provider() -> Provider {
    let provider = Provider::with(json!({
        "OIDC_ENABLED": true, "OIDC_RSA_PRIVATE_KEY": KEY,
        "SCOPES": { "openid": "Identity", "read": "Read" },
    }))
    .await;
    let application = NewApplication {
        client_id: "pw".into(),
        client_secret: "s3cret".into(),
        client_type: "confidential".into(),
        authorization_grant_type: "password".into(),
        algorithm: "RS256".into(),
        ..Default::default()
    };
    applications::insert(&provider.site().db, application, provider.site().clock.now()).await.unwrap();
    provider.user("alice", "pw").await;
    provider
}

async fn token(provider: &Provider, scope: &str) -> String {
    let form = [
        ("grant_type", "password"),
        ("username", "alice"),
        ("password", "pw"),
        ("scope", scope),
        ("client_id", "pw"),
        ("client_secret", "s3cret"),
    ];
    let told: Value = serde_json::from_str(&text(provider.post("/o/token/", &form).await).await).unwrap();
    told["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_token_with_openid_tells_who_its_user_is() {
    let provider = provider().await;
    let token = token(&provider, "openid").await;
    let bearer = format!("Bearer {token}");
    let by_header = provider.client.get(PATH).header("Host", "testserver").header("Authorization", bearer);
    let in_form = provider.client.post(PATH).header("Host", "testserver").form(&[("access_token", &token)]);
    for request in [by_header, in_form] {
        let claims: Value = serde_json::from_str(&text(request.send().await).await).unwrap();
        assert_eq!(claims["sub"], "1");
    }
}

#[tokio::test]
async fn a_token_without_openid_and_no_token_at_all_are_refused() {
    let provider = provider().await;
    let other = format!("Bearer {}", token(&provider, "read").await);
    for authorization in [other.as_str(), "Bearer nobody", ""] {
        let request = provider.client.get(PATH).header("Host", "testserver");
        let answer = request.header("Authorization", authorization).send().await;
        answer.assert_status(StatusCode::UNAUTHORIZED);
        answer.assert_header("cache-control", "no-store");
        let challenge = answer.0.headers()["www-authenticate"].to_str().unwrap();
        assert!(challenge.starts_with("Bearer error=\"invalid_token\""), "{challenge}");
    }
}

#[tokio::test]
async fn other_methods_are_refused_and_without_openid_connect_it_is_not_there() {
    let provider = provider().await;
    let answer = provider.client.put(PATH).header("Host", "testserver").send().await;
    answer.assert_status(StatusCode::METHOD_NOT_ALLOWED);
    answer.assert_header("allow", "GET, POST, HEAD, OPTIONS");
    let plain = Provider::new().await;
    let answer = plain.client.get(PATH).header("Host", "testserver").send().await;
    answer.assert_status(StatusCode::NOT_FOUND);
}
