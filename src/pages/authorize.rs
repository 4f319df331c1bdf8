//! The consent page's context (D-123 to D-125, D-131). DOT: `AuthorizationView.get_context_data`, `AllowForm`.

use django_template::forms::{Field, Form, Kind};
use django_template::{Context, Value};

use crate::oauth::authorize::Consent;
use crate::settings::Settings;

use super::urls::Urls;
use super::{rows, texts};

/// The hidden fields, in DOT's order, and whether they must be filled.
const FIELDS: [(&str, bool); 10] = [
    ("redirect_uri", true),
    ("scope", true),
    ("nonce", false),
    ("client_id", true),
    ("state", false),
    ("response_type", true),
    ("code_challenge", false),
    ("code_challenge_method", false),
    ("claims", false),
    ("resource", false),
];

/// A request that waits for the user's decision.
pub struct Page<'a> {
    pub consent: &'a Consent,
    pub csrf_token: &'a str,
    pub settings: &'a Settings,
}

/// A request that cannot be trusted.
pub struct ErrorPage<'a> {
    pub error: &'a str,
    pub description: &'a str,
}

/// A form that came back without what it needs.
pub struct Incomplete<'a> {
    pub csrf_token: &'a str,
    pub value: &'a dyn Fn(&str) -> Option<String>,
    pub missing: &'a [&'a str],
}

/// `allow` is a field of the form too, but only a button shows it.
fn form(value: impl Fn(&str) -> Option<String>, missing: &[&str]) -> Form {
    let allow = Field::new("allow").widget(Kind::Checkbox).required(false).value(false);
    FIELDS.iter().fold(Form::new().bound(!missing.is_empty()).field(allow), |form, (name, required)| {
        let field = Field::new(*name).widget(Kind::Hidden).required(*required).value(value(name));
        form.field(if missing.contains(name) { field.error("This field is required.") } else { field })
    })
}

impl Page<'_> {
    fn value(&self, name: &str) -> Option<String> {
        let c = self.consent;
        match name {
            "redirect_uri" => Some(c.redirect_uri.clone()),
            "scope" => Some(c.scopes.join(" ")),
            "client_id" => Some(c.application.client_id.clone()),
            "state" => c.state.clone(),
            "response_type" => Some(c.response_type.as_str().to_owned()),
            "code_challenge" => c.code_challenge.clone(),
            "code_challenge_method" => c.code_challenge.as_ref().and(c.code_challenge_method.clone()),
            "resource" => Some(c.resource.join(" ")),
            _ => None,
        }
    }

    pub(super) fn context(&self, urls: &Urls) -> Context {
        let c = self.consent;
        let descriptions: Vec<&str> = c.scopes.iter().map(|s| self.settings.oauth2.description(s)).collect();
        let mut context = Context::new()
            .with("csrf_token", self.csrf_token)
            .with("form", form(|name| self.value(name), &[]))
            .with("application", rows::application(&c.application, None, urls))
            .with("scopes", texts(&c.scopes))
            .with("scopes_descriptions", texts(&descriptions));
        for name in ["client_id", "redirect_uri", "response_type", "state"] {
            context = context.with(name, self.value(name));
        }
        for name in ["code_challenge", "code_challenge_method", "nonce", "claims", "resource"] {
            if let Some(value) = self.value(name).filter(|v| !v.is_empty()) {
                context = context.with(name, value);
            }
        }
        context
    }
}

impl ErrorPage<'_> {
    pub(super) fn context(&self) -> Context {
        let error = Value::map().with("error", self.error).with("description", self.description);
        Context::new().with("error", error)
    }
}

impl Incomplete<'_> {
    pub(super) fn context(&self) -> Context {
        let form = form(|name| (self.value)(name), self.missing);
        Context::new().with("csrf_token", self.csrf_token).with("form", form)
    }
}
