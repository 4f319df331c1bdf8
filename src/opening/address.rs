//! From the settings of a database to what its driver takes. The addresses hold passwords.

use std::str::FromStr;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sea_orm::sqlx::mysql::MySqlConnectOptions;
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::sqlite::SqliteConnectOptions;

use crate::settings::database::{Password, ServerAddress, Tls};
use crate::settings::{Database, Engine, Pooling, Unfit};
use crate::storage::{Address, PasswordSource, Pooler, Servers};

/// A server that is not strict would cut what is too long for its column and say nothing (Django warns of it as
/// mysql.W002).
const STRICT: &str = "SET SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_TRANS_TABLES')";

/// # Errors
/// What the driver does not take: a word of `sslmode`, a certificate's file.
pub fn of(database: &Database, pooling: Pooling) -> Result<Address, Unfit> {
    match database.engine {
        Engine::Sqlite => {
            let url = format!("sqlite://{}?mode=rw", quote_path(&database.name));
            parse::<SqliteConnectOptions>(&url).map(|options| Address::Sqlite(options.into()))
        }
        Engine::Postgres => postgres(database, pooling).map(Address::Postgres),
        Engine::Mysql => mysql(database).map(Address::MySql),
    }
}

fn parse<O: FromStr>(url: &str) -> Result<O, Unfit>
where
    O::Err: std::fmt::Display,
{
    url.parse().map_err(|e: O::Err| Unfit(e.to_string()))
}

/// A file path in a URL: everything but slashes and plain characters is escaped.
fn quote_path(path: &str) -> String {
    const PLAIN: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_').remove(b'~');
    utf8_percent_encode(path, PLAIN).to_string()
}

fn quote(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

fn postgres(database: &Database, pooling: Pooling) -> Result<Servers<PgConnectOptions>, Unfit> {
    let hosts = database.servers.iter().map(|server| {
        // PgBouncer takes no `extra_float_digits`, and no column is a float.
        let options: PgConnectOptions = parse(&postgres_url(database, server))?;
        let options = options.extra_float_digits(None);
        let source = source(database, options.get_host(), options.get_port(), options.get_username());
        Ok((options, source))
    });
    let session = &database.session;
    let role = format!("ROLE \"{}\"", session.role.replace('"', "\"\""));
    let by_transaction = database.is_pooled_by_transaction;
    let (mut init, mut begin) = (Vec::new(), begin(&session.isolation_level));
    if !session.role.is_empty() {
        // What is set for a session through a pooler is set for whoever comes next.
        begin = format!("{begin}; SET LOCAL {role}");
        init.push(format!("SET {role}"));
    }
    let pooler = match pooling {
        Pooling::Transaction => Pooler::Transaction,
        Pooling::None => Pooler::None,
        Pooling::Auto if by_transaction => Pooler::Transaction,
        Pooling::Auto => Pooler::Unknown,
    };
    Ok(Servers {
        hosts: hosts.collect::<Result<_, Unfit>>()?,
        must_write: database.must_write,
        init,
        begin,
        pooler,
    })
}

/// Django sets the level where it begins a transaction.
fn begin(isolation_level: &str) -> String {
    match isolation_level {
        "" => "BEGIN".to_owned(),
        level => format!("BEGIN ISOLATION LEVEL {}", level.to_ascii_uppercase()),
    }
}

fn source(database: &Database, host: &str, port: u16, user: &str) -> PasswordSource {
    match &database.password {
        Password::None | Password::Text(_) => PasswordSource::Given,
        Password::File(path) => PasswordSource::File(path.clone()),
        Password::Passfile(path) => {
            // libpq: a socket is looked up as localhost.
            let host = if host.starts_with('/') { "localhost" } else { host };
            let wanted = [host.to_owned(), port.to_string(), database.name.clone(), user.to_owned()];
            PasswordSource::Passfile(path.clone(), wanted)
        }
    }
}

fn text_of(password: &Password) -> &str {
    match password {
        Password::Text(text) => text,
        _ => "",
    }
}

/// What is empty is left to the driver, which looks for it as libpq does: PGHOST and the sockets, PGUSER and the operating
/// system's user, PGPASSWORD and the password file.
fn postgres_url(database: &Database, server: &ServerAddress) -> String {
    let port = server.port.map(|port| port.to_string()).unwrap_or_default();
    let parts = [
        ("host", server.host.as_str()),
        ("port", &port),
        ("user", &database.user),
        ("password", text_of(&database.password)),
        ("dbname", &database.name),
        ("application_name", &database.session.application_name),
        ("options", &database.session.options),
    ];
    format!("postgres:///?{}", query(parts.into_iter().chain(tls(&database.tls, "sslmode"))))
}

fn mysql(database: &Database) -> Result<Servers<MySqlConnectOptions>, Unfit> {
    let hosts = database.servers.iter().map(|server| {
        let options: MySqlConnectOptions = parse(&mysql_url(database, server))?;
        let source = source(database, options.get_host(), options.get_port(), options.get_username());
        Ok((options, source))
    });
    let session = &database.session;
    let mode = session
        .sql_mode
        .as_ref()
        .map(|mode| format!("SET SESSION sql_mode = '{}'", mode.replace('\'', "''")));
    let level = session.isolation_level.to_ascii_uppercase();
    let level = (!level.is_empty()).then(|| format!("SET SESSION TRANSACTION ISOLATION LEVEL {level}"));
    let init = mode.into_iter().chain([STRICT.to_owned()]).chain(level).collect();
    let hosts = hosts.collect::<Result<_, Unfit>>()?;
    Ok(Servers { hosts, must_write: false, init, begin: "BEGIN".into(), pooler: Pooler::None })
}

fn mysql_url(database: &Database, server: &ServerAddress) -> String {
    let (user, password) = (quote(&database.user), quote(text_of(&database.password)));
    let login = match (user.as_str(), password.as_str()) {
        ("", "") => String::new(),
        (user, "") => format!("{user}@"),
        (user, password) => format!("{user}:{password}@"),
    };
    let socket = mysql_socket(server).unwrap_or_default();
    let host = if socket.is_empty() { server.host() } else { "localhost" };
    // An address of IPv6 stands in brackets.
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    let query = query(std::iter::once(("socket", socket.as_str())).chain(tls(&database.tls, "ssl-mode")));
    format!("mysql://{login}{host}:{}/{}?{query}", server.port.unwrap_or(3306), quote(&database.name))
}

/// A path is a socket; nothing is the socket that MySQL's library would look for, where there is one.
fn mysql_socket(server: &ServerAddress) -> Option<String> {
    if server.is_socket() {
        return Some(server.host.clone());
    }
    let known = ["/run/mysqld/mysqld.sock", "/var/run/mysqld/mysqld.sock", "/tmp/mysql.sock"];
    let found = known.into_iter().find(|path| std::path::Path::new(path).exists());
    found.filter(|_| server.host.is_empty()).map(str::to_owned)
}

fn tls<'a>(tls: &'a Tls, mode: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let path = |path: &'a Option<std::path::PathBuf>| path.as_ref().and_then(|p| p.to_str()).unwrap_or("");
    [
        (mode, tls.mode.as_str()),
        ("sslrootcert", path(&tls.root_cert)),
        ("sslcert", path(&tls.cert)),
        ("sslkey", path(&tls.key)),
    ]
    .into_iter()
}

