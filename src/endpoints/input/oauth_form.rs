//! The body of a machine endpoint: pairs in order, whatever was sent; `T` only documents what is understood.
//! poem-openapi's own Form refuses repeated keys and other media types before OAuth could answer.

use std::marker::PhantomData;

use poem::{Body, Request, RequestBody};
use poem_openapi::registry::{MetaMediaType, MetaRequest, Registry};
use poem_openapi::types::Type;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use crate::endpoints::answer;
use crate::endpoints::observed::Unreadable;
use crate::oauth::Params;
use crate::settings::Settings;

use super::form;
use super::upload::FormError;

/// A form of OAuth parameters, documented as `T`.
pub struct OAuthForm<T> {
    /// What the rules of OAuth read. DOT: `extract_body`.
    pub params: Params,
    /// What DOT's views read themselves, where it is not the same. Django: `request.POST`.
    post: Option<Params>,
    documented_as: PhantomData<T>,
}

impl<T> OAuthForm<T> {
    /// What DOT's views read themselves; `params` but for `OAUTH2_BACKEND_CLASS` with JSON. Django: `request.POST`.
    pub fn post(&self) -> &Params {
        self.post.as_ref().unwrap_or(&self.params)
    }
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
        match read(request, body, &super::app(request)?.site.settings).await {
            Ok(Bodies { params, post }) => Ok(OAuthForm { params, post, documented_as: PhantomData }),
            Err(error) => Err(answer::instead(refuse(&error))),
        }
    }
}

/// Both readings of one body. No Debug form: it holds secrets.
pub struct Bodies {
    pub params: Params,
    /// The form, where a body of JSON was asked for.
    pub post: Option<Params>,
}

/// # Errors
/// As `form::read`.
pub async fn read(
    request: &Request,
    body: &mut RequestBody,
    settings: &Settings,
) -> Result<Bodies, FormError> {
    if !settings.oauth2.json_body {
        let params = form::read(request, body, settings).await?;
        return Ok(Bodies { params, post: None });
    }
    let bytes = form::all_bytes(body, settings).await?;
    let params = json_pairs(&bytes);
    let post = form::read(request, &mut RequestBody::new(Body::from_vec(bytes)), settings).await?;
    Ok(Bodies { params, post: Some(post) })
}

/// The 400 page of a form that cannot be read.
pub fn refuse(error: &FormError) -> poem::Response {
    let mut response = match error {
        FormError::TooSlow => {
            answer::page(poem::http::StatusCode::REQUEST_TIMEOUT, "Request Timeout (408)", "")
        }
        FormError::TooLarge | FormError::Malformed => answer::bad_request(),
    };
    response.extensions_mut().insert(Unreadable(error.word()));
    response
}

/// DOT's JSONOAuthLibCore: a JSON object is the form; anything else is an empty one.
fn json_pairs(bytes: &[u8]) -> Params {
    let parsed: Option<serde_json::Map<String, serde_json::Value>> = serde_json::from_slice(bytes).ok();
    let text = |value: serde_json::Value| match value {
        serde_json::Value::String(s) => s,
        serde_json::Value::Null => "None".to_owned(),
        serde_json::Value::Bool(true) => "True".to_owned(),
        serde_json::Value::Bool(false) => "False".to_owned(),
        other => other.to_string(),
    };
    Params::from(parsed.unwrap_or_default().into_iter().map(|(k, v)| (k, text(v))).collect::<Vec<_>>())
}
