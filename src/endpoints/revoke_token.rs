//! POST `revoke_token/` (RFC 7009). DOT: `RevokeTokenView`.

use std::sync::Arc;

use poem::{Request, web::Data};
use poem_openapi::{ApiResponse, OpenApi, payload::Html};

use slash_o_openapi::shapes::RevokeForm;

use crate::App;
use crate::limits::Endpoint;
use crate::oauth::revoke;

use super::input::OAuthForm;
use super::token::{ErrorAnswer, token_request};

/// What the revocation endpoint answers.
#[derive(ApiResponse)]
pub enum RevokeAnswer {
    /// Revoked, or unknown: the answer does not tell.
    #[oai(status = 200)]
    Done(Html<String>),
}

/// The revocation endpoint.
pub struct RevokeTokenApi;

#[OpenApi]
impl RevokeTokenApi {
    /// Revoke a token
    ///
    /// RFC 7009. Revokes an access token with its refresh token, or the other way round, of the calling client.
    #[oai(path = "/revoke-token", method = "post", operation_id = "revoke_token")]
    async fn revoke_token(
        &self,
        request: &Request,
        app: Data<&Arc<App>>,
        form: OAuthForm<RevokeForm>,
    ) -> Result<RevokeAnswer, ErrorAnswer> {
        let asked = token_request(&app, request, &form.params, Endpoint::Revoke);
        revoke::revoke(&app.site, &asked).await.map_err(|error| ErrorAnswer::of(&app, error))?;
        Ok(RevokeAnswer::Done(Html(String::new())))
    }
}
