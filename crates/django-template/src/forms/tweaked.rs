//! A field with other attributes, as templates ask for it.
//! django-widget-tweaks: `set_attr`, `append_attr`, `remove_attr`, `render_field`.

use crate::value::Value;

use super::BoundField;
use super::tweaks::{Tweak, parse};

impl BoundField {
    /// The field behind a value of a template.
    pub(crate) fn of(value: &Value) -> Option<&BoundField> {
        let Value::Object(object) = value else { return None };
        object.as_any()?.downcast_ref()
    }

    /// `|attr:"name:value"`.
    pub(crate) fn with_attribute(&self, text: &str) -> BoundField {
        let (name, value) = parse(text);
        self.with_tweak(Tweak::Set(name, value))
    }

    /// `|append_attr:"name:value"`.
    pub(crate) fn with_appended(&self, text: &str) -> BoundField {
        let (name, value) = parse(text);
        self.with_tweak(Tweak::Append(name, value))
    }

    /// `|remove_attr:"name"`. The original changes the form's own field; here it is this copy only.
    pub(crate) fn without_attribute(&self, name: &str) -> BoundField {
        let mut field = self.clone();
        field.field.widget.attributes.shift_remove(name);
        field
    }

    /// `type="…"` of `{% render_field %}`.
    pub(crate) fn with_type(&self, kind: &str) -> BoundField {
        let mut field = self.clone();
        field.field.widget.shown_type = Some(kind.to_owned());
        field
    }

    pub(crate) fn has_errors(&self) -> bool {
        !self.field.errors.is_empty()
    }

    pub(crate) fn is_required(&self) -> bool {
        self.field.required
    }

    /// Django's class of the field, in lower case.
    pub(crate) fn class_name(&self) -> &'static str {
        self.field.class_name()
    }

    /// Django's class of the widget, in lower case.
    pub(crate) fn widget_class_name(&self) -> &'static str {
        self.field.widget.class_name()
    }

    fn with_tweak(&self, tweak: Tweak) -> BoundField {
        BoundField { tweaks: self.tweaks.with(tweak), ..self.clone() }
    }
}
