//! The widgets and their HTML.
//! Django: `django.forms.widgets`.

use indexmap::IndexMap;

use crate::py::html::{conditional_escape, escape};
use crate::value::Value;

/// Attributes of an element: `true` prints the bare name, `false` and `None` differ as in Django.
pub(crate) type Attributes = IndexMap<String, Value>;

/// A value to choose, with the text shown for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    pub value: Value,
    pub label: Value,
    /// The `optgroup` it belongs to; neighbours with the same one are shown together.
    pub group: Option<String>,
}

impl Choice {
    pub fn new(value: impl Into<Value>, label: impl Into<Value>) -> Self {
        Choice { value: value.into(), label: label.into(), group: None }
    }

    pub fn in_group(mut self, group: impl Into<String>) -> Self {
        self.group = Some(group.into());
        self
    }
}

/// What kind of element a widget is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    Text,
    Password,
    Hidden,
    Number,
    Email,
    Url,
    Date,
    DateTime,
    Time,
    File,
    /// Another `type` of `input`.
    Input(String),
    Textarea,
    Checkbox,
    Select(Vec<Choice>),
    SelectMultiple(Vec<Choice>),
    Radio(Vec<Choice>),
    CheckboxSelectMultiple(Vec<Choice>),
}

/// A widget with the attributes it was given.
#[derive(Clone, Debug, PartialEq)]
pub struct Widget {
    pub kind: Kind,
    pub attributes: Attributes,
}

impl From<Kind> for Widget {
    fn from(kind: Kind) -> Self {
        Widget::new(kind)
    }
}

/// One option of a choice widget, ready to print.
pub(super) struct Opt {
    pub html: String,
    pub label: Value,
    pub id: Option<String>,
    pub value: String,
    pub selected: bool,
}

impl Widget {
    pub fn new(kind: Kind) -> Self {
        let mut attributes = Attributes::new();
        if kind == Kind::Textarea {
            attributes.insert("cols".to_owned(), "40".into());
            attributes.insert("rows".to_owned(), "10".into());
        }
        Widget { kind, attributes }
    }

    /// Adds an attribute, such as `maxlength` or `class`.
    pub fn attribute(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.attributes.insert(name.into(), value.into());
        self
    }

    pub fn is_hidden(&self) -> bool {
        self.kind == Kind::Hidden || matches!(&self.kind, Kind::Input(t) if t == "hidden")
    }

    /// Groups of elements that need a `fieldset` instead of a label.
    pub fn use_fieldset(&self) -> bool {
        matches!(self.kind, Kind::Radio(_) | Kind::CheckboxSelectMultiple(_))
    }

    /// The type without `Input`, in lower case.
    pub(super) fn type_name(&self) -> &str {
        match &self.kind {
            Kind::Text => "text",
            Kind::Password => "password",
            Kind::Hidden => "hidden",
            Kind::Number => "number",
            Kind::Email => "email",
            Kind::Url => "url",
            Kind::Date => "date",
            Kind::DateTime => "datetime",
            Kind::Time => "time",
            Kind::File => "clearablefile",
            Kind::Input(kind) => kind,
            Kind::Textarea => "textarea",
            Kind::Checkbox => "checkbox",
            Kind::Select(_) => "select",
            Kind::SelectMultiple(_) => "selectmultiple",
            Kind::Radio(_) => "radioselect",
            Kind::CheckboxSelectMultiple(_) => "checkboxselectmultiple",
        }
    }

    /// The `type` of the `input`; `None` for other elements.
    pub(super) fn input_type(&self) -> Option<&str> {
        match &self.kind {
            Kind::Date | Kind::DateTime | Kind::Time => Some("text"),
            Kind::File => Some("file"),
            Kind::Select(_) | Kind::SelectMultiple(_) => Some("select"),
            Kind::Radio(_) => Some("radio"),
            Kind::CheckboxSelectMultiple(_) => Some("checkbox"),
            Kind::Textarea => None,
            _ => Some(self.type_name()),
        }
    }

