//! Each documented method and path answers; the document tells what the table of URLs says, and each URL answers.

use serde_json::json;

use slash_o::testing::urls::{Group, Pattern, TABLE, Url, UrlEntry, UrlKind, UrlSettings, Urls};

use super::{document, operations};
use crate::support::Provider;

#[tokio::test]
async fn each_documented_method_and_path_is_answered() {
    let provider = Provider::on(super::everything_on()).await;
    let document = document(super::everything_on());
    let mut seen = 0;
    for (method, path, _) in operations(&document) {
        let method: poem::http::Method = method.to_uppercase().parse().unwrap();
        // These reflect the address as the listener saw it, and no listener is in this process; a Python test asks them.
        if path.starts_with("/.well-known/oauth-") {
            continue;
        }
        let path =
            path.replace("{client_id}", "web").replace("{user_code}", "ABC").replace("{path}", "tenant");
        let request = provider.client.request(method.clone(), format!("/o{path}"));
        let status = request.header("Host", "testserver").send().await.0.status();
        assert!(![301, 404, 405].contains(&status.as_u16()), "{method} {path}: {status}");
        assert!(status.as_u16() < 500, "{method} {path}: {status}");
        seen += 1;
    }
    assert!(seen >= 20, "only {seen} operations are documented");
}

/// The methods of a URL that a document tells, in the order of their names.
fn told(url: &UrlEntry) -> Vec<String> {
    let methods = url.methods.split(", ").filter(|method| !["HEAD", "OPTIONS"].contains(method));
    let mut methods: Vec<String> = methods.map(str::to_lowercase).collect();
    methods.sort();
    methods
}

#[test]
fn the_document_tells_the_described_urls_of_the_table_and_no_others() {
    let document = document(super::everything_on());
    let mut documented = operations(&document);
    documented.sort_by(|(a, x, _), (b, y, _)| (x, a).cmp(&(y, b)));
    let mut known: Vec<(String, String)> = Vec::new();
    for entry in TABLE.iter().filter(|entry| entry.is_described) {
        for path in entry.paths {
            let path = Pattern::new(format!("/{path}")).to_openapi();
            known.extend(told(entry).into_iter().map(|method| (path.clone(), method)));
        }
    }
    known.sort();
    let documented: Vec<(String, String)> =
        documented.into_iter().map(|(method, path, _)| (path, method)).collect();
    assert_eq!(documented, known);
}

#[tokio::test]
async fn each_url_of_the_table_answers() {
    let provider = Provider::on(super::everything_on()).await;
    let mut seen = 0;
    for route in provider.site().settings.urls.routes() {
        let entry = route.url.entry();
        // RFC 8414 and RFC 9728: as above; a page of one's own is 404 for what is not there.
        if entry.kind == UrlKind::Elsewhere || entry.group == Group::Metadata || entry.url == Url::DocsFile {
            continue;
        }
        let values = vec!["1"; route.pattern.arguments().len()];
        let path = route.pattern.fill(&values);
        for method in told(entry) {
            let method: poem::http::Method = method.to_uppercase().parse().unwrap();
            let request = provider.client.request(method.clone(), &path).header("Host", "testserver");
            let status = request.send().await.0.status().as_u16();
            assert!(![301, 404, 405].contains(&status) && status < 500, "{method} {path}: {status}");
            seen += 1;
        }
    }
    assert!(seen >= 40, "only {seen} methods of URLs were asked");
}

#[tokio::test]
async fn spellings_and_left_out_urls_are_those_of_the_resolved_table() {
    let provider = Provider::changed(super::everything_on(), |settings| {
        settings.urls = Urls::new(UrlSettings {
            mounts: vec!["/o/".into()],
            spelled: vec![(Url::Token, vec!["get-token/".into(), "token/".into()])],
            left_out: vec![Url::UserInfo],
            ..UrlSettings::default()
        });
    })
    .await;
    for (path, status) in
        [("/o/get-token/", 400), ("/o/token/", 400), ("/o/userinfo/", 404), ("/o/get_token/", 404)]
    {
        let request = provider.client.post(path).header("Host", "testserver");
        assert_eq!(request.send().await.0.status(), status, "{path}");
    }
    let slashless = provider.client.post("/o/get-token").header("Host", "testserver").send().await;
    slashless.assert_header("location", "/o/get-token/");
    let metadata = provider.client.get("/o/.well-known/openid-configuration");
    let metadata = metadata.header("Host", "testserver").send().await.json().await;
    let metadata: serde_json::Value = metadata.value().deserialize();
    assert_eq!(metadata["token_endpoint"], "http://testserver/o/get-token/");
    assert!(metadata.get("userinfo_endpoint").is_none());
    let text = slash_o::testing::document(&provider.site().settings).text();
    assert!(text.contains("\"/get-token/\"") && !text.contains("\"/userinfo/\""));
}

#[test]
fn operation_ids_are_used_once() {
    let document = document(json!({}));
    let mut ids: Vec<String> = operations(&document)
        .iter()
        .map(|(_, _, op)| op["operationId"].as_str().unwrap().to_owned())
        .collect();
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all);
}
