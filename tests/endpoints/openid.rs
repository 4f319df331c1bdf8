//! OpenID Connect: what comes back as a hint or as a bearer token, silent logins, documents.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poem::http::{Method, StatusCode};
use poem::test::TestResponse;
use serde_json::{Value, json};

use entity::{application, grant, id_token, user};
use sea_orm::sea_query::Expr;
use sea_orm::{EntityTrait, PaginatorTrait};

use slash_o::testing::Document;
use slash_o::testing::RsaKey;
use slash_o::testing::storage::applications::{self, NewApplication};

use super::visitor::Visitor;
use crate::support::Provider;

const KEY: &str = include_str!("../keys/rsa-2048.pem");
const OLD: &str = include_str!("../keys/rsa-2048-old.pem");
const QUERY: &str = "client_id=web&response_type=code&redirect_uri=https%3A%2F%2Fclient.example%2Fcb&scope=openid+introspection&state=s";

/// A provider with logout at once, and a client that asks nobody.
async fn provider(skip: bool, compat: Value) -> Provider {
    provider_with(skip, json!({ "compat": compat })).await
}

async fn provider_with(skip: bool, mut server: Value) -> Provider {
    server["hashers"] = json!({ "pbkdf2_sha256": { "iterations": 10 } });
    let provider = Provider::on(json!({
        "OAUTH2_PROVIDER": {
            "OIDC_ENABLED": true, "OIDC_RSA_PRIVATE_KEY": KEY, "OIDC_RSA_PRIVATE_KEYS_INACTIVE": [OLD],
            "OIDC_RP_INITIATED_LOGOUT_ENABLED": true, "OIDC_RP_INITIATED_LOGOUT_ALWAYS_PROMPT": false,
            "OIDC_RP_INITIATED_LOGOUT_ACCEPT_EXPIRED_TOKENS": false, "PKCE_REQUIRED": false,
            "SCOPES": { "openid": "Identity", "introspection": "Introspect" },
        },
        "server": server,
    }))
    .await;
    let application = NewApplication {
        client_id: "web".into(),
        client_secret: "s3cret".into(),
        client_type: "confidential".into(),
        authorization_grant_type: "authorization-code".into(),
        redirect_uris: "https://client.example/cb".into(),
        algorithm: "RS256".into(),
        skip_authorization: skip,
        ..Default::default()
    };
    applications::insert(&provider.site().db, application, provider.site().clock.now()).await.unwrap();
    provider
}

fn location(answer: &TestResponse) -> String {
    let header = answer.0.headers().get("location");
    header.map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
}

async fn exchange(provider: &Provider, visitor: &Visitor<'_>, more: &[(&str, &str)]) -> Value {
    let answer = visitor.send(Method::GET, &format!("/o/authorize/?{QUERY}")).await;
    let back = location(&answer);
    let code = back.split("code=").nth(1).and_then(|rest| rest.split('&').next()).expect("a code");
    let mut form = vec![("grant_type", "authorization_code"), ("code", code), ("client_id", "web")];
    form.extend([("client_secret", "s3cret"), ("redirect_uri", "https://client.example/cb")]);
    form.extend(more);
    let answer = provider.post("/o/token/", &form).await;
    answer.assert_status_is_ok();
    serde_json::from_str(&answer.0.into_body().into_string().await.unwrap()).unwrap()
}

fn claims(token: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

/// A token with these claims, signed by this key.
fn signed(claims: &Value, algorithm: &str, pem: &str) -> String {
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(json!({ "alg": algorithm, "typ": "JWT" })), part(claims.clone()));
    let signature = RsaKey::from_pem(pem).unwrap().sign(message.as_bytes()).unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

#[tokio::test]
async fn a_forged_hint_is_refused_and_ends_nothing() {
    let provider = provider(true, json!({})).await;
    let visitor = Visitor::new(&provider, "alice").await;
    let token = exchange(&provider, &visitor, &[]).await["id_token"].as_str().unwrap().to_owned();
    let good = claims(&token);
    let with = |name: &str, value: Value| {
        let mut all = good.clone();
        all[name] = value;
        signed(&all, "RS256", KEY)
    };
    let unsigned = format!("{}.", token.rsplit_once('.').unwrap().0);
    let stranger = RsaKey::from_pem(include_str!("../keys/rsa-1024.pem")).unwrap();
    let message = token.rsplit_once('.').unwrap().0;
    let resigned =
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(stranger.sign(message.as_bytes()).unwrap()));
    for (what, hint) in [
        ("issuer", with("iss", "http://elsewhere/o".into())),
        ("audience", with("aud", "nobody".into())),
        ("expired", with("exp", 1_500_000_000.into())),
        ("not yet", with("nbf", 9_000_000_000_u64.into())),
        ("unknown row", with("jti", "11111111-1111-4111-8111-111111111111".into())),
        ("no jti", with("jti", Value::Null)),
        ("algorithm", signed(&good, "none", KEY)),
        ("another algorithm", signed(&good, "HS256", KEY)),
        ("unsigned", unsigned),
        ("re-signed", resigned),
        ("garbage", "garbage".into()),
    ] {
        let answer = visitor.send(Method::GET, &format!("/o/logout/?id_token_hint={hint}")).await;
        answer.assert_status(StatusCode::BAD_REQUEST);
        let text = answer.0.into_body().into_string().await.unwrap();
        assert!(text.contains("The ID Token is expired, revoked, malformed"), "{what}: {text}");
    }
    // A key that was changed since is still one of ours.
    let hint = signed(&good, "RS256", OLD);
    let answer = visitor.send(Method::GET, &format!("/o/logout/?id_token_hint={hint}")).await;
    assert_eq!(location(&answer), "http://testserver/");
    let answer = visitor.send(Method::GET, &format!("/o/authorize/?{QUERY}")).await;
    assert!(location(&answer).starts_with("/accounts/login/"), "the session has ended");
}

