//! Forms as data, rendered as Django renders them: 5.2, or the version that the form says.
//! Django: `django.forms`; what a form accepts is the caller's business.

mod bound;
mod bound_form;
mod bound_lookup;
mod bound_widget;
mod error_dict;
mod errors;
mod layout;
mod layout_before_4;
mod options;
mod renderer;
mod templated;
mod tweaked;
mod tweaks;
mod widget;

use std::sync::Arc;

use crate::value::Value;

pub use bound::BoundField;
use bound_form::BoundForm;
pub use renderer::{RenderTemplate, Renderer};
pub use widget::{Choice, Kind, Widget};

/// One field of a form.
#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    /// By default made of the name: `client_id` becomes `Client id`.
    pub label: Option<String>,
    /// HTML, printed as it is.
    pub help_text: String,
    pub widget: Widget,
    pub required: bool,
    pub disabled: bool,
    /// What the widget shows: the submitted value of a bound form, else the initial one.
    pub value: Value,
    /// What the form started with.
    pub initial: Value,
    pub errors: Vec<String>,
    /// A hidden `initial-<name>` field follows the widget (callable defaults of models).
    pub show_hidden_initial: bool,
    pub label_suffix: Option<String>,
    /// Django's class of the field in lower case, where it is not the one that its widget stands for.
    pub class: Option<&'static str>,
}

impl Field {
    /// A required text field.
    pub fn new(name: impl Into<String>) -> Self {
        Field {
            name: name.into(),
            label: None,
            help_text: String::new(),
            widget: Widget::new(Kind::Text),
            required: true,
            disabled: false,
            value: Value::None,
            initial: Value::None,
            errors: Vec::new(),
            show_hidden_initial: false,
            label_suffix: None,
            class: None,
        }
    }

    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    pub fn help_text(mut self, html: impl Into<String>) -> Self {
        self.help_text = html.into();
        self
    }

    pub fn widget(mut self, widget: impl Into<Widget>) -> Self {
        self.widget = widget.into();
        self
    }

    pub fn required(mut self, required: bool) -> Self {
        self.required = required;
        self
    }

    pub fn disabled(mut self, disabled: bool) -> Self {
        self.disabled = disabled;
        self
    }

    pub fn value(mut self, value: impl Into<Value>) -> Self {
        self.value = value.into();
        self
    }

    pub fn initial(mut self, value: impl Into<Value>) -> Self {
        self.initial = value.into();
        self
    }

    pub fn error(mut self, message: impl Into<String>) -> Self {
        self.errors.push(message.into());
        self
    }

    /// Adds the hidden `initial-<name>` field.
    pub fn hidden_initial(mut self) -> Self {
        self.show_hidden_initial = true;
        self
    }

    /// Django's class of the field in lower case, such as `usernamefield`.
    pub fn class(mut self, class: &'static str) -> Self {
        self.class = Some(class);
        self
    }

    fn class_name(&self) -> &'static str {
        self.class.unwrap_or(match &self.widget.kind {
            Kind::Checkbox => "booleanfield",
            Kind::Select(_) | Kind::Radio(_) => "choicefield",
            Kind::SelectMultiple(_) | Kind::CheckboxSelectMultiple(_) => "multiplechoicefield",
            Kind::Number => "integerfield",
            Kind::Email => "emailfield",
            Kind::Url => "urlfield",
            Kind::Date => "datefield",
            Kind::DateTime => "datetimefield",
            Kind::Time => "timefield",
            Kind::File => "filefield",
            _ => "charfield",
        })
    }

    fn label_text(&self) -> String {
        match &self.label {
            Some(label) => label.clone(),
            None => crate::py::text::capitalize(&self.name.replace('_', " ")),
        }
    }
}

/// A form with its values and errors.
#[derive(Clone, Debug)]
pub struct Form {
    pub fields: Vec<Field>,
    /// Set in front of all names, as `prefix-name`.
    pub prefix: Option<String>,
    /// `%s` stands for the name; `None` for no ids at all.
    pub auto_id: Option<String>,
    /// Follows labels that do not end with punctuation; `:` or its translation.
    pub label_suffix: String,
    /// No suffix follows a label that ends with one of these.
    pub label_punctuation: String,
    /// Whether the form was submitted.
    pub is_bound: bool,
    pub non_field_errors: Vec<String>,
    pub use_required_attribute: bool,
    pub error_css_class: Option<String>,
    pub required_css_class: Option<String>,
    /// What `{{ form.media }}` prints.
    pub media: String,
    /// How the errors of hidden fields are told at the head of the form.
    pub hidden_error: String,
    /// Whose HTML it is; versions before 3.2 count as 3.2.
    pub django_version: (u8, u8),
    /// FORM_RENDERER, where it takes templates of the project's.
    pub renderer: Option<Renderer>,
}

/// Django's texts, as its catalogues have them.
pub const LABEL_SUFFIX: &str = ":";
pub const LABEL_PUNCTUATION: &str = ":?.!";
pub const HIDDEN_ERROR: &str = "(Hidden field %(name)s) %(error)s";

impl Default for Form {
    fn default() -> Self {
        Form {
            fields: Vec::new(),
            prefix: None,
            auto_id: Some("id_%s".to_owned()),
            label_suffix: LABEL_SUFFIX.to_owned(),
            label_punctuation: LABEL_PUNCTUATION.to_owned(),
            is_bound: false,
            non_field_errors: Vec::new(),
            use_required_attribute: true,
            error_css_class: None,
            required_css_class: None,
            media: String::new(),
            hidden_error: HIDDEN_ERROR.to_owned(),
            django_version: (5, 2),
            renderer: None,
        }
    }
}

impl Form {
    pub fn new() -> Self {
        Form::default()
    }

    pub fn field(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }

    pub fn bound(mut self, is_bound: bool) -> Self {
        self.is_bound = is_bound;
        self
    }

    /// Adds an error of the whole form.
    pub fn error(mut self, message: impl Into<String>) -> Self {
        self.non_field_errors.push(message.into());
        self
    }

    /// The form as templates see it: `{{ form }}`, `{{ form.name }}`, `{% for field in form %}`.
    pub fn into_value(self) -> Value {
        Value::object(BoundForm(Arc::new(self)))
    }

    fn add_prefix(&self, name: &str) -> String {
        self.prefix.as_ref().map_or_else(|| name.to_owned(), |prefix| format!("{prefix}-{name}"))
    }
}

impl From<Form> for Value {
    fn from(form: Form) -> Self {
        form.into_value()
    }
}
