//! Host, slash, methods and headers, around every route.

use poem::http::StatusCode;

use crate::support::Provider;

#[tokio::test]
async fn a_foreign_host_is_refused_but_health_answers_any() {
    let provider = Provider::new().await;
    let answer = provider.client.get("/o/authorize/").header("Host", "evil.example").send().await;
    answer.assert_status(StatusCode::BAD_REQUEST);
    let answer = provider.client.get("/healthz").header("Host", "evil.example").send().await;
    answer.assert_status_is_ok();
    provider.client.get("/readyz").header("Host", "evil.example").send().await.assert_status_is_ok();
}

#[tokio::test]
async fn a_missing_slash_is_a_redirect_that_keeps_the_query() {
    let provider = Provider::new().await;
    let answer = provider.client.post("/o/token?a=1").header("Host", "testserver").send().await;
    answer.assert_status(StatusCode::MOVED_PERMANENTLY);
    answer.assert_header("location", "/o/token/?a=1");
}

#[tokio::test]
async fn wrong_methods_and_options_are_answered_as_django_does() {
    let provider = Provider::new().await;
    let answer = provider.client.get("/o/token/").header("Host", "testserver").send().await;
    answer.assert_status(StatusCode::METHOD_NOT_ALLOWED);
    answer.assert_header("allow", "POST, OPTIONS");
    let answer = provider.client.options("/o/revoke_token/").header("Host", "testserver").send().await;
    answer.assert_status_is_ok();
    answer.assert_header("allow", "POST, OPTIONS");
}

#[tokio::test]
async fn every_answer_carries_djangos_security_headers() {
    let provider = Provider::new().await;
    let answer = provider.client.get("/nowhere").header("Host", "testserver").send().await;
    answer.assert_status(StatusCode::NOT_FOUND);
    answer.assert_header("x-frame-options", "DENY");
    answer.assert_header("x-content-type-options", "nosniff");
    answer.assert_header("referrer-policy", "same-origin");
}
