//! The device pages' contexts (D-137). DOT: `oauth2_provider/device/*.html`.

use django_template::{Context, Value};

use super::texts;

/// Where the user types the code.
pub struct UserCodePage<'a> {
    pub csrf_token: &'a str,
    pub user_code: &'a str,
    pub error: Option<&'a str>,
}

/// Where the user accepts or denies.
pub struct ConfirmPage<'a> {
    pub csrf_token: &'a str,
    pub name: &'a str,
    pub scopes: Vec<&'a str>,
    pub descriptions: Vec<&'a str>,
}

/// What became of it.
pub struct StatusPage<'a> {
    pub status: &'a str,
}

impl UserCodePage<'_> {
    pub(super) fn context(&self) -> Context {
        let value = if self.user_code.is_empty() { Value::None } else { Value::from(self.user_code) };
        let errors: Vec<&str> = self.error.into_iter().collect();
        let field = Value::map().with("value", value).with("errors", texts(&errors));
        Context::new().with("csrf_token", self.csrf_token).with("form", Value::map().with("user_code", field))
    }
}

impl ConfirmPage<'_> {
    pub(super) fn context(&self) -> Context {
        Context::new()
            .with("csrf_token", self.csrf_token)
            .with("application", Value::map().with("name", self.name))
            .with("scopes", texts(&self.scopes))
            .with("scopes_descriptions", texts(&self.descriptions))
    }
}

impl StatusPage<'_> {
    pub(super) fn context(&self) -> Context {
        let object = Value::map().with("get_status_display", self.status);
        Context::new().with("object", object.clone()).with("devicegrant", object)
    }
}
