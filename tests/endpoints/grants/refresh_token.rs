//! `grant_type=refresh_token` (RFC 6749 section 6).

use super::*;

const GRANT: (&str, &str) = ("grant_type", "refresh_token");

async fn first(provider: &Provider) -> Value {
    provider.user("alice", "pw").await;
    let form =
        [("grant_type", "password"), ("username", "alice"), ("password", "pw"), ("scope", "read write")];
    tokens(provider, &form).await
}

fn text<'a>(got: &'a Value, name: &str) -> &'a str {
    got[name].as_str().unwrap()
}

#[tokio::test]
async fn a_refresh_token_is_rotated_and_the_old_pair_ends() {
    let provider = provider("password", json!({})).await;
    let first = first(&provider).await;
    let form = [GRANT, ("refresh_token", text(&first, "refresh_token"))];
    let second = tokens(&provider, &form).await;
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    assert!(!is_active(&provider, text(&first, "access_token")).await);
    assert!(is_active(&provider, text(&second, "access_token")).await);
    assert_eq!(refusal(token(&provider, &form).await, StatusCode::BAD_REQUEST).await, "invalid_grant");
}

#[tokio::test]
async fn a_scope_may_shrink_and_never_grow() {
    let provider = provider("password", json!({ "ROTATE_REFRESH_TOKEN": false })).await;
    let first = first(&provider).await;
    let form = [GRANT, ("refresh_token", text(&first, "refresh_token"))];
    let answer = token(&provider, &[form[0], form[1], ("scope", "read other")]).await;
    assert_eq!(refusal(answer, StatusCode::BAD_REQUEST).await, "invalid_scope");
    let less = tokens(&provider, &[form[0], form[1], ("scope", "read")]).await;
    assert_eq!((text(&less, "scope"), &less["refresh_token"]), ("read", &first["refresh_token"]));
}

#[tokio::test]
async fn a_reused_token_ends_its_family_where_that_is_asked_for() {
    let provider = provider("password", json!({ "REFRESH_TOKEN_REUSE_PROTECTION": true })).await;
    let first = first(&provider).await;
    let form = [GRANT, ("refresh_token", text(&first, "refresh_token"))];
    let second = tokens(&provider, &form).await;
    assert_eq!(refusal(token(&provider, &form).await, StatusCode::BAD_REQUEST).await, "invalid_grant");
    assert!(!is_active(&provider, text(&second, "access_token")).await);
    let next = [GRANT, ("refresh_token", text(&second, "refresh_token"))];
    assert_eq!(refusal(token(&provider, &next).await, StatusCode::BAD_REQUEST).await, "invalid_grant");
}
