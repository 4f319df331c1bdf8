//! Host, slash, methods and headers, around every route.

use poem::http::StatusCode;
use poem::test::TestClient;
use poem::{Endpoint, Response};
use slash_o::testing::layers::{Constants, Front, Layer, RouteTable};

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

/// The layers in an order of one's own around a route that always answers.
async fn in_order(settings: serde_json::Value, layers: Vec<Layer>) -> TestClient<Front<impl Endpoint>> {
    let provider = Provider::on(settings).await;
    let table = RouteTable::new(&provider.site().settings);
    let inner = poem::endpoint::make_sync(|_| Response::builder().body("seen"));
    TestClient::new(Front { app: provider.app, layers, table, constants: Constants::default(), inner })
}

fn moved_before(layer: Layer, other: Layer) -> Vec<Layer> {
    let mut layers: Vec<Layer> = Layer::ORDER.into_iter().filter(|l| *l != layer).collect();
    let at = layers.iter().position(|l| *l == other).unwrap();
    layers.insert(at, layer);
    layers
}

#[tokio::test]
async fn layers_run_in_the_order_of_the_list() {
    let settings = serde_json::json!({
        "CORS_ALLOW_ALL_ORIGINS": true,
        "SECURE_SSL_REDIRECT": true,
        "MIDDLEWARE": [
            "corsheaders.middleware.CorsMiddleware",
            "django.middleware.security.SecurityMiddleware",
            "django.middleware.common.CommonMiddleware",
        ],
    });
    let security_first = moved_before(Layer::Security, Layer::Cors);
    for (layers, status, nosniff) in [
        (Layer::ORDER.to_vec(), StatusCode::OK, None),
        (security_first, StatusCode::MOVED_PERMANENTLY, Some("nosniff")),
    ] {
        let client = in_order(settings.clone(), layers).await;
        let preflight =
            client.options("/o/token/").header("Host", "testserver").header("Origin", "https://a.example");
        let answer = preflight.header("Access-Control-Request-Method", "POST").send().await.0;
        assert_eq!((answer.status(), answer.header("x-content-type-options")), (status, nosniff));
    }
}

#[tokio::test]
async fn a_layer_that_answers_is_not_seen_by_those_inside() {
    let origin = |layers: Vec<Layer>| async {
        let settings = serde_json::json!({ "CORS_ALLOW_ALL_ORIGINS": true });
        let client = in_order(settings, layers).await;
        let answer =
            client.get("/o/token").header("Host", "testserver").header("Origin", "https://a.example");
        let answer = answer.send().await.0;
        assert_eq!(answer.status(), StatusCode::MOVED_PERMANENTLY);
        answer.header("access-control-allow-origin").map(str::to_owned)
    };
    assert_eq!(origin(Layer::ORDER.to_vec()).await.as_deref(), Some("*"));
    assert_eq!(origin(moved_before(Layer::Common, Layer::Cors)).await, None);
}

#[tokio::test]
async fn a_layer_that_is_not_in_the_list_does_nothing() {
    let without = |layer: Layer| Layer::ORDER.into_iter().filter(|l| *l != layer).collect();
    for (layer, header) in
        [(Layer::XFrameOptions, "x-frame-options"), (Layer::Security, "x-content-type-options")]
    {
        for (layers, is_there) in [(Layer::ORDER.to_vec(), true), (without(layer), false)] {
            let client = in_order(serde_json::json!({}), layers).await;
            let answer = client.get("/nowhere").header("Host", "testserver").send().await;
            assert_eq!(answer.0.header(header).is_some(), is_there, "{layer:?}");
            let foreign = client.get("/nowhere").header("Host", "evil.example").send().await;
            foreign.assert_status(StatusCode::BAD_REQUEST);
        }
    }
}
