//! What answers at each URL of the table.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use percent_encoding::percent_decode_str;
use poem::endpoint::BoxEndpoint;
use poem::http::Method;
use poem::middleware::CatchPanic;
use poem::{Endpoint, EndpointExt, IntoEndpoint, Request, Response, Route, get, handler};
use poem_openapi::registry::{MetaApi, Registry};
use poem_openapi::{OpenApi, OpenApiService};

use slash_o_openapi::swagger;

use crate::App;
use crate::endpoints::device_authorization::DeviceAuthorizationApi;
use crate::endpoints::docs::Document;
use crate::endpoints::introspect::IntrospectApi;
use crate::endpoints::layers::Front;
use crate::endpoints::register::{self, RegisterApi};
use crate::endpoints::revoke_token::RevokeTokenApi;
use crate::endpoints::token::TokenApi;
use crate::endpoints::{
    answer, applications, authorize, authorized_tokens, device, docs, health, login, logout, metadata,
    password_change, protected, rp_logout, userinfo,
};
use crate::settings::Settings;
use crate::urls::{Argument, Pattern, Url};

type Boxed = BoxEndpoint<'static, Response>;

/// The machine endpoints that poem-openapi reads requests for. Each stands there under the name of its URL, and the
/// table says where that is.
type Machine = (TokenApi, RevokeTokenApi, IntrospectApi, DeviceAuthorizationApi, RegisterApi);

const MACHINE: Machine = (TokenApi, RevokeTokenApi, IntrospectApi, DeviceAuthorizationApi, RegisterApi);

fn service<A: OpenApi>(api: A) -> OpenApiService<A, ()> {
    OpenApiService::new(api, "slash-o", env!("CARGO_PKG_VERSION"))
}

/// The OpenAPI document of a configuration.
pub fn document(settings: &Settings) -> Document {
    let description = "OAuth 2.0 provider with the URLs, forms and answers of django-oauth-toolkit.";
    Document::new(service(MACHINE).description(description).spec(), settings)
}

/// The operations of one URL, at a path of the router.
struct Operations {
    path: String,
    methods: HashMap<Method, Boxed>,
}

impl OpenApi for Operations {
    fn meta() -> Vec<MetaApi> {
        Vec::new()
    }

    fn register(_: &mut Registry) {}

    fn add_routes(self, table: &mut HashMap<String, HashMap<Method, Boxed>>) {
        table.insert(self.path, self.methods);
    }
}

fn machine(url: Url, path: &Pattern) -> Boxed {
    let mut all = HashMap::new();
    MACHINE.add_routes(&mut all);
    let name = url.entry().name;
    let own = |known: &String| known.trim_start_matches('/').split('/').next() == Some(name);
    let methods = all.into_iter().find(|(known, _)| own(known)).map(|(_, methods)| methods);
    // poem-openapi looks for arguments by their number.
    let numbers: Vec<String> = (0..path.arguments().len()).map(|n| format!(":param{n}")).collect();
    let own = Operations { path: path.fill(&numbers), methods: methods.unwrap_or_default() };
    service(own).into_endpoint()
}

/// The whole server as one endpoint.
pub fn routes(app: &Arc<App>) -> BoxEndpoint<'static, Response> {
    behind_layers(app, inside(app))
}

/// Requests that are answered by `app`, whichever the routes were laid for.
pub fn behind_layers(app: &Arc<App>, inner: impl Endpoint + 'static) -> BoxEndpoint<'static, Response> {
    Front::new(app, inner).boxed()
}

/// What answers behind the layers.
pub fn inside(app: &App) -> impl Endpoint + use<> + 'static {
    let settings = &app.site.settings;
    let documentation = Documentation::new(app);
    let (mut route, mut taken) = (Route::new(), HashSet::new());
    for (url, pattern) in settings.urls.routes().iter().map(|route| (route.url, &route.pattern)) {
        let path = pattern.to_poem();
        if let Some(endpoint) = endpoint(url, pattern, settings, documentation.as_ref())
            && taken.insert(path.clone())
        {
            route = route.at(path, narrowed(pattern, endpoint));
        }
    }
    // A bug must not drop a connection: it becomes a 500.
    protected::Routes::new(settings, route).with(CatchPanic::new())
}

