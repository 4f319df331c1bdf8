//! A field of a form, as templates see it.
//! Django: `BoundField`.

use std::sync::Arc;

use crate::py::html::escape;
use crate::value::{Map, Value};

use super::bound_widget::BoundWidget;
use super::errors::ErrorList;
use super::renderer::Shown;
use super::templated;
use super::tweaks::Tweaks;
use super::widget::{Attributes, flat};
use super::{Field, Form, Kind, Widget};

/// One field with its form.
#[derive(Clone, Debug)]
pub struct BoundField {
    pub(super) form: Arc<Form>,
    pub(super) index: usize,
    // A copy keeps the accessors free of lookups that cannot fail.
    pub(super) field: Field,
    pub(super) tweaks: Tweaks,
}

impl BoundField {
    pub(super) fn new(form: &Arc<Form>, index: usize) -> Self {
        let field = form.fields.get(index).cloned().unwrap_or_else(|| Field::new(""));
        BoundField { form: Arc::clone(form), index, field, tweaks: Tweaks::default() }
    }

    pub fn name(&self) -> &str {
        &self.field.name
    }

    /// Whether the form is one of a Django before this version.
    pub(super) fn is_before(&self, major: u8, minor: u8) -> bool {
        self.form.django_version < (major, minor)
    }

    pub fn is_hidden(&self) -> bool {
        self.field.widget.is_hidden()
    }

    pub(super) fn use_fieldset(&self) -> bool {
        self.field.widget.use_fieldset()
    }

    pub fn html_name(&self) -> String {
        self.form.add_prefix(&self.field.name)
    }

    pub(super) fn help_text(&self) -> &str {
        &self.field.help_text
    }

    pub(super) fn messages(&self) -> &[String] {
        &self.field.errors
    }

    pub(super) fn label(&self) -> String {
        self.field.label_text()
    }

    pub(super) fn auto_id(&self) -> String {
        match &self.form.auto_id {
            Some(pattern) if pattern.contains("%s") => pattern.replace("%s", &self.html_name()),
            Some(pattern) if !pattern.is_empty() => self.html_name(),
            _ => String::new(),
        }
    }

    /// The id of the widget: its own attribute, else the automatic one.
    pub(super) fn id(&self) -> String {
        let own = self.field.widget.attributes.get("id").map(Value::display).filter(|id| !id.is_empty());
        own.unwrap_or_else(|| self.auto_id())
    }

    pub(super) fn errors(&self) -> ErrorList {
        ErrorList::field(&self.field.errors, self.auto_id(), &self.form)
    }

    /// `None` when the widget brings its own.
    pub(super) fn aria_describedby(&self) -> Option<String> {
        if self.field.widget.attributes.get("aria-describedby").is_some_and(Value::truthy) {
            return None;
        }
        let id = self.auto_id();
        let mut ids = Vec::new();
        if !id.is_empty() && !self.is_hidden() {
            if !self.field.help_text.is_empty() && !self.is_before(5, 0) {
                ids.push(format!("{id}_helptext"));
            }
            if !self.field.errors.is_empty() && !self.is_before(5, 2) {
                ids.push(format!("{id}_error"));
            }
        }
        Some(ids.join(" "))
    }

    fn attributes(&self, widget: &Widget, id: String) -> Attributes {
        self.attributes_on(Attributes::new(), widget, id)
    }

    fn attributes_on(&self, mut out: Attributes, widget: &Widget, id: String) -> Attributes {
        let required = self.field.required && self.form.use_required_attribute;
        if required && widget.use_required_attribute(&self.field.initial) {
            out.insert("required".to_owned(), Value::Bool(true));
        }
        if self.field.disabled {
            out.insert("disabled".to_owned(), Value::Bool(true));
        }
        if !widget.is_hidden() && !self.field.errors.is_empty() && !self.is_before(5, 0) {
            out.insert("aria-invalid".to_owned(), "true".into());
        }
        let has_own = out.get("aria-describedby").is_some_and(Value::truthy);
        let ids = self.aria_describedby().filter(|ids| !ids.is_empty() && !self.use_fieldset());
        if let Some(ids) = ids.filter(|_| !has_own) {
            out.insert("aria-describedby".to_owned(), ids.into());
        }
        if !id.is_empty() && !widget.attributes.contains_key("id") {
            out.entry("id".to_owned()).or_insert_with(|| id.into());
        }
        out
    }

