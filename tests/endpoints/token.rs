//! POST /o/token/

use crate::support::Provider;

async fn provider() -> Provider {
    let provider = Provider::new().await;
    provider.application("cc", "s3cret", "client-credentials").await;
    provider
}

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

#[tokio::test]
async fn a_client_with_its_secret_gets_a_token_in_dots_bytes() {
    let answer =
        provider().await.post("/o/token/", &[GRANT, ("client_id", "cc"), ("client_secret", "s3cret")]).await;
    answer.assert_status_is_ok();
    answer.assert_header("content-type", "application/json");
    answer.assert_header("cache-control", "no-store");
    let text = answer.0.into_body().into_string().await.unwrap();
    let token = text.strip_prefix("{\"access_token\": \"").unwrap();
    assert_eq!(
        &token[30..],
        "\", \"expires_in\": 36000, \"token_type\": \"Bearer\", \"scope\": \"read write\"}"
    );
}

#[tokio::test]
async fn a_wrong_secret_is_refused_also_after_the_right_one_was_cached() {
    let provider = provider().await;
    let right = [GRANT, ("client_id", "cc"), ("client_secret", "s3cret")];
    let wrong = [GRANT, ("client_id", "cc"), ("client_secret", "other")];
    provider.post("/o/token/", &right).await.assert_status_is_ok();
    let answer = provider.post("/o/token/", &wrong).await;
    answer.assert_status(poem::http::StatusCode::UNAUTHORIZED);
    answer.assert_header("www-authenticate", "Bearer error=\"invalid_client\"");
    answer.assert_text("{\"error\": \"invalid_client\"}").await;
}

#[tokio::test]
async fn a_changed_secret_counts_at_once() {
    use entity::application::{Column, Entity};
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
    let provider = provider().await;
    let old = [GRANT, ("client_id", "cc"), ("client_secret", "s3cret")];
    provider.post("/o/token/", &old).await.assert_status_is_ok();
    let hash = provider.site().hashing.make("new").await.unwrap();
    let change = Entity::update_many().col_expr(Column::ClientSecret, Expr::value(hash));
    change.filter(Column::ClientId.eq("cc")).exec(&provider.site().db).await.unwrap();
    provider.post("/o/token/", &old).await.assert_status(poem::http::StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_token_is_active_until_it_expires() {
    let provider = provider().await;
    let client = [("client_id", "cc"), ("client_secret", "s3cret")];
    let answer = provider.post("/o/token/", &[GRANT, client[0], client[1]]).await;
    let token = answer.json().await.value().object().get("access_token").string().to_owned();
    let form = [client[0], client[1], ("token", token.as_str())];
    let text = provider.post("/o/introspect/", &form).await.0.into_body().into_string().await.unwrap();
    assert!(text.starts_with("{\"active\": true, \"scope\": \"read write\", \"exp\": "), "{text}");
    provider.site().clock.advance(36_000);
    provider.post("/o/introspect/", &form).await.assert_text("{\"active\": false}").await;
}

#[tokio::test]
async fn a_revoked_token_is_gone() {
    let provider = provider().await;
    let client = [("client_id", "cc"), ("client_secret", "s3cret")];
    let answer = provider.post("/o/token/", &[GRANT, client[0], client[1]]).await;
    let token = answer.json().await.value().object().get("access_token").string().to_owned();
    let form = [client[0], client[1], ("token", token.as_str())];
    provider.post("/o/revoke_token/", &form).await.assert_text("").await;
    provider.post("/o/introspect/", &form).await.assert_text("{\"active\": false}").await;
}
