//! The page that asks before a logout (D-126). DOT: `ConfirmLogoutForm`, `logout_confirm.html`.

use django_template::Context;
use django_template::forms::{Field, Form, Kind};

use entity::application::Model as Application;
use entity::user::Model as User;

use crate::oauth::oidc::logout::Request;

use super::own::Keys;
use super::rows::Row;
use super::{Pages, Words, rows};

pub const TEMPLATE: &str = "oauth2_provider/logout_confirm.html";

/// A logout that waits for the user's decision.
pub struct LogoutPage<'a> {
    pub request: &'a Request,
    pub application: Option<&'a Application>,
    /// Whose application it is, if the template asks.
    pub owner: Option<&'a User>,
}

/// A logout that does not happen.
pub struct NoLogoutPage<'a> {
    pub error: &'a str,
    pub description: &'a str,
}

impl LogoutPage<'_> {
    /// DOT: `logout_hint` and `ui_locales` are fields of the form, but nobody fills them.
    fn form(&self, words: &Words<'_>) -> Form {
        let r = self.request;
        let allow = Field::new("allow").widget(Kind::Checkbox).required(false);
        let hidden = [
            ("id_token_hint", r.id_token_hint.clone()),
            ("logout_hint", None),
            ("client_id", r.client_id.clone()),
            ("post_logout_redirect_uri", r.post_logout_redirect_uri.clone()),
            ("state", r.state.clone()),
            ("ui_locales", None),
        ];
        hidden.into_iter().fold(words.form().field(allow), |form, (name, value)| {
            form.field(Field::new(name).widget(Kind::Hidden).required(false).value(value))
        })
    }
}

impl super::Page for LogoutPage<'_> {
    fn template(&self, _pages: &Pages) -> &'static str {
        TEMPLATE
    }

    fn view(&self) -> Option<&'static str> {
        Some("oauth2_provider.views.oidc.RPInitiatedLogoutView")
    }

    fn keys(&self) -> Keys {
        Keys {
            applications: self.application.iter().map(|of| of.id).collect(),
            users: self.owner.iter().map(|user| user.id).collect(),
        }
    }

    fn context(&self, pages: &Words<'_>) -> Context {
        let context = Context::new().with("form", self.form(pages));
        match self.application {
            Some(a) => context.with("application", rows::application(a, self.owner, pages)),
            None => context,
        }
    }
}

impl super::Page for NoLogoutPage<'_> {
    fn template(&self, _pages: &Pages) -> &'static str {
        TEMPLATE
    }

    fn context(&self, _pages: &Words<'_>) -> Context {
        let error = Row::new(format!("({}) {}", self.error, self.description))
            .with("error", self.error)
            .with("description", self.description)
            .with("status_code", 400_i64);
        Context::new().with("error", error.into_value())
    }
}
