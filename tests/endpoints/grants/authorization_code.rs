//! `grant_type=authorization_code` (RFC 6749 section 4.1.3).

use super::*;

const GRANT: (&str, &str) = ("grant_type", "authorization_code");

async fn code(provider: &Provider, more: &[(&str, &str)]) -> String {
    let visitor = Visitor::new(provider, "alice").await;
    let location = consented(&visitor, "code", more).await;
    assert_eq!(parameter(&location, "state"), Some("st-1"));
    parameter(&location, "code").expect("a code").to_owned()
}

#[tokio::test]
async fn a_code_is_exchanged_once() {
    let provider = provider("authorization-code", json!({})).await;
    let code = code(&provider, &[]).await;
    let form = [GRANT, ("code", code.as_str()), ("redirect_uri", CALLBACK)];
    let got = tokens(&provider, &form).await;
    assert!(
        got["refresh_token"].is_string() && is_active(&provider, got["access_token"].as_str().unwrap()).await
    );
    assert_eq!(
        (&got["token_type"], &got["scope"], &got["expires_in"]),
        (&json!("Bearer"), &json!("read"), &json!(36_000))
    );
    assert_eq!(refusal(token(&provider, &form).await, StatusCode::BAD_REQUEST).await, "invalid_grant");
}

#[tokio::test]
async fn a_code_is_for_its_redirect_uri_and_its_time() {
    let provider = provider("authorization-code", json!({})).await;
    let code = code(&provider, &[]).await;
    let elsewhere = [GRANT, ("code", code.as_str()), ("redirect_uri", "https://client.example/other")];
    assert_eq!(refusal(token(&provider, &elsewhere).await, StatusCode::BAD_REQUEST).await, "invalid_request");
    provider.site().clock.advance(61);
    let late = [GRANT, ("code", code.as_str()), ("redirect_uri", CALLBACK)];
    assert_eq!(refusal(token(&provider, &late).await, StatusCode::BAD_REQUEST).await, "invalid_grant");
}

#[tokio::test]
async fn a_code_with_a_challenge_wants_its_verifier() {
    let provider = provider("authorization-code", json!({ "PKCE_REQUIRED": true })).await;
    let challenge = [
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        ("code_challenge_method", "S256"),
    ];
    let code = code(&provider, &challenge).await;
    let form = [GRANT, ("code", code.as_str()), ("redirect_uri", CALLBACK)];
    for wrong in [None, Some("wrongwrongwrongwrongwrongwrongwrongwrongwrong")] {
        let verifier = wrong.map(|text| ("code_verifier", text));
        let answer = token(&provider, &form.into_iter().chain(verifier).collect::<Vec<_>>()).await;
        let expected = if wrong.is_some() { "invalid_grant" } else { "invalid_request" };
        assert_eq!(refusal(answer, StatusCode::BAD_REQUEST).await, expected);
    }
    let right = ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    let got = tokens(&provider, &[form[0], form[1], form[2], right]).await;
    assert!(got["access_token"].is_string());
}
