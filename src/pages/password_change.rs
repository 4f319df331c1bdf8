//! The password form's context (D-88). Django: `registration/password_change_form.html`, `PasswordChangeForm`.

use chrono::{DateTime, Utc};
use django::password_validation::{Validator, help_text_html};
use django_template::forms::{Field, Form, Kind, Widget};
use django_template::{Context, Value};

use entity::user::Model as User;

use crate::accounts::password_change::Errors;

use super::{Pages, rows};

/// Where the user types the old and the new password.
pub struct Page<'a> {
    pub csrf_token: &'a str,
    pub user: &'a User,
    pub is_bound: bool,
    pub errors: &'a Errors,
    pub validators: &'a [Validator],
}

/// It is changed.
pub struct DonePage<'a> {
    pub user: &'a User,
}

fn field(name: &str, label: &str, autocomplete: &str, errors: &[String]) -> Field {
    let widget = Widget::new(Kind::Password).attribute("autocomplete", autocomplete);
    let mut field = Field::new(name).label(label).widget(widget);
    field.errors = errors.to_vec();
    field
}

impl Page<'_> {
    fn form(&self) -> Form {
        let errors = self.errors;
        let mut old = field("old_password", "Old password", "current-password", &errors.old_password);
        old.widget = old.widget.attribute("autofocus", true);
        let new = field("new_password1", "New password", "new-password", &errors.new_password1);
        let again =
            field("new_password2", "New password confirmation", "new-password", &errors.new_password2);
        Form::new()
            .bound(self.is_bound)
            .field(old)
            .field(new.help_text(help_text_html(self.validators)))
            .field(again.help_text("Enter the same password as before, for verification."))
    }
}

/// What Django's account pages have in common.
fn context(user: &User, title: &str) -> Context {
    Context::new().with("user", rows::user(user)).with("title", title).with("subtitle", Value::None)
}

impl Pages {
    /// # Errors
    /// A template that does not parse or render.
    pub fn password_change(&self, page: &Page<'_>, now: DateTime<Utc>) -> Result<String, String> {
        let context = context(page.user, "Password change");
        let context = context.with("csrf_token", page.csrf_token).with("form", page.form());
        self.render("registration/password_change_form.html", &context, now)
    }

    /// # Errors
    /// A template that does not parse or render.
    pub fn password_change_done(&self, page: &DonePage<'_>, now: DateTime<Utc>) -> Result<String, String> {
        let context = context(page.user, "Password change successful");
        self.render("registration/password_change_done.html", &context, now)
    }
}
