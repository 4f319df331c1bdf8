//! Our built-in templates and the contexts that they (and a team's own) get.
//! DOT: `oauth2_provider/templates`; the language is Django's, by the crate django-template.

pub mod authorize;
pub mod device;
pub mod login;

use chrono::{DateTime, Utc};
use django_template::{Chain, Context, Directories, Engine, Memory, Options, Value};

use crate::settings::Settings;

/// The templates of this server, parsed once.
pub struct Pages {
    engine: Engine,
    stylesheet: String,
}

/// The stylesheet of our own pages, served below the first mount.
pub const STYLESHEET: &str = include_str!("style.css");

fn built_in() -> Memory {
    Memory::new()
        .with("oauth2_provider/base.html", include_str!("templates/oauth2_provider/base.html"))
        .with("oauth2_provider/authorize.html", include_str!("templates/oauth2_provider/authorize.html"))
        .with(
            "oauth2_provider/device/user_code.html",
            include_str!("templates/oauth2_provider/device/user_code.html"),
        )
        .with(
            "oauth2_provider/device/accept_deny.html",
            include_str!("templates/oauth2_provider/device/accept_deny.html"),
        )
        .with(
            "oauth2_provider/device/device_grant_status.html",
            include_str!("templates/oauth2_provider/device/device_grant_status.html"),
        )
        .with("registration/login.html", include_str!("templates/registration/login.html"))
        .with("registration/logged_out.html", include_str!("templates/registration/logged_out.html"))
}

impl Pages {
    /// TEMPLATES DIRS first, then the apps' folders, then ours.
    pub fn new(settings: &Settings) -> Pages {
        let dirs = settings.django.template_dirs.iter().chain(&settings.server.template_dirs_of_apps);
        let loader = Chain::new().with(Directories::new(dirs)).with(built_in());
        let mut engine = Engine::new(loader).with_static_url(settings.django.static_url.clone());
        engine.set_debug(settings.django.debug);
        let mount = settings.server.mount.first().map_or("/o/", String::as_str);
        let stylesheet = format!("{}{mount}style.css", settings.django.force_script_name);
        Pages { engine, stylesheet }
    }

    fn render(&self, name: &str, context: &Context, now: DateTime<Utc>) -> Result<String, String> {
        let context = context.clone().with("stylesheet", self.stylesheet.as_str());
        self.engine.render(name, &context, &Options::new(now)).map_err(|e| e.to_string())
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
        self.render("oauth2_provider/device/accept_deny.html", &page.context(), now)
    }

    /// # Errors
    /// A template that does not parse or render.
    pub fn device_status(&self, page: &device::StatusPage<'_>, now: DateTime<Utc>) -> Result<String, String> {
        self.render("oauth2_provider/device/device_grant_status.html", &page.context(), now)
    }

    /// # Errors
    /// A template that does not parse or render.
    pub fn authorize(&self, page: &authorize::Page<'_>, now: DateTime<Utc>) -> Result<String, String> {
        self.render("oauth2_provider/authorize.html", &page.context(), now)
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
