//! The login page's context (D-81 to D-83). Django: `registration/login.html`, `AuthenticationForm`.

use django_template::Context;
use django_template::forms::{Field, Form, Kind, Widget};

use crate::settings::models::User;

use super::words::capitalized;
use super::{Pages, Words, site};

/// What the login page shows.
pub struct LoginPage<'a> {
    pub username: &'a str,
    /// verbose_name and max_length of USERNAME_FIELD.
    pub user_model: &'a User,
    pub form_errors: &'a [String],
    pub username_errors: &'a [String],
    pub password_errors: &'a [String],
    pub next: &'a str,
    pub site_name: &'a str,
}

/// As Django's catalogues have it; in English the login says it with `username` filled in.
const INVALID: &str =
    "Please enter a correct %(username)s and password. Note that both fields may be case-sensitive.";

impl LoginPage<'_> {
    fn form(&self, words: &Words<'_>) -> Form {
        let text = |text: &str| words.text(text);
        let name = text(&self.user_model.label);
        let translated = |error: &String| match error {
            invalid if *invalid == INVALID.replace("%(username)s", &self.user_model.label) => {
                text(INVALID).replace("%(username)s", &name)
            }
            other => text(other),
        };
        let all = |errors: &[String]| errors.iter().map(translated).collect::<Vec<_>>();
        let widget = Widget::new(Kind::Text)
            .attribute("autofocus", true)
            .attribute("autocapitalize", "none")
            .attribute("autocomplete", "username")
            .attribute("maxlength", self.user_model.max_length.to_string());
        let username = Field::new("username").label(capitalized(&name)).widget(widget).class("usernamefield");
        let mut username = username.value(self.username);
        username.errors = all(self.username_errors);
        let widget = Widget::new(Kind::Password).attribute("autocomplete", "current-password");
        let mut password = Field::new("password").label(text("Password")).widget(widget);
        password.errors = all(self.password_errors);
        let mut form = words.form().field(username).field(password);
        form.non_field_errors = all(self.form_errors);
        form.is_bound = form.fields.iter().any(|f| !f.errors.is_empty()) || !self.form_errors.is_empty();
        form
    }
}

impl super::Page for LoginPage<'_> {
    fn template(&self, _pages: &Pages) -> &'static str {
        "registration/login.html"
    }

    fn view(&self) -> Option<&'static str> {
        Some("django.contrib.auth.views.LoginView")
    }

    fn context(&self, pages: &Words<'_>) -> Context {
        site::context(&pages.sites, self.site_name).with("form", self.form(pages)).with("next", self.next)
    }
}
