//! /o/applications/ and what is below it

use entity::application::{Entity, Model};
use poem::http::{Method, StatusCode};
use sea_orm::{EntityTrait, PaginatorTrait};

use crate::support::Provider;

use super::visitor::{Visitor, text};

mod delete;

const LIST: &str = "/o/applications/";
const REGISTER: &str = "/o/applications/register/";

const GOOD: [(&str, &str); 7] = [
    ("name", "  Web "),
    ("client_id", " web "),
    ("client_secret", "s3cret"),
    ("hash_client_secret", "on"),
    ("client_type", "confidential"),
    ("authorization_grant_type", "authorization-code"),
    ("redirect_uris", " https://a.example/cb\r\nhttps://b.example/cb "),
];

async fn only(provider: &Provider) -> Model {
    Entity::find().one(&provider.site().db).await.unwrap().unwrap()
}

fn with(changes: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let kept = GOOD.into_iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    kept.chain(changes.iter().copied()).collect()
}

/// The texts of the errors on a page, unescaped as far as these tests need.
fn errors(html: &str) -> Vec<String> {
    let parts = html.split("<span class=\"help-inline\">").skip(1);
    let texts = parts.map(|part| part.split("</span>").next().unwrap().replace("&#x27;", "'"));
    texts.collect()
}

#[tokio::test]
async fn without_a_login_every_page_sends_to_the_login_page() {
    let provider = Provider::new().await;
    for path in
        [LIST, REGISTER, "/o/applications/1/", "/o/applications/1/update/", "/o/applications/x/delete/"]
    {
        let answer = provider.client.get(path).header("Host", "testserver").send().await;
        answer.assert_status(StatusCode::FOUND);
        assert!(answer.0.headers()["location"].to_str().unwrap().starts_with("/accounts/login/?next=/"));
    }
    let answer = provider.client.get("/o/applications/1").header("Host", "testserver").send().await;
    answer.assert_header("location", "/o/applications/1/");
}

#[tokio::test]
async fn a_form_without_its_token_is_forbidden_and_writes_nothing() {
    let provider = Provider::new().await;
    let visitor = Visitor::new(&provider, "alice").await;
    let request = provider.client.post(REGISTER).header("Host", "testserver").form(&GOOD.to_vec());
    let answer = request.header("Cookie", format!("sessionid={}", visitor.session)).send().await;
    answer.assert_status(StatusCode::FORBIDDEN);
    assert_eq!(Entity::find().count(&provider.site().db).await.unwrap(), 0);
}

#[tokio::test]
async fn a_registered_application_is_stripped_hashed_and_its_owners() {
    let provider = Provider::new().await;
    let visitor = Visitor::new(&provider, "alice").await;
    let answer = visitor.post(REGISTER, &GOOD).await;
    answer.assert_status(StatusCode::FOUND);
    let stored = only(&provider).await;
    answer.assert_header("location", format!("/o/applications/{}/", stored.id));
    assert_eq!((stored.name.as_str(), stored.client_id.as_str()), ("Web", "web"));
    assert_eq!(stored.redirect_uris, "https://a.example/cb\r\nhttps://b.example/cb");
    assert_eq!(stored.registration_source, "manual");
    assert!(!stored.skip_authorization);
    assert!(stored.client_secret.starts_with("pbkdf2_sha256$10$"), "hashed");
    assert!(provider.site().hashing.check_secret("s3cret", &stored.client_secret).await.unwrap());
    assert!(visitor.page(LIST).await.contains(">Web</a>"));
    let detail = visitor.page(&format!("{LIST}{}/", stored.id)).await;
    assert!(detail.contains(&stored.client_secret), "the owner sees what is stored");
    assert!(detail.contains("<p>authorization-code</p>"));
}

#[tokio::test]
async fn the_form_has_dots_fields_and_generated_values() {
    let provider = Provider::new().await;
    let html = Visitor::new(&provider, "alice").await.page(REGISTER).await;
    let names = html.split(" name=\"").skip(1).map(|part| part.split('"').next().unwrap());
    let names: Vec<&str> = names.filter(|n| *n != "viewport" && *n != "csrfmiddlewaretoken").collect();
    let expected = "name client_id initial-client_id client_secret initial-client_secret hash_client_secret \
                    client_type authorization_grant_type redirect_uris post_logout_redirect_uris \
                    allowed_origins algorithm";
    assert_eq!(names, expected.split_whitespace().collect::<Vec<_>>());
    let value = |name: &str| {
        let after = html.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap();
        after.split('"').next().unwrap().to_owned()
    };
    assert_eq!((value("client_id").len(), value("client_secret").len()), (40, 128));
    assert_eq!(value("client_id"), value("initial-client_id"));
    assert!(html.contains("id=\"id_hash_client_secret\" checked>"));
    assert!(!html.contains("<script"), "our own page needs no script");
}

