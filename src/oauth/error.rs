//! Refusals as values: an OAuth error knows its code, description, status (RFC 6749 sections 4.1.2.1, 5.2) and reason.
//! DOT: `oauthlib.oauth2.rfc6749.errors`.

use std::time::Duration;

use django::urls::urlencode;
use entity::application::Model as Application;

use crate::failure::Failure;
use crate::limits::{TooMany, Unanswered};
use crate::observe::{Decision, Event, Outcome, Reason, Why};
use crate::storage::Failed;

/// An error that the client is told about. It cannot be made without its reason.
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
    pub dot_form: DotForm,
    /// For those who run the server; never sent.
    pub why: Why,
}

/// How DOT would send the error. Some leave it without the headers of a JSON error; `[server.compat] json_errors`
/// brings that back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DotForm {
    /// As JSON that is not cached.
    #[default]
    Json,
    /// As text/html without cache headers: the error left oauthlib's token endpoint.
    Html,
    /// As JSON without cache and authentication headers: the device flow's view made it.
    BareJson,
}

/// What a rule answers when it does not answer.
#[derive(Debug)]
pub enum Error {
    Refused(OAuthError),
    Failed(Failure),
}

impl Failed for Error {
    fn failure(&self) -> Option<&Failure> {
        match self {
            Error::Failed(failure) => Some(failure),
            Error::Refused(_) => None,
        }
    }
}

impl From<OAuthError> for Error {
    fn from(error: OAuthError) -> Error {
        Error::Refused(error)
    }
}

impl From<TooMany> for OAuthError {
    fn from(error: TooMany) -> OAuthError {
        let text = "Too many failed attempts. Try again later.";
        let why = Reason::TooManyFailures.why().with("retry_after", i64::from(error.retry_after.get()));
        let told = OAuthError::because("too_many_requests", text, why);
        OAuthError { status: 429, retry_after: Some(error.retry_after), ..told }
    }
}

impl From<TooMany> for Error {
    fn from(error: TooMany) -> Error {
        Error::Refused(error.into())
    }
}

impl From<Unanswered> for Error {
    fn from(error: Unanswered) -> Error {
        match error {
            Unanswered::TooMany(error) => error.into(),
            Unanswered::Failed(failure) => Error::Failed(failure),
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Error {
        Error::Failed(failure)
    }
}

impl Error {
    /// What no column can hold is the client's fault.
    #[must_use]
    pub fn of_request(self) -> Error {
        match self {
            Error::Failed(failure) if failure.is_bad_value() => {
                let text = "A parameter is too long or malformed.";
                Error::Refused(OAuthError::invalid_request(text, Reason::ValueTooLong))
            }
            other => other,
        }
    }

    /// The event of a decision that ended so.
    pub fn event(&self, decision: Decision, duration: Duration) -> Event<'_> {
        match self {
            Error::Refused(error) => error.event(decision, duration),
            Error::Failed(_) => Event::new(decision, Outcome::Failed, duration),
        }
    }

    /// Names the client that was refused.
    #[must_use]
    pub fn of_client(self, application: &Application) -> Error {
        match self {
            Error::Refused(error) => Error::Refused(error.of_client(application)),
            failed @ Error::Failed(_) => failed,
        }
    }
}

impl OAuthError {
    pub fn new(code: &'static str, why: impl Into<Why>) -> OAuthError {
        let status = if code == "invalid_client" { 401 } else { 400 };
        OAuthError {
            code,
            description: None,
            uri: None,
            status,
            state: None,
            retry_after: None,
            dot_form: DotForm::Json,
            why: why.into(),
        }
    }

    pub fn because(code: &'static str, description: impl Into<String>, why: impl Into<Why>) -> OAuthError {
        OAuthError { description: Some(description.into()), ..OAuthError::new(code, why) }
    }

    pub fn invalid_request(description: impl Into<String>, why: impl Into<Why>) -> OAuthError {
        OAuthError::because("invalid_request", description, why)
    }

    #[must_use]
    pub fn with_state(mut self, state: Option<&str>) -> OAuthError {
        self.state = state.map(str::to_owned);
        self
    }

    #[must_use]
    pub fn in_dot_form(mut self, form: DotForm) -> OAuthError {
        self.dot_form = form;
        self
    }

    /// Names the client that was refused, for the reason.
    #[must_use]
    pub fn of_client(self, application: &Application) -> OAuthError {
        OAuthError { why: self.why.of_client(&application.client_id, Some(application.id)), ..self }
    }

    /// The event of a decision that ended so.
    pub fn event(&self, decision: Decision, duration: Duration) -> Event<'_> {
        Event::refused(decision, (self.code, &self.why), duration)
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
        format!("{redirect_uri}{separator}{}", urlencode(&self.members()))
    }
}
