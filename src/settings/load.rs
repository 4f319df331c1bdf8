//! From the files and the environment to settings.

use std::path::Path;

use serde_json::{Map, Value};

use super::environment::Environment;
use super::error::SettingsError;
use super::files::{self, Sources};
use super::problems::Problems;
use super::{Settings, read, refuse, secrets};

/// The one bare name that counts, where no settings file is given.
const HOSTS: &str = "ALLOWED_HOSTS";

/// Reads the file and the operator's file beside it, with what the environment says, which wins over both; without a
/// file only the environment.
///
/// # Errors
/// An unreadable file, a syntax error with its line, or all unknown keys, wrong types and impossible values.
pub fn load(path: Option<&Path>) -> Result<Settings, SettingsError> {
    load_from(path, &Environment::of_process())
}

/// Whether the environment names a database, so that no file is needed.
pub fn is_in_environment() -> bool {
    let env = Environment::of_process();
    let names = ["DATABASE_URL", "DATABASE_URL_FILE", "SLASH_O__DATABASES__DEFAULT__ENGINE"];
    names.iter().any(|name| env.get(name).is_some()) || secrets::has_credential("DATABASE_URL", &env)
}

/// As [`load`], with another environment.
///
/// # Errors
/// As [`load`].
pub fn load_from(path: Option<&Path>, env: &Environment) -> Result<Settings, SettingsError> {
    let (mut raw, mut sources) = match path {
        Some(path) => files::read(path)?,
        None => (Map::new(), Sources::default()),
    };
    let mut variables = env.overlay(&mut raw);
    if let (None, Some(hosts)) = (path, env.get(HOSTS)) {
        raw.insert(HOSTS.to_owned(), Value::String(hosts));
        variables.push((HOSTS.to_owned(), HOSTS.to_owned()));
    }
    let mut found = secrets::resolve(&mut raw, env);
    let mut given = |name: &str| {
        let secret = secrets::named(name, env, &mut found.warnings);
        secret.unwrap_or_else(|why| {
            found.problems.push(format!("{name}: {why}"));
            None
        })
    };
    let (url, key) = (given("DATABASE_URL"), given("SECRET_KEY"));
    refuse(found.problems, &sources.place())?;
    sources.set_environment(&variables, url.is_some(), key.is_some());
    let problems = Problems::of_environment(variables.into_iter().map(|(name, _)| name));
    let read = read(raw, &sources.place(), problems, |name| match name {
        "DATABASE_URL" => url.clone(),
        "SECRET_KEY" => key.clone(),
        other => env.get(other),
    });
    let mut settings = read.map_err(|error| sources.named(error))?;
    if let Some(path) = path.filter(|_| settings.server.exported_by.is_none()) {
        settings.warnings.push(files::export_again(path));
    }
    settings.warnings.extend(found.warnings);
    settings.sources = sources;
    Ok(settings)
}
