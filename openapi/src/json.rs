//! JSON as Django's `json.dumps` writes it: blanks after `,` and `:`, ASCII only, `application/json` without charset.

use poem::{IntoResponse, Response};
use poem_openapi::payload::Payload;
use poem_openapi::registry::{MetaSchemaRef, Registry};
use poem_openapi::types::{ToJSON, Type};

use crate::shapes::ErrorBody;

/// A JSON body in Python's bytes.
pub struct DjangoJson<T>(pub T);

impl<T: Type> Payload for DjangoJson<T> {
    const CONTENT_TYPE: &'static str = "application/json";

    fn schema_ref() -> MetaSchemaRef {
        T::schema_ref()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

impl<T: ToJSON> IntoResponse for DjangoJson<T> {
    fn into_response(self) -> Response {
        let value = self.0.to_json().unwrap_or_default();
        Response::builder().content_type("application/json").body(django::json::to_ascii(&value))
    }
}

/// A JSON body with members at its end that the settings add.
pub struct ExtendedJson<T> {
    pub body: T,
    pub extra: Vec<(String, serde_json::Value)>,
}

impl<T: Type> Payload for ExtendedJson<T> {
    const CONTENT_TYPE: &'static str = "application/json";

    fn schema_ref() -> MetaSchemaRef {
        T::schema_ref()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

impl<T: ToJSON> IntoResponse for ExtendedJson<T> {
    fn into_response(self) -> Response {
        let mut value = self.body.to_json().unwrap_or_default();
        if let Some(members) = value.as_object_mut() {
            members.extend(self.extra);
        }
        Response::builder().content_type("application/json").body(django::json::to_ascii(&value))
    }
}

/// An error body; `as_html` sends the same text as DOT does where the error left oauthlib.
pub struct ErrorJson {
    pub body: ErrorBody,
    pub as_html: bool,
}

impl Payload for ErrorJson {
    const CONTENT_TYPE: &'static str = "application/json";

    fn schema_ref() -> MetaSchemaRef {
        ErrorBody::schema_ref()
    }

    fn register(registry: &mut Registry) {
        ErrorBody::register(registry);
    }
}

impl IntoResponse for ErrorJson {
    fn into_response(self) -> Response {
        let content_type = if self.as_html { "text/html; charset=utf-8" } else { Self::CONTENT_TYPE };
        let value = self.body.to_json().unwrap_or_default();
        Response::builder().content_type(content_type).body(django::json::to_ascii(&value))
    }
}
