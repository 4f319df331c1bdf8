//! GET and POST /accounts/login/

use poem::http::StatusCode;
use poem::test::TestResponse;

use crate::support::Provider;

const CSRF: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

async fn submit(provider: &Provider, form: &[(&str, &str)]) -> TestResponse {
    let mut all = vec![("csrfmiddlewaretoken", CSRF)];
    all.extend_from_slice(form);
    let request = provider.client.post("/accounts/login/").header("Host", "testserver");
    request.header("Cookie", format!("csrftoken={CSRF}")).form(&all).send().await
}

#[tokio::test]
async fn the_right_password_opens_a_session_and_leads_to_next() {
    let provider = Provider::new().await;
    provider.user("alice", "pw").await;
    let answer =
        submit(&provider, &[("username", " alice "), ("password", "pw"), ("next", "/o/x/?a=1")]).await;
    answer.assert_status(StatusCode::FOUND);
    answer.assert_header("location", "/o/x/?a=1");
    let cookies: Vec<_> =
        answer.0.headers().get_all("set-cookie").iter().map(|c| c.to_str().unwrap()).collect();
    assert!(cookies.iter().any(|c| c.starts_with("sessionid=") && c.contains("HttpOnly")), "{cookies:?}");
    assert!(cookies.iter().any(|c| c.starts_with("csrftoken=") && !c.contains(CSRF)), "{cookies:?}");
}

#[tokio::test]
async fn next_never_leads_to_another_host() {
    let provider = Provider::new().await;
    provider.user("alice", "pw").await;
    for next in ["https://evil.example/", "//evil.example", "\\\\evil.example", "javascript:alert(1)", "///x"]
    {
        let answer = submit(&provider, &[("username", "alice"), ("password", "pw"), ("next", next)]).await;
        answer.assert_header("location", "/accounts/profile/");
    }
}

#[tokio::test]
async fn a_wrong_password_shows_djangos_words_and_sets_no_session() {
    let provider = Provider::new().await;
    provider.user("alice", "pw").await;
    let answer = submit(&provider, &[("username", "alice"), ("password", "no")]).await;
    answer.assert_status_is_ok();
    let cookies = answer.0.headers().get_all("set-cookie").iter().count();
    assert_eq!(cookies, 1, "only the CSRF cookie");
    let text = answer.0.into_body().into_string().await.unwrap();
    assert!(text.contains("Please enter a correct username and password."), "{text}");
}

#[tokio::test]
async fn a_form_without_its_token_is_forbidden() {
    let provider = Provider::new().await;
    let answer = provider.post("/accounts/login/", &[("username", "a"), ("password", "b")]).await;
    answer.assert_status(StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn with_csrf_use_sessions_the_secret_is_in_the_session_and_no_cookie_carries_it() {
    let provider = Provider::on(serde_json::json!({ "CSRF_USE_SESSIONS": true })).await;
    provider.user("alice", "pw").await;
    let page = provider.client.get("/accounts/login/").header("Host", "testserver").send().await;
    let cookies: Vec<String> =
        page.0.headers().get_all("set-cookie").iter().map(|c| c.to_str().unwrap().to_owned()).collect();
    assert!(cookies.iter().all(|c| !c.starts_with("csrftoken=")), "{cookies:?}");
    let session =
        cookies.iter().find(|c| c.starts_with("sessionid=")).unwrap().split(';').next().unwrap().to_owned();
    let text = page.0.into_body().into_string().await.unwrap();
    let token = text.split("csrfmiddlewaretoken\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let form = [("csrfmiddlewaretoken", token), ("username", "alice"), ("password", "pw")];
    let post = || provider.client.post("/accounts/login/").header("Host", "testserver").form(&form);
    post().send().await.assert_status(StatusCode::FORBIDDEN);
    post().header("Cookie", &session).send().await.assert_status(StatusCode::FOUND);
}

#[tokio::test]
async fn a_login_url_outside_accounts_is_served_too() {
    let provider = Provider::on(serde_json::json!({ "LOGIN_URL": "/login" })).await;
    let answer = provider.client.get("/login").header("Host", "testserver").send().await;
    answer.assert_status_is_ok();
    let answer = provider.client.get("/o/authorize/?client_id=a").header("Host", "testserver").send().await;
    let to = answer.0.headers().get("location").unwrap().to_str().unwrap().to_owned();
    assert!(to.starts_with("/login?next="), "{to}");
}

#[tokio::test]
async fn put_takes_its_token_from_the_header_only() {
    let provider = Provider::new().await;
    let put = || {
        let request = provider.client.put("/accounts/login/").header("Host", "testserver");
        request.header("Cookie", format!("csrftoken={CSRF}")).form(&[("csrfmiddlewaretoken", CSRF)])
    };
    put().send().await.assert_status(StatusCode::FORBIDDEN);
    put().header("X-CSRFToken", CSRF).send().await.assert_status_is_ok();
}

#[tokio::test]
async fn who_is_logged_in_is_sent_on_where_the_project_says_so() {
    let on = serde_json::json!({
        "LOGIN_REDIRECT_URL": "/home/",
        "server": { "redirect_authenticated_user": true, "hashers": { "pbkdf2_sha256": { "iterations": 10 } } },
    });
    let provider = Provider::on(on).await;
    provider.user("alice", "pw").await;
    let answer = submit(&provider, &[("username", "alice"), ("password", "pw")]).await;
    let cookies: Vec<&str> =
        answer.0.headers().get_all("set-cookie").iter().map(|c| c.to_str().unwrap()).collect();
    let session = cookies.iter().find(|c| c.starts_with("sessionid=")).unwrap().split(';').next().unwrap();
    for (query, to) in [
        ("", "/home/"),
        ("?next=/o/x/%3Fa%3D1", "/o/x/?a=1"),
        ("?next=https://evil.example/", "/home/"),
        ("?next=/accounts/login/", "/home/"),
    ] {
        let request = provider.client.get(format!("/accounts/login/{query}")).header("Host", "testserver");
        let answer = request.header("Cookie", session).send().await;
        answer.assert_status(StatusCode::FOUND);
        answer.assert_header("location", to);
        assert!(answer.0.headers()["cache-control"].to_str().unwrap().contains("no-cache"));
    }
    let anonymous = provider.client.get("/accounts/login/").header("Host", "testserver").send().await;
    anonymous.assert_status_is_ok();
}
