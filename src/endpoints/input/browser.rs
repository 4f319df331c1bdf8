//! One browser's request: its session, its user, its CSRF secret, and the cookies that the answer sets.
//! Django: `SessionMiddleware`, `AuthenticationMiddleware`, `CsrfViewMiddleware`.

use std::sync::Arc;

use poem::http::{StatusCode, header};
use poem::{FromRequest, Request, RequestBody, Response};

use entity::user::Model as User;

use crate::App;
use crate::accounts::Session;
use crate::accounts::session::{CookieChange, SaveError};
use crate::endpoints::answer::{self, ErrorMark};
use crate::endpoints::vary;
use crate::failure::Failure;
use crate::oauth::Params;
use crate::urls::Url;

use super::cookies::{add_cookie, cookie, csrf_age, delete_cookie};
use super::head::{Head, KeptHead};
use super::messages::Messages;
use super::token_user;

/// Marks an answer whose session has been looked after.
#[derive(Clone, Copy)]
struct Finished;

/// Marks the 400 of a session that somebody has ended meanwhile. Django: `SessionInterrupted`.
#[derive(Clone, Copy)]
pub struct Interrupted;

/// What a layer wants of a session, whatever the page does. Django: `request.session`, `request.user`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wants {
    Nothing,
    Session,
    User,
}

/// The nonce of a request that a template has printed. Django: `CSP.NONCE`.
#[derive(Clone)]
pub struct Nonce(pub String);

/// What a page handler knows of its visitor.
pub struct Browser<'a> {
    pub app: &'a App,
    pub head: Head<'a>,
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
    /// `request.POST`, as far as it was read.
    pub(super) posted: Option<Arc<Params>>,
    /// The view sets the CSRF cookie itself, before any layer does. Django: `csrf_protect`, `requires_csrf_token`.
    pub protects_itself: bool,
    /// What a template has printed.
    pub(super) nonce: Option<Nonce>,
}

impl<'a> FromRequest<'a> for Browser<'a> {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(Browser::new(super::app(request)?, Head::of(request)))
    }
}

impl<'a> Browser<'a> {
    pub fn new(app: &'a App, head: Head<'a>) -> Browser<'a> {
        let settings = &app.site.settings.django;
        Browser {
            app,
            head,
            full_path: format!("{}{}", settings.force_script_name, head.full_path()),
            session_cookie: cookie(head.headers, &settings.session.name),
            session: None,
            messages: Messages::of(head.headers),
            csrf_cookie: cookie(head.headers, &settings.csrf.name),
            csrf_secret: None,
            possible_secret: None,
            posted: None,
            protects_itself: false,
            nonce: None,
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
        let site = &self.app.site;
        if site.settings.token_middleware.comes_first
            && let Some(user) = self.user_of_token().await?
        {
            return Ok(Some(user));
        }
        match self.session().await?.user(site).await? {
            None if !site.settings.token_middleware.comes_first => self.user_of_token().await,
            user => Ok(user),
        }
    }

    /// The user of a bearer token, where the settings let it log in.
    ///
    /// # Errors
    /// The database's own.
    pub async fn user_of_token(&self) -> Result<Option<User>, Failure> {
        let url = format!("{}{}", self.head.origin.base(), self.full_path);
        token_user::find(&self.app.site, self.head.headers, &url).await
    }

