//! DATABASES.default and DATABASE_URL: engine, place and the options that matter.
//! Django: `DATABASES`.

use std::path::PathBuf;

use django::urls::unquote;
use serde_json::Value;

use super::reader::Table;
use super::time_zone;

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
    pub password: String,
    pub host: String,
    pub port: Option<u16>,
    /// Seconds to wait for a locked SQLite file.
    pub timeout_seconds: u64,
    /// Seconds to connect to a server.
    pub connect_timeout: u64,
    /// Seconds that a server may take for an answer, where the project says so.
    pub answer_timeout: Option<u64>,
    /// Seconds that a connection to a server is used (CONN_MAX_AGE); absent = without end.
    pub life: Option<u64>,
    /// `require`, `verify-ca`, … on PostgreSQL; empty = the driver's default.
    pub ssl_mode: String,
    pub ssl_root_cert: Option<PathBuf>,
    pub ssl_cert: Option<PathBuf>,
    pub ssl_key: Option<PathBuf>,
    /// Run on each new connection; SQLite and MySQL only, as in Django.
    pub init_command: String,
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
    pub fn sqlite(path: &std::path::Path) -> Database {
        Database {
            engine: Engine::Sqlite,
            name: path.display().to_string(),
            user: String::new(),
            password: String::new(),
            host: String::new(),
            port: None,
            timeout_seconds: 5,
            connect_timeout: CONNECT_SECONDS,
            answer_timeout: None,
            life: Some(LIFE_SECONDS),
            ssl_mode: String::new(),
            ssl_root_cert: None,
            ssl_cert: None,
            ssl_key: None,
            init_command: String::new(),
            time_zone: None,
            reads_only: false,
        }
    }

    /// The place for messages, without user and password.
    pub fn place(&self) -> String {
        match self.engine {
            Engine::Sqlite => self.name.clone(),
            Engine::Postgres => format!("postgresql://{}:{}/{}", self.host(), self.port_or(5432), self.name),
            Engine::Mysql => format!("mysql://{}:{}/{}", self.host(), self.port_or(3306), self.name),
        }
    }

    pub fn host(&self) -> &str {
        if self.host.is_empty() { "localhost" } else { &self.host }
    }

    pub fn port_or(&self, default: u16) -> u16 {
        self.port.unwrap_or(default)
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
        match from_url(&url) {
            Ok(database) => return database,
            Err(why) => top.problem(format!("DATABASE_URL (environment): {why}")),
        }
    }
    match file {
        Some(table) => from_table(table),
        None => {
            top.problem("DATABASES.default: is missing (or set DATABASE_URL)".into());
            Database::sqlite(std::path::Path::new(""))
        }
    }
}

