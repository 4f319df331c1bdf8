//! `[server]`: what only slash-o has, in lower case.

use super::bind::{self, Bind};
use super::claims::{self, Claim};
use super::clear_expired::{self, Housekeeping};
use super::database::Pooling;
use super::endpoints::{self, Endpoints};
use super::form_templates::{self, FormTemplates};
use super::i18n::{self, I18nPatterns};
use super::limits::{self, GuessLimits, Network};
use super::login_page::{self, LoginPages};
use super::models::{self, Given};
use super::not_translated::{self, NotTranslated};
use super::protected::{self, Protected};
use super::reader::Table;
use super::testing::{self, Testing};
use super::texts::{self, Texts};
use super::timeouts::{self, Timeouts};
use super::versions::{self, DotVersion};
use super::work_factors;

/// slash-o's own settings.
#[derive(Debug)]
pub struct Server {
    /// `[server.user]` and `[server.models]`, for `Models`.
    pub(super) given_models: Given,
    /// At least one.
    pub binds: Vec<Bind>,
    /// Paths below which DOT's URLs live; each starts and ends with a slash.
    pub mount: Vec<String>,
    /// Where login and logout live; empty = Django keeps them.
    pub accounts: String,
    /// Which URLs there are, and where.
    pub endpoints: Endpoints,
    pub login_pages: LoginPages,
    /// Swagger UI; empty = off.
    pub docs: String,
    pub metadata_at_root: bool,
    pub i18n_patterns: Option<I18nPatterns>,
    pub django_version: (u8, u8),
    pub dot_version: DotVersion,
    /// The exporter has written the file; its version.
    pub exported_by: Option<String>,
    /// What the project does and slash-o does not.
    pub not_translated: NotTranslated,
    pub template_dirs_of_apps: Vec<String>,
    /// The apps' `locale` folders, in the order of INSTALLED_APPS; Django's own last.
    pub locale_dirs_of_apps: Vec<String>,
    /// A page whose templates do not work is shown by our own; else the start is refused.
    pub replaces_broken_templates: bool,
    pub texts: Texts,
    pub form_templates: Option<FormTemplates>,
    /// URL names of the project and their paths; `<name>` in a path stands for an argument.
    pub urls: Vec<(String, String)>,
    /// Whose X-Forwarded-For tells the client's address.
    pub trusted_proxies: Vec<Network>,
    /// Its word counts on a socket of this machine, which has no addresses.
    pub trusts_unix: bool,
    /// None: guesses are not limited.
    pub limits: Option<GuessLimits>,
    /// Work factors that are not django_version's: (algorithm, parameter, value).
    pub hashers: Vec<(String, String, u32)>,
    pub protected: Vec<Protected>,
    pub claims: Vec<Claim>,
    pub compat: Compat,
    pub testing: Testing,
    pub timeouts: Timeouts,
    pub hashing: Hashing,
    pub housekeeping: Housekeeping,
    /// Connections to PostgreSQL or MySQL.
    /// Most clients at a time; none = by the limit of open files.
    pub max_clients: Option<usize>,
    pub max_connections: Option<u32>,
    /// Seconds that a request waits for one of them.
    pub database_wait: Option<u64>,
    pub database_pooler: Pooling,
    /// Seconds that PostgreSQL or MySQL may take for one statement of a request.
    pub database_timeout: u64,
    /// Whether a database that takes no writes is good enough for `/readyz`.
    pub read_only_ok: bool,
    /// Whether a SQLite file is mapped into memory as OPTIONS.init_command says.
    pub sqlite_mmap: bool,
}

/// What checking passwords and secrets may take (`[server.hashing]`).
#[derive(Clone, Copy, Debug)]
pub struct Hashing {
    /// Hashes at a time.
    pub threads: usize,
    /// Hashes that may wait; more are refused with 503.
    pub queue: usize,
    /// Verified client secrets that are remembered; 0: none.
    pub remembered_secrets: usize,
}

