//! DATABASES.default.OPTIONS, by engine: what Django hands to its driver. libpq: "Parameter Key Words"; mysqlclient:
//! `MySQLdb.connect`.

use std::path::PathBuf;

use crate::settings::reader::Table;

use super::{CONNECT_SECONDS, Database, Engine, Password};

/// libpq's words that slash-o cannot do, with the only values that ask for nothing.
const NOT_DONE: &[(&str, &[&str], &str)] = &[
    ("sslpassword", &[""], "decrypt the key (openssl pkey) and let nobody else read the file"),
    ("sslcrl", &[""], "revoke by a short life of certificates"),
    ("sslcrldir", &[""], "revoke by a short life of certificates"),
    ("channel_binding", &["", "prefer", "disable"], "say sslmode = \"verify-full\" instead"),
    ("gssencmode", &["", "prefer", "disable"], "encrypt with TLS: sslmode"),
    ("sslnegotiation", &["", "postgres"], "leave it out"),
    ("requirepeer", &[""], "leave it out"),
    ("replication", &["", "false", "off", "no", "0"], "leave it out"),
    ("client_encoding", &["", "utf8", "UTF8", "utf-8", "UTF-8"], "the connection is UTF-8"),
];
/// Words that change nothing here.
const WITHOUT_EFFECT: &[&str] = &[
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_count",
    "server_side_binding",
    "prepare_threshold",
    "fallback_application_name",
    "load_balance_hosts",
    "sslcompression",
    "sslsni",
    "krbsrvname",
    "gsslib",
    "gssdelegation",
];
/// psycopg's numbers are not psycopg2's: only words are taken.
const ISOLATION_LEVELS: [&str; 4] = ["read uncommitted", "read committed", "repeatable read", "serializable"];

pub(super) fn read(mut options: Table, database: &mut Database) {
    match database.engine {
        Engine::Sqlite => sqlite(&mut options, database),
        Engine::Postgres => postgres(&mut options, database),
        Engine::Mysql => mysql(&mut options, database),
    }
    options.finish();
}

fn sqlite(options: &mut Table, database: &mut Database) {
    database.timeout_seconds = options.count("timeout", 5).unsigned_abs();
    database.init_command = options.string("init_command", "");
    options.string("transaction_mode", "");
}

fn postgres(options: &mut Table, database: &mut Database) {
    tls(options, database);
    connect_timeout(options, database);
    database.answer_timeout = answer_timeout(options, &["tcp_user_timeout"]).map(|ms| ms.div_ceil(1000));
    let session = &mut database.session;
    session.application_name = options.string("application_name", "");
    session.options = options.string("options", "");
    session.role = options.string("assume_role", "");
    session.isolation_level = isolation_level(options, "");
    database.must_write = must_write(options);
    if let Some(file) = options.opt_string("passfile") {
        database.password = match std::mem::take(&mut database.password) {
            Password::None => Password::Passfile(file.into()),
            said => said,
        };
    }
    pool(options, database);
    for (name, nothing, instead) in NOT_DONE {
        let value = options.string(name, "");
        if !nothing.contains(&value.as_str()) {
            options.problem(format!("{}: slash-o cannot do this; {instead}", options.name(name)));
        }
    }
    for name in WITHOUT_EFFECT {
        options.take(name);
    }
}

/// Django 5.1: `True`, or what `psycopg_pool.ConnectionPool` is given.
fn pool(options: &mut Table, database: &mut Database) {
    if options.is_bool("pool") {
        options.take("pool");
        return;
    }
    let Some(mut pool) = options.table("pool") else { return };
    let mut seconds = |key: &str| pool.opt_i64(key).and_then(|n| u64::try_from(n).ok()).filter(|n| *n > 0);
    let min = seconds("min_size");
    database.most_connections = seconds("max_size").or(min).and_then(|n| u32::try_from(n).ok());
    database.turn_timeout = seconds("timeout");
    if let Some(life) = seconds("max_lifetime") {
        database.life = Some(life);
    }
    for name in ["max_idle", "max_waiting", "num_workers", "reconnect_timeout", "open", "name", "check"] {
        pool.take(name);
    }
    pool.finish();
}