#[tokio::test]
async fn an_id_token_is_a_bearer_token_only_with_the_switch() {
    for (switch, status) in [("safe", StatusCode::FORBIDDEN), ("dot", StatusCode::OK)] {
        let provider = provider(true, json!({ "id_token_as_bearer": switch })).await;
        let visitor = Visitor::new(&provider, "alice").await;
        let tokens = exchange(&provider, &visitor, &[]).await;
        let introspect = |bearer: String| {
            let request = provider.client.post("/o/introspect/").header("Host", "testserver");
            request.header("Authorization", format!("Bearer {bearer}")).form(&[("token", "x")]).send()
        };
        introspect(tokens["id_token"].as_str().unwrap().to_owned()).await.assert_status(status);
        let expired =
            json!({ "aud": "web", "exp": 1, "jti": claims(tokens["id_token"].as_str().unwrap())["jti"] });
        for junk in ["eyJx.y.z".to_owned(), signed(&expired, "RS256", KEY)] {
            introspect(junk).await.assert_status(StatusCode::FORBIDDEN);
        }
    }
}

#[tokio::test]
async fn a_nonce_of_the_token_request_counts_only_with_the_switch() {
    for (switch, nonce) in [("safe", Value::Null), ("dot", "late".into())] {
        let provider = provider(true, json!({ "token_request_nonce": switch })).await;
        let visitor = Visitor::new(&provider, "alice").await;
        let tokens = exchange(&provider, &visitor, &[("nonce", "late")]).await;
        assert_eq!(claims(tokens["id_token"].as_str().unwrap())["nonce"], nonce);
    }
}

/// A user whose columns are empty must not become the subject "", which others would be too.
#[tokio::test]
async fn a_user_without_a_subject_gets_no_id_token() {
    let provider =
        provider_with(true, json!({ "claims": { "sub": { "from": ["email", "full_name"] } } })).await;
    let visitor = Visitor::new(&provider, "alice").await;
    let db = &provider.site().db;
    let set_email = |email: &'static str| {
        user::Entity::update_many().col_expr(user::Column::Email, Expr::value(email)).exec(db)
    };
    let refused =
        "https://client.example/cb?error=server_error&error_description=This+user+has+no+subject.&state=s";
    for blank in ["", " "] {
        set_email(blank).await.unwrap();
        let answer = visitor.send(Method::GET, &format!("/o/authorize/?{QUERY}")).await;
        assert_eq!(location(&answer), refused);
    }
    assert_eq!(grant::Entity::find().count(db).await.unwrap(), 0, "no code was made");
    set_email("a@b.example").await.unwrap();
    let tokens = exchange(&provider, &visitor, &[]).await;
    let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
    assert_eq!(claims(&text("id_token"))["sub"], "a@b.example");
    let answer = visitor.send(Method::GET, &format!("/o/authorize/?{QUERY}")).await;
    let back = location(&answer);
    let code = back.split("code=").nth(1).and_then(|rest| rest.split('&').next()).unwrap();
    set_email("").await.unwrap();
    let (client, refresh) = ([("client_id", "web"), ("client_secret", "s3cret")], text("refresh_token"));
    let by_code = [("grant_type", "authorization_code"), ("code", code)];
    let by_refresh = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    for form in [by_code, by_refresh] {
        let answer = provider.post("/o/token/", &[&client[..], &form[..]].concat()).await;
        answer.assert_status(StatusCode::BAD_REQUEST);
        let told = answer.0.into_body().into_string().await.unwrap();
        assert_eq!(told, r#"{"error": "server_error", "error_description": "This user has no subject."}"#);
    }
    assert_eq!(grant::Entity::find().count(db).await.unwrap(), 1, "the code survives");
    assert_eq!(id_token::Entity::find().count(db).await.unwrap(), 1);
    let userinfo = provider.client.get("/o/userinfo/").header("Host", "testserver");
    let answer = userinfo.header("Authorization", format!("Bearer {}", text("access_token"))).send().await;
    answer.assert_status(StatusCode::UNAUTHORIZED);
}

