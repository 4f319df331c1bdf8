//! The document lists the grants and response types that may succeed, and the server answers accordingly.

use poem::http::Method;
use serde_json::{Value, json};

use slash_o::testing::{GrantType, ResponseType};

use super::{document, operations};
use crate::endpoints::visitor::Visitor;
use crate::support::Provider;

const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";

fn class(openid: bool, class: Value) -> Value {
    let key = if openid { "OIDC_SERVER_CLASS" } else { "OAUTH2_SERVER_CLASS" };
    json!({ "OIDC_ENABLED": openid, "PKCE_REQUIRED": false, key: class })
}

fn settings() -> Vec<Value> {
    vec![
        json!({ "PKCE_REQUIRED": false }),
        class(false, json!({ "grants": ["client_credentials"] })),
        class(false, json!({ "grants": ["authorization_code", "refresh_token"] })),
        class(true, json!({ "grants": ["implicit", DEVICE] })),
        class(true, json!({ "grants": ["authorization_code", "password"] })),
        class(false, json!("oauthlib.oauth2.MobileApplicationServer")),
        class(false, json!("oauthlib.oauth2.LegacyApplicationServer")),
        // The other server's class does not count.
        json!({ "PKCE_REQUIRED": false, "OIDC_SERVER_CLASS": { "grants": ["password"] } }),
    ]
}

