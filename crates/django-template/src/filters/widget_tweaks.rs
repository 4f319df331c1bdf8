//! Filters of django-widget-tweaks: attributes of a field's element.

use crate::env::Env;
use crate::error::{Error, Result};
use crate::forms::BoundField;
use crate::value::Value;

use super::text_argument;

/// What becomes of a field; nothing of nothing, and an error of what is no field.
fn of_field(
    value: &Value,
    argument: Option<&Value>,
    change: impl Fn(&BoundField, &str) -> Value,
) -> Result<Value> {
    if !value.truthy() {
        return Ok(Value::empty());
    }
    let field = BoundField::of(value);
    let field = field.ok_or_else(|| Error::value(format!("{} is no field of a form", value.repr())))?;
    Ok(change(field, text_argument(argument)?))
}

/// As `of_field`; what is no field, or a field without what is asked for, stays as it is.
fn of_field_with(
    value: &Value,
    argument: Option<&Value>,
    has: impl Fn(&BoundField) -> bool,
    change: impl Fn(&BoundField, &str) -> Value,
) -> Result<Value> {
    match BoundField::of(value) {
        Some(field) if has(field) => of_field(value, argument, change),
        None if !value.truthy() => Ok(Value::empty()),
        _ => Ok(value.clone()),
    }
}

fn class(field: &BoundField, class: &str) -> Value {
    Value::object(field.with_appended(&format!("class:{class}")))
}

pub(crate) fn attr(_: &Env, value: &Value, argument: Option<&Value>) -> Result<Value> {
    of_field(value, argument, |field, text| Value::object(field.with_attribute(text)))
}

pub(crate) fn append_attr(_: &Env, value: &Value, argument: Option<&Value>) -> Result<Value> {
    of_field(value, argument, |field, text| Value::object(field.with_appended(text)))
}

pub(crate) fn remove_attr(_: &Env, value: &Value, argument: Option<&Value>) -> Result<Value> {
    of_field(value, argument, |field, name| Value::object(field.without_attribute(name)))
}

pub(crate) fn set_data(_: &Env, value: &Value, argument: Option<&Value>) -> Result<Value> {
    of_field(value, argument, |field, text| Value::object(field.with_attribute(&format!("data-{text}"))))
}

pub(crate) fn add_class(_: &Env, value: &Value, argument: Option<&Value>) -> Result<Value> {
    of_field(value, argument, class)
}

pub(crate) fn add_label_class(_: &Env, value: &Value, argument: Option<&Value>) -> Result<Value> {
    of_field(value, argument, |field, class| Value::Safe(field.label_of_class(class)))
}

pub(crate) fn add_error_class(_: &Env, value: &Value, argument: Option<&Value>) -> Result<Value> {
    of_field_with(value, argument, BoundField::has_errors, class)
}

pub(crate) fn add_error_attr(_: &Env, value: &Value, argument: Option<&Value>) -> Result<Value> {
    let change = |field: &BoundField, text: &str| Value::object(field.with_attribute(text));
    of_field_with(value, argument, BoundField::has_errors, change)
}

pub(crate) fn add_required_class(_: &Env, value: &Value, argument: Option<&Value>) -> Result<Value> {
    of_field_with(value, argument, BoundField::is_required, class)
}

pub(crate) fn field_type(_: &Env, value: &Value, _: Option<&Value>) -> Result<Value> {
    Ok(Value::from(BoundField::of(value).map_or("", BoundField::class_name)))
}

pub(crate) fn widget_type(_: &Env, value: &Value, _: Option<&Value>) -> Result<Value> {
    Ok(Value::from(BoundField::of(value).map_or("", BoundField::widget_class_name)))
}