/// What is not empty.
fn query<'a>(parts: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let filled = parts.filter(|(_, value)| !value.is_empty());
    filled.map(|(key, value)| format!("{key}={}", quote(value))).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(engine: Engine, host: &str) -> Database {
        let file = Database::sqlite(std::path::Path::new("si te"));
        let password = Password::Text("pass/word?".to_owned());
        let servers = vec![ServerAddress { host: host.into(), port: Some(6543) }];
        Database { engine, servers, user: "so:me".to_owned(), password, ..file }
    }

    fn postgres_of(host: &str) -> PgConnectOptions {
        match of(&server(Engine::Postgres, host), Pooling::Auto) {
            Ok(Address::Postgres(servers)) => servers.hosts[0].0.clone(),
            _ => panic!("no address"),
        }
    }

    fn mysql_of(host: &str) -> MySqlConnectOptions {
        match of(&server(Engine::Mysql, host), Pooling::Auto) {
            Ok(Address::MySql(servers)) => servers.hosts[0].0.clone(),
            _ => panic!("no address"),
        }
    }

    #[test]
    fn each_form_of_a_host_reaches_the_driver() {
        for host in ["db.example", "::1", "127.0.0.1"] {
            assert_eq!((postgres_of(host).get_host(), postgres_of(host).get_port()), (host, 6543));
        }
        assert_eq!(postgres_of("/run/sockets").get_socket().unwrap().to_str(), Some("/run/sockets"));
        assert_eq!(postgres_of("").get_host(), PgConnectOptions::new_without_pgpass().get_host());
        assert_eq!(
            (postgres_of("").get_username(), postgres_of("").get_database()),
            ("so:me", Some("si te"))
        );
        for (host, known) in [("db.example", "db.example"), ("::1", "[::1]"), ("127.0.0.1", "127.0.0.1")] {
            assert_eq!((mysql_of(host).get_host(), mysql_of(host).get_port()), (known, 6543));
        }
        assert_eq!(mysql_of("/tmp/a.sock").get_socket().unwrap().to_str(), Some("/tmp/a.sock"));
        assert_eq!((mysql_of("h").get_username(), mysql_of("h").get_database()), ("so:me", Some("si te")));
    }

    #[test]
    fn a_session_begins_as_the_options_say() {
        let mut database = server(Engine::Postgres, "h");
        database.session.isolation_level = "serializable".into();
        database.session.role = "a\"b".into();
        database.session.options = "-c search_path=auth,public".into();
        let Ok(Address::Postgres(servers)) = of(&database, Pooling::Auto) else { panic!("no address") };
        assert_eq!(servers.begin, "BEGIN ISOLATION LEVEL SERIALIZABLE; SET LOCAL ROLE \"a\"\"b\"");
        assert_eq!(servers.init, ["SET ROLE \"a\"\"b\""]);
        assert_eq!(servers.hosts[0].0.get_options(), Some("-c search_path=auth,public"));
        assert_eq!(servers.pooler, Pooler::Unknown);
    }

    #[test]
    fn a_pooler_is_named_by_djangos_setting_or_ours() {
        let mut database = server(Engine::Postgres, "h");
        let pooler = |database: &Database, pooling| match of(database, pooling) {
            Ok(Address::Postgres(servers)) => servers.pooler,
            _ => panic!("no address"),
        };
        assert_eq!(pooler(&database, Pooling::Transaction), Pooler::Transaction);
        database.is_pooled_by_transaction = true;
        assert_eq!(pooler(&database, Pooling::Auto), Pooler::Transaction);
        assert_eq!(pooler(&database, Pooling::None), Pooler::None);
    }

    #[test]
    fn without_a_user_it_is_the_operating_systems() {
        let nobody = Database { user: String::new(), ..server(Engine::Postgres, "db.example") };
        let Ok(Address::Postgres(servers)) = of(&nobody, Pooling::Auto) else { panic!("no address") };
        let own = std::process::Command::new("id").arg("-un").output().unwrap();
        if std::env::var_os("PGUSER").is_none() {
            let known = servers.hosts[0].0.get_username();
            assert_eq!(known, String::from_utf8(own.stdout).unwrap().trim());
        }
    }
}
