//! Django's MIDDLEWARE in its order, around every route: CORS, host, https, session, slash, methods, headers, and the
//! error pages. Django: `SecurityMiddleware`, `CommonMiddleware`, `XFrameOptionsMiddleware`.

mod common;
mod constant;
mod cors;
mod headers;
mod methods;
mod path;

use std::sync::Arc;

use poem::http::{Method, StatusCode, header};
use poem::{Endpoint, IntoResponse, Request, Response};
use tracing::Instrument;

use crate::App;
use crate::oauth::Params;
use crate::random;

use super::input::{self, Browser, Language, Origin, cookies, form, token_user};
use super::{answer, introspect, observed};

use constant::Key;
use methods::Target;

pub use constant::{Constant, Constants};
pub use methods::{RouteTable, options};

/// Everything that happens before and after a route.
pub struct Front<E> {
    pub app: Arc<App>,
    pub table: RouteTable,
    pub constants: Constants,
    pub inner: E,
}

impl<E: Endpoint> Endpoint for Front<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let https = self.app.site.settings.django.secure_proxy_ssl_header.as_ref();
        let key = Key::of(&request, https.map(|(name, _)| name.as_str()));
        path::unescape(&mut request);
        join(&mut request, header::AUTHORIZATION);
        join(&mut request, header::ORIGIN);
        let id = random::request_id();
        let span = tracing::info_span!("request", id, method = %request.method(), path = self.app.site.settings.urls.without_secrets(request.uri().path()));
        let response = match key.as_ref().and_then(|key| self.constants.get(key)) {
            Some(response) => response,
            // Boxed: it is large, and a constant answer needs none of it.
            None => Box::pin(self.fresh(request, key)).instrument(span.clone()).await,
        };
        let status = response.status().as_u16();
        span.in_scope(|| tracing::info!(status, "answered"));
        Ok(with_request_id(response, &id))
    }
}

/// One line of a header that came in several, as WSGI servers join them: none of them counts by itself.
fn join(request: &mut Request, name: header::HeaderName) {
    let lines: Vec<&[u8]> =
        request.headers().get_all(&name).iter().map(header::HeaderValue::as_bytes).collect();
    if lines.len() < 2 {
        return;
    }
    if let Ok(joined) = header::HeaderValue::from_bytes(&lines.join(&b","[..])) {
        request.headers_mut().insert(name, joined);
    }
}

fn with_request_id(mut response: Response, id: &str) -> Response {
    answer::set(&mut response, header::HeaderName::from_static("x-request-id"), id);
    response
}

impl<E: Endpoint> Front<E> {
    async fn fresh(&self, request: Request, key: Option<Key>) -> Response {
        let started = self.app.site.clock.start();
        let response = self.answer(request).await;
        observed::tell(&response, started.elapsed());
        match key {
            Some(key) => self.constants.keep(key, response).await,
            None => response,
        }
    }

    /// django-cors-headers stands outside everything else.
    async fn answer(&self, request: Request) -> Response {
        if self.app.site.settings.urls.is_probe(request.uri().path()) {
            return self.route(request).await;
        }
        let Some(asked) = cors::Asked::of(&request, self.app.site.settings.cors.as_ref()) else {
            return self.secured(request).await;
        };
        let response = match asked.preflight() {
            Some(response) => response,
            None => self.secured(request).await,
        };
        asked.add_headers(response)
    }

    /// SecurityMiddleware, and the host that everything else relies on.
    async fn secured(&self, mut request: Request) -> Response {
        let settings = &self.app.site.settings;
        let path = request.uri().path().to_owned();
        let (response, secure) = match Origin::of(&request, &settings.django) {
            Err(error) => {
                tracing::warn!(%error, "host refused");
                (answer::bad_request(), false)
            }
            Ok(origin) => {
                let secure = origin.is_secure();
                let exempt = settings.door.redirect_exempt.iter();
                let to = headers::ssl_redirect(&request, &origin, &settings.django)
                    .filter(|_| !exempt.clone().any(|e| e.is_match(path.trim_start_matches('/'))));
                self.note(&mut request, origin);
                let response = match to {
                    Some(to) => moved(&to),
                    None => self.with_session(request).await,
                };
                (response, secure)
            }
        };
        let response = self.with_error_page(response, &path);
        headers::secure(response, &settings.django.security, secure)
    }

