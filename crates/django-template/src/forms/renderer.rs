//! Who turns a template's name into HTML, for forms of a project that has templates of its own.
//! Django: `django.forms.renderers`.

use std::fmt;
use std::sync::Arc;

use crate::value::{Map, Value};

use super::widget::Attributes;

/// The text of a template; `None` where there is none of this name, or it cannot be rendered.
pub type RenderTemplate = dyn Fn(&str, Map) -> Option<String> + Send + Sync;

/// FORM_RENDERER. Where a template gives no text, Django's own HTML stands in its place.
#[derive(Clone)]
pub struct Renderer {
    pub render: Arc<RenderTemplate>,
    /// `form_template_name`.
    pub form: String,
    /// `field_template_name`.
    pub field: String,
}

impl fmt::Debug for Renderer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renderer")
            .field("form", &self.form)
            .field("field", &self.field)
            .finish_non_exhaustive()
    }
}

pub(super) const OWN: &str = "django/forms/";

impl Renderer {
    pub(super) fn text(&self, template: &str, context: Map) -> Option<String> {
        (self.render)(template, context)
    }

    /// One of those below `django/forms`.
    pub(super) fn own(&self, template: &str, context: Map) -> Option<String> {
        self.text(&format!("{OWN}{template}.html"), context)
    }
}

/// What a widget is asked to show.
pub(super) struct Shown<'v> {
    pub name: &'v str,
    pub value: &'v Value,
    pub attributes: Attributes,
    /// Whether the widget is that of a required field.
    pub required: bool,
}
