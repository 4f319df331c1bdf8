//! GET and POST `introspect/` (RFC 7662). DOT: `IntrospectTokenView`.

use std::sync::Arc;

use poem::http::StatusCode;
use poem::{Request, web::Data};
use poem_openapi::{ApiResponse, OpenApi, param::Query, payload::Html};

use slash_o_openapi::DjangoJson;
use slash_o_openapi::shapes::text::Text;
use slash_o_openapi::shapes::{ErrorBody, IntrospectBody, IntrospectForm};

use crate::App;
use crate::limits::Endpoint;
use crate::oauth::introspect::{self, IntrospectRequest, Introspected};
use crate::oauth::{Error, OAuthError, Params};
use crate::site::Site;

use super::answer;
use super::input::{self, OAuthForm};

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

#[OpenApi]
impl IntrospectApi {
    /// Look at a token
    ///
    /// RFC 7662. Authorized by client credentials (Basic or body) or by a bearer token with the scope
    /// `introspection`.
    #[oai(path = "/introspect", method = "post", operation_id = "introspect")]
    async fn post(
        &self,
        request: &Request,
        app: Data<&Arc<App>>,
        form: OAuthForm<IntrospectForm>,
    ) -> poem::Result<IntrospectAnswer> {
        let (query, url) = (Params::lenient(input::query(request)), || input::url_of(request));
        respond(&app.site, &asked(request, (&query, &form.params), form.post().get("token"), &url)).await
    }

    /// Look at a token named in the query
    ///
    /// As POST, with the token in the query. Prefer POST: URLs end up in logs.
    #[oai(path = "/introspect", method = "get", operation_id = "introspect_get")]
    async fn get(
        &self,
        request: &Request,
        app: Data<&Arc<App>>,
        /// The access token to look at, any text (RFC 7662 section 2.1).
        token: Query<Option<Text>>,
    ) -> poem::Result<IntrospectAnswer> {
        // Of several the last counts, as in Django's QueryDict.
        let (query, url) = (Params::lenient(input::query(request)), || input::url_of(request));
        let token = query.get("token").or(token.0.as_deref());
        respond(&app.site, &asked(request, (&query, &Params::default()), token, &url)).await
    }
}

async fn respond(site: &Site, asked: &IntrospectRequest<'_>) -> poem::Result<IntrospectAnswer> {
    match introspect::introspect(site, asked).await {
        Ok(known) => Ok(IntrospectAnswer::Known(DjangoJson(body(known)))),
        Err(Error::Failed(failure)) => Err(failure.into()),
        Err(Error::Refused(error)) => Ok(refuse(error)),
    }
}

/// What the rules need to know of the HTTP request.
fn asked<'a>(
    request: &'a Request,
    (query, form): (&'a Params, &'a Params),
    token: Option<&'a str>,
    url: &'a (dyn Fn() -> String + Sync),
) -> IntrospectRequest<'a> {
    let authorization = input::authorization(request);
    IntrospectRequest {
        authorization,
        form,
        query,
        token,
        url,
        caller: input::caller(request, Endpoint::Introspect),
    }
}

fn refuse(error: OAuthError) -> IntrospectAnswer {
    let retry_after = error.retry_after.map(|seconds| u64::from(seconds.get()));
    let status = error.status;
    let error_description = error.description;
    let body = ErrorBody { error: error.code.into(), error_description, state: None };
    match status {
        403 => IntrospectAnswer::Forbidden(Html(String::new())),
        429 => IntrospectAnswer::TooMany(DjangoJson(body), retry_after),
        _ => IntrospectAnswer::Missing(DjangoJson(body)),
    }
}

fn body(known: Introspected) -> IntrospectBody {
    let Introspected::Active(known) = known else {
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
    let (query, none) = (Params::lenient(input::query(request)), Params::default());
    let url = || input::url_of(request);
    let Err(error) = introspect::admit(site, &asked(request, (&query, &none), None, &url)).await else {
        return answer::not_allowed(allow);
    };
    match error {
        Error::Refused(error) if error.status == 403 => answer::empty(StatusCode::FORBIDDEN),
        error => answer::refused(error),
    }
}
