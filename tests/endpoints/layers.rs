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

const SECURITY: &str = "django.middleware.security.SecurityMiddleware";
const SESSION: &str = "django.contrib.sessions.middleware.SessionMiddleware";
const COMMON: &str = "django.middleware.common.CommonMiddleware";
const CSRF: &str = "django.middleware.csrf.CsrfViewMiddleware";
const FRAMES: &str = "django.middleware.clickjacking.XFrameOptionsMiddleware";
const LOCALE: &str = "django.middleware.locale.LocaleMiddleware";
const GZIP: &str = "django.middleware.gzip.GZipMiddleware";
const CONDITIONAL_GET: &str = "django.middleware.http.ConditionalGetMiddleware";
const CORS: &str = "corsheaders.middleware.CorsMiddleware";
const TOKEN: &str = "oauth2_provider.middleware.OAuth2TokenMiddleware";

/// A provider with these layers, whatever stands in `more`.
async fn with_layers(middleware: &[&str], more: serde_json::Value) -> Provider {
    let mut settings = serde_json::json!({
        "MIDDLEWARE": middleware,
        "CORS_ALLOW_ALL_ORIGINS": true,
        "SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"],
    });
    for (name, value) in more.as_object().unwrap() {
        settings[name] = value.clone();
    }
    Provider::on(settings).await
}

#[tokio::test]
async fn layers_run_in_the_order_of_middleware() {
    for (middleware, status, nosniff) in [
        (&[CORS, SECURITY, COMMON], StatusCode::OK, None),
        (&[SECURITY, CORS, COMMON], StatusCode::MOVED_PERMANENTLY, Some("nosniff")),
    ] {
        let provider = with_layers(middleware, serde_json::json!({ "SECURE_SSL_REDIRECT": true })).await;
        let preflight = provider.client.options("/o/token/").header("Host", "testserver");
        let preflight =
            preflight.header("Origin", "https://a.example").header("Access-Control-Request-Method", "POST");
        let answer = preflight.send().await.0;
        assert_eq!((answer.status(), answer.header("x-content-type-options")), (status, nosniff));
    }
}

#[tokio::test]
async fn a_layer_outside_does_not_see_what_stands_inside() {
    for (middleware, vary) in [(&[CORS, COMMON], Some("origin")), (&[COMMON, CORS], None)] {
        let provider = with_layers(middleware, serde_json::json!({})).await;
        for (path, host) in [("/o/token", "testserver"), ("/o/token/", "evil.example")] {
            let answer = provider.client.get(path).header("Host", host).header("Origin", "https://a.example");
            let answer = answer.send().await.0;
            assert!([301, 400].contains(&answer.status().as_u16()));
            assert_eq!(answer.header("vary"), vary, "{path} {middleware:?}");
        }
    }
}

#[tokio::test]
async fn a_preflight_inside_of_the_common_layer_needs_no_slash() {
    let provider = with_layers(&[COMMON, CORS], serde_json::json!({})).await;
    let options = provider.client.options("/o/token").header("Host", "testserver");
    let options =
        options.header("Origin", "https://a.example").header("Access-Control-Request-Method", "POST");
    options.send().await.assert_status_is_ok();
    let get = provider.client.get("/o/token").header("Host", "testserver");
    get.send().await.assert_status(StatusCode::MOVED_PERMANENTLY);
}

#[tokio::test]
async fn a_layer_that_is_not_in_the_list_does_nothing() {
    for (name, header) in [(FRAMES, "x-frame-options"), (SECURITY, "x-content-type-options")] {
        let all = [SECURITY, SESSION, COMMON, CSRF, FRAMES];
        let others: Vec<&str> = all.into_iter().filter(|layer| *layer != name).collect();
        for (middleware, is_there) in [(&all[..], true), (&others, false)] {
            let provider = with_layers(middleware, serde_json::json!({})).await;
            let answer = provider.client.get("/nowhere").header("Host", "testserver").send().await;
            assert_eq!(answer.0.header(header).is_some(), is_there, "{name}");
        }
    }
    let bare = with_layers(&[], serde_json::json!({})).await;
    let get = |path, host| bare.client.get(path).header("Host", host);
    get("/nowhere", "evil.example").send().await.assert_status(StatusCode::BAD_REQUEST);
    get("/o/token", "testserver").send().await.assert_status(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_refused_host_is_told_of_https_and_of_the_language() {
    let hsts = serde_json::json!({ "SECURE_HSTS_SECONDS": 60 });
    let provider = with_layers(&[SECURITY, LOCALE, COMMON], hsts).await;
    let bad = provider.client.get("/o/token/").header("Host", "evil.example");
    let answer = bad.header("X-Forwarded-Proto", "https").header("Accept-Language", "de").send().await;
    answer.assert_status(StatusCode::BAD_REQUEST);
    answer.assert_header("strict-transport-security", "max-age=60");
    answer.assert_header("content-language", "de");
    answer.assert_header("vary", "Accept-Language");
}

#[tokio::test]
async fn a_bearer_token_makes_an_answer_depend_on_the_session() {
    let users = "django.contrib.auth.middleware.AuthenticationMiddleware";
    for (middleware, vary) in [
        (&[SESSION, COMMON, CSRF, users, TOKEN], "Authorization, Cookie"),
        (&[SESSION, COMMON, CSRF, TOKEN, users], "Authorization"),
    ] {
        let provider = with_layers(middleware, serde_json::json!({})).await;
        let get = provider.client.get("/o/nowhere/").header("Host", "testserver");
        get.header("Authorization", "Bearer unknown").send().await.assert_header("vary", vary);
    }
}

#[tokio::test]
async fn a_constant_answer_is_compressed_for_those_who_take_it_so() {
    let path = "/o/.well-known/oauth-authorization-server";
    let provider = with_layers(&[GZIP, CONDITIONAL_GET, COMMON], serde_json::json!({})).await;
    let get = || provider.client.get(path).header("Host", "testserver");
    for _ in 0..2 {
        let small = get().header("Accept-Encoding", "gzip").send().await;
        small.assert_header("content-encoding", "gzip");
        small.assert_header("vary", "Accept-Encoding");
        let plain = get().send().await;
        assert_eq!(plain.0.header("content-encoding"), None);
        plain.assert_header("vary", "Accept-Encoding");
        let etag = plain.0.header("etag").unwrap().to_owned();
        assert_eq!(small.0.header("etag"), Some(format!("W/{etag}").as_str()));
        let known = get().header("If-None-Match", etag).send().await;
        known.assert_status(StatusCode::NOT_MODIFIED);
        assert_eq!(known.0.header("content-type"), None);
    }
}
