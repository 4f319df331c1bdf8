//! /o/authorized_tokens/ and what is below it

use entity::{access_token, refresh_token};
use poem::http::{Method, StatusCode};
use sea_orm::EntityTrait;
use slash_o::testing::storage::{access_tokens, refresh_tokens, users};

use crate::support::Provider;

use super::visitor::Visitor;

const LIST: &str = "/o/authorized_tokens/";

/// An access token of `alice` for the application `web`, with a refresh token where wanted.
async fn issue(provider: &Provider, application_id: i64, token: &str, with_refresh: bool) -> i64 {
    let (db, now) = (&provider.site().db, provider.site().clock.now());
    let user = users::find_by_username(db, "alice").await.unwrap().unwrap().id;
    let access = access_tokens::NewAccessToken {
        token: token.into(),
        keep_token: true,
        user_id: Some(user),
        application_id,
        expires: now - chrono::TimeDelta::seconds(60),
        scope: "write unknown".into(),
        ..Default::default()
    };
    let id = access_tokens::insert(db, access, now).await.unwrap();
    if with_refresh {
        let refresh = refresh_tokens::NewRefreshToken {
            token: format!("refresh of {token}"),
            keep_token: true,
            user_id: user,
            application_id,
            access_token_id: id,
            token_family: None,
            resource: vec![],
        };
        refresh_tokens::insert(db, refresh, now).await.unwrap();
    }
    id
}

#[tokio::test]
async fn the_list_names_application_and_known_scopes_of_expired_tokens_too() {
    let provider = Provider::new().await;
    let alice = Visitor::new(&provider, "alice").await;
    assert!(alice.page(LIST).await.contains("There are no authorized tokens yet."));
    let web = provider.application("web", "s3cret", "password").await;
    let id = issue(&provider, web, "secret-token", false).await;
    let html = alice.page(LIST).await;
    assert!(html.contains("<li>web ("), "{html}");
    assert!(html.contains(&format!("href=\"{LIST}{id}/delete/\"")));
    assert!(html.contains("<li>write: Writing scope</li>") && !html.contains("unknown"));
    assert!(!html.contains("secret-token"));
    let bob = Visitor::new(&provider, "bob").await;
    assert!(bob.page(LIST).await.contains("There are no authorized tokens yet."));
}

#[tokio::test]
async fn revoking_ends_the_refresh_token_too() {
    let provider = Provider::new().await;
    let db = &provider.site().db;
    let alice = Visitor::new(&provider, "alice").await;
    let web = provider.application("web", "s3cret", "password").await;
    for method in [Method::POST, Method::DELETE] {
        let id = issue(&provider, web, method.as_str(), true).await;
        let path = format!("{LIST}{id}/delete/");
        assert!(alice.page(&path).await.contains("Are you sure you want to delete this token?"));
        let answer = if method == Method::POST {
            alice.post(&path, &[]).await
        } else {
            alice.send(method, &path).await
        };
        answer.assert_status(StatusCode::FOUND);
        answer.assert_header("location", LIST);
        assert!(access_token::Entity::find().one(db).await.unwrap().is_none());
        let refresh = refresh_token::Entity::find().all(db).await.unwrap();
        assert!(refresh.iter().all(|r| r.revoked.is_some() && r.access_token_id.is_none()));
    }
}

#[tokio::test]
async fn anothers_token_cannot_be_revoked() {
    let provider = Provider::new().await;
    let _alice = Visitor::new(&provider, "alice").await;
    let web = provider.application("web", "s3cret", "password").await;
    let id = issue(&provider, web, "t", false).await;
    let bob = Visitor::new(&provider, "bob").await;
    for path in [format!("{LIST}{id}/delete/"), format!("{LIST}x/delete/")] {
        bob.send(Method::GET, &path).await.assert_status(StatusCode::NOT_FOUND);
        bob.post(&path, &[]).await.assert_status(StatusCode::NOT_FOUND);
    }
    assert!(access_token::Entity::find_by_id(id).one(&provider.site().db).await.unwrap().is_some());
    let answer = provider.client.get(LIST).header("Host", "testserver").send().await;
    assert!(answer.0.headers()["location"].to_str().unwrap().starts_with("/accounts/login/?next=/"));
}
