//! Client metadata (RFC 7591 section 2) to columns and back. Members that DOT does not know are ignored (O-520).
//! DOT: `_parse_metadata`, `_build_application_kwargs`.

use serde_json::{Map, Value};

use django::python::{repr, text};

use crate::oauth::application::Draft;
use crate::observe::{Reason, Why};
use crate::settings::grants::Grants;
use crate::vocabulary::{ClientType, GrantType};

use super::NotRegistered;

const AUTH_METHODS: [&str; 3] = ["none", "client_secret_basic", "client_secret_post"];

/// The columns that a registration sets; each request sets all of them.
#[derive(Debug, PartialEq, Eq)]
pub struct Metadata {
    redirect_uris: String,
    name: String,
    grant: GrantType,
    client_type: ClientType,
}

fn refused<T>(description: impl Into<String>, why: impl Into<Why>) -> Result<T, NotRegistered> {
    Err(NotRegistered::Metadata(description.into(), why.into()))
}

impl Metadata {
    /// Reads a request's body, whatever its Content-Type. DOT: a grant that is off may be registered.
    ///
    /// # Errors
    /// `invalid_client_metadata` with DOT's text.
    // Differs from DOT: a client_name of null is a 500 there (O-519); NaN, Infinity and UTF-16 are no JSON.
    pub fn read(body: &[u8], grants: &Grants) -> Result<Metadata, NotRegistered> {
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Metadata::of(&members, grants),
            Ok(_) => refused("Request body must be a JSON object", Reason::BodyNotObject),
            Err(error) => {
                let why = Reason::BodyNotJson.why().with("line", error.line()).with("column", error.column());
                refused("Request body must be valid JSON", why)
            }
        }
    }

    fn of(members: &Map<String, Value>, offered: &Grants) -> Result<Metadata, NotRegistered> {
        let uris = texts(members, "redirect_uris", "redirect_uri")?.unwrap_or_default();
        let grants = texts(members, "grant_types", "grant_type")?;
        let grant = match grants {
            Some(grants) => grant_type(&grants, offered)?,
            None => GrantType::AuthorizationCode,
        };
        if grant.redirects() && uris.is_empty() {
            let name = grant.rfc().unwrap_or_default();
            let why = Reason::RedirectUrisNeeded.why().with("grant_type", name);
            return refused(format!("redirect_uris is required for grant type '{name}'"), why);
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
        Ok(Metadata { redirect_uris: uris.join(" "), name, grant, client_type })
    }

    pub fn write_to(&self, draft: &mut Draft) {
        draft.redirect_uris.clone_from(&self.redirect_uris);
        draft.name.clone_from(&self.name);
        draft.authorization_grant_type = self.grant.to_column();
        draft.client_type = self.client_type.column().to_owned();
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

fn grant_type(grants: &[&str], offered: &Grants) -> Result<GrantType, NotRegistered> {
    if grants.is_empty() {
        return refused("grant_types must not be empty", Reason::GrantTypesEmpty);
    }
    let mut meaningful =
        grants.iter().filter(|grant| GrantType::of_rfc(grant) != Some(GrantType::RefreshToken));
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
    match offered.offered().find(|known| known.rfc() == Some(grant)) {
        Some(known) => Ok(known),
        None => {
            let why = Reason::GrantTypesUnknown.why().sent("grant_type", grant);
            refused(format!("Unsupported grant_type: {}", repr(&Value::from(*grant))), why)
        }
    }
}

fn client_type(members: &Map<String, Value>) -> Result<ClientType, NotRegistered> {
    match members.get("token_endpoint_auth_method") {
        None => Ok(ClientType::Confidential),
        Some(Value::String(method)) if method == "none" => Ok(ClientType::Public),
        Some(Value::String(method)) if AUTH_METHODS.contains(&method.as_str()) => {
            Ok(ClientType::Confidential)
        }
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
    let grant = GrantType::of_column(grant_type);
    let mut out = vec![grant.and_then(GrantType::rfc).unwrap_or(grant_type).to_owned()];
    // It comes with authorization_code by itself.
    if grant == Some(GrantType::AuthorizationCode) {
        out.extend(GrantType::RefreshToken.rfc().map(str::to_owned));
    }
    out
}