    /// Whether `required` may be printed: browsers refuse it on a select without an empty choice.
    pub(super) fn use_required_attribute(&self, initial: &Value) -> bool {
        match &self.kind {
            Kind::CheckboxSelectMultiple(_) => false,
            Kind::File => !initial.truthy(),
            Kind::Select(choices) => choices.first().is_some_and(|c| !c.value.truthy() && c.group.is_none()),
            _ => !self.is_hidden(),
        }
    }

    /// The id a label points to; empty for groups of elements.
    pub(super) fn id_for_label(&self, id: &str) -> String {
        if self.use_fieldset() { String::new() } else { id.to_owned() }
    }

    /// The element's HTML; `extra` are the attributes of the field.
    pub(super) fn render(&self, name: &str, value: &Value, extra: Attributes) -> String {
        let mut attributes = self.attributes.clone();
        attributes.extend(extra);
        match &self.kind {
            Kind::Textarea => textarea(name, value, &attributes),
            Kind::Select(_) => self.select(name, value, &attributes),
            Kind::SelectMultiple(_) => {
                attributes.insert("multiple".to_owned(), Value::Bool(true));
                self.select(name, value, &attributes)
            }
            Kind::Radio(_) | Kind::CheckboxSelectMultiple(_) => self.group(name, value, &attributes),
            Kind::Checkbox => {
                if is_checked(value) {
                    attributes.insert("checked".to_owned(), Value::Bool(true));
                }
                let shown = match value {
                    Value::Bool(_) | Value::None => None,
                    other => Some(other.display()).filter(|v| !v.is_empty()),
                };
                input("checkbox", name, shown.as_deref(), &attributes)
            }
            kind => {
                let hidden = matches!(kind, Kind::Password | Kind::File);
                let shown = Some(value.display()).filter(|v| !hidden && !value.is_none() && !v.is_empty());
                input(self.input_type().unwrap_or("text"), name, shown.as_deref(), &attributes)
            }
        }
    }

    fn choices(&self) -> &[Choice] {
        match &self.kind {
            Kind::Select(c) | Kind::SelectMultiple(c) | Kind::Radio(c) | Kind::CheckboxSelectMultiple(c) => c,
            _ => &[],
        }
    }

    fn multiple(&self) -> bool {
        matches!(self.kind, Kind::SelectMultiple(_) | Kind::CheckboxSelectMultiple(_))
    }

    /// The options by group, each ready to print.
    pub(super) fn options(&self, name: &str, value: &Value, base: &Attributes) -> Vec<(Option<String>, Vec<Opt>)> {
        let chosen = self.chosen(value);
        let mut groups: Vec<(Option<String>, Vec<Opt>)> = Vec::new();
        let (mut any, mut index) = (false, 0);
        for choice in self.choices() {
            let text = choice.value.display();
            let text = if choice.value.is_none() { String::new() } else { text };
            let selected = (!any || self.multiple()) && chosen.contains(&text);
            any |= selected;
            match groups.last_mut() {
                Some((group, options)) if choice.group.is_some() && *group == choice.group => {
                    let place = format!("{}_{}", index - 1, options.len());
                    options.push(self.option(name, choice, (text, selected, &place), base));
                }
                _ => {
                    let place = if choice.group.is_some() { format!("{index}_0") } else { index.to_string() };
                    let option = self.option(name, choice, (text, selected, &place), base);
                    groups.push((choice.group.clone(), vec![option]));
                    index += 1;
                }
            }
        }
        groups
    }

    fn chosen(&self, value: &Value) -> Vec<String> {
        let text = |v: &Value| if v.is_none() { String::new() } else { v.display() };
        match value {
            Value::None if self.multiple() => Vec::new(),
            Value::List(items) | Value::Tuple(items) => items.iter().map(text).collect(),
            other => vec![text(other)],
        }
    }

