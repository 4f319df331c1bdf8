//! Refusals as values: an OAuth error knows its code, description and status (RFC 6749 sections 4.1.2.1, 5.2).
//! DOT: `oauthlib.oauth2.rfc6749.errors`.

use crate::storage::Failure;

use super::uri;

/// An error that the client is told about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OAuthError {
    pub code: &'static str,
    pub description: Option<String>,
    /// Where the error is explained; oauthlib has one for a single error.
    pub uri: Option<&'static str>,
    /// HTTP status where the error is not a redirect.
    pub status: u16,
    pub state: Option<String>,
    /// Seconds, for 429.
    pub retry_after: Option<std::num::NonZeroU32>,
    /// How DOT would send it, where that is not as a JSON error should be.
    pub leak: Leak,
}

/// DOT: some errors leave without the headers of a JSON error; `[server.compat] json_errors` brings that back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Leak {
    #[default]
    None,
    /// As text/html without cache headers: the error left oauthlib's token endpoint.
    Html,
    /// As JSON without cache and authentication headers: the device flow's view made it.
    Json,
}

/// What a rule answers when it does not answer.
#[derive(Debug)]
pub enum Error {
    Refused(OAuthError),
    Failed(Failure),
}

impl From<OAuthError> for Error {
    fn from(error: OAuthError) -> Error {
        Error::Refused(error)
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Error {
        Error::Failed(failure)
    }
}

impl OAuthError {
    pub fn new(code: &'static str) -> OAuthError {
        let status = if code == "invalid_client" { 401 } else { 400 };
        OAuthError {
            code,
            description: None,
            uri: None,
            status,
            state: None,
            retry_after: None,
            leak: Leak::None,
        }
    }

    pub fn because(code: &'static str, description: impl Into<String>) -> OAuthError {
        OAuthError { description: Some(description.into()), ..OAuthError::new(code) }
    }

    pub fn invalid_request(description: impl Into<String>) -> OAuthError {
        OAuthError::because("invalid_request", description)
    }

    pub fn with_state(mut self, state: Option<&str>) -> OAuthError {
        self.state = state.map(str::to_owned);
        self
    }

    /// Marks an error that DOT sends as text/html.
    pub fn escaped(mut self) -> OAuthError {
        self.leak = Leak::Html;
        self
    }

    /// Marks an error that DOT sends as bare JSON.
    pub fn bare(mut self) -> OAuthError {
        self.leak = Leak::Json;
        self
    }

    /// The members in oauthlib's order; empty ones are left out.
    pub fn members(&self) -> Vec<(&'static str, String)> {
        let mut out = vec![("error", self.code.to_owned())];
        if let Some(description) = self.description.as_ref().filter(|d| !d.is_empty()) {
            out.push(("error_description", description.clone()));
        }
        if let Some(uri) = self.uri {
            out.push(("error_uri", uri.to_owned()));
        }
        if let Some(state) = self.state.as_ref().filter(|s| !s.is_empty()) {
            out.push(("state", state.clone()));
        }
        out
    }

    /// The redirect of an error before consent and of a denial: the URI as it is, then the members.
    pub fn redirect(&self, redirect_uri: &str) -> String {
        let separator = if redirect_uri.contains('?') { '&' } else { '?' };
        format!("{redirect_uri}{separator}{}", uri::urlencode(&self.members()))
    }
}
