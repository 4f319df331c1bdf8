//! What templates depend on: TEMPLATES, languages, time zone, static and media files.
//! Django: `django.template.backends.django`, `django.conf.global_settings`; absent TEMPLATES are those of a new project.

use std::path::PathBuf;

use django_template::Tz;

use super::i18n::{self, I18n};
use super::reader::Table;

/// A context processor that works without Python.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Processor {
    Auth,
    Csp,
    Debug,
    I18n,
    Media,
    Messages,
    Request,
    Static,
    TimeZone,
}

const PROCESSORS: [(&str, Processor); 9] = [
    ("django.contrib.auth.context_processors.auth", Processor::Auth),
    ("django.template.context_processors.csp", Processor::Csp),
    ("django.template.context_processors.debug", Processor::Debug),
    ("django.template.context_processors.i18n", Processor::I18n),
    ("django.template.context_processors.media", Processor::Media),
    ("django.contrib.messages.context_processors.messages", Processor::Messages),
    ("django.template.context_processors.request", Processor::Request),
    ("django.template.context_processors.static", Processor::Static),
    ("django.template.context_processors.tz", Processor::TimeZone),
];
/// Always there, whether named or not.
const CSRF: &str = "django.template.context_processors.csrf";

const LIBRARIES: [(&str, &str); 6] = [
    ("django.templatetags.static", "static"),
    ("django.templatetags.i18n", "i18n"),
    ("django.templatetags.l10n", "l10n"),
    ("django.templatetags.tz", "tz"),
    ("django.templatetags.cache", "cache"),
    ("django.contrib.humanize.templatetags.humanize", "humanize"),
];

/// Everything that templates depend on.
#[derive(Clone, Debug)]
pub struct Templates {
    pub dirs: Vec<String>,
    pub processors: Vec<Processor>,
    /// Libraries that are loaded everywhere, by the name that `{% load %}` uses.
    pub builtins: Vec<String>,
    pub string_if_invalid: String,
    pub autoescape: bool,
    /// With slashes at both ends unless it names another host.
    pub media_url: String,
    /// `staticfiles.json` of a storage that hashes names.
    pub manifest: Option<PathBuf>,
    pub manifest_strict: bool,
    pub internal_ips: Vec<String>,
    pub time_zone: Tz,
    pub use_thousand_separator: bool,
    pub i18n: I18n,
    /// What of it cannot work here.
    pub warnings: Vec<String>,
}

pub(super) fn read(top: &mut Table, prefix: &str, time_zone: Tz) -> Templates {
    let mut warnings = Vec::new();
    let mut out = Templates {
        dirs: Vec::new(),
        processors: vec![Processor::Request, Processor::Auth, Processor::Messages],
        builtins: Vec::new(),
        string_if_invalid: String::new(),
        autoescape: true,
        media_url: slashed(&top.string("MEDIA_URL", ""), prefix),
        manifest: None,
        manifest_strict: true,
        internal_ips: top.strings("INTERNAL_IPS", &[]),
        time_zone,
        use_thousand_separator: top.bool("USE_THOUSAND_SEPARATOR", false),
        i18n: i18n::read(top),
        warnings: Vec::new(),
    };
    for mut engine in top.tables("TEMPLATES") {
        out.dirs.extend(engine.strings("DIRS", &[]));
        if let Some(mut options) = engine.table("OPTIONS") {
            read_options(&mut options, &mut out, &mut warnings);
        }
        // BACKEND and APP_DIRS are Django's own business.
        engine.rest();
    }
    read_storage(top, &mut out);
    out.warnings = warnings;
    out
}

fn read_options(options: &mut Table, out: &mut Templates, warnings: &mut Vec<String>) {
    if let Some(named) = options.opt_strings("context_processors") {
        out.processors.clear();
        for name in named.iter().filter(|name| *name != CSRF) {
            match PROCESSORS.iter().find(|(known, _)| known == name) {
                Some((_, processor)) => out.processors.push(*processor),
                None => warnings.push(format!(
                    "TEMPLATES.OPTIONS.context_processors: {name} is Python; what it adds is empty in templates here"
                )),
            }
        }
    }
    for name in options.strings("builtins", &[]) {
        match LIBRARIES.iter().find(|(module, _)| *module == name) {
            Some((_, library)) => out.builtins.push((*library).to_owned()),
            None => warnings
                .push(format!("TEMPLATES.OPTIONS.builtins: {name} is Python; its tags are unknown here")),
        }
    }
    out.string_if_invalid = options.string("string_if_invalid", "");
    out.autoescape = options.bool("autoescape", true);
    // libraries, loaders, debug, file_charset: `check --templates` names the tags that do not work.
    options.rest();
}

/// Django: `STORAGES["staticfiles"]`, STATICFILES_STORAGE before 5.1; a hashing storage has "Manifest" in its name.
fn read_storage(top: &mut Table, out: &mut Templates) {
    let mut backend = top.string("STATICFILES_STORAGE", "");
    if let Some(mut storages) = top.table("STORAGES") {
        if let Some(mut storage) = storages.table("staticfiles") {
            backend = storage.string("BACKEND", "");
            if let Some(mut options) = storage.table("OPTIONS") {
                out.manifest_strict = options.bool("manifest_strict", true);
                options.rest();
            }
            storage.rest();
        }
        storages.rest();
    }
    let root = top.string("STATIC_ROOT", "");
    if !backend.contains("Manifest") {
        return;
    }
    if root.is_empty() {
        top.problem(format!("STATIC_ROOT: is missing; {backend} keeps staticfiles.json there"));
    }
    out.manifest = Some(PathBuf::from(root).join("staticfiles.json"));
}

/// Django adds the script name to a relative STATIC_URL or MEDIA_URL.
pub(super) fn slashed(url: &str, prefix: &str) -> String {
    if url.starts_with('/') || url.starts_with("http://") || url.starts_with("https://") {
        return url.to_owned();
    }
    format!("{}/{url}", prefix.trim_end_matches('/'))
}
