//! `[[server.protected]]`: routes behind the bearer token. DOT: `ProtectedResourceView` and its variants.

mod forward;
mod path;
mod rest;

use poem::http::{Method, StatusCode, header};
use poem::{Endpoint, IntoResponse, Request, RequestBody, Response};

use crate::App;
use crate::failure::Failure;
use crate::oauth::bearer::{self, Checked, Denied, Presented};
use crate::oauth::params::has_broken_escape;
use crate::oauth::{Params, scopes};
use crate::settings::protected::{Answer, Challenge};
use crate::settings::{Protected, Server, Settings};
use crate::storage::access_tokens::TokenRow;
use crate::urls::Url;

use super::answer;
use super::input::upload::FormError;
use super::input::{self, Origin, form, oauth_form};

use forward::Behind;
use path::Found;

/// One protected route.
pub struct Route {
    rule: Protected,
    behind: Option<Behind>,
}

/// All protected routes, in front of everything else.
pub struct Routes<E> {
    rules: Vec<Protected>,
    routes: Vec<Route>,
    inner: E,
}

impl<E> Routes<E> {
    pub fn new(settings: &Settings, inner: E) -> Routes<E> {
        let rules = settings.server.protected.clone();
        let routes = rules.iter().map(|rule| Route::new(&settings.server, rule.clone())).collect();
        Routes { rules, routes, inner }
    }
}

impl<E: Endpoint> Endpoint for Routes<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        match path::find(&self.rules, request.uri().path()) {
            Found::Route(number) => self.routes[number].respond(request).await,
            Found::Refused => Ok(answer::bad_request()),
            Found::Nothing => Ok(self.inner.call(request).await?.into_response()),
        }
    }
}

/// The form of a request, and its bytes where they have to go on.
struct Read {
    form: Params,
    bytes: Option<Vec<u8>>,
}

impl Route {
    fn new(server: &Server, rule: Protected) -> Route {
        let behind = match &rule.answer {
            Answer::Upstream(forward) => {
                Some(Behind::new(forward, &server.timeouts, &server.trusted_proxies))
            }
            _ => None,
        };
        Route { rule, behind }
    }

    async fn respond(&self, request: Request) -> poem::Result<Response> {
        let (mut request, mut body) = request.split();
        let app = input::app(&request)?;
        let allow = self.allow();
        // The REST framework asks for a token first, whatever the method.
        if request.method() == Method::OPTIONS && self.rule.challenge != Challenge::RestFramework {
            return Ok(answer::options(&allow));
        }
        if has_broken_escape(input::query(&request)) {
            return Ok(answer::bad_request());
        }
        let read = match self.read(app, &request, &mut body).await {
            Ok(read) => read,
            Err(error) => return Ok(oauth_form::refuse(&error)),
        };
        let query = Params::lenient(input::query(&request));
        let url = input::url_of(&request);
        let presented = Presented {
            authorization: input::authorization(&request),
            form: &read.form,
            query: &query,
            url: &url,
        };
        // Differs from DOT: LoginRequiredMiddleware sends nobody from here to the login page.
        let wanted = self.wanted(app, request.method());
        match self.check(app, &presented, &wanted).await? {
            Checked::Denied(denied) => Ok(self.deny(app, denied, &request, &wanted)),
            Checked::Good(_) if !allow.split(", ").any(|m| m == request.method().as_str()) => {
                Ok(answer::not_allowed(&allow))
            }
            Checked::Good(_) if request.method() == Method::OPTIONS => Ok(answer::options(&allow)),
            Checked::Good(known) => {
                if let Ok(unread) = body.take() {
                    request.set_body(unread);
                }
                Ok(self.answer(&mut request, read.bytes, &known).await)
            }
        }
    }

    /// The REST framework looks at the token first and at its scopes then.
    async fn check(
        &self,
        app: &App,
        presented: &Presented<'_>,
        wanted: &[String],
    ) -> Result<Checked, Failure> {
        if self.rule.challenge != Challenge::RestFramework {
            return bearer::check(&app.site, presented, wanted).await;
        }
        Ok(match bearer::check(&app.site, presented, &[]).await? {
            Checked::Good(known) if !scopes::covers(&known.scope, wanted) => {
                Checked::Denied(Denied::InsufficientScope)
            }
            checked => checked,
        })
    }