    pub(super) fn render_as(&self, widget: &Widget) -> String {
        let mut widget = widget.clone();
        let extra = self.tweaks.apply(&mut widget);
        let attributes = self.attributes_on(extra, &widget, self.auto_id());
        let required = self.field.required && widget.kind == self.field.widget.kind;
        self.shown(&widget, Shown { name: &self.html_name(), value: &self.field.value, attributes, required })
    }

    /// The element's HTML, by the project's template where it has one.
    fn shown(&self, widget: &Widget, shown: Shown<'_>) -> String {
        let own =
            self.form.renderer.as_ref().and_then(|renderer| templated::widget(renderer, widget, &shown));
        own.unwrap_or_else(|| widget.render(shown.name, shown.value, shown.attributes))
    }

    /// The widget alone.
    pub fn as_widget(&self) -> String {
        self.render_as(&self.field.widget)
    }

    /// What `{{ field }}` prints.
    pub fn html(&self) -> String {
        let mut out = self.as_widget();
        if self.field.show_hidden_initial {
            let name = format!("initial-{}", self.html_name());
            let id = format!("initial-{}", self.form.add_prefix(&self.auto_id()));
            out.push_str(&self.hidden(&name, &self.field.initial, id));
        }
        out
    }

    /// A hidden field; several for a widget that has several values.
    pub(super) fn hidden(&self, name: &str, value: &Value, id: String) -> String {
        let widget = Widget::new(Kind::Hidden);
        if !self.field.widget.multiple() {
            let attributes = self.attributes(&widget, id);
            return self.shown(&widget, Shown { name, value, attributes, required: false });
        }
        let items = if value.as_str().is_some() { None } else { value.iter() };
        let one = |(i, item): (usize, &Value)| {
            let id = if id.is_empty() { String::new() } else { format!("{id}_{i}") };
            let attributes = self.attributes(&widget, id);
            self.shown(&widget, Shown { name, value: item, attributes, required: false })
        };
        items.unwrap_or_default().iter().enumerate().map(one).collect()
    }

    /// `<label>` or `<legend>` with the label's text; the text alone without ids.
    pub(super) fn label_tag(&self, tag: &str) -> String {
        self.label_with(tag, Attributes::new())
    }

    /// `|add_label_class`.
    pub(crate) fn label_of_class(&self, class: &str) -> String {
        self.label_with("label", Attributes::from_iter([("class".to_owned(), Value::from(class))]))
    }

    fn label_with(&self, tag: &str, mut attributes: Attributes) -> String {
        let label = self.label();
        let suffix = self.field.label_suffix.as_ref().unwrap_or(&self.form.label_suffix);
        let suffixed = label.chars().last().is_some_and(|c| !self.form.label_punctuation.contains(c));
        let text = if suffixed { format!("{}{}", escape(&label), escape(suffix)) } else { escape(&label) };
        let id = self.id();
        if id.is_empty() {
            return self.label_by_template(tag, &text, None).unwrap_or(text);
        }
        let target = self.field.widget.id_for_label(&id);
        if !target.is_empty() {
            attributes.insert("for".to_owned(), target.into());
        }
        if let Some(class) = self.form.required_css_class.as_ref().filter(|_| self.field.required) {
            let own = attributes.get("class").map(|own| format!("{} {class}", own.display()));
            attributes.insert("class".to_owned(), own.unwrap_or_else(|| class.clone()).into());
        }
        let html = format!("<{tag}{}>{text}</{tag}>", flat(&attributes));
        self.label_by_template(tag, &text, Some(attributes)).unwrap_or(html)
    }

