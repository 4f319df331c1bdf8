//! CACHES: what slash-o shares with Django through Redis. Other backends are Django's own business.
//! Django: `django.core.cache`; django-redis: `django_redis.cache.RedisCache`.

use super::reader::Table;
use super::redis_tls::RedisTls;

/// A Redis that Django uses as a cache. No Debug form of its passwords.
#[derive(Clone)]
pub struct RedisCache {
    pub servers: Vec<String>,
    pub username: Option<String>,
    pub password: Option<String>,
    pub db: Option<i64>,
    /// KEY_PREFIX and VERSION, each with its colon.
    pub key_start: String,
    pub timeout_seconds: u64,
    pub tls: RedisTls,
    pub serializer: ValueSerializer,
    pub compressor: Compressor,
}

impl std::fmt::Debug for RedisCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RedisCache").field("key_start", &self.key_start).finish_non_exhaustive()
    }
}

/// django-redis SERIALIZER.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueSerializer {
    Pickle,
    Json,
}

/// django-redis COMPRESSOR.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compressor {
    Identity,
    Zlib,
    Gzip,
}

/// One entry of CACHES.
#[derive(Clone, Debug)]
pub enum Backend {
    Redis(RedisCache),
    /// The name of a backend that slash-o does not have.
    Other(String),
}

/// CACHES by alias.
#[derive(Clone, Debug, Default)]
pub struct Caches(Vec<(String, Backend)>);

impl Caches {
    pub fn get(&self, alias: &str) -> Option<&Backend> {
        self.0.iter().find(|(name, _)| name == alias).map(|(_, backend)| backend)
    }

    /// Aliases whose servers are believed whatever certificate they show.
    pub fn unchecked(&self) -> impl Iterator<Item = &str> {
        let is_unchecked = |redis: &RedisCache| {
            !redis.tls.is_checked && redis.servers.iter().any(|s| s.starts_with("rediss:"))
        };
        self.0.iter().filter_map(move |(alias, backend)| match backend {
            Backend::Redis(redis) if is_unchecked(redis) => Some(alias.as_str()),
            _ => None,
        })
    }

    /// The Redis of an alias.
    pub fn redis(&self, alias: &str) -> Option<&RedisCache> {
        match self.get(alias)? {
            Backend::Redis(redis) => Some(redis),
            Backend::Other(_) => None,
        }
    }
}

const DJANGO: &str = "django.core.cache.backends.redis.RedisCache";
const DJANGO_REDIS: &str = "django_redis.cache.RedisCache";

pub(super) fn read(top: &mut Table) -> Caches {
    let Some(mut all) = top.table("CACHES") else { return Caches::default() };
    let aliases = all.keys();
    let mut caches = Vec::new();
    for alias in aliases {
        let Some(mut one) = all.table(&alias) else { continue };
        let backend = one.string("BACKEND", "");
        let read = match backend.as_str() {
            DJANGO | DJANGO_REDIS => Backend::Redis(redis(one, backend == DJANGO_REDIS)),
            _ => {
                one.rest();
                Backend::Other(backend)
            }
        };
        caches.push((alias, read));
    }
    Caches(caches)
}

fn redis(mut table: Table, django_redis: bool) -> RedisCache {
    let mut tls = RedisTls::default();
    let servers = servers(&mut table, &mut tls);
    let prefix = table.string("KEY_PREFIX", "");
    let version = table.count("VERSION", 1);
    // A Python function, unless it is Django's own.
    table.one_of("KEY_FUNCTION", &["", "django.core.cache.backends.base.default_key_func"], "");
    // The life of a session and of a count is given with each value.
    table.take("TIMEOUT");
    let mut cache = RedisCache {
        servers,
        username: None,
        password: None,
        db: None,
        key_start: format!("{prefix}:{version}:"),
        timeout_seconds: 5,
        tls,
        serializer: ValueSerializer::Pickle,
        compressor: Compressor::Identity,
    };
    if let Some(mut options) = table.table("OPTIONS") {
        if django_redis {
            django_redis_options(&mut options, &mut cache);
        } else {
            django_options(&mut options, &mut cache);
        }
        options.finish();
    }
    table.finish();
    cache
}

