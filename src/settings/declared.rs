//! What DOT asks of Python callables and classes, said as data: lifetimes, rotation, scopes, generators.
//! DOT: `oauth2_provider.settings.IMPORT_STRINGS`.

use serde_json::{Map, Value};

use super::reader::{MOST, Table, is_dotted};

/// Seconds an access token lives, by application and grant where they differ (`ACCESS_TOKEN_EXPIRE_SECONDS`).
#[derive(Clone, Debug)]
pub struct AccessTokenLife {
    pub default: i64,
    pub by_grant: Vec<(String, i64)>,
    /// By client id; wins over the grant.
    pub by_application: Vec<(String, i64)>,
}

impl AccessTokenLife {
    /// DOT: 0 and None mean oauthlib's own 3600.
    pub fn seconds(&self, client_id: &str, grant_type: &str) -> i64 {
        let own = |list: &[(String, i64)], name: &str| list.iter().find(|(n, _)| n == name).map(|(_, s)| *s);
        match own(&self.by_application, client_id)
            .or_else(|| own(&self.by_grant, grant_type))
            .unwrap_or(self.default)
        {
            0 => 3600,
            n => n,
        }
    }
}

pub(super) fn access_token_life(t: &mut Table) -> AccessTokenLife {
    let key = "ACCESS_TOKEN_EXPIRE_SECONDS";
    let seconds = |value: &Value| value.as_i64().filter(|n| (0..=MOST).contains(n));
    let mut life = AccessTokenLife { default: 36_000, by_grant: Vec::new(), by_application: Vec::new() };
    let (mut pairs, mut applications) = (Vec::new(), Map::new());
    match t.take(key) {
        None => {}
        Some(Value::Object(mut map)) => {
            match map.shift_remove("applications") {
                None => {}
                Some(Value::Object(own)) => applications = own,
                Some(_) => t.problem(format!("OAUTH2_PROVIDER.{key}.applications: a table is wanted")),
            }
            pairs.extend(map);
        }
        Some(value) => match seconds(&value) {
            Some(n) => life.default = n,
            None => t.problem(format!("OAUTH2_PROVIDER.{key}: seconds (0 or more) or a table are wanted")),
        },
    }
    for (name, value) in pairs {
        match seconds(&value) {
            Some(n) if name == "default" => life.default = n,
            Some(n) => life.by_grant.push((name, n)),
            None => t.problem(format!("OAUTH2_PROVIDER.{key}.{name}: seconds, 0 or more, are wanted")),
        }
    }
    for (name, value) in applications {
        match seconds(&value) {
            Some(n) => life.by_application.push((name, n)),
            None => t.problem(format!(
                "OAUTH2_PROVIDER.{key}.applications.{name}: seconds, 0 or more, are wanted"
            )),
        }
    }
    life
}

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

/// The grants that exist (`OAUTH2_SERVER_CLASS`): their `grant_type`, and `implicit`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grants(Option<Vec<String>>);

/// Words of `grants`; the device flow by its URN.
const GRANTS: [&str; 6] = [
    "authorization_code",
    "implicit",
    "password",
    "client_credentials",
    "refresh_token",
    "urn:ietf:params:oauth:grant-type:device_code",
];

impl Grants {
    pub fn has(&self, grant: &str) -> bool {
        self.0.as_ref().is_none_or(|known| known.iter().any(|g| g == grant))
    }
}

/// oauthlib: `pre_configured`.
pub(super) fn server_class(t: &mut Table, key: &str, all: &str) -> Grants {
    let some = |names: &[&str]| Grants(Some(names.iter().map(|n| (*n).to_owned()).collect()));
    match t.take(key) {
        None => Grants(None),
        Some(Value::String(name)) => match name.trim_start_matches("oauthlib.oauth2.") {
            _ if name == all => Grants(None),
            "WebApplicationServer" => some(&["authorization_code", "refresh_token"]),
            "MobileApplicationServer" => some(&["implicit"]),
            "LegacyApplicationServer" => some(&["password", "refresh_token"]),
            "BackendApplicationServer" => some(&["client_credentials"]),
            _ => {
                let instead = format!("say it as {{ grants = [..] }} of {}", GRANTS.join(", "));
                tell(t, key, &Value::String(name), &instead);
                Grants(None)
            }
        },
        Some(Value::Object(map)) => {
            let mut own = t.inner(key, map);
            let named = own.strings("grants", &[]);
            if named.is_empty() {
                own.problem(format!("{}: at least one is wanted", own.name("grants")));
            }
            for name in named.iter().filter(|n| !GRANTS.contains(&n.as_str())) {
                own.problem(format!("{}: {name:?} is none of {}", own.name("grants"), GRANTS.join(", ")));
            }
            own.finish();
            Grants(Some(named))
        }
        Some(_) => {
            t.problem(format!("OAUTH2_PROVIDER.{key}: {all:?} or {{ grants = [..] }} is wanted"));
            Grants(None)
        }
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
