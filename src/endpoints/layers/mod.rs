//! What happens before and after every route: `Front` runs the layers of MIDDLEWARE, each in a file of its own, and shows the
//! error pages. Django: `BaseHandler`.

mod body;
mod common;
mod conditional_get;
mod constant;
mod cors;
mod csp;
mod csrf;
mod gzip;
mod layer;
mod locale;
mod login_required;
mod methods;
mod passage;
mod path;
mod security;
mod session;
mod token;
mod view;
mod x_frame_options;

use std::sync::Arc;

use poem::http::{Method, header};
use poem::{Endpoint, Request, Response};
use tracing::Instrument;

use crate::App;
use crate::random;
use crate::urls::UrlKind;

use super::{answer, observed};

use constant::{Constants, Key};
use methods::RouteTable;
use passage::{Passage, Stop};

pub use body::Streamed;
pub use constant::Constant;
pub use layer::Layer;

/// Everything that happens before and after a route.
pub struct Front<E> {
    app: Arc<App>,
    /// From the outermost to the innermost.
    layers: Vec<Layer>,
    table: RouteTable,
    constants: Constants,
    inner: E,
}

impl<E> Front<E> {
    /// Requests that `app` answers, by the routes of `inner`.
    pub fn new(app: &Arc<App>, inner: E) -> Front<E> {
        let settings = &app.site.settings;
        let layers = Layer::list(settings);
        let (table, constants) = (RouteTable::new(settings), Constants::new(settings, &layers));
        Front { app: app.clone(), layers, table, constants, inner }
    }
}

impl<E: Endpoint> Endpoint for Front<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let settings = &self.app.site.settings;
        let key = self.constants.key(&request);
        path::unescape(&mut request);
        join(&mut request, header::AUTHORIZATION);
        join(&mut request, header::ORIGIN);
        let id = random::request_id();
        let path = settings.urls.without_secrets(request.uri().path());
        let span = tracing::info_span!("request", id, method = %request.method(), path);
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
    async fn fresh(&self, mut request: Request, key: Option<Key>) -> Response {
        // Everybody borrows the app from here: a request sees one configuration until it is answered.
        request.set_data(self.app.clone());
        let started = self.app.site.clock.start();
        let is_head = request.method() == Method::HEAD;
        let mut response = if self.app.site.settings.urls.is_probe(request.uri().path()) {
            view::route(&self.inner, request).await
        } else {
            self.answer(request).await
        };
        if is_head {
            let _ = response.take_body();
        }
        observed::tell(&response, started.elapsed());
        match key {
            Some(key) => self.constants.keep(key, response).await,
            None => response,
        }
    }

    /// Each layer sees the request on the way in. One that answers ends the way: it and those around it see the answer on the
    /// way out; one that raises an exception does not see its answer. Django: `MiddlewareMixin`, `convert_exception_to_response`.
    async fn answer(&self, mut request: Request) -> Response {
        let path = request.uri().path().to_owned();
        let mut passage = Passage::new(&self.app, &self.table, self.table.find(&path));
        let (mut entered, mut stop) = (0, None);
        while let Some(layer) = self.layers.get(entered).filter(|_| stop.is_none()) {
            stop = layer.before(&mut passage, &mut request);
            entered += usize::from(!matches!(stop, Some(Stop::Raise(_))));
        }
        if matches!(stop, Some(Stop::Raise(_))) {
            // Django: `requires_csrf_token` of the handlers that show the page.
            csrf::before(&mut passage, &request);
        }
        let url = passage.at_path.and_then(|at_path| at_path.url);
        let mut response = match stop {
            Some(Stop::Answer(response) | Stop::Raise(response)) => response,
            None => view::respond(&mut passage, &self.inner, request).await,
        };
        if url.is_some_and(|url| url.entry().kind == UrlKind::Machine) {
            answer::for_machines(&mut response);
        }
        let mut response = self.with_error_page(response, &path);
        for layer in self.layers[..entered].iter().rev() {
            response = self.with_error_page(layer.after(&mut passage, response).await, &path);
        }
        observed::complete(&mut response, url);
        response
    }

    /// The team's own 400 and 500 page, else ours; those of 403 and 404 where no visitor is known (D-97).
    fn with_error_page(&self, mut response: Response, path: &str) -> Response {
        let Some(mark) = response.extensions_mut().remove::<answer::ErrorMark>() else { return response };
        let prefix = &self.app.site.settings.django.force_script_name;
        let asked = format!("{prefix}{path}");
        match self.app.pages.error(&mark.page(&asked), &self.app.site.settings, self.app.site.clock.now()) {
            Ok(html) => {
                let length = html.len().to_string();
                response.set_body(html);
                answer::set(&mut response, header::CONTENT_LENGTH, &length);
            }
            Err(error) => tracing::error!(%error, "an error page cannot be rendered"),
        }
        response
    }
}
