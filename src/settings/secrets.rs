//! `{ file = "…" }` and `{ env = "…" }` for secrets, and the files of systemd's credentials.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::environment::Environment;
use super::error::Unfit;

/// Where secrets stand; `*` is any key or place in a list.
const PLACES: &[&[&str]] = &[
    &["SECRET_KEY"],
    &["SECRET_KEY_FALLBACKS", "*"],
    &["DATABASES", "default", "PASSWORD"],
    &["OAUTH2_PROVIDER", "OIDC_RSA_PRIVATE_KEY"],
    &["OAUTH2_PROVIDER", "OIDC_RSA_PRIVATE_KEYS_INACTIVE", "*"],
    &["OAUTH2_PROVIDER", "RESOURCE_SERVER_AUTH_TOKEN"],
    &["OAUTH2_PROVIDER", "RESOURCE_SERVER_INTROSPECTION_CREDENTIALS", "*"],
    &["CACHES", "*", "LOCATION"],
    &["CACHES", "*", "OPTIONS", "PASSWORD"],
    &["EMAIL_HOST_PASSWORD"],
];
/// The one that is read anew for each connection.
const KEPT: &[&str] = &["DATABASES", "default", "PASSWORD"];
/// systemd: `LoadCredential=`.
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

/// What was found out on the way.
#[derive(Default)]
pub(super) struct Found {
    pub problems: Vec<String>,
    pub warnings: Vec<String>,
}

/// Puts each secret in the place of where it is.
pub(super) fn resolve(raw: &mut Map<String, Value>, env: &Environment) -> Found {
    let mut found = Found::default();
    for place in PLACES {
        if let Some(value) = raw.get_mut(place[0]) {
            each(value, &place[1..], place[0], &mut |value, name| {
                if let Err(Unfit(why)) = one(value, *place == KEPT, env, name, &mut found.warnings) {
                    found.problems.push(format!("{name}: {why}"));
                }
            });
        }
    }
    found
}

fn each(value: &mut Value, path: &[&str], name: &str, then: &mut impl FnMut(&mut Value, &str)) {
    let Some((first, rest)) = path.split_first() else { return then(value, name) };
    match value {
        Value::Object(table) => {
            for (key, inner) in
                table.iter_mut().filter(|(key, _)| *first == "*" || key.eq_ignore_ascii_case(first))
            {
                each(inner, rest, &format!("{name}.{key}"), then);
            }
        }
        Value::Array(list) if *first == "*" => {
            for (at, inner) in list.iter_mut().enumerate() {
                each(inner, rest, &format!("{name}[{at}]"), then);
            }
        }
        _ => {}
    }
}

fn one(
    value: &mut Value,
    is_kept: bool,
    env: &Environment,
    name: &str,
    warnings: &mut Vec<String>,
) -> Result<(), Unfit> {
    let Value::Object(source) = value else { return Ok(()) };
    let text = |key: &str| source.get(key).and_then(Value::as_str).filter(|_| source.len() == 1);
    if let Some(variable) = text("env") {
        let given = env.get(variable).ok_or_else(|| format!("the environment has no {variable}"))?;
        *value = Value::String(given);
        return Ok(());
    }
    let file = text("file").ok_or("a text, { file = \"…\" } or { env = \"…\" } is wanted")?;
    let path = place(file, env);
    let (secret, seen) = read(&path)?;
    warnings.extend(seen.map(|seen| format!("{name}: {seen}")));
    *value = match is_kept {
        true => serde_json::json!({ "file": path }),
        false => Value::String(secret),
    };
    Ok(())
}

/// A name without a slash is looked for among systemd's credentials first.
fn place(file: &str, env: &Environment) -> PathBuf {
    let credential =
        env.get(CREDENTIALS).filter(|_| !file.contains('/')).map(|folder| Path::new(&folder).join(file));
    credential.filter(|path| path.exists()).unwrap_or_else(|| file.into())
}

