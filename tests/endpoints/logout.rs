//! /accounts/logout/

use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::visitor::{Visitor, text};
use crate::support::Provider;

const LOGOUT: &str = "/accounts/logout/";

async fn provider(more: Value) -> Provider {
    let mut server = json!({ "hashers": { "pbkdf2_sha256": { "iterations": 10 } } });
    server.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    Provider::on(json!({ "server": server })).await
}

async fn is_logged_in(visitor: &Visitor<'_>) -> bool {
    visitor.send(Method::GET, "/o/applications/").await.0.status() == StatusCode::OK
}

#[tokio::test]
async fn a_post_ends_the_session_and_is_never_cached() {
    let provider = Provider::new().await;
    let alice = Visitor::new(&provider, "alice").await;
    assert!(is_logged_in(&alice).await);
    let answer = alice.post(LOGOUT, &[]).await;
    let mut cookies = answer.0.headers().get_all("set-cookie").iter().map(|c| c.to_str().unwrap());
    assert!(cookies.any(|c| c.starts_with("sessionid=\"\"") && c.contains("Max-Age=0")));
    let cached = answer.0.headers()["cache-control"].to_str().unwrap().to_owned();
    assert_eq!(cached, "max-age=0, no-cache, no-store, must-revalidate, private");
    assert!(text(answer).await.contains("Logged out"));
    assert!(!is_logged_in(&alice).await);
}

#[tokio::test]
async fn a_link_logs_nobody_out_since_django_5() {
    let now = Provider::new().await;
    let alice = Visitor::new(&now, "alice").await;
    let answer = alice.send(Method::GET, LOGOUT).await;
    answer.assert_status(StatusCode::METHOD_NOT_ALLOWED);
    answer.assert_header("allow", "POST, OPTIONS");
    assert!(is_logged_in(&alice).await);

    let before = provider(json!({ "django_version": "4.2" })).await;
    let alice = Visitor::new(&before, "alice").await;
    alice.send(Method::GET, LOGOUT).await.assert_status_is_ok();
    assert!(!is_logged_in(&alice).await);
}

#[tokio::test]
async fn next_leads_on_but_never_to_another_host() {
    let provider = Provider::new().await;
    let alice = Visitor::new(&provider, "alice").await;
    let answer = alice.post(LOGOUT, &[("next", "/o/applications/")]).await;
    answer.assert_status(StatusCode::FOUND);
    answer.assert_header("location", "/o/applications/");
    let page = text(alice.post(LOGOUT, &[("next", "https://evil.example/")]).await).await;
    assert!(page.contains("Logged out"));
}

#[tokio::test]
async fn a_form_of_another_site_logs_nobody_out() {
    let provider = Provider::new().await;
    let alice = Visitor::new(&provider, "alice").await;
    let request = provider.client.post(LOGOUT).header("Host", "testserver");
    let answer = request.header("Cookie", format!("sessionid={}", alice.session)).send().await;
    answer.assert_status(StatusCode::FORBIDDEN);
    assert!(is_logged_in(&alice).await);
}

#[tokio::test]
async fn login_required_middleware_stands_before_the_logout_but_not_before_the_login() {
    let provider = Provider::on(json!({ "MIDDLEWARE": [
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.auth.middleware.LoginRequiredMiddleware",
    ] }))
    .await;
    for (path, status) in [(LOGOUT, 302), ("/accounts/login/", 200)] {
        let answer = provider.client.get(path).header("Host", "testserver").send().await;
        assert_eq!(answer.0.status().as_u16(), status, "{path}");
        assert!(answer.0.headers().contains_key("cache-control"), "{path} is not cached");
    }
}
