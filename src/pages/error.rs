//! The pages of 400, 403, 404, 429 and 500 (D-97). Django: `django.views.defaults`.

use chrono::{DateTime, Utc};
use django_template::Context;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::settings::Settings;

use super::{Pages, options};

/// What Python's `quote` leaves as it is.
const QUOTED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'_').remove(b'.').remove(b'-').remove(b'~');

/// What an error page is about.
pub struct ErrorPage<'a> {
    pub status: u16,
    pub path: &'a str,
    pub exception: &'a str,
}

/// Python's `quote` of the path as Django has it, without escapes.
fn quoted(path: &str) -> String {
    let plain = percent_decode_str(path).decode_utf8_lossy();
    utf8_percent_encode(&plain, QUOTED).to_string()
}

impl Pages {
    /// The team's own template of that name comes first; it gets Django's variables, but no `request`.
    ///
    /// # Errors
    /// A template that does not parse or render.
    pub fn error(
        &self,
        page: &ErrorPage<'_>,
        settings: &Settings,
        now: DateTime<Utc>,
    ) -> Result<String, String> {
        let context = match page.status {
            404 => Context::new().with("request_path", quoted(page.path)).with("exception", page.exception),
            403 => Context::new().with("exception", page.exception),
            _ => Context::new(),
        };
        let (own, built_in) = (format!("{}.html", page.status), format!("slash-o/{}.html", page.status));
        let name = if self.engine.has(&own) { own } else { built_in };
        let context = context.with("stylesheet", self.stylesheet.as_str());
        let options = options(settings, now, &settings.django.templates.i18n.language_code);
        self.engine_of(&name).render(&name, &context, &options).map_err(|e| e.to_string())
    }
}