    /// A body that is to be streamed is read only where a token may be in it.
    async fn read(&self, app: &App, request: &Request, body: &mut RequestBody) -> Result<Read, FormError> {
        let settings = &app.site.settings;
        if self.behind.is_none() {
            let form = oauth_form::read(request, body, settings).await?.params;
            return Ok(Read { form, bytes: None });
        }
        let reads_forms = form::is_urlencoded(request) && !settings.oauth2.json_body;
        if input::authorization(request).is_some() || !reads_forms {
            return Ok(Read { form: Params::default(), bytes: None });
        }
        let (form, bytes) = form::read_urlencoded(body, settings).await?;
        Ok(Read { form, bytes: Some(bytes) })
    }

    async fn answer(&self, request: &mut Request, read: Option<Vec<u8>>, known: &TokenRow) -> Response {
        match (&self.rule.answer, &self.behind) {
            (Answer::Upstream(_), Some(behind)) => behind.send(request, read, known).await,
            (Answer::Json(text), _) => {
                Response::builder().header(header::CONTENT_TYPE, "application/json").body(text.clone())
            }
            _ => answer::json(StatusCode::OK, &serde_json::json!({"resource_owner": known.username})),
        }
    }
}

impl Route {
    fn allow(&self) -> String {
        let mut methods = self.rule.methods.clone();
        if methods.iter().any(|m| m == "GET") {
            methods.push("HEAD".into());
        }
        methods.push("OPTIONS".into());
        methods.join(", ")
    }

    /// The route's scopes, and READ_SCOPE or WRITE_SCOPE by method.
    fn wanted(&self, app: &App, method: &Method) -> Vec<String> {
        let mut wanted = self.rule.scopes.clone();
        if self.rule.read_write {
            let oauth2 = &app.site.settings.oauth2;
            let reads = [Method::GET, Method::HEAD, Method::OPTIONS].contains(method);
            wanted.push(if reads { oauth2.read_scope.clone() } else { oauth2.write_scope.clone() });
        }
        wanted
    }

    /// DOT's plain views say 403 and nothing else; RFC 9728 ones tell where to get a token.
    fn deny(&self, app: &App, denied: Denied, request: &Request, wanted: &[String]) -> Response {
        match self.rule.challenge {
            Challenge::None => answer::empty(StatusCode::FORBIDDEN),
            Challenge::Rfc9728 => self.challenge(app, denied, request),
            Challenge::RestFramework => {
                let with_scopes = app.site.settings.oauth2.error_response_with_scopes;
                rest::deny(denied, &self.allow(), self.rule.realm.as_deref(), wanted, with_scopes)
            }
        }
    }

    fn challenge(&self, app: &App, denied: Denied, request: &Request) -> Response {
        let status = match denied {
            Denied::InsufficientScope => StatusCode::FORBIDDEN,
            _ => StatusCode::UNAUTHORIZED,
        };
        let mut parts = Vec::new();
        if let Some(realm) = &self.rule.realm {
            parts.push(("realm", realm.clone()));
        }
        if let Some((error, description)) = denied.error() {
            parts.push(("error", error.to_owned()));
            parts.push(("error_description", description.to_owned()));
        }
        let base = request.data::<Origin>().map(Origin::base).unwrap_or_default();
        let path = app.site.settings.urls.find(Url::ResourceMetadata);
        parts.extend(path.map(|path| ("resource_metadata", format!("{base}{path}"))));
        let quoted = |text: &str| text.replace(['\r', '\n'], "").replace('\\', "\\\\").replace('"', "\\\"");
        let parts: Vec<String> = parts.iter().map(|(k, v)| format!("{k}=\"{}\"", quoted(v))).collect();
        let mut response = answer::empty(status);
        answer::set(&mut response, header::WWW_AUTHENTICATE, &format!("Bearer {}", parts.join(",")));
        response
    }
}
