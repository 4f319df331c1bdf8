//! One browser's request: its session, its user, its CSRF secret, and the cookies that the answer sets.
//! Django: `SessionMiddleware`, `AuthenticationMiddleware`, `CsrfViewMiddleware`.

use std::sync::Arc;

use poem::http::{HeaderValue, StatusCode, header};
use poem::{Request, Response};

use entity::user::Model as User;

use crate::App;
use crate::accounts::Session;
use crate::accounts::session::{CookieChange, SaveError};
use crate::endpoints::answer;
use crate::oauth::Params;
use crate::random;
use crate::settings::CookieSettings;
use crate::storage::Failure;

use super::{Origin, csrf};

/// What a page handler knows of its visitor.
pub struct Browser {
    pub app: Arc<App>,
    pub origin: Origin,
    /// Path and query as sent.
    pub full_path: String,
    session_cookie: Option<String>,
    session: Option<Session>,
    csrf_cookie: Option<String>,
    /// The secret that the answer must (re-)send.
    csrf_secret: Option<String>,
}

impl Browser {
    pub fn new(app: &Arc<App>, request: &Request) -> Browser {
        let settings = &app.site.settings.django;
        let cookie = |name: &str| cookie(request, name);
        let origin = request.data::<Origin>().cloned();
        Browser {
            app: app.clone(),
            origin: origin.unwrap_or(Origin { scheme: "http", host: String::new() }),
            full_path: full_path(request),
            session_cookie: cookie(&settings.session.name),
            session: None,
            csrf_cookie: cookie(&settings.csrf.name),
            csrf_secret: None,
        }
    }

    /// The session, loaded when first asked for.
    ///
    /// # Errors
    /// The database's own.
    pub async fn session(&mut self) -> Result<&mut Session, Failure> {
        if self.session.is_none() {
            self.session = Some(Session::load(&self.app.site, self.session_cookie.as_deref()).await?);
        }
        self.session.as_mut().ok_or_else(|| Failure::Other("session not loaded".into()))
    }

    /// # Errors
    /// The database's own.
    pub async fn user(&mut self) -> Result<Option<User>, Failure> {
        let app = self.app.clone();
        self.session().await?.user(&app.site).await
    }

    /// Refuses a POST that this site's own page did not send.
    ///
    /// # Errors
    /// The 403 page, or the 500 page when the session cannot be read.
    pub async fn check_csrf(&mut self, request: &Request, form: &Params) -> Result<(), Box<Response>> {
        self.prepare_csrf().await.map_err(|failure| Box::new(answer::failed(&failure)))?;
        let app = self.app.clone();
        let secret = self.known_secret();
        csrf::check(request, form, secret.as_deref(), &self.origin, &app.site.settings.django).map_err(
            |reason| {
                tracing::warn!(reason = csrf::logged(&reason), "Forbidden");
                let html = app.pages.csrf_failure(&reason, &app.site.settings, app.site.clock.now());
                let mut response = match html {
                    Ok(html) => answer::html(StatusCode::FORBIDDEN, html),
                    Err(error) => answer::failed(&Failure::Template(error)),
                };
                self.mend_cookie(&reason, &mut response);
                Box::new(response)
            },
        )
    }

    /// A malformed cookie is replaced by a new secret, also on the page that refuses (D-43).
    fn mend_cookie(&self, reason: &django::csrf::Reason, response: &mut Response) {
        let settings = &self.app.site.settings.django;
        if settings.csrf_use_sessions {
            vary_on_cookie(response);
        } else if matches!(reason, django::csrf::Reason::Cookie(_))
            && let Ok(secret) = random::text(32, random::CSRF)
        {
            add_cookie(response, &settings.csrf, &secret, csrf_age(&settings.csrf), &self.app);
            vary_on_cookie(response);
        }
    }

    /// Loads the session where CSRF_USE_SESSIONS keeps the secret; a page that shows a form calls this first.
    ///
    /// # Errors
    /// The database's own.
    pub async fn prepare_csrf(&mut self) -> Result<(), Failure> {
        if self.app.site.settings.django.csrf_use_sessions {
            self.session().await?;
        }
        Ok(())
    }

    /// The secret that the browser has: in its cookie, or in its session.
    fn known_secret(&self) -> Option<String> {
        if self.app.site.settings.django.csrf_use_sessions {
            return self.session.as_ref().and_then(|s| s.csrf_secret().map(str::to_owned));
        }
        self.csrf_cookie.clone()
    }

