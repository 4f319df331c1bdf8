//! What differs from one rendering to the next, and the engine's settings.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

/// Settings of one rendering.
#[derive(Clone, Debug)]
pub struct Options {
    /// The time `{% now %}`, `timesince` and others take as now.
    pub now: DateTime<Utc>,
    /// The active language, such as `en-us` or `pt-br`.
    pub language: String,
    /// The current time zone (`TIME_ZONE`, or what the user chose).
    pub time_zone: Tz,
    /// `USE_TZ`: aware times are shown in the current time zone.
    pub use_tz: bool,
    /// Whether `{{ }}` escapes; only plain text templates turn it off.
    pub autoescape: bool,
    /// What `random` and `lorem ... random` choose by.
    pub seed: u64,
}

impl Options {
    /// American English, UTC.
    pub fn new(now: DateTime<Utc>) -> Self {
        Options {
            now,
            language: "en-us".to_owned(),
            time_zone: Tz::UTC,
            use_tz: true,
            autoescape: true,
            seed: 0,
        }
    }

    pub fn with_language(mut self, language: impl Into<String>) -> Self {
        self.language = language.into();
        self
    }

    pub fn with_time_zone(mut self, zone: Tz) -> Self {
        self.time_zone = zone;
        self
    }
}

/// The project's settings that templates depend on.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `STATIC_URL`, with the final slash.
    pub static_url: String,
    /// `MEDIA_URL`, with the final slash.
    pub media_url: String,
    /// `LANGUAGES`: codes and English names; empty stands for all languages Django knows.
    pub languages: Vec<(String, String)>,
    pub use_thousand_separator: bool,
    /// What a missing variable prints; `%s` stands for its name.
    pub string_if_invalid: String,
    /// The zone naive times are in (`TIME_ZONE`).
    pub default_time_zone: Tz,
    /// A name that is not in `staticfiles.json` is an error, as in Django; else it is used as it is.
    pub strict_manifest: bool,
    /// Whether `django.contrib.staticfiles` is installed; without it `{% static %}` joins STATIC_URL and the path.
    pub staticfiles: bool,
    /// What `{% static %}` prints for these paths; the other settings make the URLs of all others.
    pub static_urls: HashMap<String, String>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            static_url: "/static/".to_owned(),
            media_url: "/".to_owned(),
            languages: Vec::new(),
            use_thousand_separator: false,
            string_if_invalid: String::new(),
            default_time_zone: Tz::UTC,
            strict_manifest: true,
            staticfiles: true,
            static_urls: HashMap::new(),
        }
    }
}

/// Bounds that hold for every rendering.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Tags, blocks, includes and parents inside one another.
    pub depth: usize,
    /// Bytes of a page, and of each text on the way to it.
    pub output: usize,
    /// Tags and variables rendered for one page.
    pub steps: usize,
    /// Bytes that variables and filters copy or make for one page, items of lists among them.
    pub work: usize,
    /// How long one page may take.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            depth: 100,
            output: 10 << 20,
            steps: 500_000,
            work: 100 << 20,
            time: Duration::from_secs(10),
        }
    }
}
