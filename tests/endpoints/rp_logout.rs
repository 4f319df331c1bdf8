//! /o/logout/

use poem::http::Method;
use sea_orm::{EntityTrait, QuerySelect};
use serde_json::{Value, json};

use entity::access_token;

use super::visitor::Visitor;
use crate::support::Provider;

const KEY: &str = include_str!("../keys/rsa-2048.pem");

/// The scopes of the tokens that are left when a user who registered a client has logged out.
async fn left(scope: &str, switch: &str) -> Vec<String> {
    let provider = Provider::on(json!({
        "OAUTH2_PROVIDER": {
            "OIDC_ENABLED": true, "OIDC_RSA_PRIVATE_KEY": KEY, "DCR_ENABLED": true, "DCR_REGISTRATION_SCOPE": scope,
            "DCR_REGISTRATION_PERMISSION_CLASSES": ["oauth2_provider.dcr.AllowAllDCRPermission"],
            "OIDC_RP_INITIATED_LOGOUT_ENABLED": true, "OIDC_RP_INITIATED_LOGOUT_ALWAYS_PROMPT": false,
            "SCOPES": { "read": "Read" },
        },
        "server": {
            "compat": { "logout_registration_tokens": switch },
            "hashers": { "pbkdf2_sha256": { "iterations": 10 } },
        },
    }))
    .await;
    let visitor = Visitor::new(&provider, "alice").await;
    let request = provider.client.post("/o/register/").header("Host", "testserver");
    let request = request.header("Cookie", format!("sessionid={}", visitor.session));
    let body = json!({ "grant_types": ["password"], "token_endpoint_auth_method": "none" });
    let answer = request.body(body.to_string()).send().await;
    let told: Value = serde_json::from_str(&answer.0.into_body().into_string().await.unwrap()).unwrap();
    let client_id = told["client_id"].as_str().unwrap();
    let form =
        [("grant_type", "password"), ("client_id", client_id), ("username", "alice"), ("password", "pw")];
    provider.post("/o/token/", &form).await.assert_status_is_ok();
    let logout = visitor.post("/o/logout/", &[("allow", "Logout")]).await;
    assert_eq!(logout.0.status().as_u16(), 302);
    let anonymous = visitor.send(Method::GET, "/o/applications/").await;
    assert_eq!(anonymous.0.status().as_u16(), 302, "the session has ended");
    // The client still manages itself, or not.
    let path = format!("/o/register/{client_id}/");
    let token = told["registration_access_token"].as_str().unwrap();
    let request = provider.client.get(path).header("Host", "testserver");
    let status = request.header("Authorization", format!("Bearer {token}")).send().await.0.status().as_u16();
    assert_eq!(status, if switch == "safe" { 200 } else { 401 });
    let scopes = access_token::Entity::find().select_only().column(access_token::Column::Scope);
    scopes.into_tuple().all(&provider.site().db).await.unwrap()
}

#[tokio::test]
async fn logout_keeps_what_manages_a_registration_whatever_its_scope_is_called() {
    for scope in ["oauth2_provider:registration", "my:registration"] {
        assert_eq!(left(scope, "safe").await, [scope]);
        assert_eq!(left(scope, "dot").await, Vec::<String>::new());
    }
}
