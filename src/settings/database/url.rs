//! DATABASE_URL, as dj-database-url and Heroku write it; its query is OPTIONS.

use django::urls::unquote;
use serde_json::{Map, Value};

use crate::settings::error::Unfit;
use crate::settings::problems::Problems;
use crate::settings::reader::Table;

use super::{Database, Engine, Password, hosts, options};

/// OPTIONS whose values are numbers.
const NUMBERS: &[&str] = &[
    "timeout",
    "connect_timeout",
    "read_timeout",
    "write_timeout",
    "tcp_user_timeout",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_count",
];

pub(super) fn read(url: &str) -> Result<Database, Unfit> {
    if let Some(path) = url.strip_prefix("sqlite:") {
        return sqlite(path);
    }
    let (scheme, rest) =
        url.split_once("://").ok_or("is no URL (engine://user:password@host:port/name is)")?;
    let engine = match scheme {
        "postgres" | "postgresql" => Engine::Postgres,
        "mysql" => Engine::Mysql,
        other => {
            return Err(
                format!("scheme {other:?} is not supported; allowed are sqlite, postgresql, mysql").into()
            );
        }
    };
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, name) = place.split_once('/').unwrap_or((place, ""));
    let (login, address) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (user, password) = login.split_once(':').unwrap_or((login, ""));
    let mut database = Database::empty();
    database.engine = engine;
    database.name = unquote(name);
    database.user = unquote(user);
    database.password = Password::of(unquote(password));
    database.servers = addresses(address)?;
    query_options(query, &mut database)?;
    if database.name.is_empty() {
        return Err("names no database".into());
    }
    Ok(database)
}

fn sqlite(path: &str) -> Result<Database, Unfit> {
    let path = path.strip_prefix("//").unwrap_or(path);
    // As dj-database-url: sqlite:///relative.db and sqlite:////absolute.db.
    let path = path.strip_prefix('/').unwrap_or(path);
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    if path.is_empty() {
        return Err("names no file".into());
    }
    let mut database = Database::sqlite(std::path::Path::new(path));
    query_options(query, &mut database)?;
    Ok(database)
}

/// `host`, `host:port`, `[::1]:port`, `%2Fsocket%2Ffolder`, or several with commas (libpq).
fn addresses(text: &str) -> Result<Vec<super::ServerAddress>, Unfit> {
    let (mut names, mut ports) = (Vec::new(), Vec::new());
    for one in text.split(',') {
        let after_host = one.rfind(']').map_or(0, |end| end + 1);
        let (host, port) = match one[after_host..].rfind(':') {
            Some(at) => (&one[..after_host + at], &one[after_host + at + 1..]),
            None => (one, ""),
        };
        names.push(unquote(host).trim_matches(['[', ']']).to_owned());
        ports.push(port);
    }
    hosts::pair(&names.join(","), &ports.join(","))
}

/// A value of OPTIONS that stood in a text.
pub(super) fn option(key: &str, value: String) -> Value {
    match value.parse::<i64>() {
        Ok(number) if NUMBERS.contains(&key) => number.into(),
        _ => Value::String(value),
    }
}

/// OPTIONS, and libpq's own way to say host, port, user and password in the query.
fn query_options(query: &str, database: &mut Database) -> Result<(), Unfit> {
    let mut map = Map::new();
    let (mut names, mut ports) = (None, None);
    for (key, value) in form_urlencoded::parse(query.as_bytes()) {
        match key.as_ref() {
            "host" => names = Some(value.into_owned()),
            "port" => ports = Some(value.into_owned()),
            "user" => database.user = value.into_owned(),
            "dbname" => database.name = value.into_owned(),
            "password" => database.password = Password::of(value.into_owned()),
            other => {
                map.insert(other.to_owned(), option(other, value.into_owned()));
            }
        }
    }
    if names.is_some() || ports.is_some() {
        let known: Vec<&str> = database.servers.iter().map(|server| server.host.as_str()).collect();
        let names = names.unwrap_or_else(|| known.join(","));
        database.servers = hosts::pair(&names, &ports.unwrap_or_default())?;
    }
    let problems = Problems::default();
    options::read(Table::new("option", map, &problems), database);
    match problems.take().into_iter().next() {
        Some(problem) => Err(problem.replacen("option.", "option ", 1).into()),
        None => Ok(()),
    }
}
