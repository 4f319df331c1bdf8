//! Every URL on one page, in the order of DOT's urls.py.

use std::sync::Arc;

use poem::endpoint::BoxEndpoint;
use poem::http::StatusCode;
use poem::middleware::CatchPanic;
use poem::{EndpointExt, IntoEndpoint, Request, Response, Route, get, handler};
use poem_openapi::OpenApiService;

use slash_o_openapi::swagger;

use crate::App;
use crate::endpoints::device_authorization::DeviceAuthorizationApi;
use crate::endpoints::docs::Document;
use crate::endpoints::introspect::IntrospectApi;
use crate::endpoints::layers::{Allowed, Constants, Front, Known};
use crate::endpoints::register::{self, RegisterApi};
use crate::endpoints::revoke_token::RevokeTokenApi;
use crate::endpoints::token::TokenApi;
use crate::endpoints::{
    applications, authorize, authorized_tokens, device, docs, health, login, logout, metadata,
    password_change, protected, rp_logout, userinfo,
};
use crate::settings::{Server, Settings};

const POST: Allowed = Allowed::Plain("POST, OPTIONS");
const INTROSPECT: Allowed = Allowed::Guarded("GET, POST, HEAD, OPTIONS");
const REGISTRATION: Allowed = Allowed::Plain("GET, PUT, DELETE, HEAD, OPTIONS");
const FORM_PAGE: Allowed = Allowed::Page("GET, POST, PUT, HEAD, OPTIONS");

/// The machine endpoints below one mount.
type Machine =
    OpenApiService<(TokenApi, RevokeTokenApi, IntrospectApi, DeviceAuthorizationApi, RegisterApi), ()>;

fn machine(mount: &str) -> Machine {
    OpenApiService::new(
        (TokenApi, RevokeTokenApi, IntrospectApi, DeviceAuthorizationApi, RegisterApi),
        "slash-o",
        env!("CARGO_PKG_VERSION"),
    )
    .description("OAuth 2.0 provider with the URLs, forms and answers of django-oauth-toolkit.")
    .server(mount.trim_end_matches('/'))
}

/// The OpenAPI document of a configuration.
pub fn document(settings: &Settings) -> Document {
    let mount = settings.server.mount.first().map_or("/o/", String::as_str);
    // See `without_slash`.
    let spec = machine(mount).spec().replace("/{client_id}\":", "/{client_id}/\":");
    Document::new(spec, settings)
}

/// The whole server as one endpoint.
pub fn routes(app: &Arc<App>) -> BoxEndpoint<'static, Response> {
    let server = &app.site.settings.server;
    let mut known = Known::default();
    let mut route = Route::new().at("/healthz", get(health::healthz)).at("/readyz", get(health::readyz));
    for mount in &server.mount {
        for (path, allowed) in [
            ("authorize/", FORM_PAGE),
            ("token/", POST),
            ("revoke_token/", POST),
            ("introspect/", INTROSPECT),
            ("device-authorization/", POST),
            ("applications/", Allowed::Own),
            ("applications/*/", Allowed::Own),
            ("applications/*/delete/", Allowed::Own),
            ("applications/*/update/", Allowed::Own),
            ("authorized_tokens/", Allowed::Own),
            ("authorized_tokens/*/delete/", Allowed::Own),
        ] {
            known.add(format!("{mount}{path}"), allowed);
        }
        let page = get(authorize::get).post(authorize::post).put(authorize::post);
        let inner = openid(device_pages(mount, &mut known), mount, &mut known);
        let inner = registration(inner, mount, app, &mut known)
            .at("/applications/", applications::list)
            .at("/applications/register/", applications::register::respond)
            .at("/applications/:pk/", applications::detail)
            .at("/applications/:pk/delete/", applications::delete::respond)
            .at("/applications/:pk/update/", applications::update::respond)
            .at("/authorized_tokens/", authorized_tokens::list)
            .at("/authorized_tokens/:pk/delete/", authorized_tokens::delete)
            .at("/authorize/", page)
            .at("/style.css", get(stylesheet))
            .nest_no_strip("/", machine(mount));
        route = nest(route, mount, inner);
    }
    if server.metadata_at_root && !server.mount.iter().any(|mount| mount == "/") {
        route = well_known(route);
    }
    route = accounts(route, server, &mut known);
    if let Some(path) = app.site.settings.extra_login_path() {
        known.add(path.to_owned(), Allowed::Account);
        route = route.at(path, login::respond);
    }
    route = documentation(route, app, &mut known);
    for rule in server.protected.iter().filter(|rule| rule.path.ends_with('/')) {
        known.add(rule.path.clone(), Allowed::Own);
    }
    // A bug must not drop a connection: it becomes a 500.
    let inner = protected::Routes::new(app, route.data(app.clone())).with(CatchPanic::new());
    Front { app: app.clone(), known, constants: Constants::default(), inner }.boxed()
}

