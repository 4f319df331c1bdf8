//! Our built-in templates and the contexts that they (and a team's own) get.
//! DOT: `oauth2_provider/templates`; the language is Django's, by the crate django-template.

mod application_form;
pub mod applications;
pub mod authorize;
pub mod authorized_tokens;
mod check;
mod copies;
pub mod device;
pub mod error;
pub mod forbidden;
mod form_templates;
mod languages;
pub mod login;
pub mod logout;
mod messages;
mod nonce;
pub mod own;
pub mod password_change;
pub mod permissions;
mod query_set;
pub mod request;
mod row;
mod rows;
pub mod rp_logout;
mod samples;
mod seen;
mod site;
mod urls;
mod words;

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use django_template::{Chain, Context, Directories, Engine, Memory, Options, Value};
use tokio::runtime::{Handle, RuntimeFlavor};

use crate::settings::form_templates::FormTemplates;
use crate::settings::grants::Grants;
use crate::settings::texts::Sites;
use crate::settings::{DotVersion, Settings};
use crate::urls::Url;

pub use check::names;
pub use nonce::LazyNonce;
use own::Keys;
use rows::Row;
pub use seen::{Marks, Seen, Wants};
use urls::UrlNames;
use words::Words;

/// The templates of this server, parsed once.
pub struct Pages {
    engine: Arc<Engine>,
    urls: UrlNames,
    /// What the application form offers.
    grants: Grants,
    stylesheet: String,
    /// The project has folders of templates.
    has_others: bool,
    /// Pages whose templates do not work, and our own templates alone, which render them instead.
    broken: Vec<&'static str>,
    own_engine: Option<Engine>,
    /// What was wrong with catalogues and manifest; the server runs without them.
    pub problems: Vec<String>,
    /// Language, scope and its description there.
    scope_texts: Vec<(String, String, String)>,
    /// Rows of the sites framework.
    sites: Sites,
    /// FORM_RENDERER, where it takes templates of the project's.
    form_templates: Option<FormTemplates>,
    /// Whose HTML forms have.
    django_version: (u8, u8),
    /// Whose texts the application form has.
    dot_version: DotVersion,
}

/// One page with its own variables.
pub trait Page {
    /// The template's name.
    fn template(&self, pages: &Pages) -> &'static str;

    /// The class of Django's or DOT's view, for `{{ view }}`; a view that is a function has none.
    fn view(&self) -> Option<&'static str> {
        None
    }

    /// Rows of which the template may look up more than DOT's columns.
    fn keys(&self) -> Keys {
        Keys::default()
    }

    fn context(&self, pages: &Words<'_>) -> Context;
}

macro_rules! ours {
    ($name:literal) => {
        ($name, include_str!(concat!("templates/", $name)))
    };
}

/// The stylesheet of our own pages, served below the first mount.
pub const STYLESHEET: &str = include_str!("style.css");

/// Our own templates, by the names that Django and DOT give them.
const TEMPLATES: &[(&str, &str)] = &[
    ours!("slash-o/403_csrf.html"),
    ours!("slash-o/400.html"),
    ours!("slash-o/403.html"),
    ours!("slash-o/404.html"),
    ours!("slash-o/429.html"),
    ours!("slash-o/500.html"),
    ours!("oauth2_provider/base.html"),
    ours!("oauth2_provider/authorize.html"),
    ours!("oauth2_provider/application_list.html"),
    ours!("oauth2_provider/application_detail.html"),
    ours!("oauth2_provider/application_form.html"),
    ours!("oauth2_provider/application_registration_form.html"),
    ours!("oauth2_provider/application_confirm_delete.html"),
    ours!("oauth2_provider/authorized-tokens.html"),
    ours!("oauth2_provider/authorized-token-delete.html"),
    ours!("oauth2_provider/logout_confirm.html"),
    ours!("oauth2_provider/device/user_code.html"),
    ours!("oauth2_provider/device/accept_deny.html"),
    ours!("oauth2_provider/device/device_grant_status.html"),
    ours!("registration/login.html"),
    ours!("registration/logged_out.html"),
    ours!("registration/password_change_form.html"),
    ours!("registration/password_change_done.html"),
];

fn built_in() -> Memory {
    TEMPLATES.iter().fold(Memory::new(), |memory, (name, text)| memory.with(*name, *text))
}

impl Pages {
    /// TEMPLATES DIRS first, then the apps' folders, then ours.
    pub fn new(settings: &Settings) -> Pages {
        let mut problems = Vec::new();
        let urls = UrlNames::new(settings);
        let templates = &settings.django.templates;
        let dirs = templates.dirs.iter().chain(&settings.server.template_dirs_of_apps);
        let loader = Chain::new().with(Directories::new(dirs)).with(built_in());
        let mut engine =
            engine(settings, &urls, loader).with_catalogues(languages::catalogues(settings, &mut problems));
        if let Some(paths) = manifest(settings, &mut problems) {
            engine = engine.with_manifest(paths);
        }
        let stylesheet = settings.urls.path(Url::Stylesheet);
        let has_others = dirs_are_given(settings);
        let grants = settings.oauth2.grants.clone();
        let (scope_texts, sites) =
            (settings.server.texts.scopes.clone(), settings.server.texts.sites.clone());
        Pages {
            engine: Arc::new(engine),
            urls,
            grants,
            stylesheet,
            has_others,
            broken: Vec::new(),
            own_engine: None,
            problems,
            scope_texts,
            sites,
            form_templates: settings.server.form_templates.clone(),
            django_version: settings.server.django_version,
            dot_version: settings.server.dot_version,
        }
    }

