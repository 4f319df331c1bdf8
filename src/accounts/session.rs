//! Django's sessions: cookie value -> dict -> user, and back (D-01 to D-21); where they live is in engine.rs.
//! Django: `django.contrib.sessions.backends.base`, `django.contrib.auth.get_user`.

use serde_json::{Map, Value};

use django::session::{self, HashCheck};
use entity::user::Model as User;
use entity::value::UserId;

use crate::failure::Failure;
use crate::site::Site;
use crate::storage::users;

use super::engine;
use super::session_data::Loaded;

/// DOT's backend that takes a bearer token for a login.
pub const TOKEN_BACKEND: &str = "oauth2_provider.backends.OAuth2Backend";

/// One browser's session during one request. No Debug form: it holds the key.
#[derive(Default)]
pub struct Session {
    /// The key of an existing session.
    key: Option<String>,
    data: Map<String, Value>,
    modified: bool,
    /// Sessions that end with this request.
    obsolete: Vec<String>,
    /// A new one that is written even if nothing is in it.
    fresh: bool,
    /// The cookie names a session that only Django can read: it stays.
    foreign: bool,
}

/// What the answer must do with the session cookie.
#[derive(Debug, PartialEq, Eq)]
pub enum CookieChange {
    Keep,
    Delete,
    /// Key and, unless it ends with the browser, seconds to live.
    Set(String, Option<i64>),
}

impl Session {
    /// Loads the session of a cookie value; unknown, expired or absent ones are empty.
    ///
    /// # Errors
    /// The database's own.
    pub async fn load(site: &Site, cookie: Option<&str>) -> Result<Session, Failure> {
        let mut session = Session::default();
        // Django: a key shorter than 8 characters is no session.
        let Some(key) = cookie.filter(|c| c.len() >= 8) else { return Ok(session) };
        match engine::load(site, key).await? {
            Loaded::Absent => {}
            Loaded::Found(data) => (session.key, session.data) = (Some(key.to_owned()), data),
            Loaded::Foreign => session.foreign = true,
            Loaded::Renewed(key) => {
                session.modified = true;
                session.fresh = key.is_none();
                session.key = key;
            }
        }
        Ok(session)
    }

    /// Everything in it.
    pub fn data(&self) -> &Map<String, Value> {
        &self.data
    }

    /// The key of an existing row.
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    pub fn text(&self, key: &str) -> Option<&str> {
        self.data.get(key).and_then(Value::as_str)
    }

    /// As Python's int() or UUID() reads it: a number too, blanks around, digits of any script.
    fn user_id(&self) -> Option<UserId> {
        use unicode_normalization::UnicodeNormalization;
        let text = match self.data.get(session::USER_ID_KEY)? {
            Value::String(text) => text.nfkc().collect::<String>(),
            Value::Number(number) => match number.as_i64() {
                Some(whole) => whole.to_string(),
                // int() cuts a fraction off; the conversion stays within the type.
                None => (number.as_f64()?.trunc() as i64).to_string(),
            },
            Value::Bool(truth) => i64::from(*truth).to_string(),
            _ => return None,
        };
        django::python::int(&text).map(UserId::Int).or_else(|| text.trim().parse().ok())
    }

    /// The user who is logged in. A wrong password hash ends the session, a fallback key renews it.
    ///
    /// # Errors
    /// The database's own.
    pub async fn user(&mut self, site: &Site) -> Result<Option<User>, Failure> {
        let Some(id) = self.user_id() else { return Ok(None) };
        let backend = self.text(session::BACKEND_KEY).unwrap_or_default();
        if !site.settings.django.authentication_backends.iter().any(|b| b == backend) {
            return Ok(None);
        }
        // Differs from DOT: its OAuth2Backend lets an inactive user's session go on (D-14).
        let inactive_ok = backend == TOKEN_BACKEND && site.settings.server.compat.inactive_sessions;
        let found = users::find_by_id(&site.db, id).await?;
        let Some(user) = found.filter(|u| u.is_active || inactive_ok) else { return Ok(None) };
        let stored = self.text(session::HASH_KEY).unwrap_or_default();
        match session::check_auth_hash(stored, &user.password, &site.settings.django.keys) {
            HashCheck::Current => Ok(Some(user)),
            HashCheck::Fallback => {
                self.cycle_key();
                self.set_hash(site, &user);
                Ok(Some(user))
            }
            HashCheck::Wrong => {
                self.flush();
                Ok(None)
            }
        }
    }

