//! `request` as templates see it. Django: `HttpRequest`, `HttpHeaders`, `ResolverMatch`, `SessionBase`.

use django_template::{Map, Object, QueryDict, Value};

use super::rows::Row;
use super::urls::UrlNames;

/// Plain facts of a request; empty where no template asks for them.
#[derive(Clone, Default)]
pub struct RequestFacts {
    pub method: String,
    /// With FORCE_SCRIPT_NAME in front.
    pub path: String,
    /// Below the script name.
    pub path_info: String,
    /// Without the question mark.
    pub query: String,
    pub scheme: String,
    pub host: String,
    pub remote_addr: Option<String>,
    /// The port that was reached.
    pub port: String,
    /// The active language, where LocaleMiddleware tells it.
    pub language: Option<String>,
    /// Names in the form of HTTP.
    pub headers: Vec<(String, String)>,
    pub cookies: Vec<(String, String)>,
    pub get: Vec<(String, String)>,
    pub post: Vec<(String, String)>,
    pub session: serde_json::Map<String, serde_json::Value>,
    pub session_key: Option<String>,
}

struct Request {
    facts: RequestFacts,
    attributes: Map,
}

struct Headers(Vec<(String, String)>);

struct Session {
    data: Map,
    key: Option<String>,
}

pub(super) fn value(facts: &RequestFacts, user: Value, urls: &UrlNames) -> Value {
    let f = facts;
    let full = f.full_path();
    let content_type = f.header("content-type").split(';').next().unwrap_or_default().trim().to_owned();
    let session = f.session.iter().map(|(k, v)| (k.clone(), Value::from(v.clone()))).collect();
    let attributes = [
        ("method", Value::from(&f.method)),
        ("path", Value::from(&f.path)),
        ("path_info", Value::from(&f.path_info)),
        ("scheme", Value::from(&f.scheme)),
        ("is_secure", Value::Bool(f.scheme == "https")),
        ("get_host", Value::from(&f.host)),
        ("get_port", Value::from(&f.port)),
        ("get_full_path", Value::from(&full)),
        ("get_full_path_info", Value::from(f.with_query(&f.path_info))),
        ("build_absolute_uri", Value::from(format!("{}://{}{full}", f.scheme, f.host))),
        ("content_type", Value::from(content_type)),
        ("encoding", Value::None),
        ("GET", Value::object(QueryDict::new(f.get.clone()))),
        ("POST", Value::object(QueryDict::new(f.post.clone()))),
        ("COOKIES", f.cookies.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect()),
        ("FILES", Value::map()),
        ("META", f.meta()),
        ("headers", Value::object(Headers(f.headers.clone()))),
        ("user", user),
        ("session", Value::object(Session { data: session, key: f.session_key.clone() })),
        ("resolver_match", resolver_match(f, urls)),
    ];
    let language = f.language.iter().map(|code| ("LANGUAGE_CODE", Value::from(code)));
    let attributes = attributes.into_iter().chain(language);
    let attributes = attributes.map(|(name, value)| (name.to_owned(), value)).collect();
    Value::object(Request { facts: facts.clone(), attributes })
}

impl RequestFacts {
    fn with_query(&self, path: &str) -> String {
        if self.query.is_empty() { path.to_owned() } else { format!("{path}?{}", self.query) }
    }

    pub fn full_path(&self) -> String {
        self.with_query(&self.path)
    }

    fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }

    fn meta(&self) -> Value {
        let name = |header: &str| match header.to_ascii_uppercase().replace('-', "_") {
            plain if plain == "CONTENT_TYPE" || plain == "CONTENT_LENGTH" => plain,
            other => format!("HTTP_{other}"),
        };
        let mut meta: Map = self.headers.iter().map(|(k, v)| (name(k), Value::from(v))).collect();
        let script = self.path.strip_suffix(&self.path_info).unwrap_or_default();
        for (key, value) in [
            ("REQUEST_METHOD", self.method.as_str()),
            ("PATH_INFO", &self.path_info),
            ("QUERY_STRING", &self.query),
            ("SCRIPT_NAME", script),
            ("REMOTE_ADDR", self.remote_addr.as_deref().unwrap_or_default()),
            ("SERVER_NAME", self.host.rsplit_once(':').map_or(self.host.as_str(), |(host, _)| host)),
            ("SERVER_PORT", &self.port),
            ("SERVER_PROTOCOL", "HTTP/1.1"),
        ] {
            meta.insert(key.to_owned(), Value::from(value));
        }
        Value::Map(meta)
    }
}

fn resolver_match(facts: &RequestFacts, urls: &UrlNames) -> Value {
    let Some(found) = urls.resolve(&facts.path_info) else { return Value::None };
    let (namespace, name) = found.name.rsplit_once(':').unwrap_or(("", &found.name));
    let list = |text: &str| Value::List(text.split(':').filter(|t| !t.is_empty()).map(Value::from).collect());
    Row::new(format!("ResolverMatch({})", found.name))
        .with("url_name", name)
        .with("view_name", &found.name)
        .with("namespace", namespace)
        .with("namespaces", list(namespace))
        .with("app_name", namespace)
        .with("app_names", list(namespace))
        .with("args", Value::Tuple(Vec::new()))
        .with("kwargs", found.arguments.into_iter().collect::<Value>())
        .with("route", found.route)
        .into_value()
}

impl Object for Request {
    fn get(&self, name: &str) -> Option<Value> {
        self.attributes.get(name).cloned()
    }

    fn display(&self) -> String {
        format!("<WSGIRequest: {} '{}'>", self.facts.method, self.facts.full_path())
    }
}

impl Object for Headers {
    fn get(&self, name: &str) -> Option<Value> {
        // Django: `headers.user_agent` is the header User-Agent.
        let wanted = name.replace('_', "-");
        let found = self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(&wanted));
        match (found, name) {
            (Some((_, value)), _) => Some(Value::from(value)),
            (None, "items") => {
                let pair = |(k, v): &(String, String)| Value::Tuple(vec![k.into(), v.into()]);
                Some(Value::List(self.0.iter().map(pair).collect()))
            }
            _ => None,
        }
    }

    fn display(&self) -> String {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect::<Value>().display()
    }

    fn iter(&self) -> Option<Vec<Value>> {
        Some(self.0.iter().map(|(name, _)| Value::from(name)).collect())
    }

    fn contains(&self, needle: &Value) -> Option<bool> {
        let name = needle.as_str()?;
        Some(self.0.iter().any(|(known, _)| known.eq_ignore_ascii_case(name)))
    }
}

impl Object for Session {
    fn get(&self, name: &str) -> Option<Value> {
        match (self.data.get(name), name) {
            (Some(value), _) => Some(value.clone()),
            (None, "session_key") => Some(self.key.clone().into()),
            (None, "is_empty") => Some(Value::Bool(self.key.is_none() && self.data.is_empty())),
            (None, "items" | "keys" | "values") => Value::Map(self.data.clone()).lookup(name),
            _ => None,
        }
    }

    fn display(&self) -> String {
        "<django.contrib.sessions.backends.db.SessionStore object>".to_owned()
    }

    fn truthy(&self) -> bool {
        true
    }

    fn contains(&self, needle: &Value) -> Option<bool> {
        Some(needle.as_str().is_some_and(|name| self.data.contains_key(name)))
    }
}