#[tokio::test]
async fn every_problem_is_told_at_once_in_dots_words() {
    let provider = Provider::new().await;
    let visitor = Visitor::new(&provider, "alice").await;
    let html = text(visitor.post(REGISTER, &[]).await).await;
    assert_eq!(errors(&html), ["This field is required."; 3]);
    let bad = with(&[
        ("client_type", "bad"),
        ("authorization_grant_type", "implicit"),
        ("redirect_uris", "ftp://x https://-a https://a/#f"),
        ("allowed_origins", "http://a https://a/p"),
        ("algorithm", "HS256"),
        ("name", "n\0"),
        ("initial-client_id", "kept"),
    ]);
    let html = text(visitor.post(REGISTER, &bad).await).await;
    assert_eq!(
        errors(&html),
        [
            "Null characters are not allowed.",
            "You cannot use HS256 with a hashed client secret. For HS256 the client secret is the shared signing \
             key and must be stored unhashed so the relying party can verify the token; set \
             hash_client_secret=False and store an unhashed client_secret on this application.",
            "Select a valid choice. bad is not one of the available choices.",
            "redirect uri URI Validation error. invalid_scheme: ftp://x",
            "redirect uri URI validation error. ['Enter a valid URL.']: https://-a",
            "redirect uri URI validation error. fragment not allowed: https://a/#f",
            "allowed origin URI Validation error. invalid_scheme: http://a",
            "allowed origin URI validation error. path not allowed: https://a/p",
            "You cannot use HS256 with public grants or clients",
        ]
    );
    assert!(html.contains("value=\" web \" maxlength"), "the field shows what was sent");
    assert!(html.contains("name=\"initial-client_id\" value=\"kept\""));
    assert_eq!(Entity::find().count(&provider.site().db).await.unwrap(), 0);
}

#[tokio::test]
async fn a_client_id_is_unique_but_may_stay_at_an_update() {
    let provider = Provider::new().await;
    let visitor = Visitor::new(&provider, "alice").await;
    visitor.post(REGISTER, &GOOD).await.assert_status(StatusCode::FOUND);
    let html = text(visitor.post(REGISTER, &GOOD).await).await;
    assert_eq!(errors(&html), ["Application with this Client ID already exists."]);
    let update = format!("{LIST}{}/update/", only(&provider).await.id);
    visitor.post(&update, &GOOD).await.assert_status(StatusCode::FOUND);
}

#[tokio::test]
async fn an_update_keeps_a_hash_that_comes_back_and_fields_that_were_not_sent() {
    let provider = Provider::new().await;
    let visitor = Visitor::new(&provider, "alice").await;
    visitor.post(REGISTER, &with(&[("allowed_origins", "https://a.example")])).await;
    let before = only(&provider).await;
    let update = format!("{LIST}{}/update/", before.id);
    assert!(visitor.page(&update).await.contains("The client secret is hashed and can no longer be viewed."));
    let mut form = with(&[("client_id", "renamed")]);
    form.retain(|(name, _)| *name != "client_secret");
    form.push(("client_secret", before.client_secret.clone().leak()));
    provider.site().clock.advance(5);
    visitor.post(&update, &form).await.assert_status(StatusCode::FOUND);
    let after = only(&provider).await;
    assert_eq!(after.client_id, "renamed");
    assert_eq!(after.client_secret, before.client_secret);
    assert_eq!(after.allowed_origins, "https://a.example");
    assert_eq!(after.created, before.created);
    assert!(after.updated > before.updated);
}

#[tokio::test]
async fn put_is_a_form_with_nothing_in_it() {
    let provider = Provider::new().await;
    let visitor = Visitor::new(&provider, "alice").await;
    visitor.post(REGISTER, &GOOD).await;
    let update = format!("{LIST}{}/update/", only(&provider).await.id);
    let html = text(visitor.send(Method::PUT, &update).await).await;
    let mut expected = vec!["This field is required."; 3];
    expected.push("redirect_uris cannot be empty with grant_type authorization-code");
    assert_eq!(errors(&html), expected);
}

#[tokio::test]
async fn methods_that_a_page_does_not_take_are_named() {
    let provider = Provider::new().await;
    let visitor = Visitor::new(&provider, "alice").await;
    for (method, path, allow) in [
        (Method::POST, LIST, "GET, HEAD, OPTIONS"),
        (Method::PATCH, REGISTER, "GET, POST, PUT, HEAD, OPTIONS"),
        (Method::PUT, "/o/applications/1/delete/", "GET, POST, DELETE, HEAD, OPTIONS"),
    ] {
        let answer = visitor.send(method, path).await;
        answer.assert_status(StatusCode::METHOD_NOT_ALLOWED);
        answer.assert_header("allow", allow);
    }
    let answer = visitor.send(Method::OPTIONS, "/o/applications/1/").await;
    answer.assert_status_is_ok();
    answer.assert_header("allow", "GET, HEAD, OPTIONS");
}

#[tokio::test]
async fn anothers_application_is_not_there() {
    let provider = Provider::new().await;
    let alice = Visitor::new(&provider, "alice").await;
    alice.post(REGISTER, &GOOD).await;
    let id = only(&provider).await.id;
    let bob = Visitor::new(&provider, "bob").await;
    assert!(bob.page(LIST).await.contains("No applications defined"));
    for end in ["", "update/", "delete/"] {
        bob.send(Method::GET, &format!("{LIST}{id}/{end}")).await.assert_status(StatusCode::NOT_FOUND);
        alice.send(Method::GET, &format!("{LIST}{id}/{end}")).await.assert_status_is_ok();
        alice.send(Method::GET, &format!("{LIST}abc/{end}")).await.assert_status(StatusCode::NOT_FOUND);
    }
    bob.post(&format!("{LIST}{id}/update/"), &GOOD).await.assert_status(StatusCode::NOT_FOUND);
    bob.post(&format!("{LIST}{id}/delete/"), &[]).await.assert_status(StatusCode::NOT_FOUND);
    assert_eq!(only(&provider).await.id, id);
}
