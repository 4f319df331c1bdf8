//! The page that shows the description: complete in itself, and strict about scripts.

use poem::http::StatusCode;
use serde_json::json;

use crate::support::Provider;

async fn body(provider: &Provider, path: &str) -> String {
    let answer = provider.client.get(path).header("Host", "testserver").send().await;
    answer.assert_status_is_ok();
    answer.0.into_body().into_string().await.unwrap()
}

#[tokio::test]
async fn the_page_is_served_with_a_policy_and_without_inline_scripts() {
    let provider = Provider::new().await;
    let answer = provider.client.get("/docs/").header("Host", "testserver").send().await;
    let policy = answer.0.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("script-src 'self';"), "{policy}");
    for file in ["", "oauth2-redirect.html"] {
        let html = body(&provider, &format!("/docs/{file}")).await;
        for script in html.split("<script").skip(1) {
            let (tag, rest) = script.split_once('>').unwrap();
            assert!(tag.contains("src="), "{file}: an inline script");
            assert!(rest.trim_start().starts_with("</script>"), "{file}: a script with a body");
        }
        assert!(!html.contains("http://") && !html.contains("https://"), "{file} loads from outside");
    }
}

#[tokio::test]
async fn the_page_knows_its_client_and_uses_pkce() {
    let provider =
        Provider::on(json!({ "OAUTH2_PROVIDER": { "SCOPES": { "introspection": "Look", "read": "Read" } } }))
            .await;
    let script = body(&provider, "/docs/swagger-initializer.js").await;
    assert!(script.contains(r#""clientId": "slash-o-docs""#), "{script}");
    assert!(script.contains(r#""usePkceWithAuthorizationCodeGrant": true"#), "{script}");
    assert!(script.contains(r#""url": "openapi.json""#), "{script}");
    assert!(script.contains("introspection") && !script.contains("petstore"), "{script}");
}

#[tokio::test]
async fn the_page_may_live_below_the_mount() {
    for docs in ["/o/docs/", "/o/a/b/"] {
        let provider = Provider::on(json!({ "server": { "docs": docs } })).await;
        assert!(body(&provider, docs).await.contains("swagger-ui"));
        assert!(body(&provider, &format!("{docs}openapi.json")).await.contains("/o/authorize/"));
        let answer =
            provider.client.get(docs.trim_end_matches('/')).header("Host", "testserver").send().await;
        answer.assert_status(StatusCode::MOVED_PERMANENTLY);
        let answer = provider.client.post("/o/token/").header("Host", "testserver").send().await;
        answer.assert_status(StatusCode::BAD_REQUEST);
    }
}

#[test]
fn the_page_cannot_take_the_place_of_an_endpoint() {
    for docs in ["/o/", "/o/token/", "/o/applications/"] {
        let raw = json!({
            "SECRET_KEY": "only for the document",
            "DATABASES": { "default": { "ENGINE": "django.db.backends.sqlite3", "NAME": "none" } },
            "server": { "docs": docs },
        });
        let error =
            slash_o::settings::from_raw(raw.as_object().unwrap().clone(), "test", |_| None).unwrap_err();
        assert!(error.to_string().contains("overlap"), "{docs}: {error}");
    }
}

#[tokio::test]
async fn what_the_page_does_not_have_is_a_404_like_any_other() {
    let provider = Provider::new().await;
    let get = |path: &'static str| provider.client.get(path).header("Host", "testserver").send();
    let elsewhere = get("/nosuch/").await.0.into_body().into_string().await.unwrap();
    for path in ["/docs/x", "/docs/x/y"] {
        let answer = get(path).await;
        answer.assert_status(poem::http::StatusCode::NOT_FOUND);
        assert_eq!(answer.0.into_body().into_string().await.unwrap(), elsewhere);
    }
}
