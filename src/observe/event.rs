//! One event for each decision. The log reads it here; whoever counts or keeps decisions reads the same.

use std::fmt::Display;
use std::time::Duration;

use crate::vocabulary::GrantType;

use super::{Details, Reason, Why};

/// What was to be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decision {
    /// The token endpoint (RFC 6749 section 3.2).
    Token,
    /// The authorization endpoint (RFC 6749 section 3.1).
    Authorize,
    /// RFC 7009.
    Revoke,
    /// RFC 7662.
    Introspect,
    /// RFC 7591 and RFC 7592.
    Register,
    /// The device flow's own steps (RFC 8628); a device's poll is a token request.
    Device,
    /// OpenID Connect Core 1.0 section 5.3.
    Userinfo,
    /// RP-Initiated Logout 1.0.
    Logout,
    /// A client ID metadata document.
    Document,
    /// The form of an application.
    Application,
}

/// How a decision ended well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Done {
    Issued,
    Granted,
    Revoked,
    /// The token was unknown, or another client's: no error (RFC 7009 section 2.2).
    NothingRevoked,
    Active,
    Inactive,
    Registered,
    Read,
    Replaced,
    Deleted,
    /// A device code and a user code were handed out.
    CodesIssued,
    /// A user typed a good user code.
    UserCodeClaimed,
    DeviceAuthorized,
    DeviceDenied,
    Told,
    LoggedOut,
    Saved,
}

impl Done {
    pub fn as_str(self) -> &'static str {
        match self {
            Done::Issued => "issued",
            Done::Granted => "granted",
            Done::Revoked => "revoked",
            Done::NothingRevoked => "nothing_revoked",
            Done::Active => "active",
            Done::Inactive => "inactive",
            Done::Registered => "registered",
            Done::Read => "read",
            Done::Replaced => "replaced",
            Done::Deleted => "deleted",
            Done::CodesIssued => "codes_issued",
            Done::UserCodeClaimed => "user_code_claimed",
            Done::DeviceAuthorized => "device_authorized",
            Done::DeviceDenied => "device_denied",
            Done::Told => "told",
            Done::LoggedOut => "logged_out",
            Done::Saved => "saved",
        }
    }
}

/// How a decision ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome<'a> {
    Done(Done),
    /// The error code that was sent, or would have been where DOT sends none.
    Refused(&'a str),
    /// A failure of ours; it is logged where it becomes an answer.
    Failed,
}

/// One decision. It borrows what the request has anyway.
#[derive(Clone, Copy)]
pub struct Event<'a> {
    pub decision: Decision,
    pub outcome: Outcome<'a>,
    /// Of a stored application; a refusal may name it in its reason instead.
    pub client_id: Option<&'a str>,
    /// The primary key of a stored application, where its client_id would have to be looked up.
    pub application: Option<i64>,
    /// The primary key of the user; a refusal may name it in its reason instead.
    pub user_id: Option<&'a dyn Display>,
    /// The grant of a token request, where it is one that is on.
    pub grant: Option<GrantType>,
    /// Always there when refused.
    pub why: Option<&'a Why>,
    pub duration: Duration,
}

impl<'a> Event<'a> {
    pub fn new(decision: Decision, outcome: Outcome<'a>, duration: Duration) -> Event<'a> {
        let (client_id, application, user_id) = (None, None, None);
        Event { decision, outcome, client_id, application, user_id, grant: None, why: None, duration }
    }

    pub fn refused(decision: Decision, (code, why): (&'a str, &'a Why), duration: Duration) -> Event<'a> {
        Event { why: Some(why), ..Event::new(decision, Outcome::Refused(code), duration) }
    }

    /// Whether it happens all the time: a device is refused at each poll until its user has decided.
    fn is_usual(&self) -> bool {
        let reason = self.why.map(Why::reason);
        let is_waiting = matches!(reason, Some(Reason::DevicePending | Reason::DocumentResting));
        !matches!(self.outcome, Outcome::Refused(_)) || is_waiting
    }
}

/// Each target is a constant of its own, so that a line that nobody wants costs a comparison.
macro_rules! tell {
    ($target:literal, $event:ident) => {
        if $event.is_usual() {
            tell!($target, tracing::Level::DEBUG, $event)
        } else {
            tell!($target, tracing::Level::INFO, $event)
        }
    };
    ($target:literal, $level:expr, $event:ident) => {
        tracing::event!(
            target: $target,
            $level,
            outcome = match $event.outcome {
                Outcome::Done(done) => done.as_str(),
                Outcome::Refused(code) => code,
                Outcome::Failed => "failed",
            },
            client_id = $event.client_id.or($event.why.and_then(Why::client_id)),
            application = $event.application,
            user_id = $event.user_id.or($event.why.and_then(Why::user_id)).map(tracing::field::display),
            grant = $event.grant.map(GrantType::word),
            why = $event.why.map(|why| why.reason().slug()),
            details = $event.why.map(|why| tracing::field::display(Details(why))),
            duration_us = u64::try_from($event.duration.as_micros()).unwrap_or(u64::MAX),
            "{}",
            match $event.outcome {
                Outcome::Refused(_) => "refused",
                Outcome::Done(_) => "done",
                Outcome::Failed => "failed",
            }
        )
    };
}

/// Tells what was decided: refusals at `info`, the rest and what happens all the time at `debug`.
pub fn tell(event: &Event<'_>) {
    match event.decision {
        Decision::Token => tell!("slash_o::token", event),
        Decision::Authorize => tell!("slash_o::authorize", event),
        Decision::Revoke => tell!("slash_o::revoke", event),
        Decision::Introspect => tell!("slash_o::introspect", event),
        Decision::Register => tell!("slash_o::register", event),
        Decision::Device => tell!("slash_o::device", event),
        Decision::Userinfo => tell!("slash_o::userinfo", event),
        Decision::Logout => tell!("slash_o::logout", event),
        Decision::Document => tell!("slash_o::document", event),
        Decision::Application => tell!("slash_o::application", event),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use tracing::Level;

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn told(level: Level, event: &Event<'_>) -> String {
        let lines = Lines::default();
        let writer = lines.clone();
        let log = tracing_subscriber::fmt().with_max_level(level).with_ansi(false).without_time();
        let log = log.with_writer(move || writer.clone()).finish();
        tracing::subscriber::with_default(log, || tell(event));
        let bytes = lines.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    const LONG: Duration = Duration::from_micros(412);

    #[test]
    fn a_refusal_is_told_with_its_reason() {
        let why = Reason::CodeExpired.why().of_client("web", Some(3)).of_user(7).with("late", 5_i64);
        let refused = Event::refused(Decision::Token, ("invalid_grant", &why), LONG);
        let line = told(Level::INFO, &Event { grant: Some(GrantType::AuthorizationCode), ..refused });
        let wanted = " INFO slash_o::token: refused outcome=\"invalid_grant\" client_id=\"web\" user_id=7 \
                      grant=\"authorization_code\" why=\"code_expired\" details=application=3 late=5 duration_us=412\n";
        assert_eq!(line, wanted);
    }

    #[test]
    fn what_happens_all_the_time_is_told_at_debug_only() {
        let done = Event::new(Decision::Revoke, Outcome::Done(Done::Revoked), LONG);
        let pending = Reason::DevicePending.why();
        let poll = Event::refused(Decision::Token, ("authorization_pending", &pending), LONG);
        for event in [&done, &poll] {
            assert_eq!(told(Level::INFO, event), "");
            assert_eq!(told(Level::DEBUG, event).lines().count(), 1);
        }
    }
}