/// Refused where it would be signed, and nothing is written: with a key the same code and refresh token are good.
#[tokio::test]
async fn what_no_key_signs_is_refused_at_the_token_endpoint() {
    let provider = provider(true, json!({})).await;
    let visitor = Visitor::new(&provider, "alice").await;
    let db = &provider.site().db;
    let set_algorithm = |name: &'static str| {
        application::Entity::update_many()
            .col_expr(application::Column::Algorithm, Expr::value(name))
            .exec(db)
    };
    set_algorithm("").await.unwrap();
    let back = location(&visitor.send(Method::GET, &format!("/o/authorize/?{QUERY}")).await);
    let code = back.split("code=").nth(1).and_then(|rest| rest.split('&').next()).expect("a code");
    let client = [("client_id", "web"), ("client_secret", "s3cret")];
    let redirect = ("redirect_uri", "https://client.example/cb");
    let mut form = [&client[..], &[("grant_type", "authorization_code"), ("code", code), redirect]].concat();
    let mut tokens = Value::Null;
    for _ in ["code", "refresh token"] {
        set_algorithm("").await.unwrap();
        let answer = provider.post("/o/token/", &form).await;
        answer.assert_status(StatusCode::BAD_REQUEST);
        let told = answer.0.into_body().into_string().await.unwrap();
        let wanted = r#"{"error": "server_error", "error_description": "ID tokens cannot be signed for this client."}"#;
        assert_eq!(told, wanted);
        set_algorithm("RS256").await.unwrap();
        let answer = provider.post("/o/token/", &form).await;
        answer.assert_status_is_ok();
        tokens = serde_json::from_str(&answer.0.into_body().into_string().await.unwrap()).unwrap();
        assert!(tokens["id_token"].is_string());
        let refresh: &'static str = tokens["refresh_token"].as_str().unwrap().to_owned().leak();
        form = [&client[..], &[("grant_type", "refresh_token"), ("refresh_token", refresh)]].concat();
    }
    assert_eq!(grant::Entity::find().count(db).await.unwrap(), 0);
    assert_eq!(id_token::Entity::find().count(db).await.unwrap(), 2);
    assert_ne!(tokens, Value::Null);
}

#[tokio::test]
async fn a_silent_login_never_shows_a_page() {
    let provider = provider(false, json!({})).await;
    let silent = format!("/o/authorize/?{QUERY}&prompt=none");
    let back = |error: &str| format!("https://client.example/cb?error={error}&state=s");
    let anonymous = provider.client.get(&silent).header("Host", "testserver").send().await;
    assert_eq!(location(&anonymous), back("login_required"));
    let visitor = Visitor::new(&provider, "alice").await;
    assert_eq!(location(&visitor.send(Method::GET, &silent).await), back("consent_required"));
    // A live token for these scopes is a consent that was given.
    let form = [("redirect_uri", "https://client.example/cb"), ("scope", "openid introspection")];
    let more = [("client_id", "web"), ("response_type", "code"), ("state", "s"), ("allow", "Authorize")];
    let answer = visitor.post("/o/authorize/", &[&form[..], &more[..]].concat()).await;
    let code = location(&answer);
    let code = code.split("code=").nth(1).and_then(|rest| rest.split('&').next()).unwrap();
    let form = [("grant_type", "authorization_code"), ("code", code), ("client_id", "web")];
    let more = [("client_secret", "s3cret"), ("redirect_uri", "https://client.example/cb")];
    provider.post("/o/token/", &[&form[..], &more[..]].concat()).await.assert_status_is_ok();
    let answer = visitor.send(Method::GET, &silent).await;
    assert!(location(&answer).starts_with("https://client.example/cb?code="), "{}", location(&answer));
}

#[tokio::test]
async fn a_document_is_made_once_for_each_origin() {
    let provider = provider(true, json!({})).await;
    let site = provider.site();
    let get = |base: &str| site.metadata.get(&site.settings, Document::OpenidConfiguration, base);
    let (first, again, other) = (get("http://a"), get("http://a"), get("https://b"));
    assert_eq!(first.as_ptr(), again.as_ptr());
    assert!(String::from_utf8_lossy(&other).contains("\"issuer\": \"https://b/o\""));
}
