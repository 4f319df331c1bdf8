//! Where messages wait for a page that shows them: cookie, session, or both. Django: `django.contrib.messages.storage`.

use poem::Response;

use django::messages::{self, MAX_COOKIE_SIZE, Message};

use crate::failure::Failure;
use crate::settings::door::MessageStorage;

use super::Browser;
use super::cookies::{add_cookie, delete_cookie, messages_cookie};

impl Browser<'_> {
    async fn load_messages(&mut self) -> Result<(), Failure> {
        if self.messages.loaded.is_some() {
            return Ok(());
        }
        let app = self.app;
        let storage = app.site.settings.door.message_storage;
        let (mut all, more) = match storage {
            MessageStorage::Session => (Vec::new(), true),
            _ => self.messages.read_cookie(&app.site.settings),
        };
        if more && storage != MessageStorage::Cookie {
            let text = self.session().await?.messages().map(str::to_owned);
            let rest = text.map(|text| messages::from_session(&text)).unwrap_or_default();
            self.messages.in_session = !rest.is_empty();
            all.extend(rest);
        }
        self.messages.loaded = Some(all);
        Ok(())
    }

    /// All messages, for a page that may show them; they stay until [`Browser::messages_were_read`] is called.
    ///
    /// # Errors
    /// The session's own.
    pub async fn messages(&mut self) -> Result<Vec<Message>, Failure> {
        self.load_messages().await?;
        let loaded = self.messages.loaded.clone().unwrap_or_default();
        Ok([loaded, self.messages.queued.clone()].concat())
    }

    /// A page has gone through the messages: they are gone with its answer.
    pub fn messages_were_read(&mut self) {
        self.messages.queued.clear();
        self.messages.used = true;
    }

    /// Stores what no page has shown. Django: `BaseStorage.update`.
    ///
    /// # Errors
    /// The session's own.
    pub(super) async fn store_messages(&mut self, response: &mut Response) -> Result<(), Failure> {
        let queued = std::mem::take(&mut self.messages.queued);
        if self.messages.used {
            return self.write_messages(&queued, response).await;
        }
        if queued.is_empty() {
            return Ok(());
        }
        self.load_messages().await?;
        let unread = self.messages.loaded.clone().unwrap_or_default();
        self.write_messages(&[unread, queued].concat(), response).await
    }

    async fn write_messages(&mut self, all: &[Message], response: &mut Response) -> Result<(), Failure> {
        let app = self.app;
        let (keys, now) = (&app.site.settings.django.keys, app.site.clock.now().timestamp());
        let cookie = messages_cookie(&app.site.settings.django.session);
        match app.site.settings.door.message_storage {
            MessageStorage::Session => self.keep_in_session(all).await?,
            MessageStorage::Cookie => match newest(all, keys, now) {
                Some(value) => add_cookie(response, &cookie, &value, None, app),
                None => delete_cookie(response, &cookie),
            },
            MessageStorage::Fallback => {
                let split = messages::store(all, keys, now);
                match split.cookie {
                    Some(value) => add_cookie(response, &cookie, &value, None, app),
                    None if self.messages.in_cookie => delete_cookie(response, &cookie),
                    None => {}
                }
                if !split.session.is_empty() || self.messages.in_session {
                    self.keep_in_session(split.session).await?;
                }
            }
        }
        Ok(())
    }

    async fn keep_in_session(&mut self, all: &[Message]) -> Result<(), Failure> {
        let text = (!all.is_empty()).then(|| messages::to_session(all));
        self.session().await?.set_messages(text);
        Ok(())
    }
}

/// The cookie storage alone has nowhere else to put them: the oldest are lost.
fn newest(all: &[Message], keys: &django::signing::Keys, now: i64) -> Option<String> {
    if all.is_empty() {
        return None;
    }
    let whole = messages::encode(all, false, keys, now);
    if whole.len() <= MAX_COOKIE_SIZE {
        return Some(whole);
    }
    let rests = (1..=all.len()).map(|from| messages::encode(&all[from..], true, keys, now));
    rests.into_iter().find(|text| text.len() <= MAX_COOKIE_SIZE)
}
