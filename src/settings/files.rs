//! The settings file that the exporter owns, the operator's own file beside it (`NAME.local.toml`, read after it), and
//! which of them, or which environment variable, a value came from.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::SettingsError;

/// Where values came from.
#[derive(Debug, Default)]
pub struct Sources {
    /// The files that were read, in their order.
    pub files: Vec<PathBuf>,
    /// Full names of the keys that the operator's file sets.
    local: Vec<String>,
    /// Settings that an environment variable replaces.
    environment: Vec<(String, String)>,
}

/// `slash-o.toml` to `slash-o.local.toml`.
fn local_of(path: &Path) -> Option<PathBuf> {
    let (stem, end) = (path.file_stem()?.to_str()?, path.extension()?.to_str()?);
    Some(path.with_file_name(format!("{stem}.local.{end}")))
}

/// Reads both files: tables merge, values of the operator's file replace the exporter's.
///
/// # Errors
/// A file that cannot be read, or whose syntax is wrong, by its name.
pub(super) fn read(path: &Path) -> Result<(Map<String, Value>, Sources), SettingsError> {
    let mut raw = parse(path)?;
    let mut sources = Sources { files: vec![path.to_owned()], ..Sources::default() };
    if let Some(local) = local_of(path).filter(|local| local.exists()) {
        merge(&mut raw, parse(&local)?, "", &mut sources.local);
        sources.files.push(local);
    }
    Ok((raw, sources))
}

fn parse(path: &Path) -> Result<Map<String, Value>, SettingsError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| SettingsError::Unreadable { path: path.to_owned(), source })?;
    let syntax = |message: String| SettingsError::Syntax { path: path.to_owned(), message };
    if path.extension().is_some_and(|e| e == "json") {
        return serde_json::from_str(&text).map_err(|e| syntax(e.to_string()));
    }
    // The line that toml quotes may hold a secret; only its place and the reason are told.
    toml::from_str(&text).map_err(|e: toml::de::Error| {
        let line = e.span().map_or(1, |s| text[..s.start.min(text.len())].lines().count().max(1));
        syntax(format!("line {line}: {}", e.message()))
    })
}

fn merge(into: &mut Map<String, Value>, from: Map<String, Value>, path: &str, set: &mut Vec<String>) {
    for (key, value) in from {
        let name = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        match (into.get_mut(&key), value) {
            (Some(Value::Object(old)), Value::Object(new)) => merge(old, new, &name, set),
            (_, value) => {
                into.insert(key, value);
                set.push(name);
            }
        }
    }
}

impl Sources {
    /// The files, for the head of an error.
    pub fn place(&self) -> String {
        let names: Vec<String> = self.files.iter().map(|file| file.display().to_string()).collect();
        if names.is_empty() { "the environment".to_owned() } else { names.join(" and ") }
    }

    /// Names the operator's file, or the variable, at each problem of a key that comes from there.
    pub(super) fn named(&self, error: SettingsError) -> SettingsError {
        let SettingsError::Wrong { place, problems } = error else { return error };
        let is_of = |problem: &str, key: &str| {
            problem.strip_prefix(key).is_some_and(|rest| rest.starts_with([':', '.', '[']))
        };
        let local = self.files.get(1).map(|file| file.display().to_string()).unwrap_or_default();
        let name = |problem: String| {
            if let Some((_, variable)) = self.environment.iter().find(|(key, _)| is_of(&problem, key)) {
                return format!("{problem} ({variable})");
            }
            match self.local.iter().any(|key| is_of(&problem, key)) {
                true => format!("{problem} ({local})"),
                false => problem,
            }
        };
        SettingsError::Wrong { place, problems: problems.into_iter().map(name).collect() }
    }

    /// Settings with the variables that say them.
    pub(super) fn set_environment(&mut self, nested: &[(String, String)], has_url: bool, has_key: bool) {
        let own = [("DATABASES.default", "DATABASE_URL", has_url), ("SECRET_KEY", "SECRET_KEY", has_key)];
        for (setting, variable, _) in own.into_iter().filter(|(.., is_there)| *is_there) {
            self.environment.push((setting.to_owned(), variable.to_owned()));
        }
        self.environment.extend(nested.iter().cloned());
    }