/// A secret's file without its last newline, and what is wrong with who may read it.
///
/// # Errors
/// A file that cannot be read, or that others may write.
fn read(path: &Path) -> Result<(String, Option<String>), Unfit> {
    let shown = path.display();
    let told = |e: std::io::Error| Unfit(format!("cannot read {shown}: {e}"));
    let mode = std::fs::metadata(path).map_err(told)?.permissions().mode();
    if mode & 0o002 != 0 {
        return Err(format!("{shown} may be written by others (chmod o-w)").into());
    }
    let text = std::fs::read_to_string(path).map_err(told)?;
    let seen = (mode & 0o004 != 0).then(|| format!("{shown} may be read by others (chmod o-r)"));
    let secret = text.strip_suffix('\n').unwrap_or(&text);
    Ok((secret.strip_suffix('\r').unwrap_or(secret).to_owned(), seen))
}

/// A secret that has a variable of its own: the variable, `NAME_FILE`, or a credential of its name.
///
/// # Errors
/// A file that cannot be read, or that others may write.
pub(super) fn named(
    name: &str,
    env: &Environment,
    warnings: &mut Vec<String>,
) -> Result<Option<String>, Unfit> {
    if let Some(given) = env.get(name) {
        return Ok(Some(given));
    }
    let file = env.get(&format!("{name}_FILE")).map(PathBuf::from);
    let Some(path) = file.or_else(|| credential(name, env)) else { return Ok(None) };
    let (secret, seen) = read(&path)?;
    warnings.extend(seen.map(|seen| format!("{name}: {seen}")));
    Ok(Some(secret))
}

fn credential(name: &str, env: &Environment) -> Option<PathBuf> {
    env.get(CREDENTIALS).map(|folder| Path::new(&folder).join(name)).filter(|path| path.is_file())
}

pub(super) fn has_credential(name: &str, env: &Environment) -> bool {
    credential(name, env).is_some()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::load_from;
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> Environment {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn write(path: &Path, text: &str, mode: u32) {
        std::fs::write(path, text).unwrap();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn secrets_come_from_files_and_variables() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        write(&at("key"), "from a file\n", 0o600);
        write(&at("old"), "old\r\n", 0o644);
        let mut raw = json!({
            "SECRET_KEY": { "file": at("key") }, "SECRET_KEY_FALLBACKS": [{ "env": "OLD" }, { "file": at("old") }, "x"],
            "DATABASES": { "default": { "PASSWORD": { "file": "key" } } },
            "CACHES": { "a": { "LOCATION": { "env": "OLD" } } },
        });
        let raw = raw.as_object_mut().unwrap();
        let env = environment(&[("OLD", "older"), (CREDENTIALS, folder.path().to_str().unwrap())]);
        let found = resolve(raw, &env);
        assert_eq!(found.problems, Vec::<String>::new());
        assert_eq!(raw["SECRET_KEY"], "from a file");
        assert_eq!(raw["SECRET_KEY_FALLBACKS"], json!(["older", "old", "x"]));
        assert_eq!(raw["CACHES"]["a"]["LOCATION"], "older");
        assert_eq!(raw["DATABASES"]["default"]["PASSWORD"], json!({ "file": at("key") }));
        assert!(found.warnings.len() == 1 && found.warnings[0].contains("may be read by others"));
    }

    #[test]
    fn what_cannot_be_read_or_others_may_write_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let open = folder.path().join("open");
        write(&open, "x", 0o666);
        for (source, told) in [
            (json!({ "file": open }), "may be written by others"),
            (json!({ "file": "/no/such" }), "cannot read /no/such"),
            (json!({ "env": "NOWHERE" }), "the environment has no NOWHERE"),
            (json!({ "files": "x" }), "a text, { file"),
        ] {
            let mut raw = json!({ "SECRET_KEY": source });
            let found = resolve(raw.as_object_mut().unwrap(), &Environment::default());
            assert!(
                found.problems[0].starts_with("SECRET_KEY: ") && found.problems[0].contains(told),
                "{:?}",
                found.problems
            );
        }
    }

    #[test]
    fn a_start_takes_its_two_secrets_from_files() {
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("SECRET_KEY"), "k\n", 0o600);
        let url = folder.path().join("url");
        write(&url, "sqlite:////srv/site.sqlite3\n", 0o600);
        let pairs = [
            (CREDENTIALS, folder.path().to_str().unwrap()),
            ("DATABASE_URL_FILE", url.to_str().unwrap()),
            ("ALLOWED_HOSTS", "a"),
        ];
        let settings = load_from(None, &environment(&pairs)).unwrap();
        assert_eq!(settings.database.name, "/srv/site.sqlite3");
        assert_eq!(settings.django.secret_key_length(), 1);
    }
}
