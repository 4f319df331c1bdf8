//! What a text of a request may be, where no list or pattern says it: the `format` of its schema.

use std::borrow::Cow;

use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
use poem_openapi::types::{ParseError, ParseFromJSON, ParseFromParameter, ParseResult, ToJSON, Type};
use serde_json::Value;

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident is $format:literal;)+) => {
        /// The formats of these types.
        pub const FORMATS: &[&str] = &[$($format),+];

        $(
            $(#[$doc])*
            pub struct $name(pub String);

            impl Type for $name {
                const IS_REQUIRED: bool = true;
                type RawValueType = String;
                type RawElementValueType = String;

                fn name() -> Cow<'static, str> {
                    concat!("string_", $format).into()
                }

                fn schema_ref() -> MetaSchemaRef {
                    MetaSchemaRef::Inline(Box::new(MetaSchema::new_with_format("string", $format)))
                }

                fn as_raw_value(&self) -> Option<&String> {
                    Some(&self.0)
                }

                fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a String> + 'a> {
                    Box::new(std::iter::once(&self.0))
                }
            }

            impl ParseFromJSON for $name {
                fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
                    match value.unwrap_or_default() {
                        Value::String(text) => Ok($name(text)),
                        other => Err(ParseError::expected_type(other)),
                    }
                }
            }

            impl ParseFromParameter for $name {
                fn parse_from_parameter(value: &str) -> ParseResult<Self> {
                    Ok($name(value.to_owned()))
                }
            }

            impl std::ops::Deref for $name {
                type Target = str;

                fn deref(&self) -> &str {
                    &self.0
                }
            }

            impl ToJSON for $name {
                fn to_json(&self) -> Option<Value> {
                    Some(Value::String(self.0.clone()))
                }
            }
        )+
    };
}

texts! {
    /// Any text.
    Text is "text";
    /// Words separated by blanks.
    Words is "words";
    /// An absolute URI with a host.
    AbsoluteUri is "absolute-uri";
    /// Absolute URIs separated by blanks.
    AbsoluteUris is "absolute-uris";
    /// A URI of the application, to the letter.
    RegisteredUri is "registered-uri";
    /// 43 to 128 of `A-Z a-z 0-9 - . _ ~`.
    PkceText is "pkce";
    /// A signed JWT.
    Jwt is "jwt";
    /// A grant type by its name in RFC 7591.
    GrantName is "grant-type";
    /// JSON in a text.
    JsonText is "json";
}
