//! POST `token/` (RFC 6749 section 3.2). DOT: `TokenView`.

use std::sync::Arc;

use poem::{Request, http::header, web::Data};
use poem_openapi::{ApiResponse, OpenApi, payload::Html};

use slash_o_openapi::DjangoJson;
use slash_o_openapi::shapes::{ErrorBody, TokenBody, TokenForm};

use crate::App;
use crate::oauth::grants::{self, Exchanged, TokenRequest};
use crate::oauth::{Error, Leak, OAuthError};

use super::answer;
use super::input::{self, OAuthForm};

const NO_STORE: &str = "no-store";
const NO_CACHE: &str = "no-cache";

/// What the token endpoint answers.
#[derive(ApiResponse)]
pub enum TokenAnswer {
    /// The tokens.
    #[oai(status = 200)]
    Issued(
        DjangoJson<TokenBody>,
        #[oai(header = "Cache-Control")] String,
        #[oai(header = "Pragma")] String,
        /// The request's Origin, if the application lists it in `allowed_origins`.
        #[oai(header = "Access-Control-Allow-Origin")]
        Option<String>,
    ),
}

/// How an OAuth machine endpoint refuses.
#[derive(ApiResponse)]
pub enum Refusal {
    /// `invalid_request`, `invalid_grant`, `invalid_scope`, `invalid_target`, `unauthorized_client`,
    /// `unsupported_grant_type`; device polls: `authorization_pending`, `slow_down`, `access_denied`, `expired_token`.
    #[oai(status = 400)]
    BadRequest(
        DjangoJson<ErrorBody>,
        #[oai(header = "Cache-Control")] String,
        #[oai(header = "Pragma")] String,
    ),
    /// `invalid_client`: the client did not authenticate.
    #[oai(status = 401)]
    Unauthorized(
        DjangoJson<ErrorBody>,
        #[oai(header = "Cache-Control")] String,
        #[oai(header = "Pragma")] String,
        #[oai(header = "WWW-Authenticate")] String,
    ),
    /// `device_not_found`: nobody was given this device code.
    #[oai(status = 404)]
    NotFound(
        DjangoJson<ErrorBody>,
        #[oai(header = "Cache-Control")] String,
        #[oai(header = "Pragma")] String,
    ),
    /// Only with `[server.compat] json_errors = "dot"`: the JSON text as DOT sends it when the error left oauthlib.
    #[oai(status = 400)]
    Escaped(Html<String>),
    /// Only with `json_errors = "dot"`: a device poll's error without cache headers.
    #[oai(status = 400)]
    Bare(DjangoJson<ErrorBody>),
    /// Only with `json_errors = "dot"`: the same for `invalid_client`.
    #[oai(status = 401)]
    BareUnauthorized(DjangoJson<ErrorBody>),
    /// Only with `json_errors = "dot"`: the same for `device_not_found`.
    #[oai(status = 404)]
    BareNotFound(DjangoJson<ErrorBody>),
    /// A failure of the server; nothing was issued.
    #[oai(status = 500)]
    Failed(Html<String>),
}

impl Refusal {
    /// A refusal as documented, a failure as the 500 page.
    pub fn of(app: &App, error: Error) -> Refusal {
        match error {
            Error::Refused(error)
                if error.leak != Leak::None && app.site.settings.server.compat.plain_json_errors =>
            {
                Refusal::as_dot(error)
            }
            Error::Refused(error) => Refusal::refused(error),
            Error::Failed(failure) if failure.is_bad_value() => {
                Refusal::refused(OAuthError::invalid_request("A parameter is too long or malformed."))
            }
            Error::Failed(failure) => {
                tracing::error!(error = %failure, "request failed");
                Refusal::Failed(Html("<h1>Server Error (500)</h1>".into()))
            }
        }
    }

    /// `[server.compat] json_errors = "dot"`.
    fn as_dot(error: OAuthError) -> Refusal {
        if error.leak == Leak::Html {
            return Refusal::Escaped(Html(django::json::to_ascii(&answer::error_json(&error))));
        }
        let status = error.status;
        let body = DjangoJson(body(error));
        match status {
            401 => Refusal::BareUnauthorized(body),
            404 => Refusal::BareNotFound(body),
            _ => Refusal::Bare(body),
        }
    }

    fn refused(error: OAuthError) -> Refusal {
        // oauthlib: the scheme is Bearer, also where Basic was tried.
        let challenge = format!("Bearer error=\"{}\"", error.code);
        let status = error.status;
        let body = body(error);
        match status {
            401 => Refusal::Unauthorized(DjangoJson(body), NO_STORE.into(), NO_CACHE.into(), challenge),
            404 => Refusal::NotFound(DjangoJson(body), NO_STORE.into(), NO_CACHE.into()),
            _ => Refusal::BadRequest(DjangoJson(body), NO_STORE.into(), NO_CACHE.into()),
        }
    }
}

fn body(error: OAuthError) -> ErrorBody {
    let state = error.state.filter(|s| !s.is_empty());
    ErrorBody { error: error.code.into(), error_description: error.description, state }
}

/// The token endpoint.
pub struct TokenApi;

#[OpenApi(prefix_path = "/token/")]
impl TokenApi {
    /// Exchange a grant for tokens
    ///
    /// RFC 6749 section 3.2. The client authenticates with Basic or in the body; a public client sends its
    /// `client_id` alone. Every answer is JSON and must not be cached.
    #[oai(path = "/", method = "post", operation_id = "token")]
    async fn token(
        &self,
        request: &Request,
        app: Data<&Arc<App>>,
        form: OAuthForm<TokenForm>,
    ) -> Result<TokenAnswer, Refusal> {
        let asked = token_request(request, &form.params);
        let exchanged =
            grants::exchange(&app.site, &asked).await.map_err(|error| Refusal::of(&app, error))?;
        Ok(issued(exchanged))
    }
}

/// What the rules need to know of the HTTP request.
pub fn token_request<'a>(request: &'a Request, params: &'a crate::oauth::Params) -> TokenRequest<'a> {
    TokenRequest {
        params,
        authorization: input::authorization(request),
        origin: request.header(header::ORIGIN),
        has_query: !input::query(request).is_empty(),
    }
}

fn issued(exchanged: Exchanged) -> TokenAnswer {
    let tokens = exchanged.tokens;
    let body = TokenBody {
        access_token: tokens.access_token,
        expires_in: tokens.expires_in,
        token_type: "Bearer".into(),
        scope: tokens.scope,
        refresh_token: tokens.refresh_token,
    };
    TokenAnswer::Issued(DjangoJson(body), NO_STORE.into(), NO_CACHE.into(), exchanged.allow_origin)
}
