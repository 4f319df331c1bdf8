//! POST `device-authorization/` (RFC 8628 section 3.1). DOT: `DeviceAuthorizationView`.

use std::sync::Arc;

use poem::{Request, web::Data};
use poem_openapi::{ApiResponse, OpenApi};

use slash_o_openapi::DjangoJson;
use slash_o_openapi::shapes::{DeviceBody, DeviceForm};

use crate::App;
use crate::limits::Endpoint;
use crate::oauth::device::{self, DeviceRequest, EXPIRES_IN};

use super::input::{self, OAuthForm};
use super::token::ErrorAnswer;

/// What the device authorization endpoint answers.
#[derive(ApiResponse)]
pub enum DeviceAnswer {
    /// The codes.
    #[oai(status = 200)]
    Codes(DjangoJson<DeviceBody>),
}

/// The device authorization endpoint.
pub struct DeviceAuthorizationApi;

#[OpenApi]
impl DeviceAuthorizationApi {
    /// Ask for a device code
    ///
    /// RFC 8628 section 3.1. The user types `user_code` at `verification_uri`; the device polls the token endpoint
    /// with `device_code`.
    #[oai(path = "/device-authorization", method = "post", operation_id = "device_authorization")]
    async fn device_authorization(
        &self,
        request: &Request,
        app: Data<&Arc<App>>,
        form: OAuthForm<DeviceForm>,
    ) -> Result<DeviceAnswer, ErrorAnswer> {
        let asked = DeviceRequest {
            authorization: input::authorization(request),
            content_type: request.content_type().unwrap_or_default(),
            query: input::query(request),
            form: &form.params,
            post: form.post(),
            caller: input::caller(request, Endpoint::Device),
        };
        let codes =
            device::authorize(&app.site, &asked).await.map_err(|error| ErrorAnswer::of(&app, error))?;
        Ok(DeviceAnswer::Codes(DjangoJson(DeviceBody {
            verification_uri: codes.verification_uri,
            expires_in: EXPIRES_IN,
            user_code: codes.user_code,
            device_code: codes.device_code,
            interval: codes.interval,
            verification_uri_complete: codes.verification_uri_complete,
        })))
    }
}