    /// What a template needs to be asked for.
    ///
    /// # Errors
    /// A template that does not parse.
    pub fn wants(&self, template: &str, settings: &Settings) -> Result<Wants, django_template::Error> {
        let lookups = self.engine_of(template).lookups(template)?;
        Ok(Wants::new(lookups, settings))
    }

    /// # Errors
    /// A template that does not parse or render.
    pub fn render(
        &self,
        page: &impl Page,
        seen: &Seen,
        settings: &Settings,
    ) -> Result<String, django_template::Error> {
        let mut context = seen.context(settings, &self.urls);
        context.insert("stylesheet", self.stylesheet.as_str());
        if let Some(class) = page.view() {
            context.insert("view", self.view(class, page, seen));
        }
        context.extend(page.context(&self.words(seen)));
        let (name, options) = (page.template(self), options(settings, seen.now, &seen.language));
        let render = || self.engine_of(name).render(name, &context, &options);
        if self.has_others { beside_others(render) } else { render() }
    }

    fn words<'a>(&'a self, seen: &'a Seen) -> Words<'a> {
        Words { pages: self, language: &seen.language, now: seen.now, own: &seen.own }
    }

    fn engine_of(&self, template: &str) -> &Engine {
        let own = self.own_engine.as_ref().filter(|_| self.broken.contains(&template));
        own.unwrap_or(&self.engine)
    }

    fn view(&self, class: &str, page: &dyn Page, seen: &Seen) -> Value {
        let found = self.urls.resolve(&seen.facts.path_info);
        let arguments = found.map(|f| f.arguments).unwrap_or_default();
        Row::new(format!("<{class} object>"))
            .with("template_name", page.template(self))
            .with("kwargs", arguments.into_iter().collect::<Value>())
            .with("args", Value::Tuple(Vec::new()))
            .with("request", seen.request(&self.urls))
            .into_value()
    }

    /// A text of Django's own in the visitor's language, if a catalogue has it.
    fn translate(&self, language: &str, text: &str) -> String {
        self.engine.catalogues().find(language, None, text).unwrap_or_else(|| text.to_owned())
    }

    /// What `{% static %}` makes of a name; one that the manifest lacks stays as it is.
    fn static_file(&self, name: &str) -> String {
        self.engine.static_url(name).unwrap_or_else(|| format!("{}{name}", self.engine.settings().static_url))
    }
}

/// Templates of the project, which may take long.
fn dirs_are_given(settings: &Settings) -> bool {
    !(settings.django.templates.dirs.is_empty() && settings.server.template_dirs_of_apps.is_empty())
}

/// On this thread, while other requests go on on the others.
fn beside_others<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}

fn options(settings: &Settings, now: DateTime<Utc>, language: &str) -> Options {
    let templates = &settings.django.templates;
    let options = Options::new(now).with_language(language).with_time_zone(templates.time_zone);
    Options { autoescape: templates.autoescape, use_tz: settings.django.time_zone.use_tz, ..options }
}

fn engine(settings: &Settings, urls: &UrlNames, loader: Chain) -> Engine {
    let templates = &settings.django.templates;
    let names = urls.clone();
    Engine::new(loader)
        .with_debug(settings.django.debug)
        .with_settings(django_template::Settings {
            static_url: settings.django.static_url.clone(),
            media_url: templates.media_url.clone(),
            languages: templates.i18n.languages.clone(),
            use_thousand_separator: templates.use_thousand_separator,
            string_if_invalid: templates.string_if_invalid.clone(),
            default_time_zone: templates.time_zone,
            strict_manifest: templates.manifest_strict,
            staticfiles: settings.server.texts.has_staticfiles,
            static_urls: settings.server.texts.static_urls.iter().cloned().collect(),
        })
        .with_builtins(&templates.builtins)
        .with_urls(move |name, positional, named| {
            let positional: Vec<String> = positional.iter().map(Value::display).collect();
            let named: Vec<_> = named.iter().map(|(k, v)| (k.clone(), v.display())).collect();
            names.reverse(name, &positional, &named)
        })
}

/// The names that the project's static storage has hashed; under DEBUG Django does not hash.
fn manifest(settings: &Settings, problems: &mut Vec<String>) -> Option<HashMap<String, String>> {
    let path = settings.django.templates.manifest.as_ref().filter(|_| !settings.django.debug)?;
    let read = std::fs::read_to_string(path).map_err(|e| e.to_string());
    let parsed = read.and_then(|text| {
        Engine::parse_manifest(&text).ok_or_else(|| "is no manifest of static files".to_owned())
    });
    Some(parsed.unwrap_or_else(|error| {
        problems.push(format!("{}: {error} (every {{% static %}} fails, as in Django)", path.display()));
        HashMap::new()
    }))
}

fn texts<S: AsRef<str>>(items: &[S]) -> Value {
    Value::List(items.iter().map(|s| Value::from(s.as_ref())).collect())
}
