//! What filters depend on besides their arguments: language, zone, settings.

use chrono::NaiveDateTime;
use chrono_tz::Tz;

use crate::i18n::catalogue::Catalogues;
use crate::moment::Moment;
use crate::options::{Limits, Options, Settings};
use crate::value::Value;

pub(crate) struct Env<'a> {
    pub settings: &'a Settings,
    pub limits: Limits,
    pub catalogues: &'a Catalogues,
    pub options: &'a Options,
    pub autoescape: bool,
    pub use_tz: bool,
    pub use_l10n: bool,
    pub language: String,
    pub zone: Tz,
}

impl<'a> Env<'a> {
    pub fn new(
        settings: &'a Settings,
        limits: Limits,
        catalogues: &'a Catalogues,
        options: &'a Options,
    ) -> Self {
        Env {
            settings,
            limits,
            catalogues,
            options,
            autoescape: options.autoescape,
            use_tz: options.use_tz,
            use_l10n: true,
            language: options.language.to_lowercase(),
            zone: options.time_zone,
        }
    }

    /// The text in the active language; itself when no catalogue has it.
    pub fn gettext(&self, text: &str) -> String {
        self.pgettext(None, text)
    }

    pub fn pgettext(&self, context: Option<&str>, text: &str) -> String {
        let found = self.catalogues.find(&self.language, context, text);
        found.unwrap_or_else(|| text.to_owned())
    }

    pub fn ngettext(&self, context: Option<&str>, (one, many): (&str, &str), n: i64) -> String {
        let found = self.catalogues.find_plural(&self.language, context, one, n);
        found.unwrap_or_else(|| if n == 1 { one } else { many }.to_owned())
    }

    pub fn now(&self) -> Moment {
        Moment::in_zone(self.options.now, self.zone)
    }

    pub fn naive_now(&self) -> NaiveDateTime {
        Moment::in_zone(self.options.now, self.settings.default_time_zone).local()
    }

    /// An aware time in the current zone, when times are shown there.
    pub fn localtime(&self, value: Value) -> Value {
        match value {
            Value::DateTime(m) if self.use_tz && m.converts() && m.is_aware() => {
                Value::DateTime(m.to_zone(self.zone))
            }
            other => other,
        }
    }
}
