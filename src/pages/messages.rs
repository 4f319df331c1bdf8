//! `messages`: each has text, level, tags; going through them marks them as read (D-130).
//! Django: `django.contrib.messages.context_processors`, `BaseStorage`, `Message`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use django::messages::Message;
use django_template::{Object, Value};

struct Messages {
    list: Vec<Value>,
    read: Arc<AtomicBool>,
}

struct Shown {
    message: Message,
    level_tag: String,
    tags: String,
}

/// `own` is MESSAGE_TAGS.
pub(super) fn value(messages: &[Message], own: &[(i64, String)], read: &Arc<AtomicBool>) -> Value {
    let shown = |message: &Message| Shown {
        message: message.clone(),
        level_tag: message.level_tag(own).to_owned(),
        tags: message.tags(own),
    };
    let list = messages.iter().map(|message| Value::object(shown(message))).collect();
    Value::object(Messages { list, read: Arc::clone(read) })
}

/// DEFAULT_MESSAGE_LEVELS.
pub(super) fn levels() -> Value {
    [("DEBUG", 10), ("INFO", 20), ("SUCCESS", 25), ("WARNING", 30), ("ERROR", 40)].into_iter().collect()
}

impl Object for Messages {
    fn get(&self, _name: &str) -> Option<Value> {
        None
    }

    fn display(&self) -> String {
        format!("<FallbackStorage: {} messages>", self.list.len())
    }

    fn iter(&self) -> Option<Vec<Value>> {
        self.read.store(true, Ordering::Relaxed);
        Some(self.list.clone())
    }

    // Django: counting them is not reading them.
    fn length(&self) -> Option<usize> {
        Some(self.list.len())
    }
}

impl Object for Shown {
    fn get(&self, name: &str) -> Option<Value> {
        let message = &self.message;
        Some(match name {
            "message" if message.safe => Value::safe(&message.text),
            "message" => Value::from(&message.text),
            "level" => Value::Int(message.level),
            "tags" => Value::from(&self.tags),
            "level_tag" => Value::from(&self.level_tag),
            "extra_tags" => message.extra_tags.clone().into(),
            _ => return None,
        })
    }

    fn display(&self) -> String {
        self.message.text.clone()
    }

    fn is_html(&self) -> bool {
        self.message.safe
    }
}
