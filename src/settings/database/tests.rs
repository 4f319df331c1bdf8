//! The forms that Django, libpq and mysqlclient take, and what is refused by its name.

use serde_json::{Map, Value, json};

use super::*;
use crate::settings::problems::Problems;

fn read_with(default: Value, url: Option<&str>) -> (Database, Vec<String>) {
    let problems = Problems::default();
    let Value::Object(raw) = json!({ "DATABASES": { "default": default } }) else {
        return (Database::empty(), Vec::new());
    };
    let database = read(&mut Table::new("", raw, &problems), url.map(str::to_owned));
    (database, problems.take())
}

fn good(engine: &str, more: Value) -> Database {
    let (database, problems) = read_with(with(engine, more), None);
    assert_eq!(problems, Vec::<String>::new());
    database
}

fn bad(engine: &str, more: Value) -> String {
    read_with(with(engine, more), None).1.join("\n")
}

fn with(engine: &str, more: Value) -> Value {
    let mut all = Map::new();
    all.insert("ENGINE".into(), format!("django.db.backends.{engine}").into());
    all.insert("NAME".into(), "site".into());
    if let Value::Object(more) = more {
        all.extend(more);
    }
    Value::Object(all)
}

fn places(database: &Database) -> Vec<(&str, Option<u16>)> {
    database.servers.iter().map(|server| (server.host.as_str(), server.port)).collect()
}

#[test]
fn several_hosts_have_one_port_or_one_each() {
    let two = good("postgresql", json!({ "HOST": "a,b", "PORT": "1,2" }));
    assert_eq!(places(&two), [("a", Some(1)), ("b", Some(2))]);
    assert_eq!(
        places(&good("postgresql", json!({ "HOST": "a, ::1", "PORT": 7 }))),
        [("a", Some(7)), ("::1", Some(7))]
    );
    assert_eq!(places(&good("postgresql", json!({}))), [("", None)]);
    assert!(bad("postgresql", json!({ "HOST": "a,b,c", "PORT": "1,2" })).contains("2 ports for 3 hosts"));
    assert!(bad("postgresql", json!({ "PORT": "65536" })).contains("PORT: 65536 is no port"));
    assert!(bad("mysql", json!({ "HOST": "a,b" })).contains("several hosts are known to PostgreSQL only"));
    assert_eq!(places(&good("mysql", json!({ "HOST": "/tmp/a,b.sock" }))), [("/tmp/a,b.sock", None)]);
}

#[test]
fn a_url_takes_what_the_file_takes() {
    let url =
        "postgres://u:p%3A%2F@a:1,b:2/site?target_session_attrs=read-write&connect_timeout=3&sslmode=require";
    let (database, problems) = read_with(json!({}), Some(url));
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(places(&database), [("a", Some(1)), ("b", Some(2))]);
    assert!(database.must_write && database.connect_timeout == 3 && database.tls.mode == "require");
    assert!(database.password == Password::Text("p:/".into()));
    for (url, host, port) in [
        ("postgresql://u@[::1]:6/site", "::1", Some(6)),
        ("postgresql://%2Frun%2Fpg/site", "/run/pg", None),
        ("postgresql:///site?host=/run/pg&port=7", "/run/pg", Some(7)),
        ("postgresql:///site", "", None),
        ("mysql://u@h/site?unix_socket=/tmp/m.sock", "/tmp/m.sock", None),
    ] {
        let (database, problems) = read_with(json!({}), Some(url));
        assert_eq!((places(&database), problems), (vec![(host, port)], vec![]), "{url}");
    }
    for (url, told) in [
        ("postgresql://h/site?nonsense=1", "option nonsense: there is no such setting"),
        ("postgresql://h/site?sslcrl=a.pem", "option sslcrl: slash-o cannot do this"),
        ("postgresql://h/", "names no database"),
        ("postgresql://h:port/site", "port is no port"),
        ("oracle://h/site", "scheme \"oracle\""),
        ("nonsense", "is no URL"),
    ] {
        let told_now = read_with(json!({}), Some(url)).1.join("\n");
        assert!(told_now.contains(told), "{url}: {told_now}");
    }
}

