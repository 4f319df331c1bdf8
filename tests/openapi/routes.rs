//! Each documented method and path answers; each route of server.rs is documented or named here.

use serde_json::json;

use super::{document, operations};
use crate::house::root;
use crate::support::Provider;

/// Routes that are no part of the description, and why.
const NOT_DESCRIBED: &[(&str, &str)] = &[
    ("/healthz", "for the machine that runs the server"),
    ("/readyz", "for the machine that runs the server"),
    ("/style.css", "belongs to the pages"),
    ("/applications/", "DOT's page for developers, for people only"),
    ("/applications/register/", "DOT's page for developers, for people only"),
    ("/applications/:pk/", "DOT's page for developers, for people only"),
    ("/applications/:pk/delete/", "DOT's page for developers, for people only"),
    ("/applications/:pk/update/", "DOT's page for developers, for people only"),
    ("/authorized_tokens/", "DOT's page for users, for people only"),
    ("/authorized_tokens/:pk/delete/", "DOT's page for users, for people only"),
    ("{accounts}login/", "Django's page, not of OAuth"),
    ("{accounts}logout/", "Django's page, not of OAuth"),
    ("{accounts}password_change/", "Django's page, not of OAuth"),
    ("{accounts}password_change/done/", "Django's page, not of OAuth"),
    ("path", "LOGIN_URL outside accounts: the login page again"),
    ("{path}openapi.json", "the description itself"),
    ("{path}*file", "the description's page"),
];

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

/// What stands in each `.at(…)` of a source text: a path, a pattern, or the name of a variable.
fn routes(source: &str) -> Vec<String> {
    let found = source.split(".at(").skip(1).map(|rest| {
        let rest = rest.trim_start().trim_start_matches("format!(");
        match rest.strip_prefix('"') {
            Some(text) => text.split('"').next().unwrap_or_default().to_owned(),
            None => rest.split(',').next().unwrap_or_default().trim().to_owned(),
        }
    });
    found.collect()
}

#[test]
fn each_route_of_the_server_is_documented_or_on_the_list() {
    let source = std::fs::read_to_string(root().join("src/server.rs")).unwrap();
    let document = document(super::everything_on());
    let documented = operations(&document);
    let is_documented = |route: &str| {
        let written: Vec<String> = route
            .split('/')
            .map(|part| part.strip_prefix([':', '*']).map_or(part.to_owned(), |name| format!("{{{name}}}")))
            .collect();
        documented.iter().any(|(_, path, _)| *path == written.join("/"))
    };
    let routes = routes(&source);
    assert!(routes.len() > 15, "only {} routes were found in src/server.rs", routes.len());
    for route in &routes {
        let listed = NOT_DESCRIBED.iter().any(|(name, _)| name == route);
        assert!(listed || is_documented(route), "{route} is neither documented nor on the list");
        assert!(!(listed && is_documented(route)), "{route} is documented and on the list");
    }
    for (name, _) in NOT_DESCRIBED {
        assert!(
            routes.iter().any(|route| route == name),
            "{name} is on the list, but no route of src/server.rs"
        );
    }
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
