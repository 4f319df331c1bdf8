//! One browser's request: its session, its user, its CSRF secret, and the cookies that the answer sets.
//! Django: `SessionMiddleware`, `AuthenticationMiddleware`, `CsrfViewMiddleware`.

use std::sync::Arc;

use poem::http::{HeaderMap, Method, StatusCode, header};
use poem::{Request, Response};

use entity::user::Model as User;

use crate::App;
use crate::accounts::Session;
use crate::accounts::session::{CookieChange, SaveError};
use crate::endpoints::answer::{self, ErrorPage};
use crate::failure::Failure;
use crate::oauth::Params;
use crate::urls::Url;

use super::cookies::{add_cookie, cookie, csrf_age, delete_cookie, vary_on_cookie};
use super::messages::Messages;
use super::{Language, Origin, csrf, token_user};

/// Marks an answer whose session has been looked after.
#[derive(Clone, Copy)]
struct Finished;

/// What a page handler knows of its visitor.
pub struct Browser {
    pub app: Arc<App>,
    pub origin: Origin,
    /// FORCE_SCRIPT_NAME, path and query as sent.
    pub full_path: String,
    session_cookie: Option<String>,
    pub(super) session: Option<Session>,
    pub(super) messages: Messages,
    pub(super) csrf_cookie: Option<String>,
    /// The secret that the answer must (re-)send.
    pub(super) csrf_secret: Option<String>,
    /// The secret of a token that a page may print.
    pub(super) possible_secret: Option<String>,
    pub(super) method: Method,
    pub(super) headers: HeaderMap,
    pub(super) remote_addr: Option<String>,
    /// Django's SERVER_PORT, or what a trusted proxy says.
    pub(super) port: String,
    /// `request.POST`, as far as a handler has read it.
    pub(super) posted: Params,
    /// The active language.
    pub(super) language: String,
}

impl Browser {
    pub fn new(app: &Arc<App>, request: &Request) -> Browser {
        let settings = &app.site.settings.django;
        let cookie = |name: &str| cookie(request, name);
        let origin = request.data::<Origin>().cloned();
        Browser {
            app: app.clone(),
            origin: origin.unwrap_or(Origin { scheme: "http", host: String::new() }),
            full_path: format!("{}{}", settings.force_script_name, full_path(request)),
            session_cookie: cookie(&settings.session.name),
            session: None,
            messages: Messages::of(request),
            csrf_cookie: cookie(&settings.csrf.name),
            csrf_secret: None,
            possible_secret: None,
            method: request.method().clone(),
            headers: request.headers().clone(),
            remote_addr: request.remote_addr().as_socket_addr().map(|a| a.ip().to_string()),
            port: super::origin::port(request, settings, &csrf::own_port(request)),
            posted: Params::default(),
            language: request
                .data::<Language>()
                .map_or_else(|| Language::of(app, request).0, |l| l.0.clone()),
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
        self.session.as_mut().ok_or(Failure::Unexpected("session not loaded"))
    }

    /// # Errors
    /// The database's own.
    pub async fn user(&mut self) -> Result<Option<User>, Failure> {
        let app = self.app.clone();
        if let Some(user) = self.session().await?.user(&app.site).await? {
            return Ok(Some(user));
        }
        token_user::find(&app.site, &self.headers, &format!("{}{}", self.origin.base(), self.full_path)).await
    }

    /// The path of a URL below the mount that this request came through. Values stand in it as they are.
    pub fn beside(&self, url: Url, values: &[&str]) -> String {
        self.app.site.settings.urls.beside(&self.full_path, url, values)
    }

    /// 302 to the login page, with the way back.
    pub fn login_redirect(&self, path: &str) -> Response {
        let settings = &self.app.site.settings;
        let login_url = settings.resolve_url(&settings.django.login_url);
        let absolute = format!("{}{path}", self.origin.base());
        let next = django::urls::next_for_login(&login_url, &absolute, path);
        answer::redirect(&django::urls::login_redirect(&login_url, next, "next"))
    }

    /// SESSION_SAVE_EVERY_REQUEST on an answer that was made without the session (D-21).
    pub async fn save_untouched(self, response: Response) -> Response {
        if response.extensions().get::<Finished>().is_some() || response.status().is_server_error() {
            return response;
        }
        self.finish(response).await
    }

    /// The page of a 403 or 404 with all that a page knows of its visitor; other errors tell their page nothing.
    pub async fn show_error(mut self, mut response: Response) -> Response {
        let statuses = [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND];
        if !statuses.iter().any(|status| ErrorPage::is_of(&response, *status)) {
            return response;
        }
        let Some(error) = response.extensions_mut().remove::<ErrorPage>() else { return response };
        let path = self.full_path.split('?').next().unwrap_or_default().to_owned();
        match self.render(&error.describe(&path)).await {
            Ok(html) => {
                answer::set(&mut response, header::CONTENT_LENGTH, &html.len().to_string());
                response.set_body(html);
            }
            Err(failure) => tracing::error!(error = %failure, "an error page cannot be rendered"),
        }
        self.complete(response).await
    }

    /// SESSION_SAVE_EVERY_REQUEST, where no page has asked for the session.
    async fn keep_alive(&mut self) -> Result<(), Failure> {
        let asked = self.session_cookie.as_ref().is_some_and(|c| c.len() >= 8);
        if asked && self.app.site.settings.django.session_save_every_request {
            self.session().await?.keep_alive();
        }
        Ok(())
    }

    /// Writes the session and sets the cookies of the answer.
    pub async fn finish(mut self, response: Response) -> Response {
        self.complete(response).await
    }

    pub(super) async fn complete(&mut self, mut response: Response) -> Response {
        response.extensions_mut().insert(Finished);
        let app = self.app.clone();
        let settings = &app.site.settings.django;
        if let Some(secret) = self.csrf_secret.take() {
            add_cookie(&mut response, &settings.csrf, &secret, csrf_age(&settings.csrf), &app);
            vary_on_cookie(&mut response);
        }
        if let Err(failure) = self.store_messages(&mut response).await {
            return answer::failed(&failure);
        }
        if response.status().is_server_error() {
            if self.session.is_some() {
                vary_on_cookie(&mut response);
            }
            return response;
        }
        let accessed = self.session.is_some();
        if !accessed && let Err(failure) = self.keep_alive().await {
            return answer::failed(&failure);
        }
        let too_short =
            self.session_cookie.as_ref().is_some_and(|c| c.len() < django::session::MIN_KEY_LENGTH);
        let change = match self.session.as_mut() {
            Some(session) => {
                if accessed {
                    vary_on_cookie(&mut response);
                }
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
            Ok(CookieChange::Set(key, age)) => {
                add_cookie(&mut response, &settings.session, &key, age, &app);
                vary_on_cookie(&mut response);
            }
            Err(SaveError::Interrupted) => return answer::bad_request(),
            Err(SaveError::Failed(failure)) => return answer::failed(&failure),
        }
        response
    }
}

/// Path and query as sent; an empty query is none, as in Django's `get_full_path`.
fn full_path(request: &Request) -> String {
    let full = request.original_uri().path_and_query().map_or_else(String::new, ToString::to_string);
    full.strip_suffix('?').map(str::to_owned).unwrap_or(full)
}
