//! The errors of one field, or of the whole form.
//! Django: `ErrorList`.

use crate::py::html::escape;
use crate::py::json::dumps;
use crate::value::{Object, Value};

use super::Form;

/// The errors of a field, or of the whole form.
#[derive(Clone, Debug)]
pub(super) struct ErrorList {
    pub messages: Vec<String>,
    class: &'static str,
    /// The id of the field; empty for none.
    field_id: String,
}

impl ErrorList {
    pub fn field(messages: &[String], field_id: String) -> Self {
        ErrorList { messages: messages.to_vec(), class: "errorlist", field_id }
    }

    pub fn non_field(form: &Form) -> Self {
        let messages = form.non_field_errors.clone();
        ErrorList { messages, class: "errorlist nonfield", field_id: String::new() }
    }

    pub fn html(&self) -> String {
        if self.messages.is_empty() {
            return String::new();
        }
        let id = match self.field_id.as_str() {
            "" => String::new(),
            id => format!(" id=\"{}_error\"", escape(id)),
        };
        let items: String = self.messages.iter().map(|m| format!("<li>{}</li>", escape(m))).collect();
        format!("<ul class=\"{}\"{id}>{items}</ul>", self.class)
    }

    pub(super) fn json_data(&self) -> Value {
        let entry = |m: &String| Value::map().with("message", m).with("code", "");
        Value::List(self.messages.iter().map(entry).collect())
    }

    fn text(&self) -> String {
        self.messages.iter().map(|m| format!("* {}", escape(m))).collect::<Vec<_>>().join("\n")
    }
}

impl Object for ErrorList {
    fn get(&self, name: &str) -> Option<Value> {
        Some(match name {
            "as_ul" => Value::Safe(self.html()),
            "as_text" => Value::Safe(self.text()),
            "as_json" => dumps(&self.json_data())?.into(),
            "as_data" | "data" => Value::List(self.iter()?),
            "error_class" => self.class.into(),
            "field_id" => self.field_id.clone().into(),
            _ => return None,
        })
    }
    fn display(&self) -> String {
        self.html()
    }
    fn is_html(&self) -> bool {
        true
    }
    fn iter(&self) -> Option<Vec<Value>> {
        Some(self.messages.iter().map(Value::from).collect())
    }
    fn repr(&self) -> String {
        Value::List(self.messages.iter().map(Value::from).collect()).repr()
    }
}