    fn option(&self, name: &str, choice: &Choice, at: (String, bool, &str), base: &Attributes) -> Opt {
        let (value, selected, place) = at;
        let label = choice.label.clone();
        if matches!(self.kind, Kind::Select(_) | Kind::SelectMultiple(_)) {
            let mark = if selected { " selected" } else { "" };
            let shown = conditional_escape(&label);
            let html = format!("<option value=\"{}\"{mark}>{shown}</option>\n", escape(&value));
            return Opt { html, label, id: None, value, selected };
        }
        let mut attributes = base.clone();
        if selected {
            attributes.insert("checked".to_owned(), Value::Bool(true));
        }
        let id = attributes.get("id").filter(|id| id.truthy()).map(|id| format!("{}_{place}", id.display()));
        if let Some(id) = &id {
            attributes.insert("id".to_owned(), id.into());
        }
        let html = input(self.input_type().unwrap_or("radio"), name, Some(&value), &attributes);
        Opt { html, label, id, value, selected }
    }

    fn select(&self, name: &str, value: &Value, attributes: &Attributes) -> String {
        let mut out = format!("<select name=\"{}\"{}>", escape(name), flat(attributes));
        for (group, options) in self.options(name, value, attributes) {
            let group = group.filter(|g| !g.is_empty());
            if let Some(group) = &group {
                out.push_str(&format!("\n  <optgroup label=\"{}\">", escape(group)));
            }
            options.iter().for_each(|o| out.push_str(&format!("\n  {}", o.html)));
            if group.is_some() {
                out.push_str("\n  </optgroup>");
            }
        }
        out + "\n</select>"
    }

    fn group(&self, name: &str, value: &Value, attributes: &Attributes) -> String {
        let attribute = |key: &str| match attributes.get(key).filter(|v| v.truthy()) {
            Some(v) => format!(" {key}=\"{}\"", conditional_escape(v)),
            None => String::new(),
        };
        let mut out = format!("<div{}{}>", attribute("id"), attribute("class"));
        for (group, options) in self.options(name, value, attributes) {
            let group = group.filter(|g| !g.is_empty());
            if let Some(group) = &group {
                out.push_str(&format!("\n  <div><label>{}</label>", escape(group)));
            }
            options.iter().for_each(|o| out.push_str(&format!("<div>\n    {}\n\n</div>", o.labelled())));
            if group.is_some() {
                out.push_str("\n  </div>");
            }
        }
        out + "\n</div>"
    }
}

impl Opt {
    /// The element inside its label.
    pub fn labelled(&self) -> String {
        let target = self.id.as_ref().map(|id| format!(" for=\"{}\"", escape(id))).unwrap_or_default();
        format!("<label{target}>{}\n {}</label>", self.html, conditional_escape(&self.label))
    }
}

fn is_checked(value: &Value) -> bool {
    !matches!(value, Value::None | Value::Bool(false)) && value.as_str() != Some("")
}

fn input(kind: &str, name: &str, value: Option<&str>, attributes: &Attributes) -> String {
    let value = value.map(|v| format!(" value=\"{}\"", escape(v))).unwrap_or_default();
    format!("<input type=\"{kind}\" name=\"{}\"{value}{}>", escape(name), flat(attributes))
}

fn textarea(name: &str, value: &Value, attributes: &Attributes) -> String {
    let text = if value.truthy() { conditional_escape(value) } else { String::new() };
    format!("<textarea name=\"{}\"{}>\n{text}</textarea>", escape(name), flat(attributes))
}

/// Attributes in the order they were given.
pub(super) fn flat(attributes: &Attributes) -> String {
    let mut out = String::new();
    for (name, value) in attributes {
        match value {
            Value::Bool(false) => {}
            Value::Bool(true) => out.push_str(&format!(" {}", escape(name))),
            other => out.push_str(&format!(" {}=\"{}\"", escape(name), conditional_escape(other))),
        }
    }
    out
}
