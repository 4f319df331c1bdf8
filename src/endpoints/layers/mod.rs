//! Django's MIDDLEWARE in its order, around every route: host, https, slash, methods, headers, request id.
//! Django: `SecurityMiddleware`, `CommonMiddleware`, `XFrameOptionsMiddleware`.

mod headers;
mod methods;

use std::sync::Arc;

use poem::http::{Method, StatusCode, header};
use poem::{Endpoint, IntoResponse, Request, Response};
use tracing::Instrument;

use crate::App;
use crate::oauth::Params;
use crate::random;

use super::input::browser::Browser;
use super::input::cookies;
use super::input::{Language, Origin};
use super::login;
use super::{answer, introspect};

pub use methods::{Allowed, Known, options};

/// Everything that happens before and after a route.
pub struct Front<E> {
    pub app: Arc<App>,
    pub known: Known,
    pub inner: E,
}

impl<E: Endpoint> Endpoint for Front<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let id = random::text(16, random::LOWERCASE_DIGITS).unwrap_or_default();
        let span = tracing::info_span!("request", id, method = %request.method(), path = logged_path(request.uri().path()));
        let response = self.answer(request).instrument(span.clone()).await;
        let status = response.status().as_u16();
        span.in_scope(|| tracing::info!(status, "answered"));
        Ok(with_request_id(response, &id))
    }
}

/// The path for the log, without what only a device's user knows.
fn logged_path(path: &str) -> &str {
    let ends = ["/device-confirm/", "/device-grant-status/"]
        .iter()
        .filter_map(|p| path.find(p).map(|i| i + p.len()));
    ends.min().map_or(path, |end| &path[..end])
}

fn with_request_id(mut response: Response, id: &str) -> Response {
    answer::set(&mut response, header::HeaderName::from_static("x-request-id"), id);
    response
}

impl<E: Endpoint> Front<E> {
    async fn answer(&self, mut request: Request) -> Response {
        let settings = &self.app.site.settings;
        let path = request.uri().path().to_owned();
        if path == "/healthz" || path == "/readyz" {
            return self.route(request).await;
        }
        let origin = match Origin::of(&request, &settings.django) {
            Ok(origin) => origin,
            Err(error) => {
                tracing::warn!(%error, "host refused");
                return headers::secure(answer::bad_request(), &settings.django.security, false);
            }
        };
        if let Some(to) = headers::ssl_redirect(&request, &origin, &settings.django.security) {
            return headers::secure(moved(&to), &settings.django.security, origin.is_secure());
        }
        let secure = origin.is_secure();
        let language = self.note(&mut request, origin);
        if settings.django.append_slash && self.known.lacks_slash(&path) {
            let query = request.uri().query().map(|q| format!("?{q}")).unwrap_or_default();
            let to = format!("{}{path}/{query}", settings.django.force_script_name);
            return headers::secure(moved(&to), &settings.django.security, secure);
        }
        if let Some(allow) = self.known.guarded(&request) {
            let response = introspect::wrong_method(&self.app.site, &request, allow).await;
            return headers::framed(
                headers::secure(response, &settings.django.security, secure),
                &settings.django.security,
            );
        }
        let account = self.known.is_account(&path);
        let session = cookies::cookie(&request, &settings.django.session.name);
        let mut response = match self.refused_by_csrf(&request, account).await {
            Some(response) => response,
            None => match self.known.refuse(&request) {
                Some(response) => response,
                None => self.route(request).await,
            },
        };
        // A refusal by CSRF is made outside the view that is never cached.
        if account && response.status() != StatusCode::FORBIDDEN {
            login::never_cache(&mut response, self.app.site.clock.now());
        }
        language.tell(&self.app, &mut response);
        cookies::drop_short_session(session.as_deref(), &mut response, &settings.django.session);
        headers::framed(
            headers::secure(response, &settings.django.security, secure),
            &settings.django.security,
        )
    }

    /// What the handlers find with the request.
    fn note(&self, request: &mut Request, origin: Origin) -> Language {
        let language = Language::of(&self.app, request);
        request.set_data(origin);
        request.set_data(language.clone());
        request.set_data(self.app.clone());
        language
    }

    /// On an account page a method that is not taken is checked for its token before it is refused.
    async fn refused_by_csrf(&self, request: &Request, account: bool) -> Option<Response> {
        let checked = [Method::PUT, Method::DELETE, Method::PATCH].contains(request.method());
        if !account || !checked || self.known.refuse(request).is_none() {
            return None;
        }
        let mut browser = Browser::new(&self.app, request);
        browser.check_csrf(request, &Params::default()).await.err().map(|refused| *refused)
    }

    async fn route(&self, request: Request) -> Response {
        let head = request.method() == Method::HEAD;
        let response = match self.inner.call(request).await {
            Ok(response) => response.into_response(),
            Err(error) if error.status() == StatusCode::NOT_FOUND && !error.is_from_response() => {
                answer::not_found()
            }
            Err(error) => error.into_response(),
        };
        if head { without_body(response) } else { response }
    }
}

/// 301, as CommonMiddleware sends for a missing slash.
fn moved(to: &str) -> Response {
    let mut response = answer::empty(StatusCode::MOVED_PERMANENTLY);
    answer::set(&mut response, header::LOCATION, &django::urls::iri_to_uri(to));
    response
}

fn without_body(mut response: Response) -> Response {
    let _ = response.take_body();
    response
}
