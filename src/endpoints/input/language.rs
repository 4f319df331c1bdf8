//! The language of an answer: LANGUAGE_CODE, or what the visitor chose where LocaleMiddleware is there.
//! Django: `LocaleMiddleware`, `get_language_from_request`; OpenID Connect Core 3.1.2.1: `ui_locales`.

use poem::http::{HeaderValue, header};
use poem::{Request, Response};

use crate::App;
use crate::oauth::Params;

use super::cookies;

/// The active language of a request; the front layer puts it there.
#[derive(Clone, Debug)]
pub struct Language(pub String);

impl Language {
    pub fn of(app: &App, request: &Request) -> Language {
        let i18n = &app.site.settings.django.templates.i18n;
        if !i18n.by_visitor || !i18n.is_on {
            return Language(i18n.language_code.clone());
        }
        let cookie = cookies::cookie(request.headers(), &i18n.cookie);
        let accept = request.header(header::ACCEPT_LANGUAGE).unwrap_or_default();
        let wish = wish(super::query(request)).unwrap_or_default();
        let wanted: Vec<&str> = wish.split_whitespace().collect();
        Language(app.pages.choose_language(cookie.as_deref(), &wanted, accept, &i18n.language_code))
    }

    /// What LocaleMiddleware adds to every answer. The CSRF cookie's Vary comes before it, the session's after.
    pub fn tell(&self, app: &App, response: &mut Response) {
        let settings = &app.site.settings.django;
        if !settings.templates.i18n.by_visitor {
            return;
        }
        let start = format!("{}=", settings.csrf.name);
        let mut cookies = response.headers().get_all(header::SET_COOKIE).iter();
        let has_csrf = cookies.any(|c| c.to_str().is_ok_and(|c| c.starts_with(&start)));
        let name = "Accept-Language";
        let vary = match response.headers().get(header::VARY).and_then(|v| v.to_str().ok()) {
            None => name.to_owned(),
            Some(before) if has_csrf => format!("{before}, {name}"),
            Some(after) => format!("{name}, {after}"),
        };
        for (header, text) in [(header::VARY, &vary), (header::CONTENT_LANGUAGE, &self.0)] {
            if let Ok(value) = HeaderValue::from_str(text) {
                response.headers_mut().insert(header, value);
            }
        }
    }
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
