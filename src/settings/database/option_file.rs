//! Files of `key = value` lines below `[section]` lines: pg_service.conf and MySQL's option files.
//! libpq: "The Connection Service File"; MySQL: "Using Option Files".

use std::path::{Path, PathBuf};

use super::{Database, Password, ServerAddress, hosts};
use crate::settings::error::Unfit;

/// The pairs of one section, the later ones last.
fn section(path: &Path, name: &str) -> Result<Vec<(String, String)>, Unfit> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
    let (mut pairs, mut inside, mut found) = (Vec::new(), false, false);
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['#', ';'])) {
        if let Some(named) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            inside = named == name;
            found |= inside;
        } else if line.starts_with('!') {
            return Err(format!("{}: {line}: other files are not read", path.display()).into());
        } else if inside {
            let (key, value) = line.split_once('=').unwrap_or((line, ""));
            let value = value.trim();
            let plain = ['"', '\''].iter().find_map(|q| value.strip_prefix(*q)?.strip_suffix(*q));
            pairs.push((key.trim().replace('-', "_"), plain.unwrap_or(value).to_owned()));
        }
    }
    if found { Ok(pairs) } else { Err(format!("{} has no section [{name}]", path.display()).into()) }
}

/// A service's values, for what the settings do not say; the rest is libpq's parameters.
pub(super) fn service(name: &str, database: &mut Database) -> Result<Vec<(String, String)>, Unfit> {
    let home = || variable("HOME").map(|home| PathBuf::from(home).join(".pg_service.conf"));
    let folder = || variable("PGSYSCONFDIR").map(|folder| PathBuf::from(folder).join("pg_service.conf"));
    let path = variable("PGSERVICEFILE").map(PathBuf::from).or_else(|| home().filter(|path| path.is_file()));
    let path =
        path.or_else(folder).ok_or("there is no ~/.pg_service.conf, and PGSERVICEFILE names no file")?;
    let mut rest = Vec::new();
    let (mut names, mut ports) = (String::new(), String::new());
    for (key, value) in section(&path, name)? {
        match key.as_str() {
            "host" => names = value,
            "port" => ports = value,
            "dbname" => fill(&mut database.name, value),
            "user" => fill(&mut database.user, value),
            "password" => fill_password(&mut database.password, value),
            _ => rest.push((key, value)),
        }
    }
    fill_servers(&mut database.servers, &names, &ports)?;
    Ok(rest)
}

/// MySQL's `read_default_file`, section `[client]`: for what the settings do not say.
pub(super) fn client(path: &Path, database: &mut Database) -> Result<(), Unfit> {
    let (mut names, mut ports) = (String::new(), String::new());
    for (key, value) in section(path, "client")? {
        match key.as_str() {
            "host" if names.is_empty() => names = value,
            "socket" => names = value,
            "port" => ports = value,
            "database" => fill(&mut database.name, value),
            "user" => fill(&mut database.user, value),
            "password" => fill_password(&mut database.password, value),
            "default_character_set" => {}
            "ssl_ca" => database.tls.root_cert = Some(value.into()),
            "ssl_cert" => database.tls.cert = Some(value.into()),
            "ssl_key" => database.tls.key = Some(value.into()),
            "ssl_mode" => database.tls.mode = value,
            other => return Err(format!("{}: slash-o knows no {other:?}", path.display()).into()),
        }
    }
    fill_servers(&mut database.servers, &names, &ports)
}

/// libpq's own variables.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn fill(known: &mut String, value: String) {
    if known.is_empty() {
        *known = value;
    }
}

fn fill_password(known: &mut Password, value: String) {
    if matches!(known, Password::None) {
        *known = Password::of(value);
    }
}

fn fill_servers(known: &mut Vec<ServerAddress>, names: &str, ports: &str) -> Result<(), Unfit> {
    if known.iter().all(|server| server.host.is_empty()) {
        let port = known.first().and_then(|server| server.port);
        *known = hosts::pair(names, ports)?;
        known.iter_mut().for_each(|server| server.port = port.or(server.port));
    }
    Ok(())
}
