//! The body of a machine endpoint: pairs in order, whatever was sent; `T` only documents what is understood.
//! poem-openapi's own Form refuses repeated keys and other media types before OAuth could answer.

use std::marker::PhantomData;
use std::sync::Arc;

use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaMediaType, MetaRequest, Registry};
use poem_openapi::types::Type;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use crate::App;
use crate::endpoints::answer;
use crate::oauth::Params;

use super::form::{self, FormError};

/// A form of OAuth parameters, documented as `T`.
pub struct OAuthForm<T> {
    pub params: Params,
    documented_as: PhantomData<T>,
}

impl<'a, T: Type> ApiExtractor<'a> for OAuthForm<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        Some(MetaRequest {
            description: None,
            content: vec![MetaMediaType {
                content_type: "application/x-www-form-urlencoded",
                schema: T::schema_ref(),
            }],
            required: true,
        })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<Self::ParamType>,
    ) -> poem::Result<Self> {
        let Some(app) = request.data::<Arc<App>>() else {
            return Err(poem::Error::from_status(poem::http::StatusCode::INTERNAL_SERVER_ERROR));
        };
        let read = if app.site.settings.oauth2.json_body {
            form::bytes(body, &app.site.settings).await.map(|bytes| json_pairs(&bytes))
        } else {
            form::read(request, body, &app.site.settings).await
        };
        match read {
            Ok(params) => Ok(OAuthForm { params, documented_as: PhantomData }),
            Err(error) => Err(poem::Error::from_response(refuse(&error))),
        }
    }
}

/// The 400 page of a form that cannot be read.
pub fn refuse(error: &FormError) -> poem::Response {
    match error {
        FormError::TooSlow => {
            answer::page(poem::http::StatusCode::REQUEST_TIMEOUT, "Request Timeout (408)", "")
        }
        FormError::TooLarge | FormError::Malformed => answer::bad_request(),
    }
}

/// DOT's JSONOAuthLibCore: a JSON object is the form; anything else is an empty one.
fn json_pairs(bytes: &[u8]) -> Params {
    let parsed: Option<serde_json::Map<String, serde_json::Value>> = serde_json::from_slice(bytes).ok();
    let text = |value: serde_json::Value| match value {
        serde_json::Value::String(s) => s,
        serde_json::Value::Null => "None".to_owned(),
        other => other.to_string(),
    };
    Params::from(parsed.unwrap_or_default().into_iter().map(|(k, v)| (k, text(v))).collect::<Vec<_>>())
}
