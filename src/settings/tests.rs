//! What the settings accept and how they say no.
use super::*;

fn read(toml: &str) -> Result<Settings, SettingsError> {
    from_raw(toml::from_str(toml).unwrap(), "test.toml", |_| None)
}

const LEAST: &str =
    "SECRET_KEY = \"k\"\nDATABASES.default = { ENGINE = \"django.db.backends.sqlite3\", NAME = \"x\" }\n";

fn problems(more: &str) -> String {
    read(&format!("{LEAST}{more}")).unwrap_err().to_string()
}

#[test]
fn defaults_are_those_of_django_and_dot() {
    let s = read(LEAST).unwrap();
    assert_eq!(s.django.session.name, "sessionid");
    assert_eq!(s.django.csrf.age, 31_449_600);
    assert_eq!(s.oauth2.access_token_expire_seconds.seconds("password"), 36_000);
    assert_eq!(s.server.mount, ["/o/"]);
    assert!(s.oauth2.pkce_required.is_required("any", "public"));
}

#[test]
fn an_unknown_key_is_named_with_its_place() {
    assert!(problems("[OAUTH2_PROVIDER]\nSCOPEZ = 1\n").contains("OAUTH2_PROVIDER.SCOPEZ: there is no such"));
    assert!(problems("DEBUGG = true\n").contains("DEBUGG: there is no such setting"));
}

#[test]
fn every_mistake_is_told_at_once() {
    let text = problems("DEBUG = 3\nALLOWED_HOSTS = \"*\"\n[server]\nbind = \"here\"\n");
    assert!(text.contains("DEBUG: true or false is wanted"), "{text}");
    assert!(text.contains("ALLOWED_HOSTS: a list of texts is wanted"), "{text}");
    assert!(text.contains("server.bind: \"here\""), "{text}");
}

#[test]
fn a_hook_that_needs_python_is_refused_by_name() {
    assert!(
        problems("[OAUTH2_PROVIDER]\nOAUTH2_VALIDATOR_CLASS = \"my.V\"\n").contains("OAUTH2_VALIDATOR_CLASS")
    );
}

#[test]
fn the_order_of_scopes_is_kept() {
    let s = read(&format!("{LEAST}[OAUTH2_PROVIDER]\nSCOPES = {{ z = \"Z\", a = \"A\" }}\n")).unwrap();
    assert_eq!(s.oauth2.default_scopes, ["z", "a"]);
}

#[test]
fn the_environment_wins() {
    let raw = toml::from_str(LEAST).unwrap();
    let env = |k: &str| (k == "DATABASE_URL").then(|| "postgresql://u:p%40@h:5433/d".to_owned());
    let s = from_raw(raw, "t", env).unwrap();
    assert_eq!(s.database.password, "p@");
    assert_eq!(s.database.place(), "postgresql://h:5433/d");
    assert!(!format!("{s:?}").contains("p@"));
}
