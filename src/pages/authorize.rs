//! The consent page's context (D-123 to D-125, D-131). DOT: `AuthorizationView.get_context_data`, `AllowForm`.

use django_template::{Context, Value};

use crate::oauth::authorize::Consent;
use crate::settings::Settings;

use super::texts;

/// The hidden fields, in DOT's order.
const FIELDS: [&str; 10] = [
    "redirect_uri",
    "scope",
    "nonce",
    "client_id",
    "state",
    "response_type",
    "code_challenge",
    "code_challenge_method",
    "claims",
    "resource",
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

/// A value that is None has no `value` attribute; an empty one has none either, as Django's widgets do.
fn form(value: impl Fn(&str) -> Option<String>) -> Value {
    let field = |name: &&str| {
        let value = value(name).filter(|v| !v.is_empty()).map_or(Value::None, Value::from);
        Value::map().with("name", *name).with("value", value)
    };
    Value::List(FIELDS.iter().map(field).collect())
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

    pub(super) fn context(&self) -> Context {
        let c = self.consent;
        let descriptions: Vec<&str> = c.scopes.iter().map(|s| self.settings.oauth2.description(s)).collect();
        Context::new()
            .with("csrf_token", self.csrf_token)
            .with("form_fields", form(|name| self.value(name)))
            .with("application", Value::map().with("name", c.application.name.as_str()))
            .with("scopes", texts(&c.scopes))
            .with("scopes_descriptions", texts(&descriptions))
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
        Context::new()
            .with("csrf_token", self.csrf_token)
            .with("form_fields", form(self.value))
            .with("missing", texts(self.missing))
    }
}
