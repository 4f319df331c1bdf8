//! DATABASES.default and DATABASE_URL: engine, place and the options that matter.
//! Django: `DATABASES`.

mod hosts;
mod option_file;
mod options;
mod parts;
mod url;

use std::path::Path;

use serde_json::{Map, Value};

use super::reader::Table;
use super::time_zone;

pub use parts::{Password, Pooling, ServerAddress, Session, Tls};

/// To connect to a server, where OPTIONS.connect_timeout says nothing.
const CONNECT_SECONDS: u64 = 4;
/// A connection's life, where CONN_MAX_AGE says nothing.
const LIFE_SECONDS: u64 = 1_800;

/// Which engine Django uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
    Mysql,
}

/// Where the database is. Its Debug form holds no password.
#[derive(Clone)]
pub struct Database {
    pub engine: Engine,
    /// A file path on SQLite, a database name elsewhere.
    pub name: String,
    pub user: String,
    pub password: Password,
    /// At least one; several only on PostgreSQL.
    pub servers: Vec<ServerAddress>,
    /// Of several servers one that takes writes is wanted. libpq: `target_session_attrs`.
    pub must_write: bool,
    /// Seconds to wait for a locked SQLite file.
    pub timeout_seconds: u64,
    /// Seconds to connect to a server.
    pub connect_timeout: u64,
    /// Seconds that a server may take for an answer, where the project says so.
    pub answer_timeout: Option<u64>,
    /// Seconds that a request waits for a connection, and how many there are, where OPTIONS.pool says so.
    pub turn_timeout: Option<u64>,
    pub most_connections: Option<u32>,
    /// Seconds that a connection to a server is used (CONN_MAX_AGE); absent = without end.
    pub life: Option<u64>,
    pub tls: Tls,
    pub session: Session,
    /// Run on each new connection; SQLite and MySQL only, as in Django.
    pub init_command: String,
    /// DISABLE_SERVER_SIDE_CURSORS: a pooler hands out a server's connection for a transaction.
    pub is_pooled_by_transaction: bool,
    /// The zone of its dates, where Django keeps them aware of zones (USE_TZ); absent = UTC.
    pub time_zone: Option<chrono_tz::Tz>,
    /// The database refuses every write of ours: for `slash-o compare`, no setting.
    pub reads_only: bool,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").field("engine", &self.engine).field("place", &self.place()).finish()
    }
}

impl Database {
    /// A SQLite file with Django's defaults.
    pub fn sqlite(path: &Path) -> Database {
        Database { name: path.display().to_string(), ..Database::empty() }
    }

    fn empty() -> Database {
        Database {
            engine: Engine::Sqlite,
            name: String::new(),
            user: String::new(),
            password: Password::None,
            servers: vec![ServerAddress { host: String::new(), port: None }],
            must_write: false,
            timeout_seconds: 5,
            connect_timeout: CONNECT_SECONDS,
            answer_timeout: None,
            turn_timeout: None,
            most_connections: None,
            life: Some(LIFE_SECONDS),
            tls: Tls::default(),
            session: Session::default(),
            init_command: String::new(),
            is_pooled_by_transaction: false,
            time_zone: None,
            reads_only: false,
        }
    }

    /// The place for messages, without user and password.
    pub fn place(&self) -> String {
        let (scheme, port) = match self.engine {
            Engine::Sqlite => return self.name.clone(),
            Engine::Postgres => ("postgresql", 5432),
            Engine::Mysql => ("mysql", 3306),
        };
        let one = |server: &ServerAddress| format!("{}:{}", server.host(), server.port.unwrap_or(port));
        let servers: Vec<String> = self.servers.iter().map(one).collect();
        format!("{scheme}://{}/{}", servers.join(","), self.name)
    }
}

pub(super) fn read(top: &mut Table, url: Option<String>) -> Database {
    let file = top.table("DATABASES").and_then(|mut all| {
        let default = all.table("default");
        // Other databases are Django's own business; DOT without a router uses `default`.
        all.rest();
        default
    });
    if let Some(url) = url {
        match url::read(&url) {
            Ok(database) => return database,
            Err(why) => top.problem(format!("DATABASE_URL (environment): {why}")),
        }
    }
    match file {
        Some(table) => from_table(table),
        None => {
            top.problem("DATABASES.default: is missing (or set DATABASE_URL)".into());
            Database::empty()
        }
    }
}

