//! The project's own pages of 400, 403 and 404: a 404 knows who looks at it, wherever it came from.

use poem::http::StatusCode;
use serde_json::json;

use super::visitor::Visitor;
use crate::support::Provider;

/// A provider whose project brings these templates.
async fn provider(folder: &tempfile::TempDir) -> Provider {
    for (name, text) in [
        ("404.html", "{{ user.username }}|{{ exception }}|{{ request_path }}"),
        ("400.html", "the project's 400 page"),
        ("403_csrf.html", "the project's 403 page for {{ request.method }}"),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    Provider::on(json!({ "TEMPLATES": [{ "DIRS": [folder.path()] }] })).await
}

#[tokio::test]
async fn a_404_knows_its_visitor_whoever_made_it() {
    let folder = tempfile::tempdir().unwrap();
    let provider = provider(&folder).await;
    let alice = Visitor::new(&provider, "alice").await;
    for (path, wanted) in [
        // A row that is not there.
        ("/o/applications/99/", "alice|No application found matching the query|/o/applications/99/"),
        ("/o/device-confirm/tv/ABCD", "alice|Resolver404|/o/device-confirm/tv/ABCD"),
        // A part of a path that no view takes.
        ("/o/applications/a.b/", "alice|Resolver404|/o/applications/a.b/"),
        // No view at all.
        ("/o/nothing/", "alice|Resolver404|/o/nothing/"),
        ("/nothing/", "alice|Resolver404|/nothing/"),
    ] {
        let answer = alice.send(poem::http::Method::GET, path).await;
        answer.assert_status(StatusCode::NOT_FOUND);
        assert_eq!(answer.0.headers().get_all("set-cookie").iter().count(), 0, "{path}");
        assert_eq!(answer.0.into_body().into_string().await.unwrap(), wanted, "{path}");
    }
}

#[tokio::test]
async fn what_an_extractor_refuses_has_the_projects_page_too() {
    let folder = tempfile::tempdir().unwrap();
    let provider = provider(&folder).await;
    let alice = Visitor::new(&provider, "alice").await;
    let forged = provider.client.post("/accounts/login/").header("Host", "testserver").send().await;
    forged.assert_status(StatusCode::FORBIDDEN);
    assert_eq!(forged.0.into_body().into_string().await.unwrap(), "the project's 403 page for POST");
    let fields = vec!["a=1"; 1100].join("&");
    let request = provider
        .client
        .post("/o/device/")
        .header("Host", "testserver")
        .content_type("application/x-www-form-urlencoded");
    let token = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    let cookie = format!("csrftoken={token}; sessionid={}", alice.session);
    let answer = request.header("Cookie", cookie).header("X-CSRFToken", token).body(fields).send().await;
    answer.assert_status(StatusCode::BAD_REQUEST);
    assert_eq!(answer.0.into_body().into_string().await.unwrap(), "the project's 400 page");
}
