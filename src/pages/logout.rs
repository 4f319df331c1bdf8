//! The page after a logout (D-87). Django: `registration/logged_out.html`, `LogoutView`.

use django_template::{Context, Value};

use super::{Page, Pages, Words, site};

/// Somebody has logged out.
pub struct LoggedOutPage<'a> {
    pub site_name: &'a str,
}

impl Page for LoggedOutPage<'_> {
    fn template(&self, _pages: &Pages) -> &'static str {
        "registration/logged_out.html"
    }

    fn view(&self) -> Option<&'static str> {
        Some("django.contrib.auth.views.LogoutView")
    }

    fn context(&self, words: &Words<'_>) -> Context {
        site::context(&words.sites, self.site_name)
            .with("title", words.text("Logged out"))
            .with("subtitle", Value::None)
    }
}
