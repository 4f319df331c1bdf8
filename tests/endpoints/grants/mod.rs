//! One file per grant: what a client gets for it, and what it never gets twice.

mod authorization_code;
mod client_credentials;
mod device_code;
mod hybrid;
mod implicit;
mod password;
mod refresh_token;

use poem::http::{Method, StatusCode};
use poem::test::TestResponse;
use serde_json::{Value, json};

use super::visitor::Visitor;
use crate::support::Provider;

const CALLBACK: &str = "https://client.example/cb";

/// A provider with a client `web` of this grant, whose secret is `s3cret`.
async fn provider(grant: &str, more: Value) -> Provider {
    let mut settings = json!({ "PKCE_REQUIRED": false });
    settings.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let provider = Provider::with(settings).await;
    provider.application("web", "s3cret", grant).await;
    provider
}

/// A token request of the client.
async fn token(provider: &Provider, form: &[(&str, &str)]) -> TestResponse {
    let client = [("client_id", "web"), ("client_secret", "s3cret")];
    provider.post("/o/token/", &[form, &client].concat()).await
}

/// The tokens of a request that must be answered.
async fn tokens(provider: &Provider, form: &[(&str, &str)]) -> Value {
    let answer = token(provider, form).await;
    answer.assert_status_is_ok();
    body(answer).await
}

async fn body(answer: TestResponse) -> Value {
    serde_json::from_str(&answer.0.into_body().into_string().await.unwrap()).unwrap()
}

/// The error code of a refusal with this status.
async fn refusal(answer: TestResponse, status: StatusCode) -> String {
    answer.assert_status(status);
    body(answer).await["error"].as_str().unwrap().to_owned()
}

/// Where the browser is sent after the user said yes.
async fn consented(visitor: &Visitor<'_>, response_type: &str, more: &[(&str, &str)]) -> String {
    let form = [
        ("client_id", "web"),
        ("redirect_uri", CALLBACK),
        ("response_type", response_type),
        ("scope", "read"),
        ("state", "st-1"),
        ("allow", "Authorize"),
    ];
    let answer = visitor.post("/o/authorize/", &[&form[..], more].concat()).await;
    answer.assert_status(StatusCode::FOUND);
    answer.0.headers()["location"].to_str().unwrap().to_owned()
}

/// A parameter of the URL's query or fragment.
fn parameter<'a>(url: &'a str, name: &str) -> Option<&'a str> {
    let pairs = url.split(['?', '#', '&']).skip(1);
    pairs.filter_map(|pair| pair.split_once('=')).find(|(known, _)| *known == name).map(|(_, value)| value)
}

async fn is_active(provider: &Provider, access_token: &str) -> bool {
    let form = [("client_id", "web"), ("client_secret", "s3cret"), ("token", access_token)];
    body(provider.post("/o/introspect/", &form).await).await["active"] == true
}