/// The values of a field of a form; nothing if the document has no such form.
fn values(document: &Value, schema: &str, field: &str) -> Vec<String> {
    let pointer = format!("/components/schemas/{schema}/properties/{field}/enum");
    let listed = document.pointer(&pointer).and_then(Value::as_array);
    listed.into_iter().flatten().map(|value| value.as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_grant_is_listed_if_and_only_if_the_token_endpoint_knows_it() {
    for oauth2 in settings() {
        let listed = values(&document(json!({ "OAUTH2_PROVIDER": oauth2 })), "TokenForm", "grant_type");
        let provider = Provider::with(oauth2.clone()).await;
        for grant in GrantType::ALL.iter().filter_map(|grant| grant.rfc()) {
            let answer = provider.post("/o/token/", &[("grant_type", grant)]).await;
            let body = answer.0.into_body().into_string().await.unwrap();
            let is_known = !body.contains("unsupported_grant_type");
            assert_eq!(listed.contains(&grant.to_owned()), is_known, "{grant} with {oauth2}: {body}");
        }
    }
}

#[tokio::test]
async fn a_response_type_is_listed_if_and_only_if_the_authorization_endpoint_grants_it() {
    for oauth2 in settings() {
        let listed = values(&document(json!({ "OAUTH2_PROVIDER": oauth2 })), "DecisionForm", "response_type");
        let provider = Provider::with(oauth2.clone()).await;
        let visitor = Visitor::new(&provider, "alice").await;
        for kind in ResponseType::ALL.iter().copied() {
            let column = kind.grant().column().unwrap();
            if oauth2["OIDC_ENABLED"] != true && kind.is_hybrid() {
                // It is what it says with OpenID Connect only; without, the answer is a code, as in DOT.
                assert!(!listed.contains(&kind.as_str().to_owned()), "{oauth2}");
                continue;
            }
            let client = kind.as_str().replace(' ', "-");
            provider.application(&client, "s3cret", column).await;
            let query =
                format!("client_id={client}&response_type={}&nonce=n", kind.as_str().replace(' ', "+"));
            let answer = visitor.send(Method::GET, &format!("/o/authorize/?{query}")).await;
            let is_granted = answer.0.status() == 200;
            assert_eq!(listed.contains(&kind.as_str().to_owned()), is_granted, "{kind:?} with {oauth2}");
        }
    }
}

#[test]
fn what_no_grant_can_reach_is_not_described() {
    let document = |grants: &[&str]| {
        document(json!({ "OAUTH2_PROVIDER": { "OAUTH2_SERVER_CLASS": { "grants": grants } } }))
    };
    let paths = |document: &Value| -> Vec<String> {
        operations(document).into_iter().map(|(_, path, _)| path).collect()
    };
    let flows = |document: &Value| -> Vec<String> {
        let flows = document["components"]["securitySchemes"]["oauth2"]["flows"].as_object().unwrap();
        flows.keys().cloned().collect()
    };
    let all = ["/token/", "/authorize/", "/device-authorization/", "/device/"];
    for (grants, described, of_flows) in [
        (&["client_credentials"][..], &["/token/"][..], &["clientCredentials"][..]),
        (&["implicit"], &["/authorize/"], &["implicit"]),
        (&["password", DEVICE], &["/token/", "/device-authorization/", "/device/"], &["password"]),
        (&["authorization_code"], &["/token/", "/authorize/"], &["authorizationCode"]),
    ] {
        let document = document(grants);
        let found = paths(&document);
        for path in all {
            assert_eq!(found.iter().any(|p| p == path), described.contains(&path), "{path} with {grants:?}");
        }
        assert_eq!(flows(&document), of_flows, "{grants:?}");
    }
}

#[test]
fn requests_and_answers_are_shown_with_grants_that_are_on() {
    let document = document(class_only("client_credentials"));
    let content = &document["paths"]["/token/"]["post"]["requestBody"]["content"];
    let examples = content["application/x-www-form-urlencoded"]["examples"].as_object().unwrap();
    assert_eq!(examples.keys().collect::<Vec<_>>(), ["client_credentials"]);
    let answers = &document["paths"]["/token/"]["post"]["responses"]["200"]["content"];
    let answers = answers["application/json"]["examples"].as_object().unwrap();
    assert_eq!(answers.keys().collect::<Vec<_>>(), ["client_credentials"]);
    assert!(answers["client_credentials"].get("grants").is_none());
    let fields = document["components"]["schemas"]["TokenForm"]["properties"].as_object().unwrap();
    let own =
        ["code", "redirect_uri", "code_verifier", "refresh_token", "device_code", "username", "password"];
    assert!(own.iter().all(|field| !fields.contains_key(*field)), "{:?}", fields.keys());
    assert!(["grant_type", "scope", "client_id"].iter().all(|field| fields.contains_key(*field)));
}

/// The names of the examples of one answer of the token endpoint.
fn examples(document: &Value, status: &str) -> Vec<String> {
    let answer = &document["paths"]["/token/"]["post"]["responses"][status]["content"]["application/json"];
    answer["examples"].as_object().into_iter().flat_map(|all| all.keys().cloned()).collect()
}

#[test]
fn errors_are_shown_with_grants_that_are_on() {
    let always = ["query", "invalid_target", "unauthorized_client", "unsupported_grant_type"];
    let polls = ["authorization_pending", "slow_down", "access_denied", "expired_token"];
    let codes = ["invalid_request", "mismatching_redirect_uri", "code_verifier_required"];
    for (grant, own) in [
        ("client_credentials", &["invalid_scope"][..]),
        ("password", &["invalid_credentials", "invalid_scope"]),
        ("authorization_code", &[&codes[..], &["invalid_grant", "with_state"]].concat()),
        ("refresh_token", &["invalid_grant", "with_state", "invalid_scope"]),
        (DEVICE, &[&polls[..], &["invalid_grant", "invalid_scope"]].concat()),
    ] {
        let document = document(class_only(grant));
        let (mut shown, mut wanted) = (examples(&document, "400"), [&always[..], own].concat());
        shown.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(shown, wanted, "{grant}");
        let unknown_device = document["paths"]["/token/"]["post"]["responses"].get("404");
        assert_eq!(unknown_device.is_some(), grant == DEVICE, "{grant}");
        let text = document["paths"]["/token/"]["post"].to_string();
        assert!(!text.contains("\"grants\"") && !text.contains("\"openid\":"), "{grant}");
    }
}

#[test]
fn an_id_token_is_shown_with_openid_connect_only() {
    for openid in [false, true] {
        let document = document(json!({ "OAUTH2_PROVIDER": { "OIDC_ENABLED": openid } }));
        let shown = examples(&document, "200");
        assert_eq!(shown.contains(&"with_id_token".to_owned()), openid, "{shown:?}");
        assert!(shown.contains(&"with_refresh_token".to_owned()));
    }
}

fn class_only(grant: &str) -> Value {
    json!({ "OAUTH2_PROVIDER": { "OAUTH2_SERVER_CLASS": { "grants": [grant] } } })
}

/// DOT registers and advertises grants that its server class does not have.
#[test]
fn a_grant_that_is_off_may_be_registered_as_in_dot() {
    let mut settings = class_only("client_credentials");
    settings["OAUTH2_PROVIDER"]["DCR_ENABLED"] = true.into();
    let document = document(settings);
    let pointer = "/components/schemas/RegistrationForm/properties/grant_types/items/enum";
    let listed: Vec<&str> =
        document.pointer(pointer).unwrap().as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let of_dot = GrantType::OF_RFC.iter().filter(|grant| grant.is_of_dot());
    let of_dot: Vec<&str> = of_dot.filter_map(|grant| grant.rfc()).collect();
    assert_eq!(listed, of_dot);
}
