//! Client metadata (RFC 7591 section 2) to columns and back. Members that DOT does not know are ignored (O-520).
//! DOT: `_parse_metadata`, `_build_application_kwargs`.

use serde_json::{Map, Value};

use django::python::{repr, text};

use crate::oauth::application::Draft;
use crate::observe::{Reason, Why};

use super::NotRegistered;

/// RFC 7591's grant types and DOT's.
const GRANT_TYPES: [(&str, &str); 5] = [
    ("authorization_code", "authorization-code"),
    ("implicit", "implicit"),
    ("password", "password"),
    ("client_credentials", "client-credentials"),
    ("urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:device_code"),
];

/// The one that comes with authorization_code by itself.
const REFRESH_TOKEN: &str = "refresh_token";

const AUTH_METHODS: [&str; 3] = ["none", "client_secret_basic", "client_secret_post"];

/// The columns that a registration sets; each request sets all of them.
#[derive(Debug, PartialEq, Eq)]
pub struct Metadata {
    redirect_uris: String,
    name: String,
    grant_type: &'static str,
    client_type: &'static str,
}

fn refused<T>(description: impl Into<String>, why: impl Into<Why>) -> Result<T, NotRegistered> {
    Err(NotRegistered::Metadata(description.into(), why.into()))
}

impl Metadata {
    /// Reads a request's body, whatever its Content-Type.
    ///
    /// # Errors
    /// `invalid_client_metadata` with DOT's text.
    // Differs from DOT: a client_name of null is a 500 there (oidc.md O-519); NaN, Infinity and UTF-16 are no JSON.
    pub fn read(body: &[u8]) -> Result<Metadata, NotRegistered> {
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Metadata::of(&members),
            Ok(_) => refused("Request body must be a JSON object", Reason::BodyNotObject),
            Err(error) => {
                let why = Reason::BodyNotJson.why().with("line", error.line()).with("column", error.column());
                refused("Request body must be valid JSON", why)
            }
        }
    }

    fn of(members: &Map<String, Value>) -> Result<Metadata, NotRegistered> {
        let uris = texts(members, "redirect_uris", "redirect_uri")?.unwrap_or_default();
        let grants = texts(members, "grant_types", "grant_type")?;
        let (rfc_grant, grant_type) = grant_type(&grants.unwrap_or_else(|| vec!["authorization_code"]))?;
        if ["authorization-code", "implicit"].contains(&grant_type) && uris.is_empty() {
            let why = Reason::RedirectUrisNeeded.why().with("grant_type", rfc_grant);
            return refused(format!("redirect_uris is required for grant type '{rfc_grant}'"), why);
        }
        let client_type = client_type(members)?;
        let name = match members.get("client_name") {
            None => String::new(),
            Some(Value::Null) => {
                let why = Reason::MemberNull.why().with("member", "client_name");
                return refused("client_name must not be null", why);
            }
            Some(value) => text(value),
        };
        Ok(Metadata { redirect_uris: uris.join(" "), name, grant_type, client_type })
    }

    pub fn write_to(&self, draft: &mut Draft) {
        draft.redirect_uris.clone_from(&self.redirect_uris);
        draft.name.clone_from(&self.name);
        draft.authorization_grant_type = self.grant_type.to_owned();
        draft.client_type = self.client_type.to_owned();
    }
}

/// A list of texts; `one` is the name of its items.
fn texts<'a>(
    members: &'a Map<String, Value>,
    name: &'static str,
    one: &str,
) -> Result<Option<Vec<&'a str>>, NotRegistered> {
    let Some(value) = members.get(name) else { return Ok(None) };
    let why = |reason: Reason| reason.why().with("member", name);
    let Some(items) = value.as_array() else {
        return refused(format!("{name} must be an array"), why(Reason::MemberNotArray));
    };
    match items.iter().map(Value::as_str).collect() {
        Some(texts) => Ok(Some(texts)),
        None => refused(format!("Each {one} must be a string"), why(Reason::MemberItemNotString)),
    }
}

fn grant_type(grants: &[&str]) -> Result<(&'static str, &'static str), NotRegistered> {
    if grants.is_empty() {
        return refused("grant_types must not be empty", Reason::GrantTypesEmpty);
    }
    let mut meaningful = grants.iter().filter(|grant| **grant != REFRESH_TOKEN);
    let Some(grant) = meaningful.next() else {
        let text = "grant_types must contain at least one grant type other than refresh_token";
        return refused(text, Reason::GrantTypesRefreshOnly);
    };
    if meaningful.next().is_some() {
        return refused(
            "DOT only supports one grant type per application; multiple non-refresh_token grant types are not supported",
            Reason::GrantTypesSeveral.why().with("grant_types", grants.len()),
        );
    }
    match GRANT_TYPES.iter().find(|(rfc, _)| rfc == grant) {
        Some(known) => Ok(*known),
        None => {
            let why = Reason::GrantTypesUnknown.why().sent("grant_type", grant);
            refused(format!("Unsupported grant_type: {}", repr(&Value::from(*grant))), why)
        }
    }
}

fn client_type(members: &Map<String, Value>) -> Result<&'static str, NotRegistered> {
    match members.get("token_endpoint_auth_method") {
        None => Ok("confidential"),
        Some(Value::String(method)) if method == "none" => Ok("public"),
        Some(Value::String(method)) if AUTH_METHODS.contains(&method.as_str()) => Ok("confidential"),
        Some(other) => refused(
            format!(
                "Unsupported token_endpoint_auth_method: {}. Supported values: {}",
                repr(other),
                AUTH_METHODS.join(", ")
            ),
            Reason::AuthMethodUnknown.why().sent("method", other.as_str().unwrap_or_default()),
        ),
    }
}

/// RFC 7591's list for one of DOT's grant types; DOT's own name where there is none (O-538).
pub fn rfc_grant_types(grant_type: &str) -> Vec<String> {
    let rfc = GRANT_TYPES.iter().find(|(_, dot)| *dot == grant_type).map_or(grant_type, |(rfc, _)| rfc);
    let mut out = vec![rfc.to_owned()];
    if grant_type == "authorization-code" {
        out.push(REFRESH_TOKEN.to_owned());
    }
    out
}
