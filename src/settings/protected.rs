//! `[[server.protected]]`: routes behind the bearer token, and what answers behind them.

use super::reader::Table;

/// A route behind the bearer token (`[[server.protected]]`).
#[derive(Clone, Debug)]
pub struct Protected {
    pub path: String,
    pub scopes: Vec<String>,
    pub methods: Vec<String>,
    pub read_write: bool,
    pub challenge: Challenge,
    pub realm: Option<String>,
    pub answer: Answer,
}

/// What a request without a good token is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Challenge {
    /// Nothing: a bare 403. DOT: `ProtectedResourceView`.
    None,
    /// Where to get a token. DOT: `ProtectedResourceMetadataView`.
    Rfc9728,
    /// As Django REST framework says it. DOT: `OAuth2Authentication`, `TokenHasScope`.
    RestFramework,
}

/// What a valid token gets.
#[derive(Clone, Debug)]
pub enum Answer {
    /// The resource owner's name as JSON.
    ResourceOwner,
    /// This JSON text.
    Json(String),
    /// Whatever the service behind it answers.
    Upstream(Box<Forward>),
}

/// A service that requests are forwarded to.
#[derive(Clone, Debug)]
pub struct Forward {
    /// `host:port`.
    pub authority: String,
    pub authorization: bool,
    pub cookies: bool,
    /// Names of the headers that tell user, client and scopes.
    pub headers: [String; 3],
    /// Most bytes of a request's body.
    pub max_body_bytes: u64,
    /// Seconds.
    pub connect_timeout: u64,
    /// Seconds until the head of the answer, and between its parts.
    pub timeout: u64,
}

impl Protected {
    /// Whether the route answers below its path too.
    pub fn is_prefix(&self) -> bool {
        matches!(self.answer, Answer::Upstream(_))
    }
}

pub(super) fn read(mut table: Table) -> Protected {
    let challenge = table.one_of("challenge", &["none", "rfc9728", "rest_framework"], "none");
    let route = Protected {
        path: table.string("path", ""),
        scopes: table.strings("scopes", &[]),
        methods: methods(&mut table),
        read_write: table.bool("read_write", false),
        challenge: match challenge.as_str() {
            "rfc9728" => Challenge::Rfc9728,
            "rest_framework" => Challenge::RestFramework,
            _ => Challenge::None,
        },
        realm: table.opt_string("realm"),
        answer: answer(&mut table),
    };
    if !route.path.starts_with('/') {
        table.problem(format!("{}: {:?} must start with a slash", table.name("path"), route.path));
    }
    table.finish();
    route
}

fn methods(table: &mut Table) -> Vec<String> {
    let methods = table.strings("methods", &["GET", "POST"]);
    for method in methods.iter().filter(|m| m.is_empty() || !m.chars().all(|c| c.is_ascii_uppercase())) {
        table.problem(format!("{}: {method:?} is no method such as GET", table.name("methods")));
    }
    methods
}

fn answer(table: &mut Table) -> Answer {
    let (json, upstream) = (table.opt_string("json"), table.opt_string("upstream"));
    let named = table.opt_string("answer");
    if named.as_deref().is_some_and(|a| a != "resource_owner") {
        table.problem(format!("{}: only \"resource_owner\" is allowed", table.name("answer")));
    }
    let given = [named.is_some(), json.is_some(), upstream.is_some()].iter().filter(|g| **g).count();
    if given > 1 {
        table.problem(format!("{}: give one of answer, json and upstream", table.name("path")));
    }
    match (json, upstream) {
        (_, Some(url)) => Answer::Upstream(Box::new(forward(table, &url))),
        (Some(text), _) => {
            if let Err(error) = serde_json::from_str::<serde_json::Value>(&text) {
                table.problem(format!("{}: is no JSON: {error}", table.name("json")));
            }
            Answer::Json(text)
        }
        _ => Answer::ResourceOwner,
    }
}

fn forward(table: &mut Table, url: &str) -> Forward {
    let headers = headers(table);
    Forward {
        authority: authority(table, url),
        authorization: table.bool("forward_authorization", false),
        cookies: table.bool("forward_cookies", false),
        headers,
        max_body_bytes: table.count("max_body_bytes", 10_485_760).unsigned_abs(),
        connect_timeout: table.count("connect_timeout", 5).unsigned_abs().max(1),
        timeout: table.count("timeout", 30).unsigned_abs().max(1),
    }
}

/// `http://host:port` and nothing else: what is asked for is the request's own path.
fn authority(table: &mut Table, url: &str) -> String {
    let wrong = |why: &str| format!("{}: {url:?} {why}", table.name("upstream"));
    let rest = url.strip_prefix("http://").map(|rest| rest.strip_suffix('/').unwrap_or(rest));
    let problem = match rest {
        None => wrong("must start with http:// (for https put a proxy between)"),
        Some(rest) if rest.contains(['/', '?', '#', '@']) => wrong("must be http://host:port without a path"),
        Some(rest) => match rest.parse::<http::uri::Authority>() {
            Ok(authority) => return authority.to_string(),
            Err(_) => wrong("has no host and port"),
        },
    };
    table.problem(problem);
    String::new()
}

fn headers(table: &mut Table) -> [String; 3] {
    let mut out = ["X-Auth-User", "X-Auth-Client", "X-Auth-Scope"].map(str::to_owned);
    let Some(mut names) = table.table("headers") else { return out };
    for (slot, key) in out.iter_mut().zip(["user", "client", "scope"]) {
        let name = names.string(key, slot);
        let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let taken = ["host", "connection", "content-length", "transfer-encoding", "authorization", "cookie"];
        if !plain || name.is_empty() || taken.contains(&name.to_ascii_lowercase().as_str()) {
            names.problem(format!("{}: {name:?} is no header name of its own", names.name(key)));
        } else {
            *slot = name;
        }
    }
    let lower: Vec<String> = out.iter().map(|n| n.to_ascii_lowercase()).collect();
    if lower[0] == lower[1] || lower[1] == lower[2] || lower[0] == lower[2] {
        table.problem(format!("{}: the three names must differ", table.name("headers")));
    }
    names.finish();
    out
}
