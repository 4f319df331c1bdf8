//! One-time messages in a signed cookie, the rest in the session (`django.contrib.messages.storage`).

use crate::json;
use crate::signing::{self, COOKIE_KEY_PREFIX, Keys, Signer};
use serde_json::{Value, json};

/// Name of the cookie.
pub const COOKIE: &str = "messages";
/// Session key of the messages that do not fit the cookie; its value is a text.
pub const SESSION_KEY: &str = "_messages";
/// The most characters of the cookie's value.
pub const MAX_COOKIE_SIZE: usize = 2048;

const SALT: &str = "django.contrib.messages";
const MESSAGE_KEY: &str = "__json_message";
const NOT_FINISHED: &str = "__messagesnotfinished__";

/// A message for the user. Source: `django.contrib.messages.storage.base.Message`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// 10 debug, 20 info, 25 success, 30 warning, 40 error.
    pub level: i64,
    /// The text.
    pub text: String,
    /// Whether the text is HTML (`SafeString`).
    pub safe: bool,
    /// Further CSS classes; `messages.success()` and its like give an empty text.
    pub extra_tags: Option<String>,
}

impl Message {
    /// A plain message as `django.contrib.messages.add_message` makes it.
    pub fn new(level: i64, text: &str) -> Self {
        Message { level, text: text.to_owned(), safe: false, extra_tags: Some(String::new()) }
    }

    /// `debug`, `info`, `success`, `warning`, `error`, or empty for another level; what `own` (MESSAGE_TAGS) says comes
    /// first. Source: `Message.level_tag`.
    pub fn level_tag<'a>(&self, own: &'a [(i64, String)]) -> &'a str {
        if let Some((_, tag)) = own.iter().find(|(level, _)| *level == self.level) {
            return tag;
        }
        match self.level {
            10 => "debug",
            20 => "info",
            25 => "success",
            30 => "warning",
            40 => "error",
            _ => "",
        }
    }

    /// Extra tags and level tag, separated by a blank. Source: `Message.tags`.
    pub fn tags(&self, own: &[(i64, String)]) -> String {
        let extra = self.extra_tags.as_deref().unwrap_or_default();
        [extra, self.level_tag(own)].into_iter().filter(|tag| !tag.is_empty()).collect::<Vec<_>>().join(" ")
    }

    fn to_value(&self) -> Value {
        let mut item =
            vec![json!(MESSAGE_KEY), json!(u8::from(self.safe)), json!(self.level), json!(self.text)];
        item.extend(self.extra_tags.iter().map(|tags| json!(tags)));
        Value::Array(item)
    }

    fn from_value(value: &Value) -> Option<Self> {
        let item = value.as_array()?;
        if item.first()? != MESSAGE_KEY {
            return None;
        }
        let safe = match item.get(1)? {
            Value::Bool(safe) => *safe,
            number => number.as_i64()? != 0,
        };
        let extra_tags = item.get(4).and_then(Value::as_str).map(str::to_owned);
        Some(Message {
            level: item.get(2)?.as_i64()?,
            text: item.get(3)?.as_str()?.to_owned(),
            safe,
            extra_tags,
        })
    }
}

/// What a messages cookie holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// The messages, oldest first.
    pub messages: Vec<Message>,
    /// Whether more are in the session.
    pub more_in_session: bool,
}

/// The cookie's value for these messages, of any length; `now` in seconds since 1970. With `more_in_session` the list
/// ends with Django's mark for that.
///
/// Source: `CookieStorage._encode`.
pub fn encode(messages: &[Message], more_in_session: bool, keys: &Keys, now: i64) -> String {
    let mut items: Vec<Value> = messages.iter().map(Message::to_value).collect();
    if more_in_session {
        items.push(json!(NOT_FINISHED));
    }
    let keys = keys.prefixed(COOKIE_KEY_PREFIX);
    signing::sign_json(&json::to_compact_ascii(&Value::Array(items)), &Signer::new(&keys, SALT), true, now)
}

