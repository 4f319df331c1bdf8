//! The parts of a field: a radio button, a checkbox, an option, or the widget itself.
//! Django: `BoundWidget`.

use crate::value::{Object, Value};

/// One radio button, checkbox or option.
pub(super) struct BoundWidget {
    pub html: String,
    pub tag: String,
    pub id: Option<String>,
    pub label: Value,
    pub data: Value,
}

impl Object for BoundWidget {
    fn get(&self, name: &str) -> Option<Value> {
        Some(match name {
            "tag" => Value::Safe(self.tag.clone()),
            "choice_label" => self.label.clone(),
            "id_for_label" => self.id.clone().into(),
            "data" => self.data.clone(),
            _ => return None,
        })
    }
    fn display(&self) -> String {
        self.html.clone()
    }
    fn is_html(&self) -> bool {
        true
    }
}
