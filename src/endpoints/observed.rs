//! What a page decided, put on its answer: pages answer in many places, and each decision is told at one.

use std::time::Duration;

use poem::Response;

use entity::application::Model as Application;
use entity::value::UserId;

use crate::oauth::OAuthError;
use crate::observe::{self, Decision, Done, Event, Outcome, Reason, Why};
use crate::urls::Url;

/// How a page's decision ended.
#[derive(Clone)]
pub struct Observed {
    decision: Decision,
    ending: Ending,
    client_id: Option<String>,
    application: Option<i64>,
    user_id: Option<UserId>,
}

#[derive(Clone)]
enum Ending {
    Done(Done),
    Refused(&'static str, Why),
    /// 500 or 503.
    Failed,
}

/// Stands on the refusal of a body that cannot be read, and says why.
#[derive(Clone, Copy)]
pub struct Unreadable(pub &'static str);

impl Observed {
    fn new(decision: Decision, ending: Ending) -> Observed {
        Observed { decision, ending, client_id: None, application: None, user_id: None }
    }

    pub fn done(decision: Decision, done: Done) -> Observed {
        Observed::new(decision, Ending::Done(done))
    }

    /// A refusal for which OAuth has a code.
    pub fn refused(decision: Decision, error: &OAuthError) -> Observed {
        Observed::new(decision, Ending::Refused(error.code, error.why.clone()))
    }

    /// A refusal that only a page knows; `code` is a name for it.
    pub fn refused_as(decision: Decision, code: &'static str, why: impl Into<Why>) -> Observed {
        Observed::new(decision, Ending::Refused(code, why.into()))
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

    /// By the primary key, where the client_id would have to be looked up.
    #[must_use]
    pub fn of_application(self, primary_key: Option<i64>) -> Observed {
        Observed { application: primary_key, ..self }
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

/// Marks an answer that was made before anything was decided: a failure of a page, a body that no rule has seen.
pub fn complete(response: &mut Response, url: Option<Url>) {
    let Some(url) = url else { return };
    let observed = if let Some(Unreadable(what)) = response.extensions().get() {
        let why = Reason::FormUnreadable.why().with("body", *what);
        of_machine(url).map(|decision| Observed::refused_as(decision, "invalid_request", why))
    } else if response.status().is_server_error() {
        of_page(url).map(|decision| Observed::new(decision, Ending::Failed))
    } else {
        return;
    };
    if let Some(observed) = observed.filter(|_| response.extensions().get::<Observed>().is_none()) {
        response.extensions_mut().insert(observed);
    }
}

/// What a machine endpoint decides. Its own failures are told by the rules.
fn of_machine(url: Url) -> Option<Decision> {
    match url {
        Url::Token => Some(Decision::Token),
        Url::RevokeToken => Some(Decision::Revoke),
        Url::Introspect => Some(Decision::Introspect),
        Url::DeviceAuthorization => Some(Decision::Device),
        Url::DcrRegister | Url::DcrRegisterManagement => Some(Decision::Register),
        Url::UserInfo => Some(Decision::Userinfo),
        _ => None,
    }
}

/// What a page decides, where no rule tells it.
fn of_page(url: Url) -> Option<Decision> {
    match url {
        Url::Authorize => Some(Decision::Authorize),
        Url::DeviceConfirm => Some(Decision::Device),
        Url::RpInitiatedLogout => Some(Decision::Logout),
        Url::Register | Url::Update | Url::Delete => Some(Decision::Application),
        Url::AuthorizedTokenDelete => Some(Decision::Revoke),
        _ => None,
    }
}

/// Tells what the answer carries; most carry nothing.
pub fn tell(response: &Response, duration: Duration) {
    let Some(observed) = response.extensions().get::<Observed>() else { return };
    let event = match &observed.ending {
        Ending::Done(done) => Event::new(observed.decision, Outcome::Done(*done), duration),
        Ending::Refused(code, why) => Event::refused(observed.decision, (code, why), duration),
        Ending::Failed => Event::new(observed.decision, Outcome::Failed, duration),
    };
    let user_id = observed.user_id.as_ref().map(|id| id as &dyn std::fmt::Display);
    let (client_id, application) = (observed.client_id.as_deref(), observed.application);
    observe::tell(&Event { client_id, application, user_id, ..event });
}
