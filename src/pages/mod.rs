//! Our built-in templates and the contexts that they (and a team's own) get.
//! DOT: `oauth2_provider/templates`; the language is Django's, by the crate django-template.

mod application_form;
pub mod applications;
pub mod authorize;
pub mod authorized_tokens;
pub mod device;
pub mod login;
pub mod password_change;
mod rows;
mod urls;

use chrono::{DateTime, Utc};
use django_template::{Chain, Context, Directories, Engine, Memory, Options, Value};

use crate::settings::Settings;

use urls::Urls;

/// The templates of this server, parsed once.
pub struct Pages {
    engine: Engine,
    urls: Urls,
    static_url: String,
    stylesheet: String,
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
    ours!("403_csrf.html"),
    ours!("oauth2_provider/base.html"),
    ours!("oauth2_provider/authorize.html"),
    ours!("oauth2_provider/application_list.html"),
    ours!("oauth2_provider/application_detail.html"),
    ours!("oauth2_provider/application_form.html"),
    ours!("oauth2_provider/application_registration_form.html"),
    ours!("oauth2_provider/application_confirm_delete.html"),
    ours!("oauth2_provider/authorized-tokens.html"),
    ours!("oauth2_provider/authorized-token-delete.html"),
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
        let dirs = settings.django.template_dirs.iter().chain(&settings.server.template_dirs_of_apps);
        let loader = Chain::new().with(Directories::new(dirs)).with(built_in());
        let mut engine = Engine::new(loader).with_static_url(settings.django.static_url.clone());
        engine.set_debug(settings.django.debug);
        let urls = Urls::new(settings);
        let names = urls.clone();
        let engine = engine.with_urls(move |name, positional, named| {
            let arguments: Vec<String> =
                positional.iter().chain(named.values()).map(Value::display).collect();
            names.reverse(name, &arguments)
        });
        let mount = settings.server.mount.first().map_or("/o/", String::as_str);
        let stylesheet = format!("{}{mount}style.css", settings.django.force_script_name);
        Pages { engine, urls, static_url: settings.django.static_url.clone(), stylesheet }
    }

    fn render(&self, name: &str, context: &Context, now: DateTime<Utc>) -> Result<String, String> {
        let context = context.clone().with("stylesheet", self.stylesheet.as_str());
        self.engine.render(name, &context, &Options::new(now)).map_err(|e| e.to_string())
    }

    /// The page of a failed CSRF check; a team's own 403_csrf.html comes first (D-48).
    ///
    /// # Errors
    /// A template that does not parse or render.
    pub fn csrf_failure(
        &self,
        reason: &django::csrf::Reason,
        settings: &Settings,
        now: DateTime<Utc>,
    ) -> Result<String, String> {
        use django::csrf::Reason;
        let context = Context::new()
            .with("title", "Forbidden")
            .with("main", "CSRF verification failed. Request aborted.")
            .with("reason", reason.to_string())
            .with("no_referer", matches!(reason, Reason::NoReferer))
            .with("no_cookie", matches!(reason, Reason::NoCookie))
            .with("DEBUG", settings.django.debug);
        self.render("403_csrf.html", &context, now)
    }

    /// # Errors
    /// A template that does not parse or render.
    pub fn logged_out(&self, now: DateTime<Utc>) -> Result<String, String> {
        self.render("registration/logged_out.html", &Context::new(), now)
    }

    /// # Errors
    /// A template that does not parse or render.
    pub fn login(&self, page: &login::Page<'_>, now: DateTime<Utc>) -> Result<String, String> {
        self.render("registration/login.html", &page.context(), now)
    }

    /// # Errors
    /// A template that does not parse or render.
    pub fn user_code(&self, page: &device::UserCodePage<'_>, now: DateTime<Utc>) -> Result<String, String> {
        self.render("oauth2_provider/device/user_code.html", &page.context(), now)
    }

    /// # Errors
    /// A template that does not parse or render.
    pub fn device_confirm(
        &self,
        page: &device::ConfirmPage<'_>,
        now: DateTime<Utc>,
    ) -> Result<String, String> {
        self.render("oauth2_provider/device/accept_deny.html", &page.context(&self.urls), now)
    }

    /// # Errors
    /// A template that does not parse or render.
    pub fn device_status(&self, page: &device::StatusPage<'_>, now: DateTime<Utc>) -> Result<String, String> {
        self.render("oauth2_provider/device/device_grant_status.html", &page.context(), now)
    }

    /// # Errors
    /// A template that does not parse or render.
    pub fn authorize(&self, page: &authorize::Page<'_>, now: DateTime<Utc>) -> Result<String, String> {
        self.render("oauth2_provider/authorize.html", &page.context(&self.urls), now)
    }

    /// # Errors
    /// A template that does not parse or render.
    pub fn authorize_error(
        &self,
        page: &authorize::ErrorPage<'_>,
        now: DateTime<Utc>,
    ) -> Result<String, String> {
        self.render("oauth2_provider/authorize.html", &page.context(), now)
    }

    /// # Errors
    /// A template that does not parse or render.
    pub fn authorize_incomplete(
        &self,
        page: &authorize::Incomplete<'_>,
        now: DateTime<Utc>,
    ) -> Result<String, String> {
        self.render("oauth2_provider/authorize.html", &page.context(), now)
    }
}

fn texts<S: AsRef<str>>(items: &[S]) -> Value {
    Value::List(items.iter().map(|s| Value::from(s.as_ref())).collect())
}