/// Where a device sends its user.
fn device_pages(mount: &str, known: &mut Known) -> Route {
    known.add(format!("{mount}device/"), FORM_PAGE);
    known.add(format!("{mount}device-confirm/*/*"), FORM_PAGE);
    known.add(format!("{mount}device-grant-status/*/*"), Allowed::Page("GET, HEAD, OPTIONS"));
    let typed = get(device::get).post(device::post).put(device::post);
    let confirm = get(device::confirm::get).post(device::confirm::post).put(device::confirm::post);
    Route::new()
        .at("/device/", typed)
        .at("/device-confirm/:client_id/:user_code", confirm)
        .at("/device-grant-status/:client_id/:user_code", get(device::grant_status))
}

/// Where clients register below a mount. Off, it is there to say so.
fn registration(route: Route, mount: &str, app: &App, known: &mut Known) -> Route {
    let is_on = app.site.settings.oauth2.dcr.enabled;
    known.add(format!("{mount}register/"), if is_on { POST } else { Allowed::Own });
    known.add(format!("{mount}register/+/"), if is_on { REGISTRATION } else { Allowed::Own });
    if is_on {
        return route.at("/register/:client_id/", machine(mount).into_endpoint().before(without_slash));
    }
    route.at("/register/", register::disabled).at("/register/:client_id/", register::disabled)
}

/// poem-openapi knows no path that ends in a parameter and a slash.
async fn without_slash(mut request: Request) -> poem::Result<Request> {
    let path = request.uri().path().trim_end_matches('/').to_owned();
    *request.uri_mut() = path.parse().map_err(|_| poem::Error::from_status(StatusCode::NOT_FOUND))?;
    Ok(request)
}

/// OpenID Connect, and the metadata documents of the mount.
fn openid(route: Route, mount: &str, known: &mut Known) -> Route {
    for path in
        [".well-known/openid-configuration", ".well-known/openid-configuration/", "userinfo/", "logout/"]
    {
        known.add(format!("{mount}{path}"), Allowed::Own);
    }
    well_known(route)
        .at("/.well-known/openid-configuration", metadata::openid_configuration)
        .at("/.well-known/openid-configuration/", metadata::openid_configuration)
        .at("/.well-known/jwks.json", metadata::jwks)
        .at("/userinfo/", userinfo::respond)
        .at("/logout/", rp_logout::respond)
}

fn nest(route: Route, mount: &str, inner: Route) -> Route {
    match mount.trim_end_matches('/') {
        "" => route.nest_no_strip("/", inner),
        path => route.nest(path, inner),
    }
}

/// The documents of RFC 8414 and RFC 9728, with or without a path component.
fn well_known(route: Route) -> Route {
    route
        .at("/.well-known/oauth-authorization-server", metadata::authorization_server)
        .at("/.well-known/oauth-authorization-server/*path", metadata::authorization_server)
        .at("/.well-known/oauth-protected-resource", metadata::protected_resource)
        .at("/.well-known/oauth-protected-resource/*path", metadata::protected_resource)
}

fn accounts(route: Route, server: &Server, known: &mut Known) -> Route {
    let accounts = server.accounts.as_str();
    if accounts.is_empty() {
        return route;
    }
    for path in ["login/", "logout/"] {
        known.add(format!("{accounts}{path}"), Allowed::Account);
    }
    for path in ["password_change/", "password_change/done/"] {
        known.add(format!("{accounts}{path}"), Allowed::Own);
    }
    route
        .at(format!("{accounts}login/"), login::respond)
        .at(format!("{accounts}logout/"), logout::respond)
        .at(format!("{accounts}password_change/"), password_change::change)
        .at(format!("{accounts}password_change/done/"), password_change::done)
}

/// Swagger UI and the document it shows.
fn documentation(route: Route, app: &Arc<App>, known: &mut Known) -> Route {
    let settings = &app.site.settings;
    let path = &settings.server.docs;
    if path.is_empty() {
        return route;
    }
    let page = match swagger::Page::new(docs::ticked_scopes(settings), &docs::elsewhere(settings)) {
        Ok(page) => Arc::new(page),
        Err(error) => {
            tracing::error!(%error, "the documentation cannot be served");
            return route;
        }
    };
    known.add(path.clone(), Allowed::Plain("GET, HEAD, OPTIONS"));
    route
        .at(format!("{path}openapi.json"), get(docs::openapi_json.data(Arc::new(document(settings)))))
        .at(format!("{path}*file"), get(swagger::file.data(page)))
}

#[handler]
fn stylesheet() -> Response {
    Response::builder().content_type("text/css; charset=utf-8").body(crate::pages::STYLESHEET)
}
