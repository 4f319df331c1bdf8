//! What the settings accept and how they say no.
use super::*;
use crate::settings::database::Password;
use crate::vocabulary::GrantType;

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
    assert_eq!(s.oauth2.lifetimes.access_token.seconds("web", GrantType::Password), 36_000);
    assert_eq!(s.server.mount, ["/o/"]);
    assert!(s.oauth2.pkce_required.is_required("any", "public"));
}

#[test]
fn pkce_by_client_type_knows_the_types() {
    let pkce = |types: &str| format!("[OAUTH2_PROVIDER]\nPKCE_REQUIRED = {{ client_types = [{types}] }}\n");
    let s = read(&format!("{LEAST}{}", pkce("\"public\""))).unwrap();
    assert!(s.oauth2.pkce_required.is_required("any", "public"));
    assert!(!s.oauth2.pkce_required.is_required("any", "confidential"));
    let text = problems(&pkce("\"publc\""));
    let wanted = "PKCE_REQUIRED.client_types: \"publc\" is not confidential or public";
    assert!(text.contains(wanted), "{text}");
}

#[test]
fn another_server_is_asked_only_with_credentials() {
    let url = "[OAUTH2_PROVIDER]\nRESOURCE_SERVER_INTROSPECTION_URL = \"https://a.example/introspect/\"\n";
    let credentials = "RESOURCE_SERVER_INTROSPECTION_CREDENTIALS = ";
    for nothing in ["", "RESOURCE_SERVER_AUTH_TOKEN = \"\"\n", &format!("{credentials}[]\n")] {
        let s = read(&format!("{LEAST}{url}{nothing}")).unwrap();
        assert!(s.oauth2.remote.is_none());
        let told =
            |text: &String| text.contains("RESOURCE_SERVER_INTROSPECTION_URL: no other server is asked");
        assert!(s.warnings.iter().any(told), "{:?}", s.warnings);
    }
    let s = read(&format!("{LEAST}{url}{credentials}[\"us\", \"s\"]\n")).unwrap();
    assert!(s.oauth2.remote.is_some() && !s.warnings.iter().any(|text| text.contains("RESOURCE_SERVER")));
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
fn python_stops_the_start_until_it_is_accepted() {
    let file = r#"MIDDLEWARE = ["django.middleware.common.CommonMiddleware", "shop.layers.Gate"]
        AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", "shop.Backend"]
        DATE_FORMAT = "Y-m-d"
        TIME_FORMAT = "P"
        [OAUTH2_PROVIDER]
        OAUTH2_VALIDATOR_CLASS = "shop.V"
        ACCESS_TOKEN_GENERATOR = "shop.tokens.token"
        SCOPES_BACKEND_CLASS = "shop.scopes.Backend"
        DCR_REGISTRATION_PERMISSION_CLASSES = ["shop.Permission"]
        [[server.not_translated]]
        name = "signal: shop.models.note"
        [[server.not_translated]]
        name = "environment: SHOP"
    "#;
    let names = [
        "signal: shop.models.note",
        "environment: SHOP",
        "MIDDLEWARE: shop.layers.Gate",
        "AUTHENTICATION_BACKENDS: shop.Backend",
        "setting: DATE_FORMAT",
        "OAUTH2_VALIDATOR_CLASS: shop.V",
        "ACCESS_TOKEN_GENERATOR: shop.tokens.token",
        "SCOPES_BACKEND_CLASS: shop.scopes.Backend",
        "DCR_REGISTRATION_PERMISSION_CLASSES: shop.Permission",
    ];
    let found = read(&format!("{LEAST}{file}")).unwrap().server.not_translated;
    let mut all: Vec<&str> = found.open().map(|finding| finding.name.as_str()).collect();
    all.sort_unstable();
    let mut wanted = names.to_vec();
    wanted.sort_unstable();
    assert_eq!(all, wanted);
    let raw = toml::from_str(&format!("{LEAST}{file}")).unwrap();
    let with_variable = from_raw(raw, "test.toml", |name| (name == "SHOP").then(|| "1".to_owned())).unwrap();
    assert_eq!(with_variable.server.not_translated.findings.len(), names.len() - 1);
}

#[test]
fn the_class_names_of_dots_main_branch_are_known() {
    let settings = read(&format!(
        r#"{LEAST}AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", "oauth2_provider.resource_server.backends.OAuth2Backend"]
        MIDDLEWARE = ["oauth2_provider.resource_server.middleware.OAuth2TokenMiddleware"]
        [OAUTH2_PROVIDER]
        OAUTH2_BACKEND_CLASS = "oauth2_provider.core.backends_oauthlib.JSONOAuthLibCore"
        OAUTH2_SERVER_CLASS = "oauth2_provider.authorization_server.servers.OAuth2Server"
        DCR_REGISTRATION_PERMISSION_CLASSES = ["oauth2_provider.authorization_server.dcr.AllowAllDCRPermission"]
        [server]
        dot_version = "3.2.0""#
    ))
    .unwrap();
    assert!(settings.server.not_translated.refusal().is_none() && settings.oauth2.json_body);
    assert!(settings.token_middleware.logs_in && !settings.server.dot_version.is_at_least(3, 4));
    assert_eq!(settings.oauth2.dcr.permissions, [super::registration::DcrPermission::AllowAll]);
    assert!(read(LEAST).unwrap().server.dot_version.is_at_least(3, 4));
    assert!(problems("[server]\ndot_version = \"newest\"\n").contains("server.dot_version: \"newest\""));
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
    assert!(s.database.password == Password::Text("p@".into()));
    assert_eq!(s.database.place(), "postgresql://h:5433/d");
    assert!(!format!("{s:?}").contains("p@"));
}

#[test]
fn a_login_url_that_leads_to_another_page_of_ours_would_redirect_to_itself() {
    let told = problems("LOGIN_URL = \"/o/applications/7/\"\n");
    assert!(
        told.contains("LOGIN_URL: /o/applications/7/ is the provider's own detail and no login page"),
        "{told}"
    );
}

#[test]
fn without_modelbackend_nobody_could_log_in() {
    let other = "AUTHENTICATION_BACKENDS = [\"oauth2_provider.backends.OAuth2Backend\"]\n";
    assert!(problems(other).contains("nobody can log in here"));
    assert!(read(&format!("{LEAST}{other}[server]\naccounts = \"\"\n")).is_ok());
}

#[test]
fn models_are_dots_own() {
    let stock = "[OAUTH2_PROVIDER]\nAPPLICATION_MODEL = \"oauth2_provider.Application\"\n";
    assert!(read(&format!("{LEAST}{stock}")).is_ok());
    assert!(problems("[OAUTH2_PROVIDER]\nAPPLICATION_MODEL = \"my.App\"\n").contains("APPLICATION_MODEL"));
}

#[test]
fn paths_that_overlap_or_are_patterns_are_refused() {
    for (more, text) in [
        ("[[server.protected]]\npath = \"/a\"\n[[server.protected]]\npath = \"/a\"\n", "/a is taken already"),
        ("[[server.protected]]\npath = \"/healthz\"\n", "/healthz is taken already"),
        ("[[server.protected]]\npath = \"/o/token/\"\n", "/o/token/ is taken already"),
        ("[[server.protected]]\npath = \"/a/*x\"\n", "no plain path"),
        ("[server]\nmount = [\"/:x/\"]\n", "no plain path"),
        ("[server]\ndocs = \"/o/\"\n", "overlap"),
        ("[server]\nmount = [\"/o/\", \"/o/\"]\n", "stands there twice"),
        (
            "[server]\nmount = \"/\"\naccounts = \"/\"\n",
            "/logout/ is taken twice, by logout and by rp-initiated-logout",
        ),
        ("LOGIN_URL = \"/healthz\"\n", "LOGIN_URL: /healthz is the provider's own healthz and no login page"),
        ("LOGIN_URL = \"/o/authorize/\"\n", "LOGIN_URL: /o/authorize/ is the provider's own authorize"),
    ] {
        let told = problems(more);
        assert!(told.contains(text), "{more}: {told}");
    }
}

#[test]
fn provider_and_login_may_stand_below_each_other() {
    for more in [
        "LOGIN_URL = \"/auth/login/\"\n[server]\nmount = \"/auth/o/\"\naccounts = \"/auth/\"\n",
        "LOGIN_URL = \"/o/login/\"\n",
        "[server]\nmount = [\"/p/\", \"/p/q/\"]\n",
        "[server]\naccounts = \"/\"\n",
        "[server]\nmount = \"/\"\n",
    ] {
        assert!(read(&format!("{LEAST}{more}")).is_ok(), "{more}");
    }
}

#[test]
fn times_beyond_a_hundred_years_are_refused() {
    let told = problems(
        "SESSION_COOKIE_AGE = 99999999999999999\n[OAUTH2_PROVIDER]\nACCESS_TOKEN_EXPIRE_SECONDS = 300000000000\n",
    );
    assert!(told.contains("SESSION_COOKIE_AGE: 99999999999999999 is not allowed"), "{told}");
    assert!(told.contains("ACCESS_TOKEN_EXPIRE_SECONDS"), "{told}");
}

#[test]
fn permission_classes_are_known_by_dots_names() {
    let settings = read(&format!(
        r#"{LEAST}[OAUTH2_PROVIDER]
        DCR_ENABLED = true
        DCR_REGISTRATION_PERMISSION_CLASSES = ["oauth2_provider.dcr.AllowAllDCRPermission"]
        CIMD_ENABLED = true
        CIMD_REGISTRATION_PERMISSION_CLASSES = []
        CIMD_MAX_CONCURRENT_FETCHES = false
        CIMD_FETCH_TIMEOUT_SECONDS = 0.5"#
    ))
    .unwrap();
    assert_eq!(settings.oauth2.dcr.permissions, [super::registration::DcrPermission::AllowAll]);
    assert_eq!(settings.oauth2.cimd.max_concurrent_fetches, 0);
    assert_eq!(settings.oauth2.cimd.fetch_timeout.as_millis(), 500);
    assert!(settings.warnings.iter().any(|w| w.contains("CIMD_REGISTRATION_PERMISSION_CLASSES: is empty")));
    let told = problems(
        r#"[OAUTH2_PROVIDER]
        DCR_REGISTRATION_PERMISSION_CLASSES = ["oauth2_provider.dcr.Permission"]
        CIMD_METADATA_FETCHER = 1
        CIMD_FETCH_TIMEOUT_SECONDS = 0"#,
    );
    for wanted in [
        "\"oauth2_provider.dcr.Permission\" is not known; allowed are: oauth2_provider.dcr.",
        "CIMD_METADATA_FETCHER",
        "TIMEOUT",
    ] {
        assert!(told.contains(wanted), "{told}");
    }
}
