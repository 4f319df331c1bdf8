//! A request to a page, checked in Django's order: CSRF, then login. Whoever may not go on gets the answer, and the page
//! never runs. Django: `CsrfViewMiddleware`, `LoginRequiredMixin`.

use std::sync::Arc;

use poem::http::Method;
use poem::{FromRequest, Request, RequestBody, Response};

use entity::user::Model as User;

use crate::endpoints::answer;
use crate::oauth::{Error, Params};

use super::{Browser, cookies, form};

/// Anybody, with a form that a page of this site has sent, if one was sent.
pub struct Visitor<'a> {
    pub browser: Browser<'a>,
    pub method: &'a Method,
    /// Django fills `request.POST` for a POST only; PUT and DELETE come with an empty form.
    pub form: Arc<Params>,
}

impl<'a> FromRequest<'a> for Visitor<'a> {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        let mut browser = Browser::from_request(request, body).await?;
        let method = request.method();
        if method.is_safe() {
            return Ok(Visitor { browser, method, form: Arc::default() });
        }
        let sent = match method {
            &Method::POST => form::read(request, body, &browser.app.site.settings).await,
            _ => Ok(Params::default()),
        };
        let form = browser.check_form(sent).await.map_err(|refused| answer::instead(*refused))?;
        Ok(Visitor { browser, method, form })
    }
}

impl Visitor<'_> {
    /// The answer with the visitor's cookies.
    pub async fn finish(self, response: Result<Response, impl Into<Error>>) -> Response {
        let response = response.unwrap_or_else(|error| answer::refused(error.into()));
        self.browser.finish(response).await
    }
}

/// Somebody who is logged in, and the form; everybody else is sent to the login page.
pub struct LoggedIn<'a> {
    pub browser: Browser<'a>,
    pub user: User,
    pub method: &'a Method,
    pub form: Arc<Params>,
}

impl<'a> FromRequest<'a> for LoggedIn<'a> {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        let Visitor { mut browser, method, form } = Visitor::from_request(request, body).await?;
        let refusal = match browser.user().await {
            Ok(Some(user)) => return Ok(LoggedIn { browser, user, method, form }),
            Ok(None) => browser.login_first(),
            Err(failure) => answer::failed(&failure),
        };
        Err(answer::instead(browser.finish(refusal).await))
    }
}

impl LoggedIn<'_> {
    /// Whether a form was sent, also by PUT.
    pub fn is_submitted(&self) -> bool {
        *self.method == Method::POST || *self.method == Method::PUT
    }

    /// The answer with the visitor's cookies.
    pub async fn finish(self, response: Result<Response, impl Into<Error>>) -> Response {
        let response = response.unwrap_or_else(|error| answer::refused(error.into()));
        self.browser.finish(response).await
    }
}

/// Who comes to log in or out; the answer is never cached. Django: `never_cache` and `csrf_protect` on both views.
pub struct Guest<'a> {
    pub browser: Browser<'a>,
    pub method: &'a Method,
    pub form: Arc<Params>,
}

impl<'a> FromRequest<'a> for Guest<'a> {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        let Visitor { browser, method, form } = Visitor::from_request(request, body).await?;
        Ok(Guest { browser, method, form })
    }
}

impl Guest<'_> {
    /// The answer with the visitor's cookies.
    pub async fn finish(self, response: Result<Response, impl Into<Error>>) -> Response {
        let mut response = response.unwrap_or_else(|error| answer::refused(error.into()));
        cookies::never_cache(&mut response, self.browser.app.site.clock.now());
        self.browser.finish(response).await
    }
}

/// Proof that a request cannot come from another site's page: it is safe, or brought a good token.
pub struct Unforged;

impl<'a> FromRequest<'a> for Unforged {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        if !request.method().is_safe() {
            Visitor::from_request(request, body).await?;
        }
        Ok(Unforged)
    }
}
