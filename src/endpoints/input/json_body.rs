//! The raw body of a machine endpoint that takes JSON; `T` only documents what is understood.
//! poem-openapi's own Json refuses other media types and shapes before the rules could answer.

use std::marker::PhantomData;

use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaMediaType, MetaRequest, Registry};
use poem_openapi::types::Type;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use crate::endpoints::answer;

use super::form;
use super::oauth_form;

/// A body of JSON, documented as `T`.
pub struct JsonBody<T> {
    pub bytes: Vec<u8>,
    documented_as: PhantomData<T>,
}

impl<'a, T: Type> ApiExtractor<'a> for JsonBody<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        Some(MetaRequest {
            description: None,
            content: vec![MetaMediaType { content_type: "application/json", schema: T::schema_ref() }],
            required: true,
        })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<Self::ParamType>,
    ) -> poem::Result<Self> {
        match form::all_bytes(body, &super::app(request)?.site.settings).await {
            Ok(bytes) => Ok(JsonBody { bytes, documented_as: PhantomData }),
            Err(error) => Err(answer::instead(oauth_form::refuse(&error))),
        }
    }
}