/// `[server.compat]`: "dot" brings DOT's own behaviour back where slash-o differs on purpose.
#[derive(Clone, Copy, Debug, Default)]
pub struct Compat {
    /// JSON errors of a failed exchange as text/html, without no-store.
    pub plain_json_errors: bool,
    /// A device code can be redeemed again, by any client, after it expired.
    pub device_code_reuse: bool,
    /// A denied consent form redirects to whatever URI it holds.
    pub denial_to_any_uri: bool,
    /// An ID token is taken as a bearer token by protected routes and introspection.
    pub id_token_as_bearer: bool,
    /// A `nonce` of the token request ends up in the ID token where none was stored.
    pub token_request_nonce: bool,
    /// Logout deletes the registration access tokens of the user too.
    pub logout_registration_tokens: bool,
    /// An inactive user's session made by OAuth2Backend goes on (D-14).
    pub inactive_sessions: bool,
    /// The login form also takes a bearer token, where OAuth2Backend is a backend (D-89).
    pub login_by_token: bool,
}

impl Compat {
    /// The names that are set to "dot".
    pub fn switched(self) -> Vec<&'static str> {
        let all = [
            ("json_errors", self.plain_json_errors),
            ("device_code_reuse", self.device_code_reuse),
            ("denial_to_any_uri", self.denial_to_any_uri),
            ("id_token_as_bearer", self.id_token_as_bearer),
            ("token_request_nonce", self.token_request_nonce),
            ("logout_registration_tokens", self.logout_registration_tokens),
            ("inactive_sessions", self.inactive_sessions),
            ("login_by_token", self.login_by_token),
        ];
        all.into_iter().filter_map(|(name, is_dot)| is_dot.then_some(name)).collect()
    }
}

impl Server {
    /// Where programs of this machine reach it: the first address, else the first socket.
    pub fn bind(&self) -> Bind {
        let address = self.binds.iter().find(|bind| matches!(bind, Bind::Tcp { .. }));
        address.or(self.binds.first()).cloned().unwrap_or_default()
    }

    /// Python that MIDDLEWARE and AUTHENTICATION_BACKENDS name; a login that stays with Django asks its own backends.
    pub(super) fn see_python(&mut self, middleware: &[String], backends: &[String]) {
        self.not_translated.add(not_translated::layers(middleware));
        if self.endpoints.have_login(&self.accounts) {
            self.not_translated.add(not_translated::backends(backends));
        }
    }
}

pub(super) fn read(mut table: Table) -> Server {
    let proxies = limits::trusted_proxies(&mut table);
    let server = Server {
        given_models: models::given(&mut table),
        binds: bind::read(&mut table),
        mount: mount(&mut table),
        accounts: slashed(&mut table, "accounts", "/accounts/"),
        endpoints: endpoints::read(&mut table),
        login_pages: login_page::read(&mut table),
        docs: slashed(&mut table, "docs", "/docs/"),
        metadata_at_root: table.bool("metadata_at_root", false),
        i18n_patterns: i18n::patterns(&mut table),
        django_version: versions::django(&mut table),
        dot_version: versions::dot(&mut table),
        exported_by: table.opt_string("exported_by"),
        not_translated: not_translated::read(&mut table),
        template_dirs_of_apps: table.strings("template_dirs_of_apps", &[]),
        locale_dirs_of_apps: table.strings("locale_dirs_of_apps", &[]),
        replaces_broken_templates: table.one_of("broken_templates", &["refuse", "built-in"], "refuse")
            == "built-in",
        texts: texts::read(&mut table),
        form_templates: form_templates::read(&mut table),
        urls: urls(&mut table),
        trusted_proxies: proxies.networks,
        trusts_unix: proxies.unix,
        limits: limits::read(&mut table),
        hashers: work_factors::read(&mut table),
        protected: table.tables("protected").into_iter().map(protected::read).collect(),
        claims: claims::read(&mut table),
        compat: compat(&mut table),
        testing: testing::read(&mut table),
        timeouts: timeouts::read(&mut table),
        housekeeping: clear_expired::housekeeping(&mut table),
        hashing: hashing(&mut table),
        max_clients: table.opt_count("max_clients").and_then(|n| usize::try_from(n).ok()).filter(|n| *n > 0),
        max_connections: table.opt_count("max_connections").and_then(|n| u32::try_from(n).ok()),
        database_wait: table.opt_count("database_wait"),
        database_pooler: pooler(&mut table),
        database_timeout: timeouts::seconds(&mut table, "database_timeout", 9).max(1),
        read_only_ok: table.bool("read_only_ok", false),
        sqlite_mmap: table.bool("sqlite_mmap", false),
    };
    table.finish();
    server
}