/// Django: a path has no view where a converter of the project's own spelling does not take a part of it. The converters
/// of DOT's own paths are looked at where their values are used.
fn narrowed(pattern: &Pattern, endpoint: Boxed) -> Boxed {
    let is_narrow = |argument: &&Argument| ["int", "uuid"].contains(&argument.converter());
    let narrow: Vec<Argument> = pattern.arguments().iter().filter(is_narrow).cloned().collect();
    if narrow.is_empty() {
        return endpoint;
    }
    let check = move |request: Request| {
        let takes = |argument: &Argument| {
            let raw = request.raw_path_param(&argument.name).unwrap_or_default();
            argument.takes(&percent_decode_str(raw).decode_utf8_lossy())
        };
        let is_there = narrow.iter().all(takes);
        async move { if is_there { Ok(request) } else { Err(answer::instead(answer::not_found())) } }
    };
    endpoint.before(check).boxed()
}

/// What answers at a URL; nothing where Django does.
fn endpoint(url: Url, path: &Pattern, settings: &Settings, docs: Option<&Documentation>) -> Option<Boxed> {
    Some(match url {
        Url::Healthz => get(health::healthz).boxed(),
        Url::Readyz => get(health::readyz).boxed(),
        Url::ServerMetadata | Url::ServerMetadataIssuer => metadata::authorization_server.boxed(),
        Url::ResourceMetadata | Url::ResourceMetadataPath => metadata::protected_resource.boxed(),
        Url::Authorize => authorize::respond.boxed(),
        Url::Token => machine(url, path),
        Url::RevokeToken => machine(url, path),
        Url::Introspect => machine(url, path),
        Url::DeviceAuthorization => machine(url, path),
        Url::Device => device::respond.boxed(),
        Url::DeviceConfirm => device::confirm::respond.boxed(),
        Url::DeviceGrantStatus => device::grant_status.boxed(),
        Url::List => applications::list.boxed(),
        Url::Register => applications::register::respond.boxed(),
        Url::Detail => applications::detail.boxed(),
        Url::Delete => applications::delete::respond.boxed(),
        Url::Update => applications::update::respond.boxed(),
        Url::AuthorizedTokenList => authorized_tokens::list.boxed(),
        Url::AuthorizedTokenDelete => authorized_tokens::delete.boxed(),
        Url::Discovery => metadata::openid_configuration.boxed(),
        Url::Jwks => metadata::jwks.boxed(),
        Url::UserInfo => userinfo::respond.boxed(),
        Url::RpInitiatedLogout => rp_logout::respond.boxed(),
        Url::DcrRegister | Url::DcrRegisterManagement => registration(url, path, settings),
        Url::Stylesheet => get(stylesheet).boxed(),
        Url::Login => login::respond.boxed(),
        Url::Logout => logout::respond.boxed(),
        Url::PasswordChange => password_change::change.boxed(),
        Url::PasswordChangeDone => password_change::done.boxed(),
        Url::PasswordReset
        | Url::PasswordResetDone
        | Url::PasswordResetConfirm
        | Url::PasswordResetComplete => return None,
        Url::OpenapiJson => get(docs::openapi_json.data(docs?.document.clone())).boxed(),
        Url::DocsPage => get(swagger::index.data(docs?.page.clone())).boxed(),
        Url::DocsFile => get(swagger::file.data(docs?.page.clone())).boxed(),
    })
}

/// Where clients register. Off, it is there to say so.
fn registration(url: Url, path: &Pattern, settings: &Settings) -> Boxed {
    if settings.urls.is_on(url) { machine(url, path) } else { register::disabled.boxed() }
}

/// Swagger UI and the document it shows.
struct Documentation {
    page: Arc<swagger::Page>,
    document: Arc<Document>,
}

impl Documentation {
    /// Nothing where they are off.
    fn new(app: &App) -> Option<Documentation> {
        let settings = &app.site.settings;
        if !settings.urls.is_on(Url::DocsPage) {
            return None;
        }
        match swagger::Page::new(
            Url::OpenapiJson.path(),
            docs::ticked_scopes(settings),
            &docs::elsewhere(settings),
        ) {
            Ok(page) => {
                let mut document = document(settings);
                if crate::oauth::device::check_possible(&app.site).is_err() {
                    document = document.without_devices();
                }
                Some(Documentation { page: Arc::new(page), document: Arc::new(document) })
            }
            Err(error) => {
                tracing::error!(%error, "the documentation cannot be served");
                None
            }
        }
    }
}

#[handler]
fn stylesheet() -> Response {
    Response::builder().content_type("text/css; charset=utf-8").body(crate::pages::STYLESHEET)
}
