//! GET and POST `introspect/` (RFC 7662). DOT: `IntrospectTokenView`.

use std::sync::Arc;

use poem::http::StatusCode;
use poem::{Request, web::Data};
use poem_openapi::{ApiResponse, OpenApi, param::Query, payload::Html};

use slash_o_openapi::DjangoJson;
use slash_o_openapi::shapes::{ErrorBody, IntrospectBody, IntrospectForm};

use crate::App;
use crate::oauth::bearer::{self, Presented};
use crate::oauth::client_auth::{self, Credentials};
use crate::oauth::limits::Place;
use crate::oauth::{Error, Params, introspect};
use crate::site::Site;

use super::answer;
use super::input::{self, OAuthForm, Origin};

/// What the introspection endpoint answers.
#[derive(ApiResponse)]
pub enum IntrospectAnswer {
    /// What is known of the token; only `active: false` if it cannot be used.
    #[oai(status = 200)]
    Known(DjangoJson<IntrospectBody>),
    /// No `token` was sent.
    #[oai(status = 400)]
    Missing(DjangoJson<ErrorBody>),
    /// Neither client credentials nor a bearer token with the scope `introspection`; the body is empty.
    #[oai(status = 403)]
    Forbidden(Html<String>),
    /// `too_many_requests`: too many failed attempts; nothing was looked at (`[server.limits]`).
    #[oai(status = 429)]
    TooMany(
        DjangoJson<ErrorBody>,
        /// Seconds.
        #[oai(header = "Retry-After")]
        Option<u64>,
    ),
}

/// The introspection endpoint.
pub struct IntrospectApi;

#[OpenApi(prefix_path = "/introspect/")]
impl IntrospectApi {
    /// Look at a token
    ///
    /// RFC 7662. Authorized by client credentials (Basic or body) or by a bearer token with the scope
    /// `introspection`.
    #[oai(path = "/", method = "post", operation_id = "introspect")]
    async fn post(
        &self,
        request: &Request,
        app: Data<&Arc<App>>,
        form: OAuthForm<IntrospectForm>,
    ) -> poem::Result<IntrospectAnswer> {
        respond(&app.site, request, &form.params, form.post.get("token")).await
    }

    /// Look at a token named in the query
    ///
    /// As POST, with the token in the query. Prefer POST: URLs end up in logs.
    #[oai(path = "/", method = "get", operation_id = "introspect_get")]
    async fn get(
        &self,
        request: &Request,
        app: Data<&Arc<App>>,
        /// The access token to look at, any text (RFC 7662 section 2.1).
        token: Query<Option<String>>,
    ) -> poem::Result<IntrospectAnswer> {
        // Of several the last counts, as in Django's QueryDict.
        let query = Params::lenient(input::query(request));
        respond(&app.site, request, &Params::default(), query.get("token").or(token.0.as_deref())).await
    }
}

async fn respond(
    site: &Site,
    request: &Request,
    form: &Params,
    token: Option<&str>,
) -> poem::Result<IntrospectAnswer> {
    match is_authorized(site, request, form).await {
        Ok(true) => {}
        Ok(false) => return Ok(IntrospectAnswer::Forbidden(Html(String::new()))),
        Err(Error::Refused(error)) => {
            let retry_after = error.retry_after.map(|seconds| u64::from(seconds.get()));
            let error_description = error.description;
            let body = ErrorBody { error: error.code.into(), error_description, state: None };
            return Ok(IntrospectAnswer::TooMany(DjangoJson(body), retry_after));
        }
        Err(Error::Failed(failure)) => return Err(failure.into()),
    }
    let Some(token) = token else {
        let description = Some("Token parameter is missing.".into());
        let body = ErrorBody { error: "invalid_request".into(), error_description: description, state: None };
        return Ok(IntrospectAnswer::Missing(DjangoJson(body)));
    };
    let active = introspect::introspect(site, token).await?;
    Ok(IntrospectAnswer::Known(DjangoJson(body(active))))
}

/// Client credentials first, also from the query of a GET; then a bearer token.
async fn is_authorized(site: &Site, request: &Request, form: &Params) -> Result<bool, Error> {
    let query = Params::lenient(input::query(request));
    let mut all = query.clone();
    for (name, value) in form.pairs() {
        all.set(name, Some(value));
    }
    let authorization = input::authorization(request);
    let credentials = Credentials::new(authorization, &all, input::caller(request, Place::Introspect));
    let client = client_auth::authenticate(site, credentials).await?;
    if client.is_some() {
        return Ok(true);
    }
    let url = url_of(request);
    let presented = Presented { authorization, form, query: &query, url: &url };
    Ok(bearer::check(site, &presented, &["introspection".to_owned()]).await?.is_ok())
}

/// The absolute URL of a request, without its query. Django: `build_absolute_uri(request.path)`.
pub fn url_of(request: &Request) -> String {
    let base = request.data::<Origin>().map(Origin::base).unwrap_or_default();
    let app = request.data::<Arc<App>>();
    let prefix = app.map_or("", |app| app.site.settings.django.force_script_name.as_str());
    format!("{base}{prefix}{}", request.original_uri().path())
}

fn body(active: Option<introspect::Active>) -> IntrospectBody {
    let Some(known) = active else {
        return IntrospectBody {
            active: false,
            scope: None,
            exp: None,
            client_id: None,
            username: None,
            aud: None,
        };
    };
    IntrospectBody {
        active: true,
        scope: Some(known.scope),
        exp: Some(known.exp),
        client_id: known.client_id,
        username: known.username,
        aud: Some(known.aud).filter(|aud| !aud.is_empty()),
    }
}

/// A method that is not taken: only an authorized caller learns which are.
pub async fn wrong_method(site: &Site, request: &Request, allow: &str) -> poem::Response {
    match is_authorized(site, request, &Params::default()).await {
        Ok(true) => answer::not_allowed(allow),
        Ok(false) => answer::empty(StatusCode::FORBIDDEN),
        Err(error) => answer::refused(error),
    }
}
