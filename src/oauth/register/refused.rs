//! Why a client is not registered.

use std::time::Duration;

use crate::failure::Failure;
use crate::limits::TooMany;
use crate::oauth::OAuthError;
use crate::observe::{Decision, Event, Outcome, Reason, Why};
use crate::storage;

/// A registration that does not happen.
#[derive(Debug)]
pub enum NotRegistered {
    /// 401 `access_denied`: this visitor may not register.
    Denied(Why),
    /// 400 `invalid_client_metadata`: DOT's text.
    Metadata(String, Why),
    /// 401 `invalid_token`: DOT's text.
    Token(&'static str, Why),
    /// 429 `too_many_requests`.
    TooMany(OAuthError),
    Failed(Failure),
}

impl storage::Failed for NotRegistered {
    fn failure(&self) -> Option<&Failure> {
        match self {
            NotRegistered::Failed(failure) => Some(failure),
            _ => None,
        }
    }
}

impl NotRegistered {
    /// The event of a registration that ended so.
    pub(super) fn event(&self, duration: Duration) -> Event<'_> {
        let refused = |code, why| Event::refused(Decision::Register, (code, why), duration);
        match self {
            NotRegistered::Denied(why) => refused("access_denied", why),
            NotRegistered::Metadata(_, why) => refused("invalid_client_metadata", why),
            NotRegistered::Token(_, why) => refused("invalid_token", why),
            NotRegistered::TooMany(error) => error.event(Decision::Register, duration),
            NotRegistered::Failed(_) => Event::new(Decision::Register, Outcome::Failed, duration),
        }
    }
}

impl From<TooMany> for NotRegistered {
    fn from(error: TooMany) -> NotRegistered {
        NotRegistered::TooMany(error.into())
    }
}

impl From<Failure> for NotRegistered {
    fn from(failure: Failure) -> NotRegistered {
        // What no column can hold is the client's fault.
        if failure.is_bad_value() {
            return NotRegistered::Metadata(
                "A member is too long or malformed".into(),
                Reason::ValueTooLong.into(),
            );
        }
        NotRegistered::Failed(failure)
    }
}
