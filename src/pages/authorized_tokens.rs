//! The contexts of the token pages (D-118, D-119, D-135, D-136). DOT: `oauth2_provider.views.token`.

use chrono::{DateTime, Utc};
use django_template::forms::Form;
use django_template::{Context, Value};

use entity::access_token::Model as AccessToken;
use entity::application::Model as Application;
use entity::user::Model as User;

use crate::settings::OAuth2Provider;

use super::{Pages, rows};

/// A user's own tokens.
pub struct ListPage<'a> {
    pub tokens: &'a [(AccessToken, Option<Application>)],
    pub user: &'a User,
    pub settings: &'a OAuth2Provider,
    pub now: DateTime<Utc>,
}

/// Asks before one is revoked.
pub struct DeletePage<'a> {
    pub csrf_token: &'a str,
    pub token: &'a AccessToken,
    pub user: &'a User,
    pub settings: &'a OAuth2Provider,
    pub now: DateTime<Utc>,
}

impl Pages {
    /// # Errors
    /// A template that does not parse or render.
    pub fn authorized_tokens(&self, page: &ListPage<'_>, now: DateTime<Utc>) -> Result<String, String> {
        let row = |(token, of): &(AccessToken, Option<Application>)| {
            let of = of.as_ref().map_or(Value::None, |a| rows::application(a, None, &self.urls));
            let row = rows::access_token(token, of, page.settings, page.now);
            row.with("user", rows::user(page.user)).into_value()
        };
        let tokens: Vec<Value> = page.tokens.iter().map(row).collect();
        let context = Context::new()
            .with("user", rows::user(page.user))
            .with("authorized_tokens", tokens.clone())
            .with("object_list", tokens)
            .with("is_paginated", false)
            .with("paginator", Value::None)
            .with("page_obj", Value::None);
        self.render("oauth2_provider/authorized-tokens.html", &context, now)
    }

    /// # Errors
    /// A template that does not parse or render.
    pub fn authorized_token_delete(
        &self,
        page: &DeletePage<'_>,
        now: DateTime<Utc>,
    ) -> Result<String, String> {
        let row = rows::access_token(page.token, Value::None, page.settings, page.now);
        let row = row.with("user", rows::user(page.user)).into_value();
        let context = Context::new()
            .with("csrf_token", page.csrf_token)
            .with("user", rows::user(page.user))
            .with("form", Form::new())
            .with("accesstoken", row.clone())
            .with("object", row);
        self.render("oauth2_provider/authorized-token-delete.html", &context, now)
    }
}
