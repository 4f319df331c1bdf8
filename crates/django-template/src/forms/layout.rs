//! A whole form, in the four arrangements, with the white space of Django's.
//! Django from 4.0 on: `Form.as_div`, `as_p`, `as_table`, `as_ul`, `BoundField.as_field_group`.

use crate::py::html::escape;
use crate::value::Value;

use super::errors::ErrorList;
use super::{BoundField, Form};

/// What the arrangements have in common.
struct Parts<'f> {
    visible: Vec<&'f BoundField>,
    /// All hidden fields, one after the other.
    hidden: String,
    /// The form's errors and those of hidden fields.
    errors: String,
}

fn parts<'f>(fields: &'f [BoundField], form: &Form) -> Parts<'f> {
    let (hidden, visible): (Vec<_>, Vec<_>) = fields.iter().partition(|f| f.is_hidden());
    let mut errors = ErrorList::non_field(form);
    errors.messages.extend(messages_of_hidden(&hidden, form));
    let hidden = hidden.iter().map(|f| f.html()).collect();
    Parts { visible, hidden, errors: errors.html() }
}

/// The errors of hidden fields, as the head of a form tells them.
pub(super) fn messages_of_hidden(hidden: &[&BoundField], form: &Form) -> Vec<String> {
    let message = |field: &BoundField, error: &String| {
        form.hidden_error.replace("%(name)s", field.name()).replace("%(error)s", error)
    };
    hidden.iter().flat_map(|field| field.messages().iter().map(|error| message(field, error))).collect()
}

pub(super) fn class(field: &BoundField) -> String {
    match field.css_classes().as_str() {
        "" => String::new(),
        classes => format!(" class=\"{}\"", escape(classes)),
    }
}

pub(super) fn label(field: &BoundField) -> String {
    if field.label().is_empty() { String::new() } else { field.label_tag("label") }
}

fn help(field: &BoundField, element: &str) -> String {
    if field.help_text().is_empty() {
        return String::new();
    }
    let id = match field.auto_id().as_str() {
        id if id.is_empty() || field.is_before(5, 0) => String::new(),
        id => format!(" id=\"{}_helptext\"", escape(id)),
    };
    format!("<{element} class=\"helptext\"{id}>{}</{element}>", field.help_text())
}

/// The text of each field; `indent` is what stands around the hidden fields behind the last one.
fn each(parts: &Parts, indent: &str, one: impl Fn(&BoundField, &str) -> String) -> String {
    let last = parts.visible.len().saturating_sub(1);
    let mut out = String::new();
    for (i, field) in parts.visible.iter().enumerate() {
        let tail = if i == last { format!("\n{indent}  {}\n{indent}", parts.hidden) } else { String::new() };
        out.push_str(&one(field, &tail));
    }
    out
}

/// The end of every arrangement: hidden fields that found no place yet.
fn finish(out: String, parts: &Parts) -> String {
    let lonely = parts.visible.is_empty() && parts.errors.is_empty();
    let tail = if lonely { format!("\n  {}\n", parts.hidden) } else { String::new() };
    format!("{out}\n{tail}\n").trim().to_owned()
}

/// Errors, and with them hidden fields when no field is visible.
fn head(parts: &Parts, element: &str) -> String {
    let lonely = parts.visible.is_empty() && !parts.errors.is_empty();
    let hidden =
        if lonely { format!("\n  <{element}>{}</{element}>\n", parts.hidden) } else { String::new() };
    format!("{}\n{hidden}\n", parts.errors)
}

pub(super) fn div(fields: &[BoundField], form: &Form) -> String {
    let parts = parts(fields, form);
    let body = each(&parts, "    ", |field, tail| {
        let group = if field.is_before(5, 0) { group_before_5(field) } else { field_group(field) };
        format!("\n  <div{}>\n    {group}\n    {tail}\n</div>\n", class(field))
    });
    finish(head(&parts, "div") + &body, &parts)
}

