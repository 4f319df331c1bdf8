//! What a page decided, put on its answer: pages answer in many places, and each decision is told at one.

use std::time::Duration;

use poem::Response;

use entity::application::Model as Application;
use entity::value::UserId;

use crate::oauth::OAuthError;
use crate::observe::{self, Decision, Done, Event, Outcome, Reason, Why};

/// How a page's decision ended.
#[derive(Clone)]
pub struct Observed {
    decision: Decision,
    ending: Ending,
    client_id: Option<String>,
    user_id: Option<UserId>,
}

#[derive(Clone)]
enum Ending {
    Done(Done),
    Refused(&'static str, Why),
}

impl Observed {
    pub fn done(decision: Decision, done: Done) -> Observed {
        Observed { decision, ending: Ending::Done(done), client_id: None, user_id: None }
    }

    /// A refusal for which OAuth has a code.
    pub fn refused(decision: Decision, error: &OAuthError) -> Observed {
        let ending = Ending::Refused(error.code, error.why.clone());
        Observed { decision, ending, client_id: None, user_id: None }
    }

    /// A refusal that only a page knows; `code` is a name for it.
    pub fn refused_as(decision: Decision, code: &'static str, why: impl Into<Why>) -> Observed {
        let ending = Ending::Refused(code, why.into());
        Observed { decision, ending, client_id: None, user_id: None }
    }

    /// Django: `DisallowedRedirect`.
    pub fn disallowed_redirect(decision: Decision) -> Observed {
        Observed::refused_as(decision, "disallowed_redirect", Reason::RedirectSchemeOff)
    }

    #[must_use]
    pub fn of_client(self, application: &Application) -> Observed {
        self.of_client_id(&application.client_id)
    }

    #[must_use]
    pub fn of_client_id(self, client_id: &str) -> Observed {
        Observed { client_id: Some(client_id.to_owned()), ..self }
    }

    #[must_use]
    pub fn of_user(self, user_id: UserId) -> Observed {
        Observed { user_id: Some(user_id), ..self }
    }

    /// The answer that carries it; what an answer carries already says why it is another one than was meant.
    #[must_use]
    pub fn on(self, mut response: Response) -> Response {
        if response.extensions().get::<Observed>().is_none() {
            response.extensions_mut().insert(self);
        }
        response
    }
}

/// Tells what the answer carries; most carry nothing.
pub fn tell(response: &Response, duration: Duration) {
    let Some(observed) = response.extensions().get::<Observed>() else { return };
    let event = match &observed.ending {
        Ending::Done(done) => Event::new(observed.decision, Outcome::Done(*done), duration),
        Ending::Refused(code, why) => Event::refused(observed.decision, (code, why), duration),
    };
    let user_id = observed.user_id.as_ref().map(|id| id as &dyn std::fmt::Display);
    observe::tell(&Event { client_id: observed.client_id.as_deref(), user_id, ..event });
}
