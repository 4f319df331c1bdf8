//! The application form: fields, order, labels, help and data attributes of DOT's (D-111, D-112). DOT: `ApplicationForm`.

use django_template::Value;
use django_template::forms::{Choice, Field, Form, Kind, Widget};

use crate::oauth::application::form::is_checked;

use super::applications::FormPage;
use super::rows::{ALGORITHMS, CLIENT_TYPES, GRANT_TYPES};

const HASHED_NOW: &str =
    "Copy and store this secret now. Once saved, it will be hashed and cannot be recovered.";
const UNHASHED_NEW: &str = "Copy and store this secret now. This application stores the secret unhashed.";
const UNHASHED_STORED: &str = "This application stores its client secret unhashed, so the value above remains \
                               usable. Entering a new value replaces it.";
const HASHED_BEFORE: &str = "The client secret is hashed and can no longer be viewed. To rotate it, enter a new \
                             value and copy it before saving; the original secret cannot be recovered.";
const HS256_ALGORITHM: &str = "HS256 signs tokens with the client secret as the HMAC key, so the secret must be \
                               stored unhashed. Uncheck “Hash client secret” and set an unhashed client secret, or \
                               choose a different algorithm.";
const HS256_CHECKBOX: &str = "HS256 requires an unhashed client secret. Uncheck this and set an unhashed client \
                              secret, or choose a different algorithm.";

pub const SCRIPT: &str = "oauth2_provider/js/application_form.js";

/// `script` is the URL of the form's script.
pub fn form(page: &FormPage<'_>, script: &str) -> Form {
    let d = page.draft;
    let line = || Widget::new(Kind::Text).attribute("maxlength", "255");
    let area = || Widget::new(Kind::Textarea);
    let optional = |name, label, value: &str| field(page, name, label, value).required(false);
    let uris = "Allowed URIs list, space separated";
    let mut form = Form::new()
        .bound(page.submitted.is_some())
        .field(optional("name", "Name", &d.name).widget(line()))
        .field(with_initial(page, field(page, "client_id", "Client ID", &d.client_id).widget(line())))
        .field(secret(page, line()))
        .field(hash(page))
        .field(select(page, "client_type", "Client type", &CLIENT_TYPES))
        .field(select(page, "authorization_grant_type", "Authorization grant type", &GRANT_TYPES))
        .field(optional("redirect_uris", "Redirect URIs", &d.redirect_uris).widget(area()).help_text(uris))
        .field(
            optional("post_logout_redirect_uris", "Post logout redirect URIs", &d.post_logout_redirect_uris)
                .widget(area())
                .help_text("Allowed Post Logout URIs list, space separated"),
        )
        .field(
            optional("allowed_origins", "Allowed origins", &d.allowed_origins)
                .widget(area())
                .help_text("Allowed origins list to enable CORS, space separated"),
        )
        .field(algorithm(page));
    form.media = format!("<script src=\"{script}\"></script>");
    form
}

/// A field with its errors; it shows what was sent, unstripped, else the draft's value.
fn field(page: &FormPage<'_>, name: &str, label: &str, value: &str) -> Field {
    let shown = match page.submitted {
        Some(form) => form.get(name).map(str::to_owned),
        None => Some(value.to_owned()),
    };
    let mut field = Field::new(name).label(label).value(shown);
    field.errors = page.problems.iter().filter(|(of, _)| *of == name).map(|(_, text)| text.clone()).collect();
    field
}

/// The hidden `initial-…` that Django adds for generated defaults; a sent one is kept.
fn with_initial(page: &FormPage<'_>, field: Field) -> Field {
    let sent = page.submitted.and_then(|form| form.get(&format!("initial-{}", field.name)));
    let value = sent.map_or_else(|| field.value.clone(), Value::from);
    field.initial(value).hidden_initial()
}

/// What is said where the secret will not be hashed.
fn unhashed(page: &FormPage<'_>) -> &'static str {
    if page.application.is_some() { UNHASHED_STORED } else { UNHASHED_NEW }
}

fn will_hash(page: &FormPage<'_>) -> bool {
    match page.submitted {
        Some(form) => is_checked(form, "hash_client_secret"),
        None => page.draft.hash_client_secret,
    }
}

fn secret(page: &FormPage<'_>, widget: Widget) -> Field {
    let help = match (page.is_hashed, will_hash(page)) {
        (true, _) => HASHED_BEFORE,
        (false, true) => HASHED_NOW,
        (false, false) => unhashed(page),
    };
    let field = field(page, "client_secret", "Client secret", &page.draft.client_secret);
    with_initial(page, field.required(false).widget(widget).help_text(help))
}

fn hash(page: &FormPage<'_>) -> Field {
    let mut widget = Widget::new(Kind::Checkbox);
    if !page.is_hashed {
        widget = widget
            .attribute("data-client-secret-help-when-hashed", HASHED_NOW)
            .attribute("data-client-secret-help-when-unhashed", unhashed(page));
    }
    let field = field(page, "hash_client_secret", "Hash client secret", "");
    field.required(false).widget(widget).value(will_hash(page))
}

fn choices(choices: &[(&str, &str)]) -> Vec<Choice> {
    choices.iter().map(|(value, label)| Choice::new(*value, *label)).collect()
}

/// A choice that must be made: it starts with a line of dashes.
fn select(page: &FormPage<'_>, name: &str, label: &str, labels: &[(&str, &str)]) -> Field {
    let mut all = vec![Choice::new("", "---------")];
    all.extend(choices(labels));
    field(page, name, label, "").widget(Kind::Select(all)).value(chosen(page, name))
}

fn chosen(page: &FormPage<'_>, name: &str) -> Value {
    if let Some(form) = page.submitted {
        return form.get(name).map(str::to_owned).into();
    }
    match name {
        "client_type" => Value::from(&page.draft.client_type),
        "authorization_grant_type" => Value::from(&page.draft.authorization_grant_type),
        _ => Value::from(&page.draft.algorithm),
    }
}

fn algorithm(page: &FormPage<'_>) -> Field {
    let widget = Widget::new(Kind::Select(choices(&ALGORITHMS)))
        .attribute("data-hs256-value", "HS256")
        .attribute("data-client-secret-stored-hashed", if page.is_hashed { "true" } else { "false" })
        .attribute("data-hs256-hashed-secret-warning", HS256_ALGORITHM)
        .attribute("data-hs256-hash-checkbox-warning", HS256_CHECKBOX);
    let field = field(page, "algorithm", "Algorithm", "");
    field.required(false).widget(widget).value(chosen(page, "algorithm"))
}
