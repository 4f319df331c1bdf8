//! What OpenID Connect adds to an authorization request (Core 1.0 section 3.1.2.1).
//! oauthlib: `openid_authorization_validator`.

use django::loose_json::{self, Loaded};
use django::python::is_true;
use serde_json::Value;

use crate::oauth::{OAuthError, Params};
use crate::observe::Reason;
use crate::vocabulary::ResponseType;

/// The specification of the `claims` parameter; oauthlib tells it with the error.
const CLAIMS_URI: &str = "http://openid.net/specs/openid-connect-core-1_0.html#ClaimsParameter";

/// What was asked for, as it will be shown and stored.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The `claims` parameter, parsed; null when absent.
    pub claims: Loaded,
}

impl Asked {
    /// oauthlib: `_inflate_claims` of a request that was inflated before: a text is read in its turn.
    ///
    /// # Errors
    /// `invalid_request` for anything that is there and neither object nor text of JSON.
    pub fn second_reading(&mut self) -> Result<(), OAuthError> {
        match self.claims.value() {
            Value::Object(_) => Ok(()),
            value if !is_true(value) => Ok(()),
            Value::String(text) => {
                self.claims =
                    loose_json::loads(text).ok_or_else(|| malformed_claims(Reason::ClaimsNotObject))?;
                Ok(())
            }
            _ => Err(malformed_claims(Reason::ClaimsNotObject)),
        }
    }
}

/// Checks in oauthlib's order: prompt, claims, nonce.
///
/// # Errors
/// `invalid_request`.
pub fn check(params: &Params, response_type: ResponseType) -> Result<Asked, OAuthError> {
    let prompt = params.get("prompt").unwrap_or_default();
    let mut words = prompt.split_whitespace();
    if prompt.split_whitespace().any(|word| word == "none") && words.any(|word| word != "none") {
        let text = "Prompt none is mutually exclusive with other values.";
        return Err(OAuthError::invalid_request(text, Reason::PromptNoneNotAlone));
    }
    let claims = match params.filled("claims") {
        None => Loaded::default(),
        Some(text) => loose_json::loads(text).ok_or_else(|| malformed_claims(Reason::ClaimsNotJson))?,
    };
    let needs_nonce = response_type.has_id_token();
    if needs_nonce && params.filled("nonce").is_none() {
        let text = "Request is missing mandatory nonce parameter.";
        return Err(OAuthError::invalid_request(text, Reason::NonceNeeded));
    }
    Ok(Asked { claims })
}

fn malformed_claims(why: Reason) -> OAuthError {
    let error = OAuthError::invalid_request("Malformed claims parameter", why);
    OAuthError { uri: Some(CLAIMS_URI), ..error }
}
