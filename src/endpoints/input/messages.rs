//! One-time messages for the visitor: cookie, session, or both (D-90, D-91). Django: `django.contrib.messages`.

use poem::http::HeaderMap;

use django::messages::{self, COOKIE, Message};

use crate::settings::Settings;
use crate::settings::door::MessageStorage;

use super::cookies::cookie;

/// The messages of one request. Django: `BaseStorage`.
#[derive(Default)]
pub struct Messages {
    cookie: Option<String>,
    pub(super) loaded: Option<Vec<Message>>,
    pub(super) queued: Vec<Message>,
    /// A page has shown them.
    pub(super) used: bool,
    pub(super) in_cookie: bool,
    pub(super) in_session: bool,
}

impl Messages {
    pub fn of(headers: &HeaderMap) -> Messages {
        Messages { cookie: cookie(headers, COOKIE), ..Messages::default() }
    }

    pub(super) fn read_cookie(&mut self, settings: &Settings) -> (Vec<Message>, bool) {
        let stored = self.cookie.as_deref().and_then(|c| messages::decode(c, &settings.django.keys));
        match stored {
            Some(stored) => {
                self.in_cookie = !stored.messages.is_empty();
                (stored.messages, stored.more_in_session)
            }
            // Django: the cookie storage alone deletes what it cannot read.
            None => {
                let rubbish = self.cookie.as_ref().is_some_and(|c| !c.is_empty());
                self.used |= rubbish && settings.door.message_storage == MessageStorage::Cookie;
                (Vec::new(), false)
            }
        }
    }
}
