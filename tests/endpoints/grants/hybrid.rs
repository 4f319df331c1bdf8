//! `response_type=code id_token` and its kin (OpenID Connect Core section 3.3).

use entity::application::{Column, Entity};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::*;

const OPENID: &[(&str, &str)] = &[("scope", "openid"), ("nonce", "n-1")];

async fn openid() -> Provider {
    let key = include_str!("../../keys/rsa-2048.pem");
    let settings = json!({
        "OIDC_ENABLED": true, "OIDC_RSA_PRIVATE_KEY": key, "SCOPES": { "openid": "Identity", "read": "Read" },
    });
    let provider = provider("openid-hybrid", settings).await;
    let change = Entity::update_many().col_expr(Column::Algorithm, Expr::value("RS256"));
    change.filter(Column::ClientId.eq("web")).exec(&provider.site().db).await.unwrap();
    provider
}

#[tokio::test]
async fn code_and_tokens_come_together_and_the_code_is_good() {
    let provider = openid().await;
    let visitor = Visitor::new(&provider, "alice").await;
    let location = consented(&visitor, "code id_token token", OPENID).await;
    assert!(location.starts_with("https://client.example/cb#"), "{location}");
    assert!(is_active(&provider, parameter(&location, "access_token").unwrap()).await);
    assert_eq!(parameter(&location, "id_token").unwrap().matches('.').count(), 2);
    let code = parameter(&location, "code").unwrap();
    let form = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", CALLBACK)];
    let got = tokens(&provider, &form).await;
    assert!(got["id_token"].is_string() && got["refresh_token"].is_string());
}

#[tokio::test]
async fn an_id_token_wants_a_nonce() {
    let provider = openid().await;
    let visitor = Visitor::new(&provider, "alice").await;
    let location = consented(&visitor, "code id_token", &[("scope", "openid")]).await;
    assert_eq!(parameter(&location, "error"), Some("invalid_request"), "{location}");
    assert_eq!((parameter(&location, "code"), parameter(&location, "id_token")), (None, None));
}
