//! What templates may look up of a form.
//! Django: `BaseForm`.

use std::sync::Arc;

use crate::value::{Object, Value};

use super::{BoundField, Form, Kind, error_dict, errors, layout, layout_before_4};

type Arrangement = fn(&[BoundField], &Form) -> String;

/// A form in a template.
pub(super) struct BoundForm(pub(super) Arc<Form>);

impl BoundForm {
    fn bound(&self) -> Vec<BoundField> {
        (0..self.0.fields.len()).map(|i| BoundField::new(&self.0, i)).collect()
    }

    /// What the project's template makes of the form; no name stands for that of `{{ form }}`.
    fn by_template(&self, name: &str) -> Option<String> {
        let renderer = self.0.renderer.as_ref().filter(|_| self.0.django_version >= (4, 0))?;
        let fields = self.bound();
        let (hidden, visible): (Vec<_>, Vec<_>) = fields.iter().partition(|field| field.is_hidden());
        let mut errors = errors::ErrorList::non_field(&self.0);
        errors.messages.extend(layout::messages_of_hidden(&hidden, &self.0));
        let pair = |field: &&BoundField| {
            Value::Tuple(vec![Value::object((*field).clone()), Value::Safe(field.errors().html())])
        };
        let context = Value::map()
            .with("form", Value::object(BoundForm(Arc::clone(&self.0))))
            .with("fields", Value::List(visible.iter().map(pair).collect()))
            .with("hidden_fields", Value::List(hidden.into_iter().cloned().map(Value::object).collect()))
            .with("errors", Value::object(errors))
            .into_map();
        match name {
            "" => renderer.text(&renderer.form, context),
            name => renderer.own(name, context),
        }
    }

    fn arranged(&self, name: &str, now: Arrangement, before_4: Arrangement) -> Value {
        if let Some(html) = self.by_template(name) {
            return Value::Safe(html);
        }
        let arrange = if self.0.django_version < (4, 0) { before_4 } else { now };
        Value::Safe(arrange(&self.bound(), &self.0))
    }

    fn values(&self, hidden: Option<bool>) -> Vec<Value> {
        let wanted = |f: &BoundField| hidden.is_none_or(|hidden| f.is_hidden() == hidden);
        self.bound().into_iter().filter(wanted).map(Value::object).collect()
    }
}

impl Object for BoundForm {
    fn get(&self, name: &str) -> Option<Value> {
        if let Some(i) = self.0.fields.iter().position(|f| f.name == name) {
            return Some(Value::object(BoundField::new(&self.0, i)));
        }
        Some(match name {
            "errors" => Value::object(error_dict::ErrorDict::of(&self.0)),
            "non_field_errors" => Value::object(errors::ErrorList::non_field(&self.0)),
            "hidden_fields" => Value::List(self.values(Some(true))),
            "visible_fields" => Value::List(self.values(Some(false))),
            "as_p" => self.arranged("p", layout::p, layout_before_4::p),
            "as_div" if self.0.django_version < (4, 1) => return None,
            "as_div" => self.arranged("div", layout::div, layout::div),
            "as_table" => self.arranged("table", layout::table, layout_before_4::table),
            "as_ul" => self.arranged("ul", layout::ul, layout_before_4::ul),
            "is_bound" => Value::Bool(self.0.is_bound),
            "is_valid" => Value::Bool(self.0.is_bound && error_dict::ErrorDict::of(&self.0).is_empty()),
            "is_multipart" => Value::Bool(self.0.fields.iter().any(|f| matches!(f.widget.kind, Kind::File))),
            "media" => Value::Safe(self.0.media.clone()),
            "prefix" => self.0.prefix.clone().into(),
            "auto_id" => self.0.auto_id.clone().map_or(Value::Bool(false), Value::Str),
            "label_suffix" => self.0.label_suffix.clone().into(),
            "use_required_attribute" => Value::Bool(self.0.use_required_attribute),
            "fields" => self.bound().into_iter().map(|f| (f.name().to_owned(), f.field_value())).collect(),
            "initial" => self.0.fields.iter().map(|f| (f.name.clone(), f.initial.clone())).collect(),
            "render" if self.0.django_version >= (4, 0) => Value::Safe(self.display()),
            _ => return None,
        })
    }

    fn display(&self) -> String {
        if let Some(html) = self.by_template("") {
            return html;
        }
        let default = if self.0.django_version < (5, 0) { "as_table" } else { "as_div" };
        self.get(default).map_or_else(String::new, |html| html.display())
    }

    fn is_html(&self) -> bool {
        true
    }

    fn iter(&self) -> Option<Vec<Value>> {
        Some(self.values(None))
    }

    fn truthy(&self) -> bool {
        true
    }
}
