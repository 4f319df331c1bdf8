//! /o/register/ and /o/register/<client_id>/

use poem::http::{Method, StatusCode};
use poem::test::TestResponse;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use entity::{access_token, application};

use crate::support::Provider;

async fn open_to_all() -> Provider {
    let classes = json!(["oauth2_provider.dcr.AllowAllDCRPermission"]);
    Provider::with(json!({ "DCR_ENABLED": true, "DCR_REGISTRATION_PERMISSION_CLASSES": classes })).await
}

async fn send(provider: &Provider, method: Method, path: &str, token: &str, body: Value) -> TestResponse {
    provider
        .client
        .request(method, path)
        .header("Host", "testserver")
        .header("Authorization", format!("Bearer {token}"))
        .body(body.to_string())
        .send()
        .await
}

async fn text(answer: TestResponse) -> String {
    answer.0.into_body().into_string().await.unwrap()
}

/// Path and token of a new client, and the whole answer.
async fn registered(provider: &Provider, body: Value) -> (String, String, String) {
    let answer = send(provider, Method::POST, "/o/register/", "none", body).await;
    answer.assert_status(StatusCode::CREATED);
    let text = text(answer).await;
    let told: Value = serde_json::from_str(&text).unwrap();
    let member = |name: &str| told[name].as_str().unwrap().to_owned();
    (format!("/o/register/{}/", member("client_id")), member("registration_access_token"), text)
}

#[tokio::test]
async fn an_answer_has_its_members_in_dots_order() {
    let provider = open_to_all().await;
    let (path, _, text) = registered(&provider, json!({ "redirect_uris": ["https://a.example/cb"] })).await;
    let told: serde_json::Map<String, Value> = serde_json::from_str(&text).unwrap();
    let names: Vec<&str> = told.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "client_id",
            "redirect_uris",
            "grant_types",
            "token_endpoint_auth_method",
            "registration_access_token",
            "registration_client_uri",
            "client_secret",
            "client_secret_expires_at"
        ]
    );
    assert_eq!(told["registration_client_uri"], format!("http://testserver{path}"));
    assert_eq!(told["client_secret_expires_at"], 0);
    assert!(text.starts_with("{\"client_id\": \""), "Python's blanks");
}

#[tokio::test]
async fn a_public_client_hears_of_no_secret() {
    let provider = open_to_all().await;
    let body = json!({ "redirect_uris": ["https://a.example/cb"], "token_endpoint_auth_method": "none" });
    let (_, _, text) = registered(&provider, body).await;
    assert!(!text.contains("client_secret"), "{text}");
}

#[tokio::test]
async fn of_two_replacements_with_one_token_one_wins() {
    let provider = open_to_all().await;
    let (path, token, _) = registered(&provider, json!({ "grant_types": ["client_credentials"] })).await;
    let body = json!({ "grant_types": ["client_credentials"], "client_name": "New" });
    let put = || send(&provider, Method::PUT, &path, &token, body.clone());
    let answers = tokio::join!(put(), put(), put());
    let mut statuses = [answers.0.0.status(), answers.1.0.status(), answers.2.0.status()];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::UNAUTHORIZED, StatusCode::UNAUTHORIZED]);
    assert_eq!(access_token::Entity::find().count(&provider.site().db).await.unwrap(), 1);
}

#[tokio::test]
async fn a_refused_registration_writes_nothing() {
    let provider = open_to_all().await;
    let uris = json!(["https://a.example/cb"]);
    for body in [
        json!({}),
        json!([]),
        json!({ "redirect_uris": ["bad"] }),
        json!({ "redirect_uris": uris, "client_name": null }),
        json!({ "redirect_uris": uris, "client_name": "a\0b" }),
        json!({ "redirect_uris": ["https://a.example/\0"] }),
        json!({ "redirect_uris": ["https://a.example/\0"], "grant_types": ["client_credentials"] }),
    ] {
        let answer = send(&provider, Method::POST, "/o/register/", "none", body).await;
        answer.assert_status(StatusCode::BAD_REQUEST);
    }
    let db = &provider.site().db;
    assert_eq!(application::Entity::find().count(db).await.unwrap(), 0);
    assert_eq!(access_token::Entity::find().count(db).await.unwrap(), 0);
}

#[tokio::test]
async fn off_is_404_whatever_the_method() {
    let provider = Provider::new().await;
    for path in ["/o/register/", "/o/register/x/"] {
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS]
        {
            let answer = send(&provider, method, path, "none", json!({})).await;
            answer.assert_status(StatusCode::NOT_FOUND);
            assert_eq!(text(answer).await, "{\"error\": \"not_found\"}");
        }
    }
}