#[test]
fn options_of_postgresql_reach_the_session_or_are_refused() {
    let options = json!({ "OPTIONS": {
        "options": "-c search_path=auth", "application_name": "site", "assume_role": "writer",
        "isolation_level": "Serializable", "pool": { "max_size": 7, "timeout": 2, "max_lifetime": 60 },
        "sslrootcert": "system", "gssencmode": "prefer", "keepalives_idle": 5, "server_side_binding": true,
    } });
    let database = good("postgresql", options);
    assert_eq!(database.session.options, "-c search_path=auth");
    assert_eq!(
        (database.session.role.as_str(), database.session.isolation_level.as_str()),
        ("writer", "serializable")
    );
    assert_eq!(
        (database.most_connections, database.turn_timeout, database.life),
        (Some(7), Some(2), Some(60))
    );
    assert_eq!((database.tls.mode.as_str(), &database.tls.root_cert), ("verify-full", &None));
    assert_eq!(good("postgresql", json!({ "OPTIONS": { "pool": true } })).most_connections, None);
    for (name, value) in [
        ("sslpassword", json!("x")),
        ("sslcrl", json!("a.pem")),
        ("channel_binding", json!("require")),
        ("gssencmode", json!("require")),
        ("isolation_level", json!("chaos")),
        ("isolation_level", json!(4)),
        ("target_session_attrs", json!("standby")),
        ("service", json!("nowhere")),
        ("pool", json!({ "nonsense": 1 })),
        ("nonsense", json!(1)),
    ] {
        let told = bad("postgresql", json!({ "OPTIONS": { name: value } }));
        assert!(told.contains(&format!("DATABASES.default.OPTIONS.{name}")), "{name}: {told}");
    }
}

#[test]
fn options_of_mysql_are_mysqlclients() {
    assert_eq!(good("mysql", json!({})).session.isolation_level, "read committed");
    let options = json!({ "OPTIONS": {
        "ssl": { "ca": "/ca.pem", "cert": "/c.pem", "key": "/k.pem" }, "isolation_level": "repeatable read",
        "sql_mode": "TRADITIONAL", "charset": "utf8mb4",
    } });
    let database = good("mysql", options);
    assert_eq!(
        (database.tls.mode.as_str(), database.tls.cert.as_deref()),
        ("VERIFY_CA", Some("/c.pem".as_ref()))
    );
    assert_eq!(database.session.isolation_level, "repeatable read");
    assert_eq!(database.session.sql_mode.as_deref(), Some("TRADITIONAL"));
    let said = json!({ "OPTIONS": { "ssl": { "ca": "/ca.pem" }, "ssl_mode": "VERIFY_IDENTITY" } });
    assert_eq!(good("mysql", said).tls.mode, "VERIFY_IDENTITY");
    assert!(bad("mysql", json!({ "OPTIONS": { "ssl": { "cipher": "x" } } })).contains("OPTIONS.ssl.cipher"));
}

#[test]
fn a_mysql_option_file_fills_what_the_settings_leave_open() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("my.cnf");
    let file = |text: &str| {
        std::fs::write(&path, text).unwrap();
        json!({ "NAME": "", "USER": "mine", "OPTIONS": { "read_default_file": path } })
    };
    let text = "# a comment\n[mysqld]\nport = 9\n[client]\nuser = other\npassword = \"p#w\"\nhost=h\nport=7\ndatabase=site\n";
    let database = good("mysql", file(text));
    assert_eq!((database.user.as_str(), database.name.as_str()), ("mine", "site"));
    assert_eq!(places(&database), [("h", Some(7))]);
    assert!(database.password == Password::Text("p#w".into()));
    assert!(bad("mysql", file("[client]\nnonsense=1\n")).contains("slash-o knows no \"nonsense\""));
    assert!(bad("mysql", file("[mysqld]\n")).contains("has no section [client]"));
    assert!(bad("mysql", file("[client]\n!include /x\n")).contains("other files are not read"));
}

#[test]
fn a_password_is_a_text_or_a_file_and_shown_nowhere() {
    let database = good("postgresql", json!({ "PASSWORD": { "file": "/run/p" } }));
    assert!(database.password == Password::File("/run/p".into()));
    for wrong in [json!(7), json!({ "files": "x" }), json!({ "file": 1 })] {
        assert!(bad("postgresql", json!({ "PASSWORD": wrong })).contains("DATABASES.default.PASSWORD"));
    }
    let passfile = good("postgresql", json!({ "OPTIONS": { "passfile": "/run/p" } }));
    assert!(passfile.password == Password::Passfile("/run/p".into()));
    assert!(!format!("{:?}", good("postgresql", json!({ "PASSWORD": "hidden" }))).contains("hidden"));
}

#[test]
fn engines_that_only_speak_the_protocol_are_refused_with_a_sentence() {
    for engine in ["django_cockroachdb", "django_yugabytedb"] {
        let told = read_with(json!({ "ENGINE": engine, "NAME": "x" }), None).1.join("\n");
        assert!(told.contains("was never run on it"), "{told}");
    }
}