    /// One line for each value that is not the exporter's.
    pub fn told(&self) -> Vec<String> {
        let local = self.files.get(1).map(|file| file.display().to_string()).unwrap_or_default();
        let hidden = |key: &&String| {
            !self.environment.iter().any(|(setting, _)| {
                key.strip_prefix(setting.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        };
        let local = self.local.iter().filter(hidden).map(|key| format!("{key} is from {local}"));
        let environment = self.environment.iter();
        let environment =
            environment.map(|(setting, name)| format!("{setting} is from the environment's {name}"));
        local.chain(environment).collect()
    }
}

/// What a file that no exporter has signed is told.
pub(super) fn export_again(path: &Path) -> String {
    format!(
        "{}: has no [server] exported_by, so nobody knows what of the Django project it leaves out: export again \
         (slash-o django-settings)",
        path.display()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Environment, Settings, load_from};

    const EXPORTED: &str = "SECRET_KEY = \"k\"\nALLOWED_HOSTS = [\"a\", \"b\"]\n\
        DATABASES.default = { ENGINE = \"django.db.backends.sqlite3\", NAME = \"x\" }\n\
        [OAUTH2_PROVIDER]\nSCOPES = { read = \"R\", write = \"W\" }\nOAUTH2_VALIDATOR_CLASS = \"shop.V\"\n\
        [server]\nexported_by = \"0.1.0\"\n";

    fn read(name: &str, local: &str) -> Result<Settings, SettingsError> {
        let folder = std::env::temp_dir().join(format!("slash-o-files-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("shop.toml"), EXPORTED).unwrap();
        std::fs::write(folder.join("shop.local.toml"), local).unwrap();
        let key = [("SECRET_KEY".to_owned(), "from the environment".to_owned())];
        let read = load_from(Some(&folder.join("shop.toml")), &Environment::from_iter(key));
        std::fs::remove_dir_all(&folder).unwrap();
        read
    }

    #[test]
    fn tables_merge_and_values_replace() {
        let local = "ALLOWED_HOSTS = [\"c\"]\n[OAUTH2_PROVIDER]\nSCOPES.read = \"Reading\"\n\
            OAUTH2_VALIDATOR_CLASS = false\n";
        let settings = read("merge", local).unwrap();
        assert_eq!(settings.django.allowed_hosts, ["c"]);
        let scopes: Vec<&str> = settings.oauth2.scopes.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(scopes, ["Reading", "W"]);
        assert!(settings.server.not_translated.refusal().is_none());
        let told = settings.sources.told().join("\n");
        for key in ["ALLOWED_HOSTS is from", "OAUTH2_PROVIDER.SCOPES.read is from", "shop.local.toml"] {
            assert!(told.contains(key), "{told}");
        }
        assert!(told.contains("SECRET_KEY is from the environment's SECRET_KEY"), "{told}");
        assert!(!settings.warnings.iter().any(|text| text.contains("exported_by")));
    }

    #[test]
    fn a_mistake_names_the_operators_file() {
        let syntax = read("syntax", "ALLOWED_HOSTS = [\n").unwrap_err().to_string();
        assert!(syntax.contains("shop.local.toml: line"), "{syntax}");
        let wrong = read("wrong", "[server]\nbind = \"here\"\n").unwrap_err().to_string();
        assert!(wrong.contains("server.bind: \"here\" is no") && wrong.contains("(/"), "{wrong}");
        assert!(wrong.lines().any(|line| line.ends_with("shop.local.toml)")), "{wrong}");
    }

    #[test]
    fn a_hook_is_refused_until_it_is_accepted_by_its_whole_name() {
        let refusal = read("open", "").unwrap().server.not_translated.refusal().unwrap();
        let line = "accept = [\"OAUTH2_VALIDATOR_CLASS: shop.V\"]";
        assert!(refusal.ends_with(line) && refusal.contains("LET SOMEBODY IN"), "{refusal}");
        let settings = read("accepted", &format!("[server]\n{line}\n")).unwrap();
        assert!(settings.server.not_translated.refusal().is_none());
        assert!(settings.warnings.iter().any(|text| text.contains("OAUTH2_VALIDATOR_CLASS: shop.V")));
        let gone = read("gone", "[server]\naccept = [\"OAUTH2_VALIDATOR_CLASS: shop\"]\n").unwrap();
        assert!(gone.server.not_translated.refusal().is_some());
        assert!(gone.warnings.iter().any(|text| text.contains("shop\" is no longer found")));
    }
}
