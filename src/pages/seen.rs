//! What every page knows of the request it answers, as Django's context processors give it.
//! Django: `django.template.context_processors`, `django.contrib.auth.context_processors`, `…messages.context_processors`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, Utc};
use django::messages::Message;
use django_template::i18n::languages;
use django_template::{Context, Lookups, Value};

use entity::user::Model as User;

use crate::settings::Settings;
use crate::settings::templates::Processor;

use super::nonce::LazyNonce;
use super::own::Own;
use super::permissions::{self, Permissions};
use super::request::{self, RequestFacts};
use super::urls::UrlNames;
use super::{messages, rows};

/// The request and its visitor. What the template never looks up stays empty, so that nobody has to ask for it.
pub struct Seen {
    pub now: DateTime<Utc>,
    pub language: String,
    pub facts: RequestFacts,
    pub user: Option<User>,
    pub permissions: Permissions,
    pub messages: Vec<Message>,
    pub csrf_token: String,
    /// None where no layer sends it.
    pub nonce: Option<LazyNonce>,
    pub own: Own,
    pub marks: Marks,
}

/// What a template did: Django notices both when it happens.
#[derive(Clone, Default)]
pub struct Marks {
    csrf_token: Arc<AtomicBool>,
    messages: Arc<AtomicBool>,
}

impl Marks {
    /// The CSRF token was printed: its cookie must be sent.
    pub fn csrf_token_was_used(&self) -> bool {
        self.csrf_token.load(Ordering::Relaxed)
    }

    /// The messages were read: they are shown once.
    pub fn messages_were_read(&self) -> bool {
        self.messages.load(Ordering::Relaxed)
    }
}

/// What has to be asked for before a template can be rendered.
pub struct Wants {
    lookups: Arc<Lookups>,
    processors: Vec<Processor>,
}

impl Wants {
    pub fn new(lookups: Arc<Lookups>, settings: &Settings) -> Wants {
        Wants { lookups, processors: settings.django.templates.processors.clone() }
    }

    fn by(&self, processor: Processor, name: &str) -> bool {
        self.processors.contains(&processor) && self.lookups.has(name)
    }

    pub fn request(&self) -> bool {
        self.by(Processor::Request, "request") || self.lookups.has("view.request")
    }

    pub fn user(&self) -> bool {
        self.by(Processor::Auth, "user")
            || self.permissions()
            || self.by(Processor::Request, "request.user")
            || self.lookups.has("view.request.user")
    }

    pub fn permissions(&self) -> bool {
        self.by(Processor::Auth, "perms")
    }

    pub fn session(&self) -> bool {
        self.by(Processor::Request, "request.session") || self.lookups.has("view.request.session")
    }

    pub fn messages(&self) -> bool {
        self.by(Processor::Messages, "messages")
    }

    pub fn csrf_token(&self) -> bool {
        self.lookups.has("csrf_token")
    }

    pub fn nonce(&self) -> bool {
        self.by(Processor::Csp, "csp_nonce")
    }

    /// A name that the page itself provides, such as `application.user`.
    pub fn name(&self, name: &str) -> bool {
        self.lookups.has(name)
    }
}

impl Seen {
    fn user(&self) -> Value {
        self.user.as_ref().map_or_else(rows::anonymous, |user| rows::user(user, &self.own))
    }

    pub(super) fn request(&self, urls: &UrlNames) -> Value {
        request::value(&self.facts, self.user(), urls)
    }

    /// The variables of the processors that the settings name.
    pub(super) fn context(&self, settings: &Settings, urls: &UrlNames) -> Context {
        let templates = &settings.django.templates;
        let mut context = Context::new();
        for processor in &templates.processors {
            match processor {
                Processor::Auth => {
                    context.insert("user", self.user());
                    context.insert("perms", permissions::value(&self.permissions));
                }
                Processor::Request => {
                    context.insert("request", self.request(urls));
                }
                Processor::Messages => {
                    context.insert(
                        "messages",
                        messages::value(&self.messages, &settings.door.message_tags, &self.marks.messages),
                    );
                    context.insert("DEFAULT_MESSAGE_LEVELS", messages::levels());
                }
                Processor::Csp => {
                    context.insert("csp_nonce", self.nonce.clone().map_or(Value::None, Value::object));
                }
                Processor::Debug if self.is_debugged(settings) => {
                    context.insert("debug", true);
                    context.insert("sql_queries", Vec::<Value>::new());
                }
                Processor::Debug => {}
                Processor::Static => {
                    context.insert("STATIC_URL", &settings.django.static_url);
                }
                Processor::Media => {
                    context.insert("MEDIA_URL", &templates.media_url);
                }
                Processor::TimeZone => {
                    context.insert("TIME_ZONE", templates.time_zone.name());
                }
                Processor::I18n => self.languages(settings, &mut context),
            }
        }
        for (name, value) in &settings.server.texts.values {
            context.insert(name.as_str(), value.clone());
        }
        let (token, used) = (self.csrf_token.clone(), self.marks.csrf_token.clone());
        context.with(
            "csrf_token",
            Value::lazy(move || {
                used.store(true, Ordering::Relaxed);
                Value::from(token.as_str())
            }),
        )
    }

    fn is_debugged(&self, settings: &Settings) -> bool {
        let ips = &settings.django.templates.internal_ips;
        settings.django.debug && self.facts.remote_addr.as_ref().is_some_and(|ip| ips.contains(ip))
    }

    fn languages(&self, settings: &Settings, context: &mut Context) {
        let own = &settings.django.templates.i18n.languages;
        let all = if own.is_empty() { languages::default_languages() } else { own.clone() };
        let pair = |(code, name): (String, String)| Value::Tuple(vec![code.into(), name.into()]);
        context.insert("LANGUAGES", all.into_iter().map(pair).collect::<Vec<_>>());
        context.insert("LANGUAGE_CODE", &self.language);
        let info = languages::language_info(&self.language);
        context.insert("LANGUAGE_BIDI", info.is_some_and(|info| info.bidi));
    }
}