    fn set_hash(&mut self, site: &Site, user: &User) {
        let hash = session::auth_hash(&user.password, site.settings.django.keys.primary().as_bytes());
        self.data.insert(session::HASH_KEY.into(), hash.into());
        self.modified = true;
    }

    /// Puts a user into the session as Django's `login()` does.
    pub fn log_in(&mut self, site: &Site, user: &User, backend: &str) {
        let hash = session::auth_hash(&user.password, site.settings.django.keys.primary().as_bytes());
        match self.text(session::USER_ID_KEY) {
            Some(id) if id != user.id.to_string() || self.text(session::HASH_KEY) != Some(&hash) => {
                self.flush()
            }
            Some(_) => {}
            None => self.cycle_key(),
        }
        self.data.insert(session::USER_ID_KEY.into(), user.id.to_string().into());
        self.data.insert(session::BACKEND_KEY.into(), backend.into());
        self.data.insert(session::HASH_KEY.into(), hash.into());
        self.modified = true;
    }

    /// After the user's own new password: a new key, and the hash that goes with the password (D-16).
    /// Django: `update_session_auth_hash`.
    pub fn password_changed(&mut self, site: &Site, user: &User) {
        self.cycle_key();
        self.set_hash(site, user);
    }

    /// The CSRF secret, where CSRF_USE_SESSIONS keeps it.
    pub fn csrf_secret(&self) -> Option<&str> {
        self.text(django::csrf::SESSION_KEY)
    }

    pub fn set_csrf_secret(&mut self, secret: &str) {
        if self.csrf_secret() != Some(secret) {
            self.data.insert(django::csrf::SESSION_KEY.into(), secret.into());
            self.modified = true;
        }
    }

    /// The messages that are kept here, as the text that Django writes.
    pub fn messages(&self) -> Option<&str> {
        self.text(django::messages::SESSION_KEY)
    }

    pub fn set_messages(&mut self, text: Option<String>) {
        let key = django::messages::SESSION_KEY;
        match text {
            Some(text) => drop(self.data.insert(key.into(), text.into())),
            None if self.data.shift_remove(key).is_none() => return,
            None => {}
        }
        self.modified = true;
    }

    /// Django, with SESSION_SAVE_EVERY_REQUEST: a page that did not ask for the session saves it nevertheless, and a
    /// key that nobody knows then gets an empty session of its own.
    pub fn keep_alive(&mut self) {
        self.fresh = self.key.is_none() && !self.foreign;
    }

    /// Empties the session and ends its row.
    pub fn flush(&mut self) {
        self.data.clear();
        (self.fresh, self.foreign) = (false, false);
        self.obsolete.extend(self.key.take());
        self.modified = true;
    }

    /// Keeps the data under a new key; the old row ends.
    fn cycle_key(&mut self) {
        self.obsolete.extend(self.key.take());
        self.modified = true;
    }

    /// Writes what changed and says what becomes of the cookie.
    ///
    /// # Errors
    /// The database's own; `Interrupted` when the row was deleted by somebody else meanwhile.
    pub async fn save(&mut self, site: &Site, had_cookie: bool) -> Result<CookieChange, SaveError> {
        let settings = &site.settings.django;
        let empty = self.data.is_empty() && self.key.is_none() && !self.fresh;
        let wanted = self.modified || settings.session_save_every_request;
        let change = if self.foreign && empty {
            CookieChange::Keep
        } else if empty {
            if had_cookie { CookieChange::Delete } else { CookieChange::Keep }
        } else if wanted {
            self.write(site).await?
        } else {
            CookieChange::Keep
        };
        // Django inserts the new row first, then deletes the old one.
        for key in self.obsolete.drain(..) {
            engine::delete(site, &key).await?;
        }
        Ok(change)
    }

    async fn write(&mut self, site: &Site) -> Result<CookieChange, SaveError> {
        let settings = &site.settings.django;
        let expiry = session::expiry(
            &self.data,
            site.clock.now().timestamp(),
            settings.session.age,
            settings.session_expire_at_browser_close,
        );
        let written = engine::write(site, self.key.as_deref(), &self.data, expiry).await?;
        let key = written.ok_or(SaveError::Interrupted)?;
        self.key = Some(key.clone());
        Ok(CookieChange::Set(key, (!expiry.at_browser_close).then_some(expiry.age)))
    }
}

/// Why a session could not be written.
#[derive(Debug)]
pub enum SaveError {
    Failed(Failure),
    /// Django's SessionInterrupted: the session was deleted while this request ran.
    Interrupted,
}

impl From<Failure> for SaveError {
    fn from(failure: Failure) -> SaveError {
        SaveError::Failed(failure)
    }
}
