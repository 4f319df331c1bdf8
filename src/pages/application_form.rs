//! The application form: fields, order, labels, help and data attributes of DOT's (D-111, D-112). DOT: `ApplicationForm`.

use django_template::Value;
use django_template::forms::{Choice, Field, Form, Kind, Widget};

use entity::application::Model as Application;
use entity::user::Model as User;

use crate::oauth::Params;
use crate::oauth::application::{Draft, Problem, most_characters};
use crate::vocabulary::ClientType;

use super::Words;
use super::rows::ALGORITHMS;

/// What DOT says before 3.4.
const HASHED_ON_SAVE: &str = "Hashed on Save. Copy it now if this is a new secret.";
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

/// The form: for a new application, or for a stored one.
pub struct ApplicationFormPage<'a> {
    pub user: &'a User,
    /// As stored; None for a new one.
    pub application: Option<&'a Application>,
    /// What the fields show until something is sent, and what a sent form made of them.
    pub draft: &'a Draft,
    /// Whether the stored secret is a hash.
    pub is_hashed: bool,
    /// The form as it was sent.
    pub submitted: Option<&'a Params>,
    pub problems: &'a [Problem],
}

/// Django's class of a model's field with choices.
const CHOICE: &str = "typedchoicefield";

pub const SCRIPT: &str = "oauth2_provider/js/application_form.js";

/// What a field needs besides its value.
#[derive(Clone, Copy)]
struct Making<'a> {
    page: &'a ApplicationFormPage<'a>,
    words: &'a Words<'a>,
}

/// `script` is the URL of the form's script.
pub fn form(page: &ApplicationFormPage<'_>, words: &Words<'_>, script: &str) -> Form {
    let d = page.draft;
    let making = Making { page, words };
    let dot = words.pages.dot_version;
    let line =
        |field: &str| Widget::new(Kind::Text).attribute("maxlength", most_characters(field, dot).to_string());
    let types: Vec<_> = ClientType::ALL.iter().map(|kind| (kind.column(), kind.label())).collect();
    let grants: Vec<_> =
        words.grants.offered().filter_map(|grant| Some((grant.column()?, grant.label()))).collect();
    let mut form = words
        .form()
        .bound(page.submitted.is_some())
        .field(making.field("name", "name", &d.name).required(false).widget(line("name")))
        .field(
            making.with_initial(
                making
                    .field("client_id", making.label("client ID", "client id"), &d.client_id)
                    .widget(line("client_id")),
            ),
        )
        .field(making.secret(line("client_secret")))
        .field(making.hash())
        .field(making.select("client_type", "client type", &types))
        .field(making.select("authorization_grant_type", "authorization grant type", &grants));
    form.fields.extend(making.lists());
    form.fields.push(making.algorithm());

    if dot.is_at_least(3, 4) {
        form.media = format!("<script src=\"{script}\"></script>");
    }
    form
}

