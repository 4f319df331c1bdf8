//! The language of an answer: LANGUAGE_CODE, or what the visitor chose where LocaleMiddleware is there.
//! Django: `LocaleMiddleware`, `get_language_from_request`; OpenID Connect Core 3.1.2.1: `ui_locales`.

use poem::Request;
use poem::http::header;

use crate::App;
use crate::oauth::Params;

use super::cookies;

/// The active language of a request; the layers put it there.
#[derive(Clone, Debug)]
pub struct Language {
    pub code: String,
    /// The path begins with it, in the place of what the visitor chose.
    pub is_from_path: bool,
}

impl Language {
    pub fn of(app: &App, request: &Request) -> Language {
        let i18n = &app.site.settings.django.templates.i18n;
        if !i18n.by_visitor || !i18n.is_on {
            return chosen(i18n.language_code.clone());
        }
        if let Some(patterns) = app.site.settings.server.i18n_patterns {
            if let Some(code) = app.pages.language_of_path(request.uri().path()) {
                return Language { code, is_from_path: true };
            }
            if !patterns.prefix_default_language {
                return chosen(i18n.language_code.clone());
            }
        }
        let cookie = cookies::cookie(request.headers(), &i18n.cookie);
        let accept = request.header(header::ACCEPT_LANGUAGE).unwrap_or_default();
        let wish = wish(super::query(request)).unwrap_or_default();
        let wanted: Vec<&str> = wish.split_whitespace().collect();
        chosen(app.pages.choose_language(cookie.as_deref(), &wanted, accept, &i18n.language_code))
    }
}

fn chosen(code: String) -> Language {
    Language { code, is_from_path: false }
}

// Differs from DOT: `ui_locales` chooses the language of the pages; DOT ignores it.
/// `ui_locales` of this request, or of the one that the login page leads back to.
fn wish(query: &str) -> Option<String> {
    let query = Params::lenient(query);
    let own = query.get("ui_locales").map(str::to_owned);
    own.or_else(|| {
        let (_, inner) = query.get("next")?.split_once('?')?;
        Params::lenient(inner).get("ui_locales").map(str::to_owned)
    })
}