    /// SessionMiddleware for what no page has looked after.
    async fn with_session(&self, request: Request) -> Response {
        let settings = &self.app.site.settings.django;
        let visitor = settings.session_save_every_request.then(|| Browser::new(&self.app, &request));
        let session = cookies::cookie(&request, &settings.session.name);
        let mut response = match common::redirect_or_refuse(&self.app, &self.table, &request) {
            Some(response) => response,
            None => self.view(request).await,
        };
        // LoginRequiredMiddleware looks at the user of every view that the CSRF check lets through.
        let is_view = !answer::is_unresolved(&response) && !input::csrf::is_refusal(&response);
        if self.app.site.settings.door.login_required && is_view {
            cookies::vary_on_cookie(&mut response);
        }
        if let Some(visitor) = visitor {
            response = visitor.save_untouched(response).await;
        }
        cookies::drop_short_session(session.as_deref(), &mut response, &settings.session);
        response
    }

    /// CsrfViewMiddleware and XFrameOptionsMiddleware around the routes.
    async fn view(&self, request: Request) -> Response {
        let settings = &self.app.site.settings.django;
        let query = request.uri().query().unwrap_or_default();
        if !form::is_query_within_limits(query, &self.app.site.settings) {
            return headers::framed(answer::bad_request(), &settings.security);
        }
        let target = self.table.find(request.uri().path());
        if let Some(allow) = target.and_then(|target| target.guarded(&request)) {
            let response = introspect::wrong_method(&self.app.site, &request, allow).await;
            return headers::framed(response, &settings.security);
        }
        let account = target.is_some_and(Target::is_account);
        let visitor = target.is_none_or(Target::is_seen).then(|| Browser::new(&self.app, &request));
        let language = request.data::<Language>().cloned();
        let mut response = match self.refused(target, &request).await {
            Some(response) => response,
            None => self.route(request).await,
        };
        if let Some(visitor) = visitor {
            response = visitor.show_error(response).await;
        }
        token_user::vary(&self.app.site, &mut response, account);
        if let Some(language) = language {
            language.tell(&self.app, &mut response);
        }
        headers::framed(response, &settings.security)
    }

    /// The team's own 400 and 500 page, else ours; those of 403 and 404 where no visitor is known (D-97).
    fn with_error_page(&self, mut response: Response, path: &str) -> Response {
        let Some(page) = response.extensions().get::<answer::ErrorPage>().copied() else { return response };
        let prefix = &self.app.site.settings.django.force_script_name;
        let asked = format!("{prefix}{path}");
        match self.app.pages.error(&page.describe(&asked), &self.app.site.settings, self.app.site.clock.now())
        {
            Ok(html) => {
                let length = html.len().to_string();
                response.set_body(html);
                answer::set(&mut response, header::CONTENT_LENGTH, &length);
            }
            Err(error) => tracing::error!(%error, "an error page cannot be rendered"),
        }
        response
    }

    /// What the handlers find with the request.
    fn note(&self, request: &mut Request, origin: Origin) {
        let language = Language::of(&self.app, request);
        request.set_data(origin);
        request.set_data(language);
        request.set_data(self.app.clone());
    }

    /// On a page a method that is not taken is checked for its token and its user before it is refused.
    async fn refused(&self, target: Option<Target>, request: &Request) -> Option<Response> {
        let target = target?;
        let refusal = target.refuse(request)?;
        if !target.is_behind_login() {
            return Some(refusal);
        }
        let mut browser = Browser::new(&self.app, request);
        if !request.method().is_safe()
            && let Err(refused) = browser.check_form(request, Ok(Params::default())).await
        {
            return Some(*refused);
        }
        let response = match browser.user().await {
            Ok(Some(_)) => refusal,
            Ok(None) => browser.login_redirect(&browser.full_path.clone()),
            Err(failure) => answer::failed(&failure),
        };
        Some(browser.finish(response).await)
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
