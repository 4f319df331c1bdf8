//! One-time messages: read from their cookie and the session, gone once a page has shown them.
//! Django: `FallbackStorage`, `MessageMiddleware`.

use django::messages::{self, Message};

use crate::storage::Failure;

use super::Browser;

/// What the answer must do with the messages that were read.
#[derive(Clone, Copy, Default)]
pub struct Read {
    cookie: bool,
    session: bool,
    done: bool,
}

impl Browser {
    /// The messages of the cookie and, where it says so, of the session.
    ///
    /// # Errors
    /// The database's own.
    pub async fn messages(&mut self) -> Result<Vec<Message>, Failure> {
        let Some(cookie) = self.cookie(messages::COOKIE) else { return Ok(Vec::new()) };
        let keys = &self.app.site.settings.django.keys;
        let Some(stored) = messages::decode(&cookie, keys) else { return Ok(Vec::new()) };
        let mut all = stored.messages;
        // Django: a cookie with nothing but its end mark still counts as read.
        self.read_messages.cookie = !all.is_empty();
        if stored.more_in_session {
            let rest = self.session().await?.text(messages::SESSION_KEY).map(messages::from_session);
            let rest = rest.unwrap_or_default();
            self.read_messages.session = !rest.is_empty();
            all.extend(rest);
        }
        Ok(all)
    }

    /// A page went through them: they are deleted with this answer.
    pub(super) fn messages_were_read(&mut self) {
        self.read_messages.done = true;
        if self.read_messages.session
            && let Some(session) = self.loaded_session()
        {
            session.remove(messages::SESSION_KEY);
        }
    }

    pub(super) fn drops_messages_cookie(&self) -> bool {
        self.read_messages.done && self.read_messages.cookie
    }
}
