//! Values from the JSON specifications of `conformance_cases.py`.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};
use django_template::forms::{Choice, Field, Form, Kind, Widget};
use django_template::{Context, QueryDict, Value};
use serde_json::Value as Json;

pub fn context(json: &Json) -> Context {
    let Some(map) = json.as_object() else { return Context::new() };
    map.iter().map(|(name, spec)| (name.clone(), value(spec))).collect()
}

fn value(json: &Json) -> Value {
    match json {
        Json::Array(items) => Value::List(items.iter().map(value).collect()),
        Json::Object(map) => match map.iter().next().filter(|(key, _)| key.starts_with('$')) {
            Some((key, inner)) => special(key, inner),
            None => map.iter().map(|(k, v)| (k.clone(), value(v))).collect(),
        },
        plain => Value::from(plain.clone()),
    }
}

fn special(key: &str, inner: &Json) -> Value {
    let text = inner.as_str().unwrap_or_default();
    match key {
        "$safe" => Value::safe(text),
        "$tuple" => Value::Tuple(inner.as_array().unwrap().iter().map(value).collect()),
        "$date" => text.parse::<NaiveDate>().unwrap().into(),
        "$time" => text.parse::<NaiveTime>().unwrap().into(),
        "$naive" => text.parse::<NaiveDateTime>().unwrap().into(),
        "$utc" => DateTime::parse_from_rfc3339(&format!("{text}Z")).unwrap().to_utc().into(),
        "$query" => {
            let decode = |s: &str| s.replace('+', " ").replace("%26", "&").replace("%3C", "<");
            let pair = |p: &str| p.split_once('=').map(|(k, v)| (decode(k), decode(v)));
            Value::object(QueryDict::new(text.split('&').filter_map(pair)))
        }
        "$form" => form(inner).into_value(),
        other => panic!("unknown specification {other}"),
    }
}

fn string(json: &Json, key: &str) -> Option<String> {
    json[key].as_str().map(str::to_owned)
}

fn strings(json: &Json) -> Vec<String> {
    json.as_array().map(|l| l.iter().map(|s| s.as_str().unwrap().to_owned()).collect()).unwrap_or_default()
}

fn form(json: &Json) -> Form {
    let bound = json["bound"].as_bool().unwrap_or(false);
    let auto_id = match json.get("auto_id") {
        None => Some("id_%s".to_owned()),
        Some(id) => id.as_str().map(str::to_owned),
    };
    Form {
        fields: json["fields"].as_array().unwrap().iter().map(|f| field(f, bound)).collect(),
        prefix: string(json, "prefix"),
        auto_id,
        is_bound: bound,
        non_field_errors: strings(&json["errors"]),
        error_css_class: string(json, "error_css_class"),
        required_css_class: string(json, "required_css_class"),
        ..Form::default()
    }
}

fn field(json: &Json, bound: bool) -> Field {
    let mut widget = Widget::new(kind(json));
    if let Some(attributes) = json["attrs"].as_object() {
        for (name, attribute) in attributes {
            widget = widget.attribute(name, value(attribute));
        }
    }
    let initial = value(&json["initial"]);
    // What Django's widgets read out of data that lacks the field.
    let shown = match (bound, &json["value"], json["kind"].as_str()) {
        (true, Json::Null, Some("checkbox")) => Value::Bool(false),
        (true, Json::Null, Some("multiple" | "checkboxes")) => Value::List(Vec::new()),
        (true, given, _) => value(given),
        _ => initial.clone(),
    };
    Field {
        label: string(json, "label"),
        help_text: string(json, "help").unwrap_or_default(),
        widget,
        required: json["required"].as_bool().unwrap_or(true),
        disabled: json["disabled"].as_bool().unwrap_or(false),
        value: shown,
        initial,
        errors: strings(&json["errors"]),
        show_hidden_initial: json["hidden_initial"].as_bool().unwrap_or(false),
        label_suffix: string(json, "suffix"),
        ..Field::new(string(json, "name").unwrap())
    }
}

fn kind(json: &Json) -> Kind {
    let choices = || {
        let items = json["choices"].as_array().unwrap().iter();
        items
            .map(|c| Choice {
                value: value(&c[0]),
                label: value(&c[1]),
                group: c.get(2).and_then(Json::as_str).map(str::to_owned),
            })
            .collect()
    };
    match json["kind"].as_str().unwrap_or("text") {
        "text" => Kind::Text,
        "password" => Kind::Password,
        "hidden" => Kind::Hidden,
        "number" => Kind::Number,
        "email" => Kind::Email,
        "url" => Kind::Url,
        "textarea" => Kind::Textarea,
        "checkbox" => Kind::Checkbox,
        "select" => Kind::Select(choices()),
        "multiple" => Kind::SelectMultiple(choices()),
        "radio" => Kind::Radio(choices()),
        "checkboxes" => Kind::CheckboxSelectMultiple(choices()),
        other => panic!("unknown widget {other}"),
    }
}
