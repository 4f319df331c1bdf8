//! The login page's context. Django: `registration/login.html`.

use django_template::{Context, Value};

use super::texts;

/// What the login page shows.
pub struct Page<'a> {
    pub csrf_token: &'a str,
    pub username: &'a str,
    pub form_errors: &'a [String],
    pub username_errors: &'a [String],
    pub password_errors: &'a [String],
    pub next: &'a str,
    pub site_name: &'a str,
}

impl Page<'_> {
    pub(super) fn context(&self) -> Context {
        let field =
            |value: &str, errors: &[String]| Value::map().with("value", value).with("errors", texts(errors));
        let form = Value::map()
            .with("username", field(self.username, self.username_errors))
            .with("password", field("", self.password_errors))
            .with("non_field_errors", texts(self.form_errors));
        Context::new()
            .with("csrf_token", self.csrf_token)
            .with("form", form)
            .with("next", self.next)
            .with("site_name", self.site_name)
    }
}
