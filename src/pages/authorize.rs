//! The consent page's context (D-123 to D-125, D-131). DOT: `AuthorizationView.get_context_data`, `AllowForm`.

use django::values::is_checked;
use django_template::Context;
use django_template::forms::{Field, Form, Kind};

use entity::user::Model as User;

use crate::oauth::authorize::Consent;
use crate::settings::Settings;

use super::own::Keys;
use super::rows::Row;
use super::{Pages, Words, rows, texts};

pub const TEMPLATE: &str = "oauth2_provider/authorize.html";

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
pub struct ConsentPage<'a> {
    pub consent: &'a Consent,
    /// Whose application it is, if the template asks.
    pub owner: Option<&'a User>,
    pub settings: &'a Settings,
}

/// A request that cannot be trusted.
pub struct NoConsentPage<'a> {
    pub error: &'a str,
    pub description: &'a str,
    pub status: u16,
    /// Where the error would go if the request could be trusted.
    pub url: &'a str,
}

/// A form that came back without what it needs.
pub struct IncompleteConsentPage<'a> {
    pub value: &'a (dyn Fn(&str) -> Option<String> + Sync),
    /// Field and text.
    pub errors: &'a [(&'a str, &'a str)],
}

/// `allow` is a field of the form too, but only a button shows it.
fn form(words: &Words<'_>, value: impl Fn(&str) -> Option<String>, errors: &[(&str, String)]) -> Form {
    let is_allowed = is_checked(value("allow").as_deref());
    let allow = Field::new("allow").widget(Kind::Checkbox).required(false).value(is_allowed);
    let form = words.form().bound(!errors.is_empty()).field(allow);
    FIELDS.iter().fold(form, |form, (name, required)| {
        let field = Field::new(*name).widget(Kind::Hidden).required(*required).value(value(name));
        let error = errors.iter().find(|(of, _)| of == name);
        form.field(error.map_or_else(|| field.clone(), |(_, text)| field.clone().error(text)))
    })
}

impl ConsentPage<'_> {
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
            "nonce" => c.asked.as_ref().map(|_| c.nonce.clone()),
            // DOT: the JSON of what was parsed, `null` for nothing.
            "claims" => c.asked.as_ref().map(|asked| asked.claims.dumps()),
            _ => None,
        }
    }
}

impl super::Page for ConsentPage<'_> {
    fn template(&self, _pages: &Pages) -> &'static str {
        TEMPLATE
    }

    fn view(&self) -> Option<&'static str> {
        Some("oauth2_provider.views.base.AuthorizationView")
    }

    fn keys(&self) -> Keys {
        Keys {
            applications: vec![self.consent.application.id],
            users: self.owner.iter().map(|user| user.id).collect(),
        }
    }

    fn context(&self, pages: &Words<'_>) -> Context {
        let c = self.consent;
        let texts_of = c.scopes.iter().map(|s| pages.scope(s, self.settings.oauth2.description(s)));
        let descriptions: Vec<&str> = texts_of.collect();
        let mut context = Context::new()
            .with("form", form(pages, |name| self.value(name), &[]))
            .with("application", rows::application(&c.application, self.owner, pages))
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

impl super::Page for NoConsentPage<'_> {
    fn template(&self, _pages: &Pages) -> &'static str {
        TEMPLATE
    }

    fn context(&self, _pages: &Words<'_>) -> Context {
        // oauthlib: `str()` of an error ends with its request, which says nothing outside of debugging.
        let text = format!("({}) {} <oauthlib.Request SANITIZED>", self.error, self.description);
        let error = Row::new(text)
            .with("error", self.error)
            .with("description", self.description)
            .with("status_code", i64::from(self.status));
        Context::new().with("error", error.into_value()).with("url", self.url)
    }
}

impl super::Page for IncompleteConsentPage<'_> {
    fn template(&self, _pages: &Pages) -> &'static str {
        TEMPLATE
    }

    fn view(&self) -> Option<&'static str> {
        Some("oauth2_provider.views.base.AuthorizationView")
    }

    fn context(&self, words: &Words<'_>) -> Context {
        let errors: Vec<_> = self.errors.iter().map(|(name, text)| (*name, words.error(text))).collect();
        Context::new().with("form", form(words, |name| (self.value)(name), &errors))
    }
}