    /// A fresh form token; the answer will send the cookie.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub fn csrf_token(&mut self) -> Result<String, Failure> {
        let known = self.known_secret().and_then(|c| django::csrf::check_cookie(&c).ok());
        let secret = match (self.csrf_secret.take(), known) {
            (Some(secret), _) => secret,
            (None, Some(secret)) => secret.into_string(),
            (None, None) => random::text(32, random::CSRF)?,
        };
        let token = django::csrf::mask(&secret, &random::text(32, random::CSRF)?);
        self.keep_secret(secret);
        Ok(token)
    }

    fn keep_secret(&mut self, secret: String) {
        if self.app.site.settings.django.csrf_use_sessions {
            if let Some(session) = self.session.as_mut() {
                session.set_csrf_secret(&secret);
            }
        } else {
            self.csrf_secret = Some(secret);
        }
    }

    /// A new secret, as Django makes one at login.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub fn rotate_csrf(&mut self) -> Result<(), Failure> {
        let secret = random::text(32, random::CSRF)?;
        self.keep_secret(secret);
        Ok(())
    }

    /// The mount that this request came through, with FORCE_SCRIPT_NAME in front.
    pub fn mount(&self) -> String {
        let settings = &self.app.site.settings;
        let path = self.full_path.as_str();
        let mounts = settings.server.mount.iter();
        let mount = mounts.filter(|m| path.starts_with(m.as_str())).max_by_key(|m| m.len());
        format!("{}{}", settings.django.force_script_name, mount.map_or("/o/", String::as_str))
    }

    /// 302 to the login page, with the way back.
    pub fn login_redirect(&self, path: &str) -> Response {
        let settings = &self.app.site.settings;
        let login_url = settings.resolve_url(&settings.django.login_url);
        let absolute = format!("{}{path}", self.origin.base());
        let next = django::urls::next_for_login(&login_url, &absolute, path);
        answer::redirect(&django::urls::login_redirect(&login_url, next, "next"))
    }

    /// Writes the session and sets the cookies of the answer.
    pub async fn finish(mut self, mut response: Response) -> Response {
        let app = self.app.clone();
        let settings = &app.site.settings.django;
        if let Some(secret) = self.csrf_secret.take() {
            add_cookie(&mut response, &settings.csrf, &secret, csrf_age(&settings.csrf), &app);
            vary_on_cookie(&mut response);
        }
        if response.status().is_server_error() {
            return response;
        }
        let too_short = self.session_cookie.as_ref().is_some_and(|c| c.len() < 8);
        let change = match self.session.as_mut() {
            Some(session) => {
                vary_on_cookie(&mut response);
                session.save(&app.site, self.session_cookie.is_some()).await
            }
            None if too_short => Ok(CookieChange::Delete),
            None => Ok(CookieChange::Keep),
        };
        match change {
            Ok(CookieChange::Keep) => {}
            Ok(CookieChange::Delete) => {
                delete_cookie(&mut response, &settings.session);
                vary_on_cookie(&mut response);
            }
            Ok(CookieChange::Set(key, age)) => add_cookie(&mut response, &settings.session, &key, age, &app),
            Err(SaveError::Interrupted) => return answer::bad_request(),
            Err(SaveError::Failed(failure)) => return answer::failed(&failure),
        }
        response
    }
}

/// Seconds that the CSRF cookie lives; none = it ends with the browser.
fn csrf_age(cookie: &CookieSettings) -> Option<i64> {
    (!cookie.until_close).then_some(cookie.age)
}

/// Path and query as sent; an empty query is none, as in Django's `get_full_path`.
fn full_path(request: &Request) -> String {
    let full = request.original_uri().path_and_query().map_or_else(String::new, ToString::to_string);
    full.strip_suffix('?').map(str::to_owned).unwrap_or(full)
}

/// The last cookie of this name. Django: `parse_cookie`.
pub fn cookie(request: &Request, name: &str) -> Option<String> {
    let headers = request.headers().get_all(header::COOKIE).iter().filter_map(|h| h.to_str().ok());
    let pairs = headers.flat_map(|h| h.split(';')).filter_map(|pair| pair.split_once('='));
    let mut values = pairs.filter(|(n, _)| n.trim() == name).map(|(_, value)| value.trim());
    values.next_back().map(|v| v.strip_prefix('"').and_then(|v| v.strip_suffix('"')).unwrap_or(v).to_owned())
}

/// A session cookie too short to be one is deleted on every page (D-01, D-19), also where nobody asks for a session.
pub fn drop_short_session(request_cookie: Option<&str>, response: &mut Response, settings: &CookieSettings) {
    let short = request_cookie.is_some_and(|c| c.len() < 8);
    let start = format!("{}=", settings.name);
    let mut set = response.headers().get_all(header::SET_COOKIE).iter();
    let said = set.any(|c| c.to_str().is_ok_and(|c| c.starts_with(&start)));
    if short && !said && !response.status().is_server_error() {
        delete_cookie(response, settings);
        vary_on_cookie(response);
    }
}

fn vary_on_cookie(response: &mut Response) {
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("Cookie"));
}

fn add_cookie(response: &mut Response, cookie: &CookieSettings, value: &str, age: Option<i64>, app: &App) {
    let mut text = format!("{}={value}", cookie.name);
    if let Some(domain) = &cookie.domain {
        text.push_str(&format!("; Domain={domain}"));
    }
    if let Some(age) = age {
        let expires = app.site.clock.now() + chrono::TimeDelta::seconds(age);
        text.push_str(&format!("; expires={}", http_date(expires)));
    }
    if cookie.http_only {
        text.push_str("; HttpOnly");
    }
    if let Some(age) = age {
        text.push_str(&format!("; Max-Age={age}"));
    }
    finish_cookie(response, cookie, text, cookie.secure);
}

fn delete_cookie(response: &mut Response, cookie: &CookieSettings) {
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

/// `Tue, 24 Nov 2026 20:31:00 GMT`.
pub fn http_date(at: chrono::DateTime<chrono::Utc>) -> String {
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
