//! The login page's context (D-81 to D-83). Django: `registration/login.html`, `AuthenticationForm`.

use django_template::forms::{Field, Form, Kind, Widget};
use django_template::{Context, Value};

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
    fn form(&self) -> Form {
        let widget = Widget::new(Kind::Text)
            .attribute("autofocus", true)
            .attribute("autocapitalize", "none")
            .attribute("autocomplete", "username")
            .attribute("maxlength", "150");
        let mut username = Field::new("username").widget(widget).value(self.username);
        username.errors = self.username_errors.to_vec();
        let widget = Widget::new(Kind::Password).attribute("autocomplete", "current-password");
        let mut password = Field::new("password").widget(widget);
        password.errors = self.password_errors.to_vec();
        let mut form = Form::new().field(username).field(password);
        form.non_field_errors = self.form_errors.to_vec();
        form.is_bound = form.fields.iter().any(|f| !f.errors.is_empty()) || !self.form_errors.is_empty();
        form
    }

    pub(super) fn context(&self) -> Context {
        let site = Value::map().with("name", self.site_name).with("domain", self.site_name);
        Context::new()
            .with("csrf_token", self.csrf_token)
            .with("form", self.form())
            .with("next", self.next)
            .with("site", site)
            .with("site_name", self.site_name)
    }
}