/// The messages of a cookie, of any age; `None` when it is malformed or signed by another (then Django deletes it).
/// Items that are no messages are left out.
///
/// Source: `CookieStorage._decode`.
pub fn decode(text: &str, keys: &Keys) -> Option<Stored> {
    let value = signing::loads(text, &keys.prefixed(COOKIE_KEY_PREFIX), SALT, None).ok()?;
    let items = value.as_array()?;
    let more_in_session = items.last().is_some_and(|last| last == NOT_FINISHED);
    Some(Stored { messages: items.iter().filter_map(Message::from_value).collect(), more_in_session })
}

/// Where messages go: the cookie's value, and the rest for the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split<'a> {
    /// `None`: no cookie is needed, delete one that is there.
    pub cookie: Option<String>,
    /// The newest messages, that do not fit; store [`to_session`] of them, or remove [`SESSION_KEY`] when empty.
    pub session: &'a [Message],
}

/// Puts as many of the oldest messages into the cookie as [`MAX_COOKIE_SIZE`] lets, the rest into the session.
///
/// Source: `FallbackStorage._store`, `CookieStorage._store(remove_oldest=False)`.
pub fn store<'a>(messages: &'a [Message], keys: &Keys, now: i64) -> Split<'a> {
    if messages.is_empty() {
        return Split { cookie: None, session: messages };
    }
    let whole = encode(messages, false, keys, now);
    if whole.len() <= MAX_COOKIE_SIZE {
        return Split { cookie: Some(whole), session: &[] };
    }
    let (mut low, mut high) = (0, messages.len());
    while low < high {
        let middle = (low + high) / 2;
        if encode(&messages[..=middle], true, keys, now).len() > MAX_COOKIE_SIZE {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Split { cookie: Some(encode(&messages[..low], true, keys, now)), session: &messages[low..] }
}

/// The value of the session key [`SESSION_KEY`]. Source: `SessionStorage.serialize_messages`.
pub fn to_session(messages: &[Message]) -> String {
    json::to_ascii(&Value::Array(messages.iter().map(Message::to_value).collect()))
}

/// The messages of the session key [`SESSION_KEY`]; none when it cannot be read.
/// Source: `SessionStorage.deserialize_messages`.
pub fn from_session(text: &str) -> Vec<Message> {
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    value.as_array().into_iter().flatten().filter_map(Message::from_value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn long(count: usize) -> Vec<Message> {
        // Texts that do not compress.
        let text = |i: usize| crate::values::token_checksum(&i.to_string()) + &"é".repeat(i % 3);
        (0..count).map(|i| Message::new(20, &text(i))).collect()
    }

    #[test]
    fn what_does_not_fit_the_cookie_goes_to_the_session() {
        let keys = Keys::new("k", &[]);
        let messages = long(80);
        let split = store(&messages, &keys, 0);
        let cookie = split.cookie.unwrap();
        assert!(cookie.len() <= MAX_COOKIE_SIZE);
        let stored = decode(&cookie, &keys).unwrap();
        assert!(stored.more_in_session && !stored.messages.is_empty());
        let rest = from_session(&to_session(split.session));
        assert_eq!([stored.messages, rest].concat(), messages);
        assert_eq!(store(&messages[..2], &keys, 0).session, &[]);
        assert_eq!(store(&[], &keys, 0).cookie, None);
    }

    #[test]
    fn rubbish_is_none_or_left_out() {
        let keys = Keys::new("k", &[]);
        for text in ["", "x", ":::", "é"] {
            assert_eq!(decode(text, &keys), None);
        }
        let odd = json!([1, [], ["__json_message"], ["__json_message", 1, "x", 2], {"a": 1}]);
        let signed = signing::dumps(&odd, &keys.prefixed(COOKIE_KEY_PREFIX), SALT, true, 0);
        assert_eq!(decode(&signed, &keys), Some(Stored::default()));
        assert_eq!(from_session("[["), vec![]);
    }

    #[test]
    fn tags_join_extra_and_level() {
        let message = Message { extra_tags: Some("a b".into()), ..Message::new(25, "x") };
        assert_eq!(message.tags(&[]), "a b success");
        let own = [(25, "well".to_owned()), (7, "seven".to_owned())];
        assert_eq!(message.tags(&own), "a b well");
        assert_eq!(Message::new(7, "x").tags(&own), "seven");
        assert_eq!(Message::new(7, "x").tags(&[]), "");
    }
}
