//! `grant_type=password` (RFC 6749 section 4.3).

use super::*;

fn form<'a>(username: &'a str, password: &'a str) -> [(&'a str, &'a str); 3] {
    [("grant_type", "password"), ("username", username), ("password", password)]
}

#[tokio::test]
async fn a_users_password_gives_a_pair_of_tokens() {
    let provider = provider("password", json!({})).await;
    provider.user("alice", "pw").await;
    let got = tokens(&provider, &form("alice", "pw")).await;
    assert_eq!(got["scope"], "read write");
    assert!(
        got["refresh_token"].is_string() && is_active(&provider, got["access_token"].as_str().unwrap()).await
    );
}

#[tokio::test]
async fn a_wrong_password_and_a_wrong_name_are_refused_alike() {
    let provider = provider("password", json!({})).await;
    provider.user("alice", "pw").await;
    for (username, password) in [("alice", "other"), ("nobody", "pw")] {
        let answer = token(&provider, &form(username, password)).await;
        answer.assert_status(StatusCode::BAD_REQUEST);
        let expected = json!({ "error": "invalid_grant", "error_description": "Invalid credentials given." });
        assert_eq!(body(answer).await, expected);
    }
}

#[tokio::test]
async fn the_grant_can_be_turned_off_for_all() {
    let provider = provider("password", json!({ "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": true })).await;
    provider.user("alice", "pw").await;
    let answer = token(&provider, &form("alice", "pw")).await;
    assert_eq!(refusal(answer, StatusCode::BAD_REQUEST).await, "unauthorized_client");
}
