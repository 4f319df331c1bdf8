//! The process's environment: DATABASE_URL and SECRET_KEY, and `SLASH_O__NAME` for every other setting.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// `SLASH_O__SERVER__BIND` is `server.bind`.
const START: &str = "SLASH_O__";

/// Variables by name; one that is empty counts as absent.
#[derive(Clone, Debug, Default)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// Those of this process.
    pub fn of_process() -> Environment {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect()
    }

    pub fn get(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }

    /// Puts each `SLASH_O__NAME` at its place; full names of the settings with their variables.
    pub(super) fn overlay(&self, raw: &mut Map<String, Value>) -> Vec<(String, String)> {
        let mut set = Vec::new();
        for (variable, value) in &self.0 {
            let Some(path) = variable.strip_prefix(START) else { continue };
            let parts: Vec<&str> = path.split("__").filter(|part| !part.is_empty()).collect();
            if !parts.is_empty() {
                set.push((put(raw, &parts, value), variable.clone()));
            }
        }
        set
    }
}

impl FromIterator<(String, String)> for Environment {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(all: I) -> Environment {
        Environment(all.into_iter().filter(|(_, value)| !value.is_empty()).collect())
    }
}

/// A key that is there is found whatever its case; a new one is lower case below `server` and where Django's own are
/// (`default`), else as it stands.
fn put(raw: &mut Map<String, Value>, parts: &[&str], value: &str) -> String {
    let (mut at, mut name, mut is_own) = (raw, String::new(), false);
    for (depth, part) in parts.iter().enumerate() {
        let lower = part.to_lowercase();
        let known = at.keys().find(|key| key.to_lowercase() == lower).cloned();
        let is_alias = depth == 1 && ["DATABASES", "CACHES", "STORAGES"].contains(&name.as_str());
        is_own |= depth == 0 && lower == "server";
        let key = known.unwrap_or_else(|| if is_own || is_alias { lower } else { (*part).to_owned() });
        name = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
        if depth + 1 == parts.len() {
            at.insert(key, Value::String(value.to_owned()));
            break;
        }
        let inner = at.entry(key).or_insert_with(|| Value::Object(Map::new()));
        if !inner.is_object() {
            *inner = Value::Object(Map::new());
        }
        match inner.as_object_mut() {
            Some(table) => at = table,
            None => break,
        }
    }
    name
}

/// The value that a text stands for, where a setting wants something else than a text.
pub(super) enum Wanted {
    Bool,
    Number,
    List,
    Table,
    Any,
}

/// A text that stands for nothing of the kind stays a text, and is refused by who wants it.
pub(super) fn typed(text: &str, wanted: &Wanted) -> Value {
    let json = || serde_json::from_str::<Value>(text).ok();
    let found = match wanted {
        Wanted::Bool => match text.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Some(Value::Bool(true)),
            "false" | "0" | "no" | "off" => Some(Value::Bool(false)),
            _ => None,
        },
        Wanted::Number => text.trim().parse::<i64>().ok().map(Value::from),
        Wanted::List if text.trim_start().starts_with('[') => json(),
        Wanted::List => {
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            Some(parts.map(|part| Value::String(part.to_owned())).collect())
        }
        Wanted::Table | Wanted::Any => json(),
    };
    found.unwrap_or_else(|| Value::String(text.to_owned()))
}

/// The same for every text in a table that nobody reads key by key.
pub(super) fn within(value: Value, name: &str, is_of_environment: &impl Fn(&str) -> bool) -> Value {
    match value {
        Value::String(text) if is_of_environment(name) => typed(&text, &Wanted::Any),
        Value::Object(table) => {
            let inner = |(key, value): (String, Value)| {
                let value = within(value, &format!("{name}.{key}"), is_of_environment);
                (key, value)
            };
            Value::Object(table.into_iter().map(inner).collect())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::load_from;
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> Environment {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn each_variable_finds_its_setting() {
        let mut raw =
            json!({ "OAUTH2_PROVIDER": { "SCOPES": { "read": "R" } } }).as_object().unwrap().clone();
        let set = environment(&[
            ("SLASH_O__SERVER__BIND", "a"),
            ("SLASH_O__OAUTH2_PROVIDER__SCOPES__READ", "b"),
            ("SLASH_O__DATABASES__DEFAULT__HOST", "c"),
            ("SLASH_O__LOGIN_URL", "d"),
            ("SLASH_O__SERVER__LIMITS__WINDOW", ""),
            ("SLASH_O_BIN", "e"),
        ]);
        let names: Vec<String> = set.overlay(&mut raw).into_iter().map(|(name, _)| name).collect();
        assert_eq!(
            names,
            ["DATABASES.default.HOST", "LOGIN_URL", "OAUTH2_PROVIDER.SCOPES.read", "server.bind"]
        );
        let wanted = json!({
            "OAUTH2_PROVIDER": { "SCOPES": { "read": "b" } }, "DATABASES": { "default": { "HOST": "c" } },
            "LOGIN_URL": "d", "server": { "bind": "a" },
        });
        assert_eq!(Value::Object(raw), wanted);
    }

    #[test]
    fn a_whole_start_comes_from_the_environment() {
        let whole = [
            ("DATABASE_URL", "sqlite:////srv/db.sqlite3"),
            ("SECRET_KEY", "k"),
            ("ALLOWED_HOSTS", "a.example, b.example"),
            ("DEBUG", "1"),
            ("SLASH_O__SERVER__MOUNT", "[\"/o/\", \"/p/\"]"),
            ("SLASH_O__SERVER__METADATA_AT_ROOT", "yes"),
            ("SLASH_O__SERVER__MAX_CONNECTIONS", "7"),
            ("SLASH_O__OAUTH2_PROVIDER__SCOPES", "{\"read\": \"Read\"}"),
            ("SLASH_O__OAUTH2_PROVIDER__ACCESS_TOKEN_EXPIRE_SECONDS", "60"),
        ];
        let settings = load_from(None, &environment(&whole)).unwrap();
        assert_eq!(settings.django.allowed_hosts, ["a.example", "b.example"]);
        assert_eq!(settings.server.mount, ["/o/", "/p/"]);
        assert_eq!(settings.server.max_connections, Some(7));
        assert!(settings.server.metadata_at_root && !settings.django.debug);
        let told = settings.sources.told().join("\n");
        for name in ["ALLOWED_HOSTS", "DATABASE_URL", "SECRET_KEY", "SLASH_O__SERVER__MAX_CONNECTIONS"] {
            assert!(told.contains(&format!("from the environment's {name}")), "{told}");
        }
    }

    #[test]
    fn a_wrong_variable_is_named() {
        for (name, value, told) in [
            ("SLASH_O__SERVER__BND", "x", "server.bnd: there is no such setting (SLASH_O__SERVER__BND)"),
            ("SLASH_O__DEBUG", "maybe", "DEBUG: true or false is wanted, this is a text (SLASH_O__DEBUG)"),
            ("SLASH_O__SERVER__MAX_CONNECTIONS", "many", "(SLASH_O__SERVER__MAX_CONNECTIONS)"),
            ("SLASH_O__OAUTH2_PROVIDER__SCOPES", "{", "(SLASH_O__OAUTH2_PROVIDER__SCOPES)"),
        ] {
            let least = [("DATABASE_URL", "sqlite:///x"), ("SECRET_KEY", "k"), (name, value)];
            let text = load_from(None, &environment(&least)).unwrap_err().to_string();
            assert!(text.contains(told), "{name}: {text}");
        }
    }
}