impl Making<'_> {
    /// A field with its errors; it shows what was sent, unstripped, else the draft's value.
    fn field(self, name: &str, label: &str, value: &str) -> Field {
        let shown = match self.page.submitted {
            Some(form) => form.get(name).map(str::to_owned),
            None => Some(value.to_owned()),
        };
        let mut field = Field::new(name).label(self.words.label(label)).value(shown);
        let errors = self.page.problems.iter().filter(|(of, _)| *of == name);
        field.errors = errors.map(|(_, text)| self.words.error(text)).collect();
        field
    }

    /// The hidden `initial-…` that Django adds for generated defaults; a sent one is kept.
    fn with_initial(self, field: Field) -> Field {
        let sent = self.page.submitted.and_then(|form| form.get(&format!("initial-{}", field.name)));
        let value = sent.map_or_else(|| field.value.clone(), Value::from);
        field.initial(value).hidden_initial()
    }

    /// What is said where the secret will not be hashed.
    fn unhashed(self) -> &'static str {
        if self.page.application.is_some() { UNHASHED_STORED } else { UNHASHED_NEW }
    }

    fn label(self, now: &'static str, before: &'static str) -> &'static str {
        if self.is_before_3_4() { before } else { now }
    }

    /// The lists of addresses.
    fn lists(self) -> [Field; 3] {
        let (words, d) = (self.words, self.page.draft);
        let area = |name, label, value: &str, help: &str| {
            let area = self.field(name, label, value).required(false).widget(Widget::new(Kind::Textarea));
            area.help_text(words.text(help))
        };
        let uris = area(
            "redirect_uris",
            self.label("redirect URIs", "redirect uris"),
            &d.redirect_uris,
            "Allowed URIs list, space separated",
        );
        let after_logout = area(
            "post_logout_redirect_uris",
            self.label("post logout redirect URIs", "post logout redirect uris"),
            &d.post_logout_redirect_uris,
            "Allowed Post Logout URIs list, space separated",
        );
        let origins = area(
            "allowed_origins",
            "allowed origins",
            &d.allowed_origins,
            "Allowed origins list to enable CORS, space separated",
        );
        [uris, after_logout, origins]
    }

    fn is_before_3_4(self) -> bool {
        !self.words.pages.dot_version.is_at_least(3, 4)
    }

    fn will_hash(self) -> bool {
        match self.page.submitted {
            Some(form) => form.is_checked("hash_client_secret"),
            None => self.page.draft.hash_client_secret,
        }
    }

    fn secret(self, widget: Widget) -> Field {
        let help = match (self.page.is_hashed, self.will_hash()) {
            _ if self.is_before_3_4() => HASHED_ON_SAVE,
            (true, _) => HASHED_BEFORE,
            (false, true) => HASHED_NOW,
            (false, false) => self.unhashed(),
        };
        let field = self.field("client_secret", "client secret", &self.page.draft.client_secret);
        self.with_initial(field.required(false).widget(widget).help_text(self.words.text(help)))
    }

    fn hash(self) -> Field {
        let mut widget = Widget::new(Kind::Checkbox);
        if !self.page.is_hashed && !self.is_before_3_4() {
            widget = widget
                .attribute("data-client-secret-help-when-hashed", self.words.text(HASHED_NOW))
                .attribute("data-client-secret-help-when-unhashed", self.words.text(self.unhashed()));
        }
        let field = self.field("hash_client_secret", "hash client secret", "");
        field.required(false).widget(widget).value(self.will_hash())
    }

    fn choices(self, choices: &[(&str, &str)]) -> Vec<Choice> {
        choices.iter().map(|(value, label)| Choice::new(*value, self.words.text(label))).collect()
    }

    /// A choice that must be made: it starts with a line of dashes.
    fn select(self, name: &str, label: &str, labels: &[(&str, &str)]) -> Field {
        let mut all = vec![Choice::new("", "---------")];
        all.extend(self.choices(labels));
        self.field(name, label, "").widget(Kind::Select(all)).class(CHOICE).value(self.chosen(name))
    }

    fn chosen(self, name: &str) -> Value {
        let draft = self.page.draft;
        match (self.page.submitted, name) {
            (Some(form), _) => form.get(name).map(str::to_owned).into(),
            (None, "client_type") => Value::from(&draft.client_type),
            (None, "authorization_grant_type") => Value::from(&draft.authorization_grant_type),
            (None, _) => Value::from(&draft.algorithm),
        }
    }

    fn algorithm(self) -> Field {
        let is_hashed = if self.page.is_hashed { "true" } else { "false" };
        let mut widget = Widget::new(Kind::Select(self.choices(&ALGORITHMS)));
        if !self.is_before_3_4() {
            widget = widget
                .attribute("data-hs256-value", "HS256")
                .attribute("data-client-secret-stored-hashed", is_hashed)
                .attribute("data-hs256-hashed-secret-warning", self.words.text(HS256_ALGORITHM))
                .attribute("data-hs256-hash-checkbox-warning", self.words.text(HS256_CHECKBOX));
        }
        let field = self.field("algorithm", "algorithm", "");
        field.required(false).widget(widget).class(CHOICE).value(self.chosen("algorithm"))
    }
}
