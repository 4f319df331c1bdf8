//! The options of choice widgets.
//! Django: `ChoiceWidget.optgroups`, `create_option`.

use crate::py::html::{conditional_escape, escape};
use crate::value::Value;

use super::widget::{Attributes, Choice, Kind, Widget, input};

/// One option of a choice widget, ready to print.
pub(super) struct Opt {
    pub html: String,
    pub label: Value,
    pub id: Option<String>,
    pub value: String,
    pub selected: bool,
    /// Its place among the options: `1`, or `1_0` in a group.
    pub index: String,
    pub attributes: Attributes,
}

impl Widget {
    fn choices(&self) -> &[Choice] {
        match &self.kind {
            Kind::Select(c) | Kind::SelectMultiple(c) | Kind::Radio(c) | Kind::CheckboxSelectMultiple(c) => c,
            _ => &[],
        }
    }

    /// Whether it is a choice between options, if only of none.
    pub(super) fn has_options(&self) -> bool {
        use Kind::{CheckboxSelectMultiple, Radio, Select, SelectMultiple};
        matches!(self.kind, Select(_) | SelectMultiple(_) | Radio(_) | CheckboxSelectMultiple(_))
    }

    pub(super) fn multiple(&self) -> bool {
        matches!(self.kind, Kind::SelectMultiple(_) | Kind::CheckboxSelectMultiple(_))
    }

    /// The options by group, each ready to print.
    pub(super) fn options(
        &self,
        name: &str,
        value: &Value,
        base: &Attributes,
    ) -> Vec<(Option<String>, Vec<Opt>)> {
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
            let mark = selected.then(|| ("selected".to_owned(), Value::Bool(true)));
            let attributes = Attributes::from_iter(mark);
            return Opt { html, label, id: None, value, selected, index: place.to_owned(), attributes };
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
        Opt { html, label, id, value, selected, index: place.to_owned(), attributes }
    }
}

impl Opt {
    /// The element inside its label.
    pub fn labelled(&self) -> String {
        let target = self.id.as_ref().map(|id| format!(" for=\"{}\"", escape(id))).unwrap_or_default();
        format!("<label{target}>{}\n {}</label>", self.html, conditional_escape(&self.label))
    }
}
