//! What templates may look up of a field.
//! Django: `BoundField`.

use std::any::Any;
use std::sync::Arc;

use crate::value::{Object, Value};

use super::{BoundField, BoundForm, Kind, Widget, layout};

impl Object for BoundField {
    fn get(&self, name: &str) -> Option<Value> {
        Some(match name {
            "errors" => Value::object(self.errors()),
            "help_text" => self.field.help_text.clone().into(),
            "label" => self.label().into(),
            "label_tag" => Value::Safe(self.label_tag("label")),
            "legend_tag" => Value::Safe(self.label_tag("legend")),
            "name" => self.name().into(),
            "html_name" => self.html_name().into(),
            "html_initial_name" => format!("initial-{}", self.html_name()).into(),
            "auto_id" => self.auto_id().into(),
            "id_for_label" => self.field.widget.id_for_label(&self.id()).into(),
            "value" => self.field.value.clone(),
            "data" if self.form.is_bound => self.field.value.clone(),
            "data" => Value::None,
            "initial" => self.field.initial.clone(),
            "is_hidden" => Value::Bool(self.is_hidden()),
            "use_fieldset" => Value::Bool(self.use_fieldset()),
            "aria_describedby" => self.aria_describedby().into(),
            "widget_type" => self.field.widget.type_name().into(),
            "css_classes" => self.css_classes().into(),
            "as_widget" => Value::Safe(self.as_widget()),
            "as_hidden" => Value::Safe(self.hidden(&self.html_name(), &self.field.value, self.auto_id())),
            "as_text" => Value::Safe(self.render_as(&Widget::new(Kind::Text))),
            "as_textarea" => Value::Safe(self.render_as(&Widget::new(Kind::Textarea))),
            "as_field_group" | "render" if !self.is_before(5, 0) => Value::Safe(layout::field_group(self)),
            "subwidgets" => Value::List(self.subwidgets()),
            "field" => self.field_value(),
            "form" => Value::object(BoundForm(Arc::clone(&self.form))),
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
        Some(self.subwidgets())
    }

    fn truthy(&self) -> bool {
        true
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }

    fn repr(&self) -> String {
        format!("<BoundField {} {}>", self.index, self.name())
    }
}
