//! The password form's context (D-88). Django: `registration/password_change_form.html`, `PasswordChangeForm`.

use django::password_validation::{Validator, help_text_html};
use django_template::forms::{Field, Form, Kind, Widget};
use django_template::{Context, Value};

use crate::accounts::password_change::Errors;

use super::{Pages, Words};

/// Where the user types the old and the new password.
pub struct PasswordChangePage<'a> {
    pub is_bound: bool,
    pub errors: &'a Errors,
    pub validators: &'a [Validator],
}

/// It is changed.
pub struct PasswordChangedPage;

impl PasswordChangePage<'_> {
    fn form(&self, words: &Words<'_>) -> Form {
        let text = |text: &str| words.text(text);
        let field = |name: &str, label: &str, autocomplete: &str, errors: &[String]| {
            let widget = Widget::new(Kind::Password).attribute("autocomplete", autocomplete);
            let mut field = Field::new(name).label(text(label)).widget(widget);
            field.errors = errors.iter().map(|error| text(error)).collect();
            field
        };
        let errors = self.errors;
        let mut old = field("old_password", "Old password", "current-password", &errors.old_password);
        old.widget = old.widget.attribute("autofocus", true);
        let new = field("new_password1", "New password", "new-password", &errors.new_password1);
        let again =
            field("new_password2", "New password confirmation", "new-password", &errors.new_password2);
        // Django says it from 5.1 on.
        let help = match words.pages.django_version {
            version if version < (5, 1) => String::new(),
            _ => text("Enter the same password as before, for verification."),
        };
        words
            .form()
            .bound(self.is_bound)
            .field(old)
            .field(new.help_text(help_text_html(self.validators)))
            .field(again.help_text(help))
    }
}

/// What Django's account pages have in common.
fn titled(title: &str) -> Context {
    Context::new().with("title", title).with("subtitle", Value::None)
}

impl super::Page for PasswordChangePage<'_> {
    fn template(&self, _pages: &Pages) -> &'static str {
        "registration/password_change_form.html"
    }

    fn view(&self) -> Option<&'static str> {
        Some("django.contrib.auth.views.PasswordChangeView")
    }

    fn context(&self, words: &Words<'_>) -> Context {
        titled(&words.text("Password change")).with("form", self.form(words))
    }
}

impl super::Page for PasswordChangedPage {
    fn template(&self, _pages: &Pages) -> &'static str {
        "registration/password_change_done.html"
    }

    fn view(&self) -> Option<&'static str> {
        Some("django.contrib.auth.views.PasswordChangeDoneView")
    }

    fn context(&self, words: &Words<'_>) -> Context {
        titled(&words.text("Password change successful"))
    }
}
