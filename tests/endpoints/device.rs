//! /o/device/, /o/device-confirm/…, /o/device-grant-status/…

use poem::http::{Method, StatusCode};
use serde_json::Value;

use entity::device_grant::Model as DeviceGrant;
use entity::value::UserId;
use slash_o::testing::device::{self, UserAnswer};
use slash_o::testing::storage::{device_grants, users};

use super::visitor::{Visitor, text};
use crate::support::Provider;

const CLIENT: [(&str, &str); 2] = [("client_id", "tv"), ("client_secret", "s3cret")];

async fn provider() -> Provider {
    let provider = Provider::new().await;
    provider.application("tv", "s3cret", "urn:ietf:params:oauth:grant-type:device_code").await;
    provider
}

/// The device code and the user code of a new device.
async fn codes(provider: &Provider) -> (String, String) {
    let answer = provider.post("/o/device-authorization/", &CLIENT).await;
    let codes: Value = serde_json::from_str(&text(answer).await).unwrap();
    let code = |name: &str| codes[name].as_str().unwrap().to_owned();
    (code("device_code"), code("user_code"))
}

/// The error of a poll, or nothing where it brought a token.
async fn poll(provider: &Provider, device_code: &str) -> Option<String> {
    let grant =
        [("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("device_code", device_code)];
    let answer = provider.post("/o/token/", &[CLIENT, grant].concat()).await;
    let body: Value = serde_json::from_str(&answer.0.into_body().into_string().await.unwrap()).unwrap();
    body["error"].as_str().map(str::to_owned)
}

fn confirm_path(user_code: &str) -> String {
    format!("/o/device-confirm/tv/{user_code}")
}

/// The user types the code.
async fn type_code(visitor: &Visitor<'_>, user_code: &str) {
    let answer = visitor.post("/o/device/", &[("user_code", user_code)]).await;
    answer.assert_status(StatusCode::FOUND);
    answer.assert_header("location", confirm_path(user_code));
}

async fn row(provider: &Provider, device_code: &str) -> DeviceGrant {
    device_grants::find_by_device_code(&provider.site().db, device_code).await.unwrap().unwrap()
}

async fn id_of(provider: &Provider, username: &str) -> UserId {
    users::find_by_username(&provider.site().db, username).await.unwrap().unwrap().id
}

#[tokio::test]
async fn a_device_is_let_in_after_code_and_yes() {
    let provider = provider().await;
    let alice = Visitor::new(&provider, "alice").await;
    let (device_code, user_code) = codes(&provider).await;
    assert_eq!(poll(&provider, &device_code).await.as_deref(), Some("authorization_pending"));
    type_code(&alice, &user_code).await;
    assert!(alice.page(&confirm_path(&user_code)).await.contains("tv requests access"));
    let answer = alice.post(&confirm_path(&user_code), &[("action", "accept")]).await;
    answer.assert_status(StatusCode::FOUND);
    let status = format!("/o/device-grant-status/tv/{user_code}");
    answer.assert_header("location", &status);
    assert!(alice.page(&status).await.contains("Device Authorized"));
    assert_eq!(poll(&provider, &device_code).await, None);
}

#[tokio::test]
async fn a_no_is_told_to_the_device_and_is_the_last_word() {
    let provider = provider().await;
    let alice = Visitor::new(&provider, "alice").await;
    let (device_code, user_code) = codes(&provider).await;
    type_code(&alice, &user_code).await;
    alice.post(&confirm_path(&user_code), &[("action", "deny")]).await.assert_status(StatusCode::FOUND);
    assert_eq!(poll(&provider, &device_code).await.as_deref(), Some("access_denied"));
    let again = alice.post(&confirm_path(&user_code), &[("action", "accept")]).await;
    again.assert_status(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn who_has_not_typed_the_code_has_no_page_to_say_yes_on() {
    let provider = provider().await;
    let (alice, bob) = (Visitor::new(&provider, "alice").await, Visitor::new(&provider, "bob").await);
    let (device_code, user_code) = codes(&provider).await;
    type_code(&alice, &user_code).await;
    let answer = bob.post(&confirm_path(&user_code), &[("action", "accept")]).await;
    answer.assert_status(StatusCode::NOT_FOUND);
    assert_eq!(row(&provider, &device_code).await.status, device_grants::PENDING);
}

/// Alice's request has read the row when Bob types the same code.
#[tokio::test]
async fn a_yes_lets_nobody_in_as_the_user_who_typed_the_code_meanwhile() {
    let provider = provider().await;
    let (alice, bob) = (Visitor::new(&provider, "alice").await, Visitor::new(&provider, "bob").await);
    let (device_code, user_code) = codes(&provider).await;
    type_code(&alice, &user_code).await;
    let (site, alice_id) = (provider.site(), id_of(&provider, "alice").await);
    let seen = device::find_pending(site, "tv", &user_code, alice_id).await.unwrap().unwrap();
    type_code(&bob, &user_code).await;
    assert!(!device::decide(site, &seen, alice_id, UserAnswer::Accept).await.unwrap());
    let row = row(&provider, &device_code).await;
    assert_eq!(row.status, device_grants::PENDING, "bob has said nothing yet");
    assert_eq!(row.user_id, Some(id_of(&provider, "bob").await));
}

/// Bob's request has seen the code pending when Alice says yes.
#[tokio::test]
async fn a_code_that_was_decided_on_is_not_taken_over() {
    let provider = provider().await;
    let (alice, _bob) = (Visitor::new(&provider, "alice").await, Visitor::new(&provider, "bob").await);
    let (device_code, user_code) = codes(&provider).await;
    type_code(&alice, &user_code).await;
    alice.post(&confirm_path(&user_code), &[("action", "accept")]).await.assert_status(StatusCode::FOUND);
    let (db, id) = (&provider.site().db, row(&provider, &device_code).await.id);
    assert!(!device_grants::claim(db, id, id_of(&provider, "bob").await).await.unwrap());
    assert_eq!(row(&provider, &device_code).await.user_id, Some(id_of(&provider, "alice").await));
}

#[tokio::test]
async fn a_wrong_code_is_told_on_the_page() {
    let provider = provider().await;
    let alice = Visitor::new(&provider, "alice").await;
    for (typed, told) in [("NOSUCHCODE", "Incorrect user code"), (" ", "This field is required.")] {
        let page = text(alice.post("/o/device/", &[("user_code", typed)]).await).await;
        assert!(page.contains(told), "{page}");
    }
    let page = alice.page("/o/device/?user_code=ABCD").await;
    assert!(page.contains("value=\"ABCD\""), "the link of a device fills the form: {page}");
}

#[tokio::test]
async fn an_action_that_nobody_knows_decides_nothing() {
    let provider = provider().await;
    let alice = Visitor::new(&provider, "alice").await;
    let (device_code, user_code) = codes(&provider).await;
    type_code(&alice, &user_code).await;
    let answer = alice.post(&confirm_path(&user_code), &[("action", "perhaps")]).await;
    answer.assert_status(StatusCode::BAD_REQUEST);
    // PUT comes with an empty form: the page again.
    alice.send(Method::PUT, &confirm_path(&user_code)).await.assert_status_is_ok();
    assert_eq!(row(&provider, &device_code).await.status, device_grants::PENDING);
}

#[tokio::test]
async fn a_stranger_logs_in_first_but_a_path_that_is_no_slug_has_no_page() {
    let provider = provider().await;
    for (path, status) in [
        ("/o/device/", 302),
        ("/o/device-confirm/tv/ABCD", 302),
        ("/o/device-grant-status/tv/ABCD", 302),
        ("/o/device-confirm/t.v/ABCD", 404),
        ("/o/device-grant-status/tv/A%2EB", 404),
    ] {
        let answer = provider.client.get(path).header("Host", "testserver").send().await;
        assert_eq!(answer.0.status().as_u16(), status, "{path}");
    }
}