    /// No attributes: there is no element, only the text.
    fn label_by_template(&self, tag: &str, text: &str, attributes: Option<Attributes>) -> Option<String> {
        let context = Value::map()
            .with("field", Value::object(self.clone()))
            .with("label", Value::Safe(text.to_owned()))
            .with("use_tag", attributes.is_some())
            .with("attrs", Value::Map(attributes.unwrap_or_default()))
            .with("tag", tag);
        self.form.renderer.as_ref()?.own("label", context.into_map())
    }

    pub(super) fn css_classes(&self) -> String {
        let error = self.form.error_css_class.as_ref().filter(|_| !self.field.errors.is_empty());
        let required = self.form.required_css_class.as_ref().filter(|_| self.field.required);
        error.into_iter().chain(required).cloned().collect::<Vec<_>>().join(" ")
    }

    pub(super) fn subwidgets(&self) -> Vec<Value> {
        let widget = &self.field.widget;
        // Here the id comes in front of the other attributes.
        let id = Some(self.id()).filter(|id| !id.is_empty());
        let mut extra = Attributes::from_iter(id.clone().map(|id| ("id".to_owned(), Value::Str(id))));
        extra.extend(self.attributes(widget, String::new()));
        let (name, value) = (self.html_name(), &self.field.value);
        if !widget.has_options() {
            let shown = Shown { name: &name, value, attributes: extra, required: self.field.required };
            let html = self.shown(widget, shown);
            let (tag, data) = (html.clone(), Value::map().with("value", value.clone()).with("name", name));
            return vec![Value::object(BoundWidget { html, tag, id, label: Value::None, data })];
        }
        let mut attributes = widget.attributes.clone();
        attributes.extend(extra);
        let options = widget.options(&name, value, &attributes);
        let select = matches!(widget.kind, Kind::Select(_) | Kind::SelectMultiple(_));
        let own = |o: &super::options::Opt, wraps| {
            templated::option(self.form.renderer.as_ref()?, widget, &self.html_name(), o, wraps)
        };
        let one = |o: super::options::Opt| {
            let (html, tag) = (own(&o, true), own(&o, false));
            let html = html.unwrap_or_else(|| if select { o.html.trim().to_owned() } else { o.labelled() });
            let tag = tag.unwrap_or_else(|| o.html.trim().to_owned());
            let data = Value::map().with("value", &o.value).with("selected", o.selected);
            let data = data.with("label", o.label.clone());
            Value::object(BoundWidget { html, tag, id: o.id, label: o.label, data })
        };
        options.into_iter().flat_map(|(_, options)| options).map(one).collect()
    }

    /// The field without its form: `{{ field.field.required }}`, `.widget`.
    pub(super) fn field_value(&self) -> Value {
        let f = &self.field;
        let attributes: Map = f.widget.attributes.clone();
        let widget = Value::map()
            .with("attrs", attributes)
            .with("input_type", f.widget.input_type().map(str::to_owned))
            .with("is_hidden", f.widget.is_hidden())
            .with("is_required", f.required)
            .with("use_fieldset", f.widget.use_fieldset());
        let field = Value::map()
            .with("required", f.required)
            .with("disabled", f.disabled)
            .with("label", f.label.clone())
            .with("help_text", f.help_text.as_str())
            .with("initial", f.initial.clone())
            .with("widget", widget);
        let has_texts = matches!(f.widget.kind, Kind::Text | Kind::Password | Kind::Hidden | Kind::Textarea);
        let most = f.widget.attributes.get("maxlength").and_then(|text| text.display().parse::<i64>().ok());
        if has_texts { field.with("max_length", most.map_or(Value::None, Value::from)) } else { field }
    }
}
