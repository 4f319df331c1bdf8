//! The extractor `slash_o::Token`, in the program of examples/.

use poem::Route;
use poem::http::StatusCode;
use poem::test::TestClient;

use crate::support::Provider;

#[path = "../../examples/resource_server.rs"]
#[allow(dead_code)]
mod example;

/// A token of each kind from the provider, and a client of the example.
async fn notes() -> (Provider, TestClient<Route>, [String; 2]) {
    let provider = Provider::new().await;
    provider.application("cc", "s3cret", "client-credentials").await;
    let mut tokens = Vec::new();
    for scope in ["read write", "read"] {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", "cc"),
            ("client_secret", "s3cret"),
            ("scope", scope),
        ];
        let answer = provider.post("/o/token/", &form).await;
        tokens.push(answer.json().await.value().object().get("access_token").string().to_owned());
    }
    let client = TestClient::new(example::routes(&provider.app));
    let [both, read] = <[String; 2]>::try_from(tokens).unwrap();
    (provider, client, [both, read])
}

#[tokio::test]
async fn a_valid_token_opens_a_route_of_another_program() {
    let (_provider, client, [token, _]) = notes().await;
    let bearer = format!("bearer {token}");
    let send = |method: &str| match method {
        "POST" => client.post("/notes").body("first"),
        _ => client.get("/notes"),
    };
    for method in ["POST", "GET"] {
        let answer = send(method).header("Host", "testserver").header("Authorization", &bearer).send().await;
        answer.assert_status_is_ok();
        if method == "GET" {
            answer.assert_text("[\"first\"]").await;
        }
    }
    let answer = client.get("/o/applications/").header("Host", "testserver").send().await;
    answer.assert_status(StatusCode::FOUND);
}

#[tokio::test]
async fn without_a_valid_token_the_answer_is_dots() {
    let (provider, client, [token, read]) = notes().await;
    let get = || client.get("/notes").header("Host", "testserver");
    for request in [
        get(),
        get().header("Authorization", "Bearer nosuch"),
        get().header("Authorization", "Basic x").query("access_token", &token),
        client.post("/notes").header("Host", "testserver").header("Authorization", format!("Bearer {read}")),
    ] {
        let answer = request.send().await;
        answer.assert_status(StatusCode::FORBIDDEN);
        answer.assert_text("").await;
    }
    get().query("access_token", &read).send().await.assert_status_is_ok();
    let form = client.post("/notes").header("Host", "testserver").form(&[("access_token", token.as_str())]);
    form.send().await.assert_status_is_ok();
    let foreign =
        client.get("/notes").header("Host", "evil").header("Authorization", format!("Bearer {read}"));
    foreign.send().await.assert_status(StatusCode::BAD_REQUEST);
    provider.site().clock.advance(36_001);
    get().query("access_token", &read).send().await.assert_status(StatusCode::FORBIDDEN);
}