    /// The active language.
    pub fn language(&self) -> &'a str {
        let own = &self.app.site.settings.django.templates.i18n.language_code;
        self.head.language.unwrap_or(own)
    }

    /// The path of a URL below the mount that this request came through. Values stand in it as they are.
    pub fn beside(&self, url: Url, values: &[&str]) -> String {
        self.app.site.settings.urls.beside(&self.full_path, url, values)
    }

    /// FORCE_SCRIPT_NAME and path as sent.
    pub fn path(&self) -> &str {
        self.full_path.split('?').next().unwrap_or_default()
    }

    /// 302 to the login page, with the way back to `path`.
    pub fn login_redirect(&self, path: &str) -> Response {
        let settings = &self.app.site.settings;
        let login_url = settings.resolve_url(&settings.django.login_url);
        let absolute = format!("{}{path}", self.head.origin.base());
        let next = django::urls::next_for_login(&login_url, &absolute, path);
        answer::redirect(&django::urls::login_redirect(&login_url, next, "next"))
    }

    /// 302 to the login page, with the way back here.
    pub fn login_first(&self) -> Response {
        self.login_redirect(&self.full_path)
    }

    /// SESSION_SAVE_EVERY_REQUEST on an answer that was made without the session (D-21), or a layer that wants something of it.
    /// No `Browser` of this request has touched the session then: the route took the request away, and what is known of the
    /// visitor is read again from the head.
    pub async fn save_untouched(app: &App, head: &KeptHead, wants: Wants, response: Response) -> Response {
        let is_finished = response.extensions().get::<Finished>().is_some()
            && (wants == Wants::Nothing || vary::is_on_session(&response));
        if is_finished || response.status().is_server_error() {
            return response;
        }
        let mut browser = Browser::new(app, head.head());
        if let Err(failure) = browser.look_for(wants).await {
            return answer::failed(&failure);
        }
        browser.complete(response).await
    }

    async fn look_for(&mut self, wants: Wants) -> Result<(), Failure> {
        let site = &self.app.site;
        match wants {
            Wants::Nothing => {}
            Wants::Session => {
                self.session().await?;
            }
            Wants::User => {
                self.session().await?.user(site).await?;
            }
        }
        Ok(())
    }

    /// The page of a 403 or 404 that no handler has made for its visitor. As in `save_untouched`, no `Browser` has finished:
    /// one that has takes the mark off its answer, and one made here marks its answer as finished.
    pub async fn show_error(app: &App, head: &KeptHead, response: Response) -> Response {
        if is_for_visitor(&response) {
            Browser::new(app, head.head()).finish(response).await
        } else {
            response
        }
    }

    /// The page of a 403 or 404 with all that a page knows of its visitor; other errors tell their page nothing.
    async fn fill_error(&mut self, response: &mut Response) {
        if !is_for_visitor(response) {
            return;
        }
        let Some(error) = response.extensions_mut().remove::<ErrorMark>() else { return };
        let path = self.path().to_owned();
        match self.render(&error.page(&path)).await {
            Ok(html) => {
                answer::set(response, header::CONTENT_LENGTH, &html.len().to_string());
                response.set_body(html);
                self.protects_itself = true;
            }
            Err(failure) => tracing::error!(error = %failure, "an error page cannot be rendered"),
        }
    }

    /// SESSION_SAVE_EVERY_REQUEST, where no page has asked for the session.
    async fn keep_alive(&mut self) -> Result<(), Failure> {
        let asked = self.session_cookie.as_ref().is_some_and(|c| c.len() >= 8);
        if asked && self.app.site.settings.django.session_save_every_request {
            self.session().await?.keep_alive();
        }
        Ok(())
    }

    /// Fills an error's page, writes the session and sets the cookies of the answer.
    pub async fn finish(mut self, mut response: Response) -> Response {
        self.fill_error(&mut response).await;
        self.complete(response).await
    }

    pub(super) async fn complete(&mut self, mut response: Response) -> Response {
        response.extensions_mut().insert(Finished);
        let app = self.app;
        self.send_csrf(&mut response);
        if let Some(nonce) = self.nonce.take() {
            response.extensions_mut().insert(nonce);
        }
        if let Err(failure) = self.store_messages(&mut response).await {
            return answer::failed(&failure);
        }
        if response.status().is_server_error() {
            if self.session.is_some() {
                vary::on_session(&mut response);
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
                    vary::on_session(&mut response);
                }
                session.save(&app.site, self.session_cookie.is_some()).await
            }
            None if too_short => Ok(CookieChange::Delete),
            None => Ok(CookieChange::Keep),
        };
        self.send_session(change, response)
    }

    fn send_csrf(&mut self, response: &mut Response) {
        let Some(secret) = self.csrf_secret.take() else { return };
        let cookie = &self.app.site.settings.django.csrf;
        add_cookie(response, cookie, &secret, csrf_age(cookie), self.app);
        if self.protects_itself {
            vary::on(response, "Cookie");
        } else {
            vary::on_csrf(response);
        }
    }

    fn send_session(&self, change: Result<CookieChange, SaveError>, mut response: Response) -> Response {
        let cookie = &self.app.site.settings.django.session;
        match change {
            Ok(CookieChange::Keep) => return response,
            Ok(CookieChange::Delete) => delete_cookie(&mut response, cookie),
            Ok(CookieChange::Set(key, age)) => add_cookie(&mut response, cookie, &key, age, self.app),
            Err(SaveError::Interrupted) => {
                let mut refused = answer::bad_request();
                refused.extensions_mut().insert(Interrupted);
                return refused;
            }
            Err(SaveError::Failed(failure)) => return answer::failed(&failure),
        }
        vary::on_session(&mut response);
        response
    }
}

/// Whether the answer is an error whose page may tell of its visitor.
fn is_for_visitor(response: &Response) -> bool {
    [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND].iter().any(|status| ErrorMark::is_of(response, *status))
}
