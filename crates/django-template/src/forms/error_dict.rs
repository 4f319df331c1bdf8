//! The errors of all fields of a form.
//! Django: `ErrorDict`.

use crate::py::html::escape;
use crate::py::json::dumps;
use crate::value::{Map, Object, Value};

use super::errors::ErrorList;
use super::renderer::Renderer;
use super::{BoundField, Form};

/// The errors of all fields by name; those of the form under `__all__`.
pub(super) struct ErrorDict {
    entries: Vec<(String, ErrorList)>,
    renderer: Option<Renderer>,
}

impl ErrorDict {
    pub fn of(form: &std::sync::Arc<Form>) -> Self {
        let mut entries = Vec::new();
        for (i, field) in form.fields.iter().enumerate().filter(|(_, f)| !f.errors.is_empty()) {
            entries.push((field.name.clone(), BoundField::new(form, i).errors()));
        }
        if !form.non_field_errors.is_empty() {
            entries.push(("__all__".to_owned(), ErrorList::non_field(form)));
        }
        ErrorDict { entries, renderer: form.renderer.clone() }
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn value(list: &ErrorList) -> Value {
        Value::object(list.clone())
    }

    fn by_template(&self) -> Option<String> {
        let errors = Value::List(self.items());
        let context = [("errors".to_owned(), errors), ("error_class".to_owned(), "errorlist".into())];
        self.renderer.as_ref()?.own("errors/dict/default", Map::from_iter(context))
    }

    /// Pairs of name and errors.
    fn items(&self) -> Vec<Value> {
        let pair =
            |(name, list): &(String, ErrorList)| Value::Tuple(vec![name.into(), ErrorDict::value(list)]);
        self.entries.iter().map(pair).collect()
    }
}

impl Object for ErrorDict {
    fn get(&self, name: &str) -> Option<Value> {
        if let Some((_, list)) = self.entries.iter().find(|(field, _)| field == name) {
            return Some(ErrorDict::value(list));
        }
        Some(match name {
            "items" => Value::List(self.items()),
            "keys" => Value::List(self.iter()?),
            "values" => Value::List(self.entries.iter().map(|(_, l)| ErrorDict::value(l)).collect()),
            "as_ul" => Value::Safe(self.display()),
            "as_json" => {
                dumps(&self.entries.iter().map(|(n, l)| (n.as_str(), l.json_data())).collect())?.into()
            }
            "as_text" => {
                let entry = |(name, list): &(String, ErrorList)| {
                    let lines: String =
                        list.messages.iter().map(|m| format!("  * {}\n", escape(m))).collect();
                    format!("* {}\n{lines}", escape(name))
                };
                let text: String = self.entries.iter().map(entry).collect();
                Value::Safe(text.trim().to_owned())
            }
            _ => return None,
        })
    }

    fn display(&self) -> String {
        if let Some(html) = self.by_template() {
            return html;
        }
        if self.entries.is_empty() {
            return String::new();
        }
        let item = |(name, list): &(String, ErrorList)| format!("<li>{}{}</li>", escape(name), list.html());
        format!("<ul class=\"errorlist\">{}</ul>", self.entries.iter().map(item).collect::<String>())
    }

    fn is_html(&self) -> bool {
        true
    }

    fn iter(&self) -> Option<Vec<Value>> {
        Some(self.entries.iter().map(|(name, _)| Value::from(name)).collect())
    }
}
