//! Cookies of requests and answers, as Django reads and writes them.
//! Django: `parse_cookie`, `HttpResponse.set_cookie`, `delete_cookie`.

use poem::Response;
use poem::http::{HeaderMap, HeaderValue, header};

use django::text::strip;
use django::values::http_date;

use crate::App;
use crate::endpoints::vary;
use crate::settings::CookieSettings;

/// Seconds that the CSRF cookie lives; none = it ends with the browser.
pub fn csrf_age(cookie: &CookieSettings) -> Option<i64> {
    (!cookie.until_close).then_some(cookie.age)
}

/// The last cookie of this name. Django: `parse_cookie`.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    cookies(headers).filter(|(known, _)| known == name).last().map(|(_, value)| value)
}

/// All cookies in their order.
pub fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (String, String)> {
    // Browsers send what a script set as UTF-8; one odd cookie must not hide the others.
    let texts =
        headers.get_all(header::COOKIE).iter().map(|h| String::from_utf8_lossy(h.as_bytes()).into_owned());
    let pairs = texts.flat_map(|text| text.split(';').map(str::to_owned).collect::<Vec<_>>());
    pairs.filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        Some((strip(name).to_owned(), unquote(strip(value))))
    })
}

/// Without its quotes, `\ooo` and `\x` undone. Python: `http.cookies._unquote`.
fn unquote(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"').and_then(|v| v.strip_suffix('"')) else {
        return value.to_owned();
    };
    let mut out = String::new();
    let mut rest = inner;
    while let Some((plain, escaped)) = rest.split_once('\\') {
        out.push_str(plain);
        let octal = escaped.get(..3).filter(|o| o.bytes().all(|b| b.is_ascii_digit() && b < b'8'));
        let code = octal.and_then(|o| u8::from_str_radix(o, 8).ok());
        let mut characters = escaped.chars();
        rest = match (code, characters.next()) {
            (Some(code), _) => {
                out.push(char::from(code));
                &escaped[3..]
            }
            (None, Some(character)) => {
                out.push(character);
                characters.as_str()
            }
            (None, None) => {
                out.push('\\');
                ""
            }
        };
    }
    out.push_str(rest);
    out
}

/// The messages' cookie has the session cookie's domain and SameSite. Django: `CookieStorage._update_cookie`.
pub fn messages_cookie(session: &CookieSettings) -> CookieSettings {
    CookieSettings { name: django::messages::COOKIE.to_owned(), path: "/".to_owned(), ..session.clone() }
}

/// A session cookie too short to be one is deleted on every page (D-01, D-19), also where nobody asks for a session.
pub fn drop_short_session(request_cookie: Option<&str>, response: &mut Response, settings: &CookieSettings) {
    let short = request_cookie.is_some_and(|c| c.len() < django::session::MIN_KEY_LENGTH);
    let start = format!("{}=", settings.name);
    let mut set = response.headers().get_all(header::SET_COOKIE).iter();
    let said = set.any(|c| c.to_str().is_ok_and(|c| c.starts_with(&start)));
    if short && !said && !response.status().is_server_error() {
        delete_cookie(response, settings);
        vary::on_session(response);
    }
}

pub fn add_cookie(
    response: &mut Response,
    cookie: &CookieSettings,
    value: &str,
    age: Option<i64>,
    app: &App,
) {
    let mut text = format!("{}={value}", cookie.name);
    if let Some(domain) = &cookie.domain {
        text.push_str(&format!("; Domain={domain}"));
    }
    if let Some(age) = age {
        let expires = app.site.clock.now() + chrono::TimeDelta::seconds(age);
        text.push_str(&format!("; expires={}", http_date(expires.timestamp())));
    }
    if cookie.http_only {
        text.push_str("; HttpOnly");
    }
    if let Some(age) = age {
        text.push_str(&format!("; Max-Age={age}"));
    }
    finish_cookie(response, cookie, text, cookie.secure);
}

pub fn delete_cookie(response: &mut Response, cookie: &CookieSettings) {
    let mut text = format!("{}=\"\"", cookie.name);
    if let Some(domain) = &cookie.domain {
        text.push_str(&format!("; Domain={domain}"));
    }
    text.push_str("; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0");
    // Django: a deletion is Secure only where browsers insist on it.
    let insist = cookie.name.starts_with("__Secure-") || cookie.name.starts_with("__Host-");
    let none = cookie.same_site.as_deref().is_some_and(|s| s.eq_ignore_ascii_case("none"));
    finish_cookie(response, cookie, text, insist || none);
}

fn finish_cookie(response: &mut Response, cookie: &CookieSettings, mut text: String, secure: bool) {
    text.push_str(&format!("; Path={}", cookie.path));
    if let Some(same_site) = &cookie.same_site {
        text.push_str(&format!("; SameSite={same_site}"));
    }
    if secure {
        text.push_str("; Secure");
    }
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// Django's `never_cache`.
pub fn never_cache(response: &mut Response, now: chrono::DateTime<chrono::Utc>) {
    crate::endpoints::answer::set(response, header::EXPIRES, &http_date(now.timestamp()));
    let value = "max-age=0, no-cache, no-store, must-revalidate, private";
    crate::endpoints::answer::set(response, header::CACHE_CONTROL, value);
}