pub(super) fn p(fields: &[BoundField], form: &Form) -> String {
    let parts = parts(fields, form);
    let body = each(&parts, "    ", |field, tail| {
        let help = match help(field, "span") {
            text if text.is_empty() => text,
            text => format!("\n      {text}\n    "),
        };
        let (errors, class) = (field.errors().html(), class(field));
        let (label, widget) = (label(field), field.html());
        format!("\n  {errors}\n  <p{class}>\n    {label}\n    {widget}\n    {help}\n    {tail}\n  </p>\n")
    });
    finish(head(&parts, "p") + &body, &parts)
}

pub(super) fn ul(fields: &[BoundField], form: &Form) -> String {
    let parts = parts(fields, form);
    let lonely = if parts.visible.is_empty() { format!("\n    {}\n  ", parts.hidden) } else { String::new() };
    let head = match parts.errors.as_str() {
        "" => "\n".to_owned(),
        errors => format!("\n  <li>\n    {errors}\n  {lonely}\n  </li>\n\n"),
    };
    let body = each(&parts, "    ", |field, tail| {
        let help = match help(field, "span") {
            text if text.is_empty() => text,
            text => format!("\n      {text}\n    "),
        };
        let (errors, class) = (field.errors().html(), class(field));
        let (label, widget) = (label(field), field.html());
        format!("\n  <li{class}>\n    {errors}\n    {label}\n    {widget}\n    {help}\n    {tail}\n  </li>\n")
    });
    finish(head + &body, &parts)
}

pub(super) fn table(fields: &[BoundField], form: &Form) -> String {
    let parts = parts(fields, form);
    let lonely =
        if parts.visible.is_empty() { format!("\n        {}\n      ", parts.hidden) } else { String::new() };
    let head = match parts.errors.as_str() {
        "" => "\n".to_owned(),
        errors => {
            format!(
                "\n  <tr>\n    <td colspan=\"2\">\n      {errors}\n      {lonely}\n    </td>\n  </tr>\n\n"
            )
        }
    };
    let body = each(&parts, "      ", |field, tail| {
        let help = match help(field, "span") {
            text if text.is_empty() => text,
            text => format!("\n        <br>\n        {text}\n      "),
        };
        let (errors, class) = (field.errors().html(), class(field));
        let (label, widget) = (label(field), field.html());
        format!(
            "\n  <tr{class}>\n    <th>{label}</th>\n    <td>\n      {errors}\n      {widget}\n      {help}\n      \
             {tail}\n    </td>\n  </tr>\n"
        )
    });
    finish(head + &body, &parts)
}

/// Label, help, errors and widget of one field.
pub(super) fn field_group(field: &BoundField) -> String {
    if let Some(renderer) = &field.form.renderer {
        let context = Value::map().with("field", Value::object(field.clone())).into_map();
        if let Some(html) = renderer.text(&renderer.field, context) {
            return html;
        }
    }
    let (help, errors, widget) = (help(field, "div"), field.errors().html(), field.html());
    let out = if field.use_fieldset() {
        let aria = field.aria_describedby().filter(|ids| !ids.is_empty());
        let aria = aria.map(|ids| format!(" aria-describedby=\"{}\"", escape(&ids))).unwrap_or_default();
        let legend = if field.label().is_empty() { String::new() } else { field.label_tag("legend") };
        format!("<fieldset{aria}>\n  {legend}\n\n{help}\n{errors}\n{widget}</fieldset>")
    } else {
        format!("{}\n\n{help}\n{errors}\n{widget}", label(field))
    };
    out.trim().to_owned()
}

/// What stood in the place of a field group.
fn group_before_5(field: &BoundField) -> String {
    let (start, end) = match (field.use_fieldset(), field.label().is_empty()) {
        (true, true) => ("<fieldset>\n      ".to_owned(), "</fieldset>"),
        (true, false) => (format!("<fieldset>\n      {}", field.label_tag("legend")), "</fieldset>"),
        (false, _) => (label(field), ""),
    };
    let (help, errors, widget) = (help(field, "div"), field.errors().html(), field.html());
    format!("\n      {start}\n    \n    {help}\n    {errors}\n    {widget}\n    {end}")
}