fn mysql(options: &mut Table, database: &mut Database) {
    tls(options, database);
    connect_timeout(options, database);
    database.answer_timeout = answer_timeout(options, &["read_timeout", "write_timeout"]);
    database.init_command = options.string("init_command", "");
    // Django: `DatabaseWrapper.isolation_level`; an empty text leaves it to the server, as None does.
    database.session.isolation_level = isolation_level(options, "read committed");
    database.session.sql_mode = options.opt_string("sql_mode");
    let socket = options.string("unix_socket", "");
    if !socket.is_empty() {
        database.servers = vec![super::ServerAddress { host: socket, port: None }];
    }
    options.string("charset", "");
    options.string("collation", "");
    options.take("use_unicode");
    if let Some(mut ssl) = options.table("ssl") {
        let mut file = |key: &str| ssl.opt_string(key).map(PathBuf::from);
        let (ca, cert, key) = (file("ca"), file("cert"), file("key"));
        let tls = &mut database.tls;
        // mysqlclient: a CA alone makes the connection TLS and checks the chain.
        if tls.mode.is_empty() && ca.is_some() {
            tls.mode = if ssl.bool("check_hostname", false) { "VERIFY_IDENTITY" } else { "VERIFY_CA" }.into();
        }
        tls.root_cert = ca.or(tls.root_cert.take());
        tls.cert = cert.or(tls.cert.take());
        tls.key = key.or(tls.key.take());
        ssl.take("check_hostname");
        ssl.finish();
    }
    let mode = options.string("ssl_mode", "");
    if !mode.is_empty() {
        database.tls.mode = mode;
    }
}

fn tls(options: &mut Table, database: &mut Database) {
    let tls = &mut database.tls;
    tls.mode = options.string("sslmode", "");
    tls.root_cert = options.opt_string("sslrootcert").map(PathBuf::from);
    tls.cert = options.opt_string("sslcert").map(PathBuf::from);
    tls.key = options.opt_string("sslkey").map(PathBuf::from);
    // libpq 16: the system's own certificates, and nothing less than verify-full.
    if tls.root_cert.as_deref() == Some("system".as_ref()) {
        tls.root_cert = None;
        tls.mode = "verify-full".into();
    }
}

/// libpq: 0 and less wait without end, which is not offered here; 1 is taken as 2 there.
fn connect_timeout(options: &mut Table, database: &mut Database) {
    let seconds = options.opt_i64("connect_timeout").unwrap_or(0);
    database.connect_timeout = u64::try_from(seconds).ok().filter(|s| *s > 0).unwrap_or(CONNECT_SECONDS);
}

/// The longest of these. PostgreSQL's keepalives find out what the time for an answer finds out sooner.
fn answer_timeout(options: &mut Table, keys: &[&str]) -> Option<u64> {
    let seconds = |key: &&str| u64::try_from(options.opt_i64(key).unwrap_or(0)).unwrap_or(0);
    keys.iter().map(seconds).max().filter(|longest| *longest > 0)
}

fn isolation_level(options: &mut Table, default: &str) -> String {
    let level = options.string("isolation_level", default).to_ascii_lowercase();
    if level.is_empty() || ISOLATION_LEVELS.contains(&level.as_str()) {
        return level;
    }
    let allowed = ISOLATION_LEVELS.join(", ");
    options.problem(format!(
        "{}: {level:?} is not known; allowed are: {allowed}",
        options.name("isolation_level")
    ));
    String::new()
}

/// Whether a server that takes no writes is passed over; slash-o has no use for one that does not.
fn must_write(options: &mut Table) -> bool {
    let words = ["any", "read-write", "read-only", "primary", "standby", "prefer-standby"];
    match options.one_of("target_session_attrs", &words, "any").as_str() {
        "any" => false,
        "read-write" | "primary" => true,
        other => {
            let name = options.name("target_session_attrs");
            options.problem(format!(
                "{name}: {other:?} asks for a server that takes no writes; say \"read-write\""
            ));
            false
        }
    }
}