fn from_table(mut table: Table) -> Database {
    let engine = table.string("ENGINE", "");
    let mut database = Database::sqlite(std::path::Path::new(""));
    database.engine = match engine.rsplit('.').next().unwrap_or_default() {
        "sqlite3" => Engine::Sqlite,
        "postgresql" | "postgresql_psycopg2" => Engine::Postgres,
        "mysql" => Engine::Mysql,
        _ => {
            table.problem(format!(
                "{}: {engine:?} is not supported; allowed are django.db.backends.sqlite3, .postgresql, .mysql",
                table.name("ENGINE")
            ));
            Engine::Sqlite
        }
    };
    database.name = table.string("NAME", "");
    if database.name.is_empty() {
        table.problem(format!("{}: is missing", table.name("NAME")));
    }
    database.user = table.string("USER", "");
    database.password = table.string("PASSWORD", "");
    database.host = table.string("HOST", "");
    database.port = port(&mut table);
    database.time_zone = time_zone::zone(&mut table, "TIME_ZONE");
    database.life = life(&mut table);
    if let Some(options) = table.table("OPTIONS") {
        read_options(options, &mut database);
    }
    for key in ["CONN_HEALTH_CHECKS", "ATOMIC_REQUESTS", "AUTOCOMMIT", "TEST", "DISABLE_SERVER_SIDE_CURSORS"]
    {
        table.take(key);
    }
    table.finish();
    database
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
fn port(table: &mut Table) -> Option<u16> {
    let value = table.take("PORT")?;
    let text = match &value {
        Value::String(s) if s.is_empty() => return None,
        Value::String(s) => s.clone(),
        other => other.to_string(),
    };
    match text.parse() {
        Ok(port) => Some(port),
        Err(_) => {
            table.problem(format!("{}: {text} is no port (1 to 65535)", table.name("PORT")));
            None
        }
    }
}

fn read_options(mut options: Table, database: &mut Database) {
    database.timeout_seconds = options.count("timeout", 5).unsigned_abs();
    database.ssl_mode = options.string("sslmode", "");
    database.ssl_root_cert = options.opt_string("sslrootcert").map(PathBuf::from);
    database.ssl_cert = options.opt_string("sslcert").map(PathBuf::from);
    database.ssl_key = options.opt_string("sslkey").map(PathBuf::from);
    if database.engine != Engine::Sqlite {
        // libpq: 0 and less wait without end, which is not offered here; 1 is taken as 2 there.
        let seconds = options.opt_i64("connect_timeout").unwrap_or(0);
        database.connect_timeout = u64::try_from(seconds).ok().filter(|s| *s > 0).unwrap_or(CONNECT_SECONDS);
        database.answer_timeout = answer_timeout(&mut options, database.engine);
    }
    if database.engine != Engine::Postgres {
        database.init_command = options.string("init_command", "");
    }
    options.string("charset", "");
    options.string("transaction_mode", "");
    options.finish();
}

/// MySQL: the longer one of `read_timeout` and `write_timeout`. PostgreSQL: `tcp_user_timeout`, in milliseconds; its
/// keepalives find out what the time for an answer finds out sooner.
fn answer_timeout(options: &mut Table, engine: Engine) -> Option<u64> {
    let mut seconds = |key: &str| u64::try_from(options.opt_i64(key).unwrap_or(0)).unwrap_or(0);
    let longest = match engine {
        Engine::Mysql => seconds("read_timeout").max(seconds("write_timeout")),
        _ => {
            for key in ["keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count"] {
                seconds(key);
            }
            seconds("tcp_user_timeout").div_ceil(1000)
        }
    };
    (longest > 0).then_some(longest)
}

fn from_url(url: &str) -> Result<Database, String> {
    if let Some(path) = url.strip_prefix("sqlite:") {
        let path = path.strip_prefix("//").unwrap_or(path);
        // As dj-database-url: sqlite:///relative.db and sqlite:////absolute.db.
        let path = path.strip_prefix('/').unwrap_or(path);
        let path = path.split('?').next().unwrap_or_default();
        if path.is_empty() {
            return Err("names no file".into());
        }
        return Ok(Database::sqlite(std::path::Path::new(path)));
    }
    let parsed = url::Url::parse(url).map_err(|e| format!("is no URL ({e})"))?;
    let engine = match parsed.scheme() {
        "postgres" | "postgresql" => Engine::Postgres,
        "mysql" => Engine::Mysql,
        other => {
            return Err(format!("scheme {other:?} is not supported; allowed are sqlite, postgresql, mysql"));
        }
    };
    let name = unquote(parsed.path().trim_start_matches('/'));
    if name.is_empty() {
        return Err("names no database".into());
    }
    let mut database = Database::sqlite(std::path::Path::new(""));
    database.engine = engine;
    database.name = name;
    database.user = unquote(parsed.username());
    database.password = unquote(parsed.password().unwrap_or_default());
    database.host = unquote(parsed.host_str().unwrap_or_default()).trim_matches(['[', ']']).to_owned();
    database.port = parsed.port();
    for (key, value) in parsed.query_pairs() {
        match key.as_ref() {
            "sslmode" => database.ssl_mode = value.into_owned(),
            "sslrootcert" => database.ssl_root_cert = Some(PathBuf::from(value.as_ref())),
            // libpq's way to name a socket folder.
            "host" => database.host = value.into_owned(),
            other => return Err(format!("option {other:?} is not supported")),
        }
    }
    Ok(database)
}
