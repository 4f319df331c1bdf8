//! `grant_type=client_credentials` (RFC 6749 section 4.4).

use super::*;

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

#[tokio::test]
async fn a_client_acts_for_itself_without_a_refresh_token() {
    let provider = provider("client-credentials", json!({})).await;
    let got = tokens(&provider, &[GRANT, ("scope", "read")]).await;
    assert_eq!(got["scope"], "read");
    assert!(
        got.get("refresh_token").is_none()
            && is_active(&provider, got["access_token"].as_str().unwrap()).await
    );
}

#[tokio::test]
async fn a_scope_that_nobody_has_is_refused() {
    let provider = provider("client-credentials", json!({})).await;
    let answer = token(&provider, &[GRANT, ("scope", "read other")]).await;
    assert_eq!(refusal(answer, StatusCode::BAD_REQUEST).await, "invalid_scope");
}

#[tokio::test]
async fn an_application_of_another_grant_is_refused() {
    let provider = provider("password", json!({})).await;
    let answer = token(&provider, &[GRANT]).await;
    assert_eq!(refusal(answer, StatusCode::BAD_REQUEST).await, "unauthorized_client");
}
