//! The contexts of the token pages (D-118, D-119, D-135, D-136). DOT: `oauth2_provider.views.token`.

use chrono::{DateTime, Utc};
use django_template::{Context, Value};

use entity::access_token::Model as AccessToken;
use entity::application::Model as Application;
use entity::user::Model as User;

use crate::settings::OAuth2Provider;

use super::own::Keys;
use super::query_set::QuerySet;
use super::{Page, Pages, Words, rows};

pub const DELETE: &str = "oauth2_provider/authorized-token-delete.html";
pub const LIST: &str = "oauth2_provider/authorized-tokens.html";
/// The name under which a template asks for the owner of a token's application.
pub const LISTED_OWNER: &str = "authorized_tokens.0.application.user";

/// A token, its application, and whose that is if the template asks.
pub type Listed = (AccessToken, Option<Application>, Option<User>);

/// A user's own tokens.
pub struct TokensPage<'a> {
    pub tokens: &'a [Listed],
    pub user: &'a User,
    pub settings: &'a OAuth2Provider,
    pub now: DateTime<Utc>,
}

/// Asks before one is revoked.
pub struct DeleteTokenPage<'a> {
    pub token: &'a AccessToken,
    /// Its application, if the template asks.
    pub application: Option<&'a Application>,
    pub user: &'a User,
    pub settings: &'a OAuth2Provider,
    pub now: DateTime<Utc>,
}

impl Page for TokensPage<'_> {
    fn template(&self, _pages: &Pages) -> &'static str {
        LIST
    }

    fn view(&self) -> Option<&'static str> {
        Some("oauth2_provider.views.token.AuthorizedTokensListView")
    }

    fn keys(&self) -> Keys {
        let of = self.tokens.iter().filter_map(|(_, of, _)| of.as_ref());
        let owners = self.tokens.iter().filter_map(|(_, _, owner)| owner.as_ref());
        Keys {
            applications: of.map(|of| of.id).collect(),
            users: owners.chain([self.user]).map(|user| user.id).collect(),
        }
    }

    fn context(&self, pages: &Words<'_>) -> Context {
        let row = |(token, of, owner): &Listed| {
            let of = of.as_ref();
            let of = of.map_or(Value::None, |a| rows::application(a, owner.as_ref(), pages));
            let row = rows::access_token(token, of, self.settings, self.now);
            row.with("user", rows::user(self.user, pages.own)).into_value()
        };
        let tokens = QuerySet::new("AccessToken", self.tokens.iter().map(row).collect()).into_value();
        Context::new()
            .with("authorized_tokens", tokens.clone())
            .with("object_list", tokens)
            .with("is_paginated", false)
            .with("paginator", Value::None)
            .with("page_obj", Value::None)
    }
}

impl Page for DeleteTokenPage<'_> {
    fn template(&self, _pages: &Pages) -> &'static str {
        DELETE
    }

    fn view(&self) -> Option<&'static str> {
        Some("oauth2_provider.views.token.AuthorizedTokenDeleteView")
    }

    fn keys(&self) -> Keys {
        Keys { applications: self.application.iter().map(|of| of.id).collect(), users: vec![self.user.id] }
    }

    fn context(&self, pages: &Words<'_>) -> Context {
        let of = self.application.map_or(Value::None, |a| rows::application(a, None, pages));
        let row = rows::access_token(self.token, of, self.settings, self.now);
        let row = row.with("user", rows::user(self.user, pages.own)).into_value();
        Context::new().with("form", pages.form()).with("accesstoken", row.clone()).with("object", row)
    }
}
