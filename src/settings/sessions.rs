//! SESSION_ENGINE and what belongs to it. Django: `django.contrib.sessions.backends`.

use std::path::PathBuf;

use django::session::Serializer;

use super::caches::{Backend, Caches};
use super::reader::Table;

/// Where sessions live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Db,
    CachedDb,
    Cache,
    SignedCookies,
    File,
}

impl Engine {
    pub fn is_cached(self) -> bool {
        matches!(self, Engine::Cache | Engine::CachedDb)
    }

    /// Whether sessions are rows of django_session.
    pub fn has_rows(self) -> bool {
        matches!(self, Engine::Db | Engine::CachedDb)
    }
}

/// How sessions are stored.
#[derive(Debug)]
pub struct Sessions {
    pub engine: Engine,
    pub serializer: Serializer,
    /// SESSION_CACHE_ALIAS, for the engines that are cached.
    pub cache_alias: String,
    /// SESSION_FILE_PATH, for the engine `file`.
    pub folder: PathBuf,
}

const ENGINES: [(&str, Engine); 5] = [
    ("django.contrib.sessions.backends.db", Engine::Db),
    ("django.contrib.sessions.backends.cached_db", Engine::CachedDb),
    ("django.contrib.sessions.backends.cache", Engine::Cache),
    ("django.contrib.sessions.backends.signed_cookies", Engine::SignedCookies),
    ("django.contrib.sessions.backends.file", Engine::File),
];
const JSON: &str = "django.contrib.sessions.serializers.JSONSerializer";
const PICKLE: &str = "django.contrib.sessions.serializers.PickleSerializer";

pub(super) fn read(top: &mut Table, caches: &Caches, django_version: (u8, u8)) -> Sessions {
    let names = ENGINES.map(|(name, _)| name);
    let name = top.one_of("SESSION_ENGINE", &names, names[0]);
    let engine = ENGINES.iter().find(|(known, _)| *known == name).map_or(Engine::Db, |(_, engine)| *engine);
    let serializer = match top.one_of("SESSION_SERIALIZER", &[JSON, PICKLE], JSON).as_str() {
        PICKLE => Serializer::Pickle,
        _ => Serializer::Json,
    };
    if serializer == Serializer::Pickle && django_version >= (5, 0) {
        top.problem(format!(
            "SESSION_SERIALIZER: Django 5.0 has no PickleSerializer; set [server] django_version to yours, or use {JSON}"
        ));
    }
    let cache_alias = top.string("SESSION_CACHE_ALIAS", "default");
    if engine.is_cached() {
        check_cache(top, caches, &cache_alias);
    }
    let folder = top.opt_string("SESSION_FILE_PATH").map_or_else(std::env::temp_dir, PathBuf::from);
    if engine == Engine::File && !folder.is_dir() {
        top.problem(format!("SESSION_FILE_PATH: there is no folder {}", folder.display()));
    }
    Sessions { engine, serializer, cache_alias, folder }
}

fn check_cache(top: &Table, caches: &Caches, alias: &str) {
    let wanted = "sessions in a cache need a Redis (django.core.cache.backends.redis.RedisCache or \
                  django_redis.cache.RedisCache)";
    match caches.get(alias) {
        Some(Backend::Redis(_)) => {}
        Some(Backend::Other(backend)) => {
            top.problem(format!("CACHES.{alias}.BACKEND: {backend:?} is not supported; {wanted}"));
        }
        None => top.problem(format!("CACHES.{alias}: is missing; {wanted}")),
    }
}
