//! What Django gives to the templates of widgets and options.
//! Django: `Widget.get_context`, `ChoiceWidget.create_option`.

use crate::value::{Map, Value};

use super::options::Opt;
use super::renderer::{OWN, Renderer, Shown};
use super::widget::{Attributes, Kind, Widget, is_checked};

/// A widget with its value and attributes, those of the widget itself included.
pub(super) fn widget(renderer: &Renderer, widget: &Widget, given: &Shown<'_>) -> Option<String> {
    let Shown { name, value, attributes, required } = given;
    let attributes = marked(widget, value, attributes.clone());
    let template = format!("{OWN}widgets/{}.html", template_of(&widget.kind)?);
    let groups = widget.options(name, value, &attributes);
    let mut out = Map::new();
    out.insert("name".to_owned(), (*name).into());
    out.insert("is_hidden".to_owned(), widget.is_hidden().into());
    out.insert("required".to_owned(), (*required).into());
    out.insert("value".to_owned(), shown(widget, value));
    out.insert("attrs".to_owned(), Value::Map(attributes));
    out.insert("template_name".to_owned(), template.as_str().into());
    if option_template(widget).is_some() {
        let groups = groups.into_iter().enumerate().map(|(index, (group, options))| {
            let options: Vec<Value> =
                options.iter().map(|option| option_value(widget, name, option)).collect();
            let group = group.map_or(Value::None, Value::Str);
            Value::Tuple(vec![group, Value::List(options), Value::from(i64::try_from(index).unwrap_or(0))])
        });
        out.insert("optgroups".to_owned(), Value::List(groups.collect()));
    } else if let Some(kind) = widget.input_type() {
        out.insert("type".to_owned(), kind.into());
    }
    renderer.text(&template, Map::from_iter([("widget".to_owned(), Value::Map(out))]))
}

/// One option of a widget, with its label around it or alone.
pub(super) fn option(
    renderer: &Renderer,
    widget: &Widget,
    name: &str,
    option: &Opt,
    wraps: bool,
) -> Option<String> {
    let template = option_template(widget)?;
    let value = option_value(widget, name, option).with("wrap_label", wraps);
    renderer.text(&template, Map::from_iter([("widget".to_owned(), value)]))
}

/// The widget's own attributes, those of the field, and what the value makes of them.
fn marked(widget: &Widget, value: &Value, extra: Attributes) -> Attributes {
    let mut attributes = widget.attributes.clone();
    attributes.extend(extra);
    match &widget.kind {
        Kind::SelectMultiple(_) => attributes.insert("multiple".to_owned(), Value::Bool(true)),
        Kind::Checkbox if is_checked(value) => attributes.insert("checked".to_owned(), Value::Bool(true)),
        _ => None,
    };
    attributes
}

/// Django: `Widget.format_value`.
fn shown(widget: &Widget, value: &Value) -> Value {
    match (&widget.kind, value) {
        (Kind::Select(_) | Kind::Radio(_), Value::None) => Value::List(vec!["".into()]),
        (Kind::Password, _) | (Kind::Checkbox, Value::Bool(_)) | (_, Value::None) => Value::None,
        (Kind::Select(_) | Kind::Radio(_), one) => Value::List(vec![one.display().into()]),
        (Kind::SelectMultiple(_) | Kind::CheckboxSelectMultiple(_), all) => {
            Value::List(all.iter().unwrap_or_default().iter().map(|one| one.display().into()).collect())
        }
        (_, one) => match one.display() {
            text if text.is_empty() => Value::None,
            text => Value::Str(text),
        },
    }
}

/// The name below `django/forms/widgets`; forms of the provider upload no files.
fn template_of(kind: &Kind) -> Option<&str> {
    Some(match kind {
        Kind::Text => "text",
        Kind::Password => "password",
        Kind::Hidden => "hidden",
        Kind::Number => "number",
        Kind::Email => "email",
        Kind::Url => "url",
        Kind::Date => "date",
        Kind::DateTime => "datetime",
        Kind::Time => "time",
        Kind::File => return None,
        Kind::Input(kind) if matches!(kind.as_str(), "color" | "search" | "tel") => kind,
        Kind::Input(_) => "input",
        Kind::Textarea => "textarea",
        Kind::Checkbox => "checkbox",
        Kind::Select(_) | Kind::SelectMultiple(_) => "select",
        Kind::Radio(_) => "radio",
        Kind::CheckboxSelectMultiple(_) => "checkbox_select",
    })
}

fn option_template(widget: &Widget) -> Option<String> {
    let name = match &widget.kind {
        Kind::Select(_) | Kind::SelectMultiple(_) => "select_option",
        Kind::Radio(_) => "radio_option",
        Kind::CheckboxSelectMultiple(_) => "checkbox_option",
        _ => return None,
    };
    Some(format!("{OWN}widgets/{name}.html"))
}

/// Django: `ChoiceWidget.create_option`.
fn option_value(widget: &Widget, name: &str, option: &Opt) -> Value {
    Value::map()
        .with("name", name)
        .with("value", option.value.as_str())
        .with("label", option.label.clone())
        .with("selected", option.selected)
        .with("index", option.index.as_str())
        .with("attrs", Value::Map(option.attributes.clone()))
        .with("type", widget.input_type().map(str::to_owned))
        .with("template_name", option_template(widget))
        .with("wrap_label", true)
}
