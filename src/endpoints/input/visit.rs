//! A request to a page, checked in Django's order: CSRF, login, method.
//! Django: `CsrfViewMiddleware`, `LoginRequiredMiddleware`, `LoginRequiredMixin`, `View.dispatch`.

use std::sync::Arc;

use poem::http::Method;
use poem::{Request, Response};

use entity::user::Model as User;

use crate::App;
use crate::endpoints::{answer, layers};
use crate::failure::Failure;
use crate::oauth::Params;

use super::form::PageForm;
use super::{Browser, cookies};

/// What a page that needs a login works with.
pub struct Visit {
    pub browser: Browser,
    pub user: User,
    pub method: Method,
    /// Django fills `request.POST` for a POST only; PUT and DELETE come with an empty form.
    pub form: Params,
}

/// Who comes to log in or out; the answer is never cached.
pub struct Guest {
    pub browser: Browser,
    pub method: Method,
    pub form: Params,
}

/// The methods of a page, and whether LoginRequiredMiddleware stands before it.
#[derive(Clone, Copy)]
pub struct Door {
    pub allow: &'static str,
    pub login_required: bool,
}

/// The form, once its token is known to be good.
///
/// # Errors
/// As [`Browser::check_form`].
pub async fn checked(
    browser: &mut Browser,
    request: &Request,
    form: PageForm,
) -> Result<Params, Box<Response>> {
    if request.method().is_safe() {
        return Ok(Params::default());
    }
    let form = if request.method() == Method::POST { form.0 } else { Ok(Params::default()) };
    browser.check_form(request, form).await
}

/// What OPTIONS gets, and a method that the page does not take.
fn refused_method(method: &Method, allow: &str) -> Option<Response> {
    match method {
        &Method::OPTIONS => Some(layers::options(allow)),
        method if allow.split(", ").any(|m| m == method.as_str()) => None,
        _ => Some(answer::not_allowed(allow)),
    }
}

impl Visit {
    /// # Errors
    /// The answer to somebody who may not go on: 400, 403, 302 to the login page, 405, or what OPTIONS gets.
    pub async fn open(
        app: &Arc<App>,
        request: &Request,
        form: PageForm,
        allow: &str,
    ) -> Result<Visit, Box<Response>> {
        let mut browser = Browser::new(app, request);
        let method = request.method().clone();
        let form = checked(&mut browser, request, form).await?;
        let refusal = match browser.user().await {
            Err(failure) => answer::failed(&failure),
            Ok(None) => browser.login_redirect(&browser.full_path.clone()),
            Ok(Some(user)) => match refused_method(&method, allow) {
                None => return Ok(Visit { browser, user, method, form }),
                Some(refusal) => refusal,
            },
        };
        Err(Box::new(browser.finish(refusal).await))
    }

    /// Whether a form was sent, also by PUT.
    pub fn is_submitted(&self) -> bool {
        self.method == Method::POST || self.method == Method::PUT
    }

    /// The answer with the visitor's cookies.
    pub async fn finish(self, response: Result<Response, Failure>) -> Response {
        self.browser.finish(response.unwrap_or_else(|f| answer::failed(&f))).await
    }
}

impl Guest {
    /// # Errors
    /// The answer to somebody who may not go on: 400, 403, 302 to the login page, 405, or what OPTIONS gets.
    pub async fn open(
        app: &Arc<App>,
        request: &Request,
        form: PageForm,
        door: Door,
    ) -> Result<Guest, Box<Response>> {
        let mut browser = Browser::new(app, request);
        let method = request.method().clone();
        let form = checked(&mut browser, request, form).await?;
        if door.login_required {
            let stranger = match browser.user().await {
                Err(failure) => Some(answer::failed(&failure)),
                Ok(None) => Some(browser.login_redirect(&browser.full_path.clone())),
                Ok(Some(_)) => None,
            };
            if let Some(answer) = stranger {
                return Err(Box::new(browser.finish(answer).await));
            }
        }
        let guest = Guest { browser, method, form };
        match refused_method(&guest.method, door.allow) {
            Some(refusal) => Err(Box::new(guest.finish(refusal).await)),
            None => Ok(guest),
        }
    }

    /// The answer with the visitor's cookies.
    pub async fn finish(self, mut response: Response) -> Response {
        cookies::never_cache(&mut response, self.browser.app.site.clock.now());
        self.browser.finish(response).await
    }
}
