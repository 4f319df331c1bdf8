//! A logged-in user's request to a page, checked in Django's order: CSRF, login, method.
//! Django: `CsrfViewMiddleware`, `LoginRequiredMixin`, `View.dispatch`.

use std::sync::Arc;

use poem::http::Method;
use poem::{Request, Response};

use entity::user::Model as User;

use crate::App;
use crate::endpoints::{answer, layers};
use crate::oauth::Params;
use crate::storage::Failure;

use super::form::PageForm;
use super::{Browser, oauth_form};

/// What a page that needs a login works with.
pub struct Visit {
    pub browser: Browser,
    pub user: User,
    pub method: Method,
    /// Django fills `request.POST` for a POST only; PUT and DELETE come with an empty form.
    pub form: Params,
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
        let form = match form.0 {
            Ok(form) if method == Method::POST => form,
            Err(error) if method == Method::POST => return Err(Box::new(oauth_form::refuse(&error))),
            _ => Params::default(),
        };
        if !method.is_safe() {
            browser.check_csrf(request, &form).await?;
        }
        let refusal = match browser.user().await {
            Err(failure) => answer::failed(&failure),
            Ok(None) => browser.login_redirect(&browser.full_path.clone()),
            Ok(Some(_)) if method == Method::OPTIONS => layers::options(allow),
            Ok(Some(user)) if allow.split(", ").any(|m| m == method.as_str()) => {
                return Ok(Visit { browser, user, method, form });
            }
            Ok(Some(_)) => answer::not_allowed(allow),
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
