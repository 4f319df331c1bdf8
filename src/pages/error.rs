//! The pages of 400, 403, 404, 429 and 500 (D-97). Django: `django.views.defaults`.

use chrono::{DateTime, Utc};
use django::urls::{quote, unquote};
use django_template::Context;

use crate::settings::Settings;

use super::own::Own;
use super::{Page, Pages, Words, options};

/// What an error page is about.
pub struct ErrorPage<'a> {
    pub status: u16,
    pub path: &'a str,
    pub exception: &'a str,
}

/// Python's `quote` of the path as Django has it, without escapes.
fn quoted(path: &str) -> String {
    quote(&unquote(path), "/")
}

impl ErrorPage<'_> {
    /// The team's own template comes first.
    fn name(&self, pages: &Pages) -> &'static str {
        let (own, built_in) = match self.status {
            403 => ("403.html", "slash-o/403.html"),
            404 => ("404.html", "slash-o/404.html"),
            400 => ("400.html", "slash-o/400.html"),
            429 => ("429.html", "slash-o/429.html"),
            _ => ("500.html", "slash-o/500.html"),
        };
        if pages.engine.has(own) { own } else { built_in }
    }
}

impl Page for ErrorPage<'_> {
    fn template(&self, pages: &Pages) -> &'static str {
        self.name(pages)
    }

    fn context(&self, _: &Words<'_>) -> Context {
        match self.status {
            404 => Context::new().with("request_path", quoted(self.path)).with("exception", self.exception),
            403 => Context::new().with("exception", self.exception),
            _ => Context::new(),
        }
    }
}

impl Pages {
    /// The page of an error that nobody knows the visitor of: no `request` and no `user`, as Django's 400 and 500.
    ///
    /// # Errors
    /// A template that does not parse or render.
    pub fn error(
        &self,
        page: &ErrorPage<'_>,
        settings: &Settings,
        now: DateTime<Utc>,
    ) -> Result<String, django_template::Error> {
        let name = page.name(self);
        let language = &settings.django.templates.i18n.language_code;
        let own = Own::default();
        let words = Words { pages: self, language, now, own: &own };
        let context = page.context(&words).with("stylesheet", self.stylesheet.as_str());
        let options = options(settings, now, language);
        self.engine_of(name).render(name, &context, &options)
    }
}
