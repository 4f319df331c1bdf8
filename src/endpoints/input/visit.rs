//! A request to a page, checked in Django's order: CSRF, then login. Whoever may not go on gets the answer, and the page
//! never runs. Django: `CsrfViewMiddleware`, `LoginRequiredMixin`.

use std::sync::Arc;

use poem::http::Method;
use poem::{FromRequest, Request, RequestBody, Response};

use entity::user::Model as User;

use crate::endpoints::answer;
use crate::oauth::{Error, Params};

use super::head::Head;
use super::{Browser, cookies, form};

/// Anybody, with a form that a page of this site has sent, if one was sent.
pub struct Visitor<'a> {
    pub browser: Browser<'a>,
    pub method: &'a Method,
    /// Whether this is a form to act upon. Django: `ProcessFormView` takes a PUT as it takes a POST.
    pub is_submitted: bool,
    /// Django fills `request.POST` for a POST only; PUT and DELETE come with an empty form.
    pub form: Arc<Params>,
}

impl<'a> FromRequest<'a> for Visitor<'a> {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        let mut browser = Browser::from_request(request, body).await?;
        let method = request.method();
        if method.is_safe() {
            return Ok(Visitor { browser, method, is_submitted: false, form: Arc::default() });
        }
        let sent = match method {
            &Method::POST => form::read(request, body, &browser.app.site.settings).await,
            _ => Ok(Params::default()),
        };
        let form = browser.check_form(sent).await.map_err(|refused| answer::instead(*refused))?;
        let is_submitted = *method == Method::POST || *method == Method::PUT;
        Ok(Visitor { browser, method, is_submitted, form })
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
    /// As the visitor's.
    pub is_submitted: bool,
    pub form: Arc<Params>,
}

impl<'a> FromRequest<'a> for LoggedIn<'a> {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        login_first(request).await?;
        let Visitor { mut browser, method, is_submitted, form } =
            Visitor::from_request(request, body).await?;
        let refusal = match browser.user().await {
            Ok(Some(user)) => return Ok(LoggedIn { browser, user, method, is_submitted, form }),
            Ok(None) => browser.login_first(),
            Err(failure) => answer::failed(&failure),
        };
        Err(answer::instead(browser.finish(refusal).await))
    }
}

/// Whoever LoginRequiredMiddleware sends to the login page before the CSRF token is checked.
async fn login_first(request: &Request) -> poem::Result<()> {
    let app = super::app(request)?;
    if request.method().is_safe() || !app.site.settings.middleware.login_before_csrf {
        return Ok(());
    }
    let mut browser = Browser::new(app, Head::of(request));
    let refusal = match browser.user().await {
        Ok(Some(_)) => return Ok(()),
        Ok(None) => browser.login_first(),
        Err(failure) => answer::failed(&failure),
    };
    Err(answer::instead(browser.finish(refusal).await))
}

impl LoggedIn<'_> {
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
    /// As the visitor's.
    pub is_submitted: bool,
    pub form: Arc<Params>,
}

impl<'a> FromRequest<'a> for Guest<'a> {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        let Visitor { mut browser, method, is_submitted, form } =
            Visitor::from_request(request, body).await?;
        browser.protects_itself = true;
        Ok(Guest { browser, method, is_submitted, form })
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
