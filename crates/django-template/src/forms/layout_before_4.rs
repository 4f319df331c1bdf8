//! A whole form as Django before 4.0 arranges it: a line for each field, without templates.
//! Django 3.2: `BaseForm._html_output`.

use super::errors::ErrorList;
use super::layout::{class, label, messages_of_hidden};
use super::{BoundField, Form};

/// What differs between the arrangements.
struct Lines {
    /// The line of one field: class, errors, label, widget, help.
    line: fn([&str; 5]) -> String,
    /// Errors of the whole form, where they stand in front of it.
    errors: fn(&str) -> String,
    /// The end of a line: hidden fields stand before it.
    end: &'static str,
    /// What stands before a help text.
    before_help: &'static str,
    has_errors_apart: bool,
}

fn arrange(fields: &[BoundField], form: &Form, lines: &Lines) -> String {
    let (hidden, visible): (Vec<_>, Vec<_>) = fields.iter().partition(|f| f.is_hidden());
    let mut errors = ErrorList::non_field(form);
    errors.messages.extend(messages_of_hidden(&hidden, form));
    let mut out = Vec::new();
    if !errors.messages.is_empty() {
        out.push((lines.errors)(&errors.html()));
    }
    let mut last_class = String::new();
    for field in visible {
        let (own, own_class) = (field.errors().html(), class(field));
        if lines.has_errors_apart && !own.is_empty() {
            out.push(own.clone());
        }
        let help = match field.help_text() {
            "" => String::new(),
            text => format!("{}<span class=\"helptext\">{text}</span>", lines.before_help),
        };
        out.push((lines.line)([&own_class, &own, &label(field), &field.html(), &help]));
        last_class = own_class;
    }
    let hidden: String = hidden.iter().map(|f| f.html()).collect();
    add_hidden(&mut out, &hidden, &last_class, lines);
    out.join("\n")
}

/// Hidden fields go into the last line; a line of errors alone gets another one behind it.
fn add_hidden(out: &mut Vec<String>, hidden: &str, last_class: &str, lines: &Lines) {
    if hidden.is_empty() {
        return;
    }
    match out.last().map(|last| last.ends_with(lines.end)) {
        None => return out.push(hidden.to_owned()),
        Some(true) => {}
        Some(false) => out.push((lines.line)([last_class, "", "", "", ""])),
    }
    let last = out.pop().unwrap_or_default();
    let start = last.strip_suffix(lines.end).unwrap_or(&last);
    out.push(format!("{start}{hidden}{}", lines.end));
}

pub(super) fn table(fields: &[BoundField], form: &Form) -> String {
    arrange(
        fields,
        form,
        &Lines {
            line: |[class, errors, label, widget, help]| {
                format!("<tr{class}><th>{label}</th><td>{errors}{widget}{help}</td></tr>")
            },
            errors: |errors| format!("<tr><td colspan=\"2\">{errors}</td></tr>"),
            end: "</td></tr>",
            before_help: "<br>",
            has_errors_apart: false,
        },
    )
}

pub(super) fn ul(fields: &[BoundField], form: &Form) -> String {
    arrange(
        fields,
        form,
        &Lines {
            line: |[class, errors, label, widget, help]| {
                format!("<li{class}>{errors}{label} {widget}{help}</li>")
            },
            errors: |errors| format!("<li>{errors}</li>"),
            end: "</li>",
            before_help: " ",
            has_errors_apart: false,
        },
    )
}

pub(super) fn p(fields: &[BoundField], form: &Form) -> String {
    arrange(
        fields,
        form,
        &Lines {
            line: |[class, _, label, widget, help]| format!("<p{class}>{label} {widget}{help}</p>"),
            errors: str::to_owned,
            end: "</p>",
            before_help: " ",
            has_errors_apart: true,
        },
    )
}