/// The paths that the provider answers at.
fn mount(table: &mut Table) -> Vec<String> {
    let mount = match table.take("mount") {
        Some(serde_json::Value::String(one)) => vec![one],
        Some(serde_json::Value::Array(list)) => {
            list.iter().filter_map(|v| v.as_str().map(str::to_owned)).collect()
        }
        None => vec!["/o/".to_owned()],
        Some(other) => {
            table.problem(format!("server.mount: a path or a list of paths is wanted, this is {other}"));
            Vec::new()
        }
    };
    let twice = mount.iter().enumerate().find(|(at, path)| mount[..*at].contains(path));
    if let Some((_, path)) = twice {
        table.problem(format!("server.mount: {path:?} stands there twice"));
    }
    if mount.is_empty() {
        table.problem("server.mount: at least one path is wanted".into());
    }
    for path in &mount {
        if !path.starts_with('/') || !path.ends_with('/') {
            table.problem(format!("server.mount: {path:?} must start and end with a slash"));
        }
    }
    mount
}

/// A name may have several paths, with different arguments.
fn urls(table: &mut Table) -> Vec<(String, String)> {
    let Some(mut urls) = table.table("urls") else { return Vec::new() };
    let mut out = Vec::new();
    for (name, value) in urls.rest() {
        let paths = match value {
            serde_json::Value::Array(paths) => paths,
            one => vec![one],
        };
        for path in paths {
            match path.as_str() {
                Some(path) => out.push((name.clone(), path.to_owned())),
                None => urls.problem(format!("server.urls.{name}: a path or a list of paths is wanted")),
            }
        }
    }
    out
}

fn pooler(table: &mut Table) -> Pooling {
    match table.one_of("database_pooler", &["auto", "none", "transaction"], "auto").as_str() {
        "none" => Pooling::None,
        "transaction" => Pooling::Transaction,
        _ => Pooling::Auto,
    }
}

fn slashed(table: &mut Table, key: &str, default: &str) -> String {
    let path = table.string(key, default);
    if !path.is_empty() && (!path.starts_with('/') || !path.ends_with('/')) {
        table.problem(format!("server.{key}: {path:?} must start and end with a slash, or be empty"));
    }
    path
}

fn compat(table: &mut Table) -> Compat {
    let Some(mut compat) = table.table("compat") else { return Compat::default() };
    let mut dot = |key: &str| compat.one_of(key, &["dot", "safe"], "safe") == "dot";
    let out = Compat {
        plain_json_errors: dot("json_errors"),
        device_code_reuse: dot("device_code_reuse"),
        denial_to_any_uri: dot("denial_to_any_uri"),
        id_token_as_bearer: dot("id_token_as_bearer"),
        token_request_nonce: dot("token_request_nonce"),
        logout_registration_tokens: dot("logout_registration_tokens"),
        inactive_sessions: dot("inactive_sessions"),
        login_by_token: dot("login_by_token"),
    };
    compat.finish();
    out
}

fn hashing(table: &mut Table) -> Hashing {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    let mut own = table.table("hashing").unwrap_or_else(|| table.inner("hashing", serde_json::Map::new()));
    let mut count = |key: &str, default: i64| usize::try_from(own.count(key, default)).unwrap_or(usize::MAX);
    let hashing = Hashing {
        threads: count("threads", i64::try_from(cores).unwrap_or(1)).clamp(1, 1024),
        queue: count("queue", 256),
        remembered_secrets: count("remembered_secrets", 4096),
    };
    own.finish();
    hashing
}
