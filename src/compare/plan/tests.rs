//! What is planned, and what never is.

use http::Method;
use serde_json::json;

use entity::application::Model as Application;

use super::*;
use crate::vocabulary::{ClientType, GrantType};

fn settings(more: serde_json::Value) -> Settings {
    let mut raw = json!({
        "SECRET_KEY": "a key for tests that is at least fifty characters long", "ALLOWED_HOSTS": ["*"],
        "DATABASES": { "default": { "ENGINE": "django.db.backends.sqlite3", "NAME": "x" } },
        "OAUTH2_PROVIDER": { "SCOPES": { "read": "Read" } },
    });
    let raw = raw.as_object_mut().unwrap();
    raw.extend(more.as_object().unwrap().clone());
    crate::settings::from_raw(raw.clone(), "test", |_| None).unwrap()
}

fn application(id: i64, grant: GrantType, skip: bool) -> Application {
    let now = chrono::DateTime::from_timestamp(0, 0).unwrap();
    Application {
        id,
        client_id: format!("client-{id}"),
        user_id: None,
        redirect_uris: "https://client.example/cb https://client.example/2".into(),
        post_logout_redirect_uris: String::new(),
        client_type: ClientType::Public.column().into(),
        authorization_grant_type: grant.to_column(),
        client_secret: "the stored secret".into(),
        hash_client_secret: true,
        name: "The Name".into(),
        skip_authorization: skip,
        created: now.into(),
        updated: now.into(),
        algorithm: String::new(),
        allowed_origins: String::new(),
        registration_source: String::new(),
        cimd_expires_at: None,
    }
}

fn planned(more: serde_json::Value, applications: &[Application], own: Option<Vec<i64>>) -> Plan {
    plan(&Known { settings: &settings(more), applications, own })
}

#[test]
fn a_new_project_without_a_row_gets_more_than_four_hundred_requests() {
    let asks = planned(json!({}), &[], None).asks;
    assert!(asks.len() >= 400, "{}", asks.len());
    assert!(asks.iter().all(|ask| ask.request(&[]).is_ok()));
}

#[test]
fn nothing_that_writes_is_sent() {
    let applications = [
        application(1, GrantType::AuthorizationCode, false),
        application(2, GrantType::AuthorizationCode, true),
    ];
    let plan = planned(json!({}), &applications, Some(vec![1]));
    assert!(plan.asks.iter().any(|ask| ask.is_of_user && ask.target.contains("client-1")));
    for ask in &plan.asks {
        let told = ask.told();
        let sent = format!("{told} {:?} {:?}", ask.body, ask.headers);
        for never in
            ["client_secret", "password=", "code=", "token=", "user_code", "approval_prompt=auto", "://evil@"]
        {
            assert!(!sent.contains(never), "{never} in {sent}");
        }
        if ask.is_of_user {
            assert!([Method::GET, Method::HEAD, Method::OPTIONS].contains(&ask.method), "{told}");
            assert!(!ask.target.contains("logout") && !ask.target.contains("client-2"), "{told}");
            let has_client = ask.target.contains("client_id=");
            assert!(!has_client || ask.target.contains("approval_prompt=force"), "{told}");
        }
        let is_registration = ask.url == Some(Url::DcrRegister) && ask.method == Method::POST;
        assert!(!is_registration, "{told}");
        if [Some(Url::Logout), Some(Url::RpInitiatedLogout)].contains(&ask.url) {
            assert!(![Method::GET, Method::POST, Method::HEAD, Method::PUT].contains(&ask.method), "{told}");
        }
    }
    assert!(plan.left_out.iter().any(|what| what.contains("user code")), "{:?}", plan.left_out);
}

#[test]
fn each_application_is_asked_in_each_response_type_that_it_may_use() {
    let applications =
        [application(1, GrantType::OpenidHybrid, false), application(2, GrantType::ClientCredentials, false)];
    let oidc =
        json!({ "OAUTH2_PROVIDER": { "SCOPES": { "openid": "O", "read": "R" }, "OIDC_ENABLED": true } });
    let asks = planned(oidc, &applications, None).asks;
    let of = |client: &str| asks.iter().filter(|ask| ask.target.contains(client)).count();
    assert!(asks.iter().filter(|ask| ask.what.starts_with("consent, ")).count() == 3, "three hybrid types");
    assert!(of("client-1") > 20 && of("client-2") == 0);
}

#[test]
fn each_spelling_and_mount_is_asked() {
    let server = json!({ "server": {
        "mount": ["/o/", "/auth/o/"], "endpoints": { "revoke-token": ["revoke-token/", "revoke_token/"] },
    }});
    let asks = planned(server, &[], None).asks;
    for target in ["/o/revoke-token/", "/o/revoke_token/", "/auth/o/revoke-token/", "/auth/o/token/"] {
        assert!(asks.iter().any(|ask| ask.target == target), "{target}");
    }
}

#[test]
fn a_run_has_an_end() {
    let plan = planned(json!({}), &[], None).limited(None, 100);
    assert_eq!(plan.asks.len(), 100);
    assert!(plan.left_out.iter().any(|what| what.contains("beyond the first 100")));
    assert!(
        planned(json!({}), &[], None)
            .limited(Some("/o/token"), 5000)
            .asks
            .iter()
            .all(|a| a.target.contains("/o/token"))
    );
}
