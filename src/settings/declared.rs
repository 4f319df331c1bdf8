//! What DOT asks of Python callables and classes, said as data: rotation, scopes, token answers.
//! DOT: `oauth2_provider.settings.IMPORT_STRINGS`.

use serde_json::Value;

use super::reader::{Table, is_dotted};

/// A switch that some applications have the other way round (`ROTATE_REFRESH_TOKEN`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Switch {
    pub default: bool,
    /// Client ids.
    pub except: Vec<String>,
}

impl Switch {
    pub fn is_on(&self, client_id: &str) -> bool {
        self.default != self.except.iter().any(|id| id == client_id)
    }
}

pub(super) fn switch(t: &mut Table, key: &str, default: bool) -> Switch {
    let simple = |default| Switch { default, except: Vec::new() };
    match t.take(key) {
        None => simple(default),
        Some(Value::Bool(on)) => simple(on),
        Some(Value::Object(map)) => {
            let mut own = t.inner(key, map);
            let read = Switch { default: own.bool("default", default), except: own.strings("except", &[]) };
            own.finish();
            read
        }
        Some(_) => {
            t.problem(format!(
                "{}: true, false or {{ default = .., except = [client ids] }} is wanted",
                t.name(key)
            ));
            simple(default)
        }
    }
}

/// The scopes of one application (`SCOPES_BACKEND_CLASS`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationScopes {
    pub client_id: String,
    pub available: Vec<String>,
    pub default: Vec<String>,
}

/// DOT: `BaseScopes.get_available_scopes` and `get_default_scopes`, by application.
pub(super) fn scopes_backend(t: &mut Table, all: &[(String, String)]) -> Vec<ApplicationScopes> {
    let key = "SCOPES_BACKEND_CLASS";
    let mut own = match t.take(key) {
        None => return Vec::new(),
        Some(Value::String(name)) if name == "oauth2_provider.scopes.SettingsScopes" => return Vec::new(),
        Some(Value::Object(map)) => t.inner(key, map),
        Some(value) => {
            tell(
                t,
                key,
                &value,
                "say it as { applications = { \"client-id\" = { available = [..], default = [..] } } }",
            );
            return Vec::new();
        }
    };
    let mut out = Vec::new();
    for (client_id, mut table) in own.table("applications").map(Table::into_tables).unwrap_or_default() {
        let available = table.strings("available", &[]);
        let default = table.opt_strings("default").unwrap_or_else(|| available.clone());
        for name in available.iter().filter(|n| !all.iter().any(|(scope, _)| scope == *n)) {
            table.problem(format!("{}: {name:?} is not in SCOPES", table.name("available")));
        }
        for name in default.iter().filter(|n| !available.contains(n)) {
            table.problem(format!("{}: {name:?} is not among the available ones", table.name("default")));
        }
        table.finish();
        out.push(ApplicationScopes { client_id, available, default });
    }
    own.finish();
    out
}

/// The dotted path of Python code stops a start until it is accepted; anything else is a mistake.
pub(super) fn tell(t: &Table, key: &str, value: &Value, instead: &str) {
    match value.as_str().filter(|name| is_dotted(name)) {
        Some(name) => t.hook(key, name, instead, true),
        None => t.problem(format!("{}: {instead}", t.name(key))),
    }
}

/// How a token's audience is compared with the URL (`RESOURCE_SERVER_TOKEN_RESOURCE_VALIDATOR`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceCheck {
    /// The URL starts with it, by whole path segments.
    Prefix,
    Exact,
    Off,
}

const PREFIX_VALIDATOR: &str = "oauth2_provider.oauth2_validators.validate_resource_as_url_prefix";

pub(super) fn resource_check(t: &mut Table) -> ResourceCheck {
    let key = "RESOURCE_SERVER_TOKEN_RESOURCE_VALIDATOR";
    match t.take(key) {
        None => ResourceCheck::Prefix,
        Some(Value::Bool(false)) => ResourceCheck::Off,
        Some(Value::String(name)) if name == "prefix" || name == PREFIX_VALIDATOR => ResourceCheck::Prefix,
        Some(Value::String(name)) if name == "exact" => ResourceCheck::Exact,
        Some(value) => {
            tell(t, key, &value, "\"prefix\", \"exact\" or false is wanted");
            ResourceCheck::Prefix
        }
    }
}

/// Whether JSON bodies are read, and members that each token answer gets (`OAUTH2_BACKEND_CLASS`).
pub(super) fn backend_class(t: &mut Table) -> (bool, Vec<(String, Value)>) {
    let (key, json) = ("OAUTH2_BACKEND_CLASS", "oauth2_provider.oauth2_backends.JSONOAuthLibCore");
    match t.take(key) {
        None => (false, Vec::new()),
        Some(Value::String(name)) if name == "oauth2_provider.oauth2_backends.OAuthLibCore" => {
            (false, Vec::new())
        }
        Some(Value::String(name)) if name == json => (true, Vec::new()),
        Some(Value::Object(map)) => {
            let mut own = t.inner(key, map);
            let body = own.one_of("body", &["form", "json"], "form");
            let extra = own.table("extra").map(|mut extra| extra.rest()).unwrap_or_default();
            let taken =
                ["access_token", "token_type", "expires_in", "scope", "refresh_token", "id_token", "error"];
            for (name, _) in extra.iter().filter(|(name, _)| taken.contains(&name.as_str())) {
                own.problem(format!("{}.{name}: the answer has its own", own.name("extra")));
            }
            own.finish();
            (body == "json", extra)
        }
        Some(value) => {
            let instead = "DOT's two classes or { body = \"form\" or \"json\", extra = { .. } } are wanted";
            tell(t, key, &value, instead);
            (false, Vec::new())
        }
    }
}
