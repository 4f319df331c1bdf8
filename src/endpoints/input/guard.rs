//! The browser's CSRF secret, and whether a form comes from this site's own page. Django: `CsrfViewMiddleware`.

use std::sync::Arc;

use poem::Response;
use poem::http::StatusCode;

use crate::endpoints::answer;
use crate::failure::Failure;
use crate::oauth::Params;
use crate::pages::forbidden::CsrfPage;
use crate::random;

use super::upload::FormError;
use super::{Browser, csrf, oauth_form};

impl Browser<'_> {
    /// The form, if this site's own page sent it. Django looks at origin and cookie before it reads the form.
    ///
    /// # Errors
    /// The 403 page, the 400 page of a form that cannot be read, or the 500 page when the session cannot be read.
    pub async fn check_form(
        &mut self,
        form: Result<Params, FormError>,
    ) -> Result<Arc<Params>, Box<Response>> {
        self.prepare_csrf().await.map_err(|failure| Box::new(answer::failed(&failure)))?;
        let (form, unreadable) = match form {
            Ok(form) => (Arc::new(form), None),
            Err(error) => (Arc::default(), Some(error)),
        };
        self.posted = Some(form.clone());
        let (secret, settings) = (self.known_secret(), &self.app.site.settings.django);
        let checked = csrf::check_before_form(&self.head, secret.as_deref(), settings);
        let checked = checked.and_then(|secret| match unreadable {
            None => csrf::check_form(&self.head, &form, &secret, settings),
            Some(_) => Ok(()),
        });
        match (checked, unreadable) {
            (Ok(()), None) => Ok(form),
            (Ok(()), Some(error)) => Err(Box::new(oauth_form::refuse(&error))),
            (Err(reason), _) => Err(Box::new(self.forbidden(&reason).await)),
        }
    }

    async fn forbidden(&mut self, reason: &django::csrf::Reason) -> Response {
        tracing::warn!(reason = csrf::logged(reason), "Forbidden");
        let page = CsrfPage { reason, debug: self.app.site.settings.django.debug };
        let response = match self.render(&page).await {
            Ok(html) => answer::html(StatusCode::FORBIDDEN, html),
            Err(failure) => answer::failed(&failure),
        };
        // A malformed cookie is replaced by a new secret, also on the page that refuses (D-43).
        let uses_cookie = !self.app.site.settings.django.csrf_use_sessions;
        if uses_cookie && self.csrf_secret.is_none() && matches!(reason, django::csrf::Reason::Cookie(_)) {
            self.csrf_secret = random::text(django::csrf::SECRET_LENGTH, random::ALPHANUMERIC).ok();
        }
        csrf::refusal(self.complete(response).await)
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
    pub fn known_secret(&self) -> Option<String> {
        if self.app.site.settings.django.csrf_use_sessions {
            return self.session.as_ref().and_then(|s| s.csrf_secret().map(str::to_owned));
        }
        self.csrf_cookie.clone()
    }

    /// The secret that the browser has or will get.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub(super) fn secret_or_new(&mut self) -> Result<String, Failure> {
        let known = self.known_secret().and_then(|c| django::csrf::check_cookie(&c).ok());
        match (self.csrf_secret.clone(), known) {
            (Some(secret), _) => Ok(secret),
            (None, Some(secret)) => Ok(secret.into_string()),
            (None, None) => random::text(django::csrf::SECRET_LENGTH, random::ALPHANUMERIC),
        }
    }

    pub(super) fn keep_secret(&mut self, secret: String) {
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
        let secret = random::text(django::csrf::SECRET_LENGTH, random::ALPHANUMERIC)?;
        self.keep_secret(secret);
        Ok(())
    }
}
