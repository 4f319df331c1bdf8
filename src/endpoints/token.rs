//! POST `token/` (RFC 6749 section 3.2). DOT: `TokenView`.

use std::sync::Arc;

use poem::{Request, http::header, web::Data};
use poem_openapi::{ApiResponse, OpenApi, payload::Html};

use slash_o_openapi::shapes::{ErrorBody, TokenBody, TokenForm};
use slash_o_openapi::{ErrorJson, ExtendedJson};

use crate::App;
use crate::limits::Endpoint;
use crate::oauth::grants::{self, Exchanged, TokenRequest};
use crate::oauth::{DotForm, Error, OAuthError, oidc};

use super::answer::{self, BUSY_SECONDS};
use super::input::{self, OAuthForm, Origin};

const NO_STORE: &str = "no-store";
const NO_CACHE: &str = "no-cache";

/// What the token endpoint answers.
#[derive(ApiResponse)]
pub enum TokenAnswer {
    /// The tokens.
    #[oai(status = 200)]
    Issued(
        ExtendedJson<TokenBody>,
        #[oai(header = "Cache-Control")] String,
        #[oai(header = "Pragma")] String,
        /// The request's Origin, if the application lists it in `allowed_origins`.
        #[oai(header = "Access-Control-Allow-Origin")]
        Option<String>,
    ),
}

/// How an OAuth machine endpoint refuses. The cache headers are only absent with
/// `[server.compat] json_errors = "dot"`, where DOT has none.
#[derive(ApiResponse)]
pub enum ErrorAnswer {
    /// `invalid_request`, `invalid_grant`, `invalid_scope`, `invalid_target`, `unauthorized_client`,
    /// `unsupported_grant_type`; device polls: `authorization_pending`, `slow_down`, `access_denied`, `expired_token`.
    #[oai(status = 400)]
    BadRequest(
        ErrorJson,
        #[oai(header = "Cache-Control")] Option<String>,
        #[oai(header = "Pragma")] Option<String>,
    ),
    /// `invalid_client`: the client did not authenticate.
    #[oai(status = 401)]
    Unauthorized(
        ErrorJson,
        #[oai(header = "Cache-Control")] Option<String>,
        #[oai(header = "Pragma")] Option<String>,
        #[oai(header = "WWW-Authenticate")] Option<String>,
    ),
    /// `device_not_found`: nobody was given this device code.
    #[oai(status = 404)]
    NotFound(
        ErrorJson,
        #[oai(header = "Cache-Control")] Option<String>,
        #[oai(header = "Pragma")] Option<String>,
    ),
    /// `too_many_requests`: too many failed attempts; nothing was looked at (`[server.limits]`).
    #[oai(status = 429)]
    TooMany(
        ErrorJson,
        #[oai(header = "Cache-Control")] Option<String>,
        #[oai(header = "Pragma")] Option<String>,
        /// Seconds.
        #[oai(header = "Retry-After")]
        Option<u64>,
    ),
    /// `temporarily_unavailable`: too many secrets and passwords wait to be checked, or the database does not answer;
    /// nothing was issued.
    #[oai(status = 503)]
    Busy(
        ErrorJson,
        #[oai(header = "Cache-Control")] String,
        #[oai(header = "Pragma")] String,
        /// Seconds.
        #[oai(header = "Retry-After")]
        String,
    ),
    /// A failure of the server; nothing was issued.
    #[oai(status = 500)]
    Failed(Html<String>),
}

impl ErrorAnswer {
    /// A refusal as documented, a failure as the 500 page.
    pub fn of(app: &App, error: Error) -> ErrorAnswer {
        let as_dot = app.site.settings.server.compat.plain_json_errors;
        match error {
            Error::Refused(error) => ErrorAnswer::refused(error, as_dot),
            Error::Failed(failure) if answer::log(&failure) => ErrorAnswer::busy(),
            Error::Failed(_) => ErrorAnswer::Failed(Html("<h1>Server Error (500)</h1>".into())),
        }
    }

    fn busy() -> ErrorAnswer {
        let body =
            ErrorBody { error: "temporarily_unavailable".into(), error_description: None, state: None };
        let body = ErrorJson { body, as_html: false };
        ErrorAnswer::Busy(body, NO_STORE.into(), NO_CACHE.into(), BUSY_SECONDS.into())
    }

    fn refused(error: OAuthError, as_dot: bool) -> ErrorAnswer {
        let bare = as_dot && error.dot_form != DotForm::Json;
        let header = |value: &str| (!bare).then(|| value.to_owned());
        let (store, cache) = (header(NO_STORE), header(NO_CACHE));
        // oauthlib: the scheme is Bearer, also where Basic was tried.
        let challenge = header(&format!("Bearer error=\"{}\"", error.code));
        let status = error.status;
        let as_html = bare && error.dot_form == DotForm::Html;
        let retry_after = error.retry_after.map(|seconds| u64::from(seconds.get()));
        let state = error.state.filter(|s| !s.is_empty());
        let body = ErrorBody { error: error.code.into(), error_description: error.description, state };
        let body = ErrorJson { body, as_html };
        match status {
            401 => ErrorAnswer::Unauthorized(body, store, cache, challenge),
            404 => ErrorAnswer::NotFound(body, store, cache),
            429 => ErrorAnswer::TooMany(body, store, cache, retry_after),
            _ => ErrorAnswer::BadRequest(body, store, cache),
        }
    }
}

/// The token endpoint.
pub struct TokenApi;

#[OpenApi]
impl TokenApi {
    /// Exchange a grant for tokens
    ///
    /// RFC 6749 section 3.2. The client authenticates with Basic or in the body; a public client sends its
    /// `client_id` alone. Every answer is JSON and must not be cached.
    #[oai(path = "/token", method = "post", operation_id = "token")]
    async fn token(
        &self,
        request: &Request,
        app: Data<&Arc<App>>,
        form: OAuthForm<TokenForm>,
    ) -> Result<TokenAnswer, ErrorAnswer> {
        // Differs from DOT: with JSON bodies a device that polls with a form is refused before its code is looked at.
        let asked = token_request(&app, request, &form.params, Endpoint::Token);
        let exchanged =
            grants::exchange(&app.site, &asked).await.map_err(|error| ErrorAnswer::of(&app, error))?;
        Ok(issued(&app, exchanged))
    }
}

/// What the rules need to know of the HTTP request.
pub fn token_request<'a>(
    app: &App,
    request: &'a Request,
    params: &'a crate::oauth::Params,
    endpoint: Endpoint,
) -> TokenRequest<'a> {
    let base = request.data::<Origin>().map(Origin::base).unwrap_or_default();
    TokenRequest {
        issuer: oidc::issuer(&app.site.settings, &base),
        params,
        authorization: input::authorization(request),
        origin: request.header(header::ORIGIN),
        has_query: !input::query(request).is_empty(),
        caller: input::caller(request, endpoint),
    }
}

fn issued(app: &App, exchanged: Exchanged) -> TokenAnswer {
    let tokens = exchanged.tokens;
    let body = TokenBody {
        access_token: tokens.access_token,
        expires_in: tokens.expires_in,
        token_type: "Bearer".into(),
        scope: tokens.scope,
        refresh_token: tokens.refresh_token,
        id_token: tokens.id_token,
    };
    let json = ExtendedJson { body, extra: app.site.settings.oauth2.extra_members.clone() };
    TokenAnswer::Issued(json, NO_STORE.into(), NO_CACHE.into(), exchanged.allow_origin)
}
