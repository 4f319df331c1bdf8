//! The errors of one field, or of the whole form.
//! Django: `ErrorList`.

use crate::py::html::escape;
use crate::py::json::dumps;
use crate::value::{Map, Object, Value};

use super::Form;
use super::renderer::Renderer;

/// The errors of a field, or of the whole form.
#[derive(Clone, Debug)]
pub(super) struct ErrorList {
    pub messages: Vec<String>,
    class: &'static str,
    renderer: Option<Renderer>,
    /// The id of the field; `None` before Django 5.2, which does not have the attribute.
    field_id: Option<Value>,
}

impl ErrorList {
    pub fn field(messages: &[String], field_id: String, form: &Form) -> Self {
        // Without errors there is a new, empty list, which knows no field.
        let id = if messages.is_empty() { Value::None } else { field_id.into() };
        let field_id = (form.django_version >= (5, 2)).then_some(id);
        ErrorList {
            messages: messages.to_vec(),
            class: "errorlist",
            renderer: form.renderer.clone(),
            field_id,
        }
    }

    pub fn non_field(form: &Form) -> Self {
        let messages = form.non_field_errors.clone();
        let field_id = (form.django_version >= (5, 2)).then_some(Value::None);
        ErrorList { messages, class: "errorlist nonfield", renderer: form.renderer.clone(), field_id }
    }

    fn by_template(&self) -> Option<String> {
        let errors = Value::object(self.clone());
        let context = [("errors".to_owned(), errors), ("error_class".to_owned(), self.class.into())];
        self.renderer.as_ref()?.own("errors/list/default", Map::from_iter(context))
    }

    pub fn html(&self) -> String {
        if let Some(html) = self.by_template() {
            return html;
        }
        if self.messages.is_empty() {
            return String::new();
        }
        let id = match self.field_id.as_ref().and_then(Value::as_str).unwrap_or_default() {
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
            "field_id" => self.field_id.clone()?,
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
