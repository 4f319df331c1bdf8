//! What Django's CommonMiddleware, SecurityMiddleware and messages are told besides hosts and headers.
//! Django: `CommonMiddleware`, `django.contrib.messages`.

use regex::Regex;

use super::cors::regexes;
use super::reader::Table;

/// Who is let in, and how the visitor is talked to.
#[derive(Clone, Debug)]
pub struct Door {
    pub prepend_www: bool,
    pub disallowed_user_agents: Vec<Regex>,
    /// Paths without their first slash that SECURE_SSL_REDIRECT leaves alone.
    pub redirect_exempt: Vec<Regex>,
    pub message_storage: MessageStorage,
    /// Messages below this level are not kept.
    pub message_level: i64,
    /// MESSAGE_TAGS by level, beside Django's own.
    pub message_tags: Vec<(i64, String)>,
}

/// MESSAGE_STORAGE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageStorage {
    /// The cookie first, the rest in the session.
    Fallback,
    Cookie,
    Session,
}

const STORAGES: [&str; 3] = [
    "django.contrib.messages.storage.fallback.FallbackStorage",
    "django.contrib.messages.storage.cookie.CookieStorage",
    "django.contrib.messages.storage.session.SessionStorage",
];

pub(super) fn read(top: &mut Table) -> Door {
    let failure_view = "django.views.csrf.csrf_failure";
    // A Python function of the project cannot run; its page can be a template 403_csrf.html.
    top.one_of("CSRF_FAILURE_VIEW", &[failure_view], failure_view);
    Door {
        prepend_www: top.bool("PREPEND_WWW", false),
        disallowed_user_agents: regexes(top, "DISALLOWED_USER_AGENTS", false),
        redirect_exempt: regexes(top, "SECURE_REDIRECT_EXEMPT", false),
        message_storage: match top.one_of("MESSAGE_STORAGE", &STORAGES, STORAGES[0]).as_str() {
            name if name == STORAGES[1] => MessageStorage::Cookie,
            name if name == STORAGES[2] => MessageStorage::Session,
            _ => MessageStorage::Fallback,
        },
        message_level: top.count("MESSAGE_LEVEL", 20),
        message_tags: tags(top),
    }
}

fn tags(top: &mut Table) -> Vec<(i64, String)> {
    let mut out = Vec::new();
    for (level, tag) in top.string_map("MESSAGE_TAGS").unwrap_or_default() {
        match level.parse() {
            Ok(level) => out.push((level, tag)),
            Err(_) => top.problem(format!("MESSAGE_TAGS: {level:?} is no level (10, 20, 25, 30, 40)")),
        }
    }
    out
}
