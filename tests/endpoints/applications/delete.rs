//! /o/applications/<pk>/delete/

use chrono::{DateTime, Utc};
use poem::http::{Method, StatusCode};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{EntityTrait, PaginatorTrait};

use entity::application::Entity;
use entity::value::{DjangoUuid, Resource, UserId};
use entity::{access_token, grant, id_token, refresh_token};
use slash_o::testing::storage::access_tokens::{self, NewAccessToken};
use slash_o::testing::storage::refresh_tokens::{self, NewRefreshToken};
use slash_o::testing::storage::{Db, users};

use crate::endpoints::visitor::Visitor;
use crate::support::Provider;

use super::{GOOD, LIST, REGISTER};

/// Issues to one application whatever a delete may reach.
struct Issuer<'a> {
    db: &'a Db,
    now: DateTime<Utc>,
    user: UserId,
    application_id: i64,
}

impl Issuer<'_> {
    async fn id_token(&self) -> i64 {
        let row = id_token::ActiveModel {
            id: NotSet,
            user_id: Set(Some(self.user)),
            jti: Set(DjangoUuid(slash_o::testing::random::uuid().unwrap())),
            application_id: Set(Some(self.application_id)),
            expires: Set(self.now.into()),
            scope: Set("openid".into()),
            created: Set(self.now.into()),
            updated: Set(self.now.into()),
        };
        id_token::Entity::insert(row).exec(self.db).await.unwrap().last_insert_id
    }

    async fn access_token(&self, source: Option<i64>, id_token: Option<i64>) -> i64 {
        let token = NewAccessToken {
            token: slash_o::testing::random::token().unwrap(),
            keep_token: true,
            user_id: Some(self.user),
            application_id: self.application_id,
            source_refresh_token_id: source,
            id_token_id: id_token,
            expires: self.now,
            scope: "read".into(),
            ..Default::default()
        };
        access_tokens::insert(self.db, token, self.now).await.unwrap()
    }

    async fn refresh_token(&self, access_token_id: i64) -> i64 {
        let token = NewRefreshToken {
            token: slash_o::testing::random::token().unwrap(),
            keep_token: true,
            user_id: self.user,
            application_id: self.application_id,
            access_token_id,
            token_family: None,
            resource: vec![],
        };
        refresh_tokens::insert(self.db, token, self.now).await.unwrap()
    }

    async fn grant(&self) {
        let row = grant::ActiveModel {
            id: NotSet,
            user_id: Set(self.user),
            code: Set(slash_o::testing::random::token().unwrap()),
            application_id: Set(self.application_id),
            expires: Set(self.now.into()),
            redirect_uri: Set("https://a.example/cb".into()),
            scope: Set("read".into()),
            created: Set(self.now.into()),
            updated: Set(self.now.into()),
            code_challenge: Set(String::new()),
            code_challenge_method: Set(String::new()),
            nonce: Set(String::new()),
            claims: Set(String::new()),
            resource: Set(Resource(vec![])),
        };
        grant::Entity::insert(row).exec(self.db).await.unwrap();
    }

    /// Tokens that point at each other, both ways.
    async fn everything(&self) {
        let id_token = self.id_token().await;
        let first = self.access_token(None, Some(id_token)).await;
        let refresh = self.refresh_token(first).await;
        self.access_token(Some(refresh), None).await;
        self.grant().await;
    }
}

async fn counts(db: &Db) -> [u64; 5] {
    [
        Entity::find().count(db).await.unwrap(),
        access_token::Entity::find().count(db).await.unwrap(),
        refresh_token::Entity::find().count(db).await.unwrap(),
        id_token::Entity::find().count(db).await.unwrap(),
        grant::Entity::find().count(db).await.unwrap(),
    ]
}

#[tokio::test]
async fn a_deleted_application_takes_its_tokens_with_it_and_no_others() {
    let provider = Provider::new().await;
    let (db, now) = (&provider.site().db, provider.site().clock.now());
    let visitor = Visitor::new(&provider, "alice").await;
    let user = users::find_by_username(db, "alice").await.unwrap().unwrap().id;
    let other = provider.application("other", "s3cret", "password").await;
    let issuer = |application_id| Issuer { db, now, user, application_id };
    issuer(other).everything().await;
    let before = counts(db).await;
    for method in [Method::POST, Method::DELETE] {
        let answer = visitor.post(REGISTER, &GOOD).await;
        let detail = answer.0.headers()["location"].to_str().unwrap().to_owned();
        let id = detail.trim_start_matches(LIST).trim_end_matches('/').parse().unwrap();
        issuer(id).everything().await;
        assert_eq!(counts(db).await, [2, 4, 2, 2, 2]);
        let path = format!("{detail}delete/");
        assert!(visitor.page(&path).await.contains("name=\"allow\" value=\"Delete\""));
        let answer = match method {
            Method::POST => visitor.post(&path, &[]).await,
            other => visitor.send(other, &path).await,
        };
        answer.assert_status(StatusCode::FOUND);
        answer.assert_header("location", LIST);
        assert_eq!(counts(db).await, before);
    }
}