fn from_table(mut table: Table) -> Database {
    let engine = table.string("ENGINE", "");
    let mut database = Database::empty();
    database.engine = match engine.rsplit('.').next().unwrap_or_default() {
        "sqlite3" => Engine::Sqlite,
        "postgresql" | "postgresql_psycopg2" => Engine::Postgres,
        "mysql" => Engine::Mysql,
        _ => {
            table.problem(format!("{}: {}", table.name("ENGINE"), unsupported(&engine)));
            Engine::Sqlite
        }
    };
    database.name = table.string("NAME", "");
    database.user = table.string("USER", "");
    database.password = password(&mut table);
    servers(&mut table, &mut database);
    database.time_zone = time_zone::zone(&mut table, "TIME_ZONE");
    database.life = life(&mut table);
    database.is_pooled_by_transaction = table.bool("DISABLE_SERVER_SIDE_CURSORS", false);
    let mut options = table.table("OPTIONS").unwrap_or_else(|| table.inner("OPTIONS", Map::new()));
    from_file(&mut options, &mut database);
    options::read(options, &mut database);
    if database.name.is_empty() {
        table.problem(format!("{}: is missing", table.name("NAME")));
    }
    for key in ["CONN_HEALTH_CHECKS", "ATOMIC_REQUESTS", "AUTOCOMMIT", "TEST"] {
        table.take(key);
    }
    table.finish();
    database
}

/// A text, or `{ file = "…" }`, which is read anew for each connection.
fn password(table: &mut Table) -> Password {
    if !table.is_table("PASSWORD") {
        return Password::of(table.string("PASSWORD", ""));
    }
    let name = table.name("PASSWORD");
    let source = table.table("PASSWORD").and_then(|mut source| source.opt_string("file"));
    match source {
        Some(file) => Password::File(file.into()),
        None => {
            table.problem(format!("{name}: a text, {{ file = \"…\" }} or {{ env = \"…\" }} is wanted"));
            Password::None
        }
    }
}

fn servers(table: &mut Table, database: &mut Database) {
    let names = table.string("HOST", "");
    let ports = port(table);
    // A comma in a path is part of it.
    let is_path = database.engine == Engine::Mysql && names.starts_with('/');
    let given = match hosts::pair(if is_path { "" } else { &names }, &ports) {
        Ok(servers) if servers.len() > 1 && database.engine != Engine::Postgres => {
            Err("several hosts are known to PostgreSQL only; name one".into())
        }
        other => other,
    };
    match given {
        Ok(servers) => database.servers = servers,
        Err(why) => table.problem(format!("{}: {why}", table.name("PORT"))),
    }
    if is_path {
        database.servers = vec![ServerAddress { host: names, port: None }];
    }
}

/// `service` of PostgreSQL and `read_default_file` of MySQL; OPTIONS win over what their files say.
fn from_file(options: &mut Table, database: &mut Database) {
    let (key, read) = match database.engine {
        Engine::Sqlite => return,
        Engine::Postgres => ("service", options.opt_string("service")),
        Engine::Mysql => ("read_default_file", options.opt_string("read_default_file")),
    };
    let Some(named) = read else { return };
    let done = match database.engine {
        Engine::Mysql => option_file::client(Path::new(&named), database).map(|()| Vec::new()),
        _ => option_file::service(&named, database),
    };
    match done {
        Ok(parameters) => {
            parameters.into_iter().for_each(|(key, value)| options.default(&key, url::option(&key, value)))
        }
        Err(why) => options.problem(format!("{}: {why}", options.name(key))),
    }
}

fn unsupported(engine: &str) -> String {
    let near = ["cockroach", "yugabyte"].into_iter().find(|name| engine.to_ascii_lowercase().contains(name));
    match near {
        Some(_) => format!(
            "{engine:?} speaks PostgreSQL's protocol, but slash-o was never run on it: its locks, its retries and its \
             catalogue would have to be tried first"
        ),
        None => format!(
            "{engine:?} is not supported; allowed are django.db.backends.sqlite3, .postgresql, .mysql"
        ),
    }
}

/// Django's 0 ends a connection with its request; here it counts as not said, since each request would pay for a new one.
/// The exporter writes `-1` for Django's None, which no TOML has.
fn life(table: &mut Table) -> Option<u64> {
    match table.opt_i64("CONN_MAX_AGE").unwrap_or(0) {
        0 => Some(LIFE_SECONDS),
        seconds => u64::try_from(seconds).ok(),
    }
}

/// Django accepts the port as a number or as a text.
fn port(table: &mut Table) -> String {
    match table.take("PORT") {
        None => String::new(),
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests;
