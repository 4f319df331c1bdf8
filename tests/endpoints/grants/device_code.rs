//! `grant_type=urn:ietf:params:oauth:grant-type:device_code` (RFC 8628 section 3.4).

use super::*;

const NAME: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// The codes that a device got.
async fn codes(provider: &Provider) -> Value {
    let answer = provider
        .post(
            "/o/device-authorization/",
            &[("client_id", "web"), ("client_secret", "s3cret"), ("scope", "read")],
        )
        .await;
    answer.assert_status_is_ok();
    body(answer).await
}

async fn poll(provider: &Provider, codes: &Value) -> TestResponse {
    // No two polls within the interval.
    provider.site().clock.advance(6);
    token(provider, &[("grant_type", NAME), ("device_code", codes["device_code"].as_str().unwrap())]).await
}

/// Types the code, then accepts or denies.
async fn decide(provider: &Provider, codes: &Value, action: &str) {
    let visitor = Visitor::new(provider, "alice").await;
    let user_code = codes["user_code"].as_str().unwrap();
    visitor.post("/o/device/", &[("user_code", user_code)]).await.assert_status(StatusCode::FOUND);
    let path = format!("/o/device-confirm/web/{user_code}");
    visitor.send(Method::GET, &path).await.assert_status_is_ok();
    visitor.post(&path, &[("action", action)]).await.assert_status(StatusCode::FOUND);
}

#[tokio::test]
async fn a_device_waits_for_its_user_and_gets_tokens_once() {
    let provider = provider(NAME, json!({})).await;
    let codes = codes(&provider).await;
    assert_eq!(
        refusal(poll(&provider, &codes).await, StatusCode::BAD_REQUEST).await,
        "authorization_pending"
    );
    decide(&provider, &codes, "accept").await;
    let answer = poll(&provider, &codes).await;
    answer.assert_status_is_ok();
    let got = body(answer).await;
    assert_eq!(got["scope"], "read");
    assert!(is_active(&provider, got["access_token"].as_str().unwrap()).await);
    let again = poll(&provider, &codes).await;
    assert!(again.0.status().is_client_error(), "{}", again.0.status());
}

#[tokio::test]
async fn a_device_that_was_denied_gets_nothing() {
    let provider = provider(NAME, json!({})).await;
    let codes = codes(&provider).await;
    decide(&provider, &codes, "deny").await;
    assert_eq!(refusal(poll(&provider, &codes).await, StatusCode::BAD_REQUEST).await, "access_denied");
}

#[tokio::test]
async fn a_device_that_asks_too_fast_is_told_so() {
    let provider = provider(NAME, json!({})).await;
    let codes = codes(&provider).await;
    poll(&provider, &codes).await;
    let form = [("grant_type", NAME), ("device_code", codes["device_code"].as_str().unwrap())];
    assert_eq!(refusal(token(&provider, &form).await, StatusCode::BAD_REQUEST).await, "slow_down");
}