/// A text, texts in a list, or several in one text with `,` or `;` between them.
fn servers(table: &mut Table, tls: &mut RedisTls) -> Vec<String> {
    let servers: Vec<String> = match table.take("LOCATION") {
        Some(serde_json::Value::String(text)) => text.split([',', ';']).map(str::to_owned).collect(),
        Some(serde_json::Value::Array(list)) => {
            list.iter().filter_map(|v| v.as_str().map(str::to_owned)).collect()
        }
        _ => Vec::new(),
    };
    let good =
        |url: &&String| ["redis://", "rediss://", "unix://"].iter().any(|start| url.starts_with(start));
    if servers.is_empty() || servers.iter().filter(good).count() != servers.len() {
        table.problem(format!(
            "{}: addresses such as redis://127.0.0.1:6379/1 are wanted (redis, rediss, unix)",
            table.name("LOCATION")
        ));
    }
    let mut plain = |address: &String| {
        tls.take_from(address).unwrap_or_else(|why| {
            table.problem(format!("{}: {why}", table.name("LOCATION")));
            address.clone()
        })
    };
    servers.iter().map(&mut plain).collect()
}

fn login(options: &mut Table, cache: &mut RedisCache, names: [&str; 3]) {
    cache.username = options.opt_string(names[0]);
    cache.password = options.opt_string(names[1]);
    cache.db = match options.take(names[2]) {
        None => None,
        Some(serde_json::Value::String(text)) if text.parse::<i64>().is_ok() => text.parse().ok(),
        Some(serde_json::Value::Number(number)) if number.as_i64().is_some() => number.as_i64(),
        Some(other) => {
            options.problem(format!("{}: {other} is no number of a database", options.name(names[2])));
            None
        }
    };
}

fn timeout(options: &mut Table, names: [&str; 2], cache: &mut RedisCache) {
    for name in names {
        if let Some(seconds) = options.take(name).and_then(|v| v.as_f64()) {
            cache.timeout_seconds = (seconds.ceil() as u64).max(1);
        }
    }
}

/// What Django hands to redis-py.
fn django_options(options: &mut Table, cache: &mut RedisCache) {
    login(options, cache, ["username", "password", "db"]);
    timeout(options, ["socket_connect_timeout", "socket_timeout"], cache);
    cache.tls.read(options);
    let serializer = ["", "django.core.cache.backends.redis.RedisSerializer"];
    options.one_of("serializer", &serializer, "");
    for name in [
        "pool_class",
        "parser_class",
        "max_connections",
        "health_check_interval",
        "socket_keepalive",
        "retry_on_timeout",
    ] {
        options.take(name);
    }
}

fn django_redis_options(options: &mut Table, cache: &mut RedisCache) {
    login(options, cache, ["USERNAME", "PASSWORD", "DB"]);
    timeout(options, ["SOCKET_CONNECT_TIMEOUT", "SOCKET_TIMEOUT"], cache);
    let client = "django_redis.client.DefaultClient";
    options.one_of("CLIENT_CLASS", &[client, "django_redis.client.default.DefaultClient"], client);
    let (pickle, json) =
        ("django_redis.serializers.pickle.PickleSerializer", "django_redis.serializers.json.JSONSerializer");
    if options.one_of("SERIALIZER", &[pickle, json], pickle) == json {
        cache.serializer = ValueSerializer::Json;
    }
    let names = ["identity.Identity", "zlib.Zlib", "gzip.Gzip"]
        .map(|name| format!("django_redis.compressors.{name}Compressor"));
    let compressor = options.one_of("COMPRESSOR", &names.each_ref().map(String::as_str), &names[0]);
    cache.compressor = match names.iter().position(|name| *name == compressor) {
        Some(1) => Compressor::Zlib,
        Some(2) => Compressor::Gzip,
        _ => Compressor::Identity,
    };
    for name in ["CONNECTION_POOL_KWARGS", "REDIS_CLIENT_KWARGS"] {
        if let Some(mut table) = options.table(name) {
            cache.tls.read(&mut table);
            table.rest();
        }
    }
    for name in [
        "CONNECTION_FACTORY",
        "CONNECTION_POOL_CLASS",
        "IGNORE_EXCEPTIONS",
        "MAX_CONNECTIONS",
        "PARSER_CLASS",
        "PICKLE_VERSION",
        "REDIS_CLIENT_CLASS",
        "CLOSE_CONNECTION",
    ] {
        options.take(name);
    }
}
