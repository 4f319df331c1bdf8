//! GET and POST /o/authorize/

use poem::http::{Method, StatusCode};
use poem::test::TestResponse;
use serde_json::{Value, json};

use super::visitor::{Visitor, text};
use crate::support::Provider;

const PAGE: &str = "/o/authorize/?client_id=web&response_type=code&redirect_uri=https%3A%2F%2Fclient.example%2Fcb\
                    &scope=read&state=s1&code_challenge=0123456789012345678901234567890123456789012\
                    &code_challenge_method=plain";
const VERIFIER: &str = "0123456789012345678901234567890123456789012";
const CALLBACK: &str = "https://client.example/cb";

/// What the consent page's form holds.
const FORM: [(&str, &str); 7] = [
    ("client_id", "web"),
    ("redirect_uri", CALLBACK),
    ("response_type", "code"),
    ("scope", "read"),
    ("state", "s1"),
    ("code_challenge", VERIFIER),
    ("code_challenge_method", "plain"),
];

async fn provider() -> Provider {
    let provider = Provider::new().await;
    provider.application("web", "s3cret", "authorization-code").await;
    provider
}

fn location(answer: &TestResponse) -> String {
    answer.assert_status(StatusCode::FOUND);
    answer.0.headers()["location"].to_str().unwrap().to_owned()
}

/// The form with these pairs instead of its own of the same name.
fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let own = FORM.into_iter().filter(|(name, _)| more.iter().all(|(other, _)| name != other));
    own.chain(more.iter().copied()).collect()
}

#[tokio::test]
async fn a_stranger_is_sent_to_the_login_page_with_the_way_back() {
    let provider = provider().await;
    let answer = provider.client.get("/o/authorize/?client_id=web").header("Host", "testserver").send().await;
    assert_eq!(location(&answer), "/accounts/login/?next=/o/authorize/%3Fclient_id%3Dweb");
}

#[tokio::test]
async fn a_yes_brings_a_code_that_buys_a_token_once() {
    let provider = provider().await;
    let alice = Visitor::new(&provider, "alice").await;
    let page = alice.page(PAGE).await;
    assert!(page.contains("Authorize web?") && page.contains("name=\"csrfmiddlewaretoken\""), "{page}");
    let to = location(&alice.post(PAGE, &with(&[("allow", "Authorize")])).await);
    let code = to.strip_prefix("https://client.example/cb?code=").unwrap().strip_suffix("&state=s1").unwrap();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
        ("client_id", "web"),
        ("client_secret", "s3cret"),
    ];
    let tokens: Value = serde_json::from_str(&text(provider.post("/o/token/", &form).await).await).unwrap();
    assert_eq!(tokens["scope"], "read");
    provider.post("/o/token/", &form).await.assert_status(StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_no_goes_back_to_the_client() {
    let provider = provider().await;
    let alice = Visitor::new(&provider, "alice").await;
    let to = location(&alice.post(PAGE, &FORM).await);
    assert_eq!(to, "https://client.example/cb?error=access_denied&state=s1");
}

#[tokio::test]
async fn nobody_is_sent_to_an_address_that_the_client_has_not_registered() {
    let provider = provider().await;
    let alice = Visitor::new(&provider, "alice").await;
    let foreign = PAGE.replace("client.example", "evil.example");
    let asked = alice.send(Method::GET, &foreign).await;
    let denied = alice.post(PAGE, &with(&[("redirect_uri", "https://evil.example/cb")])).await;
    for answer in [asked, denied] {
        answer.assert_status(StatusCode::BAD_REQUEST);
        let page = answer.0.into_body().into_string().await.unwrap();
        assert!(page.contains("Mismatching redirect URI."), "{page}");
    }
}

#[tokio::test]
async fn a_form_of_another_site_grants_nothing() {
    let provider = provider().await;
    let alice = Visitor::new(&provider, "alice").await;
    let request = provider.client.post(PAGE).header("Host", "testserver");
    let cookie = format!("sessionid={}", alice.session);
    let answer = request.header("Cookie", cookie).form(&with(&[("allow", "Authorize")])).send().await;
    answer.assert_status(StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn put_is_an_empty_form_with_the_token_in_a_header() {
    let provider = provider().await;
    let alice = Visitor::new(&provider, "alice").await;
    let page = text(alice.send(Method::PUT, PAGE).await).await;
    assert!(page.contains("This field is required."), "{page}");
}

#[tokio::test]
async fn other_methods_are_refused_after_token_and_login() {
    let provider = provider().await;
    let alice = Visitor::new(&provider, "alice").await;
    let answer = alice.send(Method::DELETE, PAGE).await;
    answer.assert_status(StatusCode::METHOD_NOT_ALLOWED);
    answer.assert_header("allow", "GET, POST, PUT, HEAD, OPTIONS");
    alice.send(Method::OPTIONS, PAGE).await.assert_status_is_ok();
    let forged = provider.client.delete(PAGE).header("Host", "testserver").send().await;
    forged.assert_status(StatusCode::FORBIDDEN);
    let stranger = provider.client.request(Method::OPTIONS, PAGE).header("Host", "testserver").send().await;
    stranger.assert_status(StatusCode::FOUND);
}

#[tokio::test]
async fn who_has_said_yes_before_is_not_asked_again_where_the_client_says_auto() {
    let provider = provider().await;
    let alice = Visitor::new(&provider, "alice").await;
    let auto = format!("{PAGE}&approval_prompt=auto");
    assert!(alice.page(&auto).await.contains("Authorize web?"));
    let to = location(&alice.post(PAGE, &with(&[("allow", "Authorize")])).await);
    let code = to.split(['=', '&']).nth(1).unwrap().to_owned();
    let secret = [("client_id", "web"), ("client_secret", "s3cret"), ("redirect_uri", CALLBACK)];
    let grant = [("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", VERIFIER)];
    provider.post("/o/token/", &[secret, grant].concat()).await.assert_status_is_ok();
    assert!(location(&alice.send(Method::GET, &auto).await).starts_with("https://client.example/cb?code="));
}

#[tokio::test]
async fn a_resource_must_be_an_absolute_uri_whatever_the_user_says() {
    let provider = Provider::with(json!({ "PKCE_REQUIRED": false })).await;
    provider.application("web", "s3cret", "authorization-code").await;
    let alice = Visitor::new(&provider, "alice").await;
    for allow in ["Authorize", ""] {
        let form = with(&[("allow", allow), ("resource", "no-uri")]);
        let to = location(&alice.post(PAGE, &form).await);
        assert!(to.starts_with("https://client.example/cb?error=invalid_target&"), "{to}");
    }
}
