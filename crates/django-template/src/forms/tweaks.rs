//! Attributes of one field's element that a template sets or extends.
//! django-widget-tweaks: `set_attr`, `append_attr`, `remove_attr`, `render_field`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::value::Value;

use super::Widget;
use super::widget::Attributes;

/// One change; the changes of a field take effect from the last to the first.
#[derive(Clone, Debug)]
pub(super) enum Tweak {
    Set(String, Value),
    Append(String, Value),
}

/// The changes, and whether they have been shown.
#[derive(Clone, Debug, Default)]
pub(super) struct Tweaks {
    list: Vec<Tweak>,
    shown: Arc<AtomicBool>,
}

/// `name:value` at the first colon that stands alone; `::` in the name is a colon, and without a value the name stands bare.
pub(super) fn parse(text: &str) -> (String, Value) {
    let bytes = text.as_bytes();
    let alone = |i: usize| bytes.get(i + 1) != Some(&b':') && (i == 0 || bytes[i - 1] != b':');
    let at = (0..bytes.len()).find(|i| bytes[*i] == b':' && alone(*i));
    let name = text[..at.unwrap_or(text.len())].replace("::", ":");
    (name, at.map_or(Value::Bool(true), |at| Value::from(&text[at + 1..])))
}

impl Tweaks {
    /// One change more; what the original has forgotten is forgotten here too.
    pub fn with(&self, tweak: Tweak) -> Tweaks {
        let mut list = self.list.clone();
        if self.shown.load(Ordering::Relaxed) {
            list.pop();
        }
        list.push(tweak);
        Tweaks { list, shown: Arc::default() }
    }

    /// What the changes make of the widget. The original forgets the last change once the field has been shown.
    pub fn apply(&self, widget: &mut Widget) -> Attributes {
        let forgotten = usize::from(self.shown.swap(true, Ordering::Relaxed));
        let mut out = Attributes::new();
        for tweak in self.list.iter().rev().skip(forgotten) {
            let (name, value) = match tweak {
                Tweak::Set(name, value) => (name, value.clone()),
                Tweak::Append(name, value) => {
                    let own = out.get(name).filter(|v| v.truthy());
                    let own = own.or_else(|| widget.attributes.get(name).filter(|v| v.truthy()));
                    let both = |own: &Value| Value::from(format!("{} {}", own.display(), value.display()));
                    (name, own.map_or_else(|| value.clone(), both))
                }
            };
            if name == "type" {
                widget.shown_type = Some(value.display());
            } else {
                out.insert(name.clone(), value);
            }
        }
        out
    }
}
