//! `response_type=token` (RFC 6749 section 4.2): no request to the token endpoint.

use super::*;

#[tokio::test]
async fn a_token_comes_in_the_fragment_and_without_a_refresh_token() {
    let provider = provider("implicit", json!({})).await;
    let visitor = Visitor::new(&provider, "alice").await;
    let location = consented(&visitor, "token", &[]).await;
    assert!(location.starts_with("https://client.example/cb#access_token="), "{location}");
    assert_eq!(parameter(&location, "token_type"), Some("Bearer"));
    assert_eq!((parameter(&location, "state"), parameter(&location, "scope")), (Some("st-1"), Some("read")));
    assert_eq!((parameter(&location, "refresh_token"), parameter(&location, "code")), (None, None));
    assert!(is_active(&provider, parameter(&location, "access_token").unwrap()).await);
}

#[tokio::test]
async fn an_application_of_another_grant_gets_no_token() {
    let provider = provider("authorization-code", json!({})).await;
    let visitor = Visitor::new(&provider, "alice").await;
    let location = consented(&visitor, "token", &[]).await;
    assert_eq!(parameter(&location, "error"), Some("unauthorized_client"), "{location}");
    assert_eq!(parameter(&location, "access_token"), None);
}
