//! Widgets, labels, errors and whole forms by templates of the project. Django: FORM_RENDERER.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use django_template::forms::Renderer;
use django_template::{Context, Map, Options};

use super::Pages;

/// Where the copies of Django's own stand, beside those that the project has changed.
const OWN: &str = "django/forms/";
/// Those that our pages use first: what each includes is looked at with it.
const USED: [&str; 14] = [
    "errors/dict/default",
    "errors/list/default",
    "label",
    "widgets/checkbox",
    "widgets/hidden",
    "widgets/input",
    "widgets/number",
    "widgets/password",
    "widgets/radio",
    "widgets/radio_option",
    "widgets/select",
    "widgets/select_option",
    "widgets/text",
    "widgets/textarea",
];

impl Pages {
    /// How forms are rendered in this language; `None`: as Django's own templates would.
    pub(super) fn form_renderer(&self, language: &str, now: DateTime<Utc>) -> Option<Renderer> {
        let templates = self.form_templates.as_ref()?;
        let engine = Arc::clone(&self.engine);
        let options = Options::new(now).with_language(language);
        let render = move |name: &str, values: Map| {
            if !engine.has(name) {
                return None;
            }
            let mut context = Context::new();
            values.into_iter().for_each(|(name, value)| {
                context.insert(name, value);
            });
            let text = engine.render(name, &context, &options);
            let text =
                text.inspect_err(|error| tracing::warn!(%error, "a template of a form cannot be rendered"));
            Some(text.ok()?.trim().to_owned())
        };
        let (form, field) = (templates.form.clone(), templates.field.clone());
        Some(Renderer { render: Arc::new(render), form, field })
    }

    /// What is wrong with these templates.
    pub(super) fn errors_of_forms(&self) -> Vec<(&'static str, String)> {
        let Some(templates) = &self.form_templates else { return Vec::new() };
        let own = USED.iter().map(|name| format!("{OWN}{name}.html"));
        let names = own.chain([templates.form.clone(), templates.field.clone()]);
        let errors =
            names.filter(|name| self.engine.has(name)).flat_map(|name| self.engine.check_all(&name).0);
        let mut out: Vec<(&'static str, String)> = Vec::new();
        for error in errors.map(|error| error.to_string()) {
            if !out.iter().any(|(_, known)| *known == error) {
                out.push(("django/forms", error));
            }
        }
        out
    }
}
