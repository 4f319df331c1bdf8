//! Django's cache on Redis: keys as RedisCache and django-redis make them, values as bytes. Writes go to the first
//! server, reads to the others where there are any. Django: `django.core.cache.backends.redis`.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{
    Client, ClientTlsConfig, ConnectionAddr, ConnectionInfo, ErrorKind, IntoConnectionInfo, RedisError,
    TlsCertificates,
};

use crate::failure::{CacheFailure, CacheKind, Failure};

/// Where a cache is. No Debug form: it holds passwords.
#[derive(Clone)]
pub struct CacheAddress {
    pub servers: Vec<String>,
    pub username: Option<String>,
    pub password: Option<String>,
    pub db: Option<i64>,
    /// KEY_PREFIX and VERSION, each with its colon.
    pub key_start: String,
    /// Longest wait for a connection and for an answer.
    pub timeout: Duration,
    pub tls: CacheTls,
}

/// TLS to a server whose address begins with `rediss:`.
#[derive(Clone)]
pub struct CacheTls {
    pub is_checked: bool,
    pub checks_host: bool,
    pub root_cert: Option<PathBuf>,
    /// Certificate and key.
    pub own: Option<(PathBuf, PathBuf)>,
}

/// A cache; clones share its connections, which are made when first needed.
#[derive(Clone)]
pub struct Cache {
    writer: ConnectionManager,
    readers: Arc<Vec<ConnectionManager>>,
    next: Arc<AtomicUsize>,
    key_start: Arc<str>,
}

impl From<RedisError> for Failure {
    fn from(error: RedisError) -> Failure {
        // The kind and the server's own word; never the command with its key.
        let mut text = format!("{:?} {}", error.kind(), error.code().unwrap_or_default());
        if error.is_io_error() {
            // The connection's own: refused, a certificate that nobody has signed.
            text = format!("{text}{error}");
        }
        CacheFailure::new(kind(&error), text).into()
    }
}

fn kind(error: &RedisError) -> CacheKind {
    if error.is_timeout() {
        return CacheKind::TimedOut;
    }
    match error.kind() {
        ErrorKind::Io => CacheKind::Unreachable,
        ErrorKind::Parse | ErrorKind::UnexpectedReturnType => CacheKind::Unreadable,
        ErrorKind::InvalidClientConfig => CacheKind::Misconfigured,
        _ => CacheKind::Refused,
    }
}

fn misconfigured(text: &'static str) -> Failure {
    CacheFailure::new(CacheKind::Misconfigured, text).into()
}

impl Cache {
    /// # Errors
    /// A server address that is none.
    pub fn new(address: &CacheAddress) -> Result<Cache, Failure> {
        let mut servers = Vec::new();
        for url in &address.servers {
            servers.push(connection(url, address)?);
        }
        let mut servers = servers.into_iter();
        let writer = servers.next().ok_or_else(|| misconfigured("no server"))?;
        Ok(Cache {
            writer,
            readers: Arc::new(servers.collect()),
            next: Arc::default(),
            key_start: address.key_start.as_str().into(),
        })
    }

    fn key(&self, key: &str) -> String {
        format!("{}{key}", self.key_start)
    }

    fn reader(&self) -> ConnectionManager {
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        let readers = self.readers.as_slice();
        readers.get(turn.checked_rem(readers.len()).unwrap_or(0)).unwrap_or(&self.writer).clone()
    }

    /// # Errors
    /// The server's own.
    pub async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Failure> {
        Ok(redis::cmd("GET").arg(self.key(key)).query_async(&mut self.reader()).await?)
    }

    /// Writes for `seconds`; none of them deletes, as in Django.
    ///
    /// # Errors
    /// The server's own.
    pub async fn set(&self, key: &str, value: &[u8], seconds: u64) -> Result<(), Failure> {
        self.put(key, value, seconds, None).await.map(drop)
    }

    /// Writes what is not there yet; false when it is.
    ///
    /// # Errors
    /// The server's own.
    pub async fn add(&self, key: &str, value: &[u8], seconds: u64) -> Result<bool, Failure> {
        self.put(key, value, seconds, Some("NX")).await
    }

    /// Writes over what is there; false when it is gone.
    ///
    /// # Errors
    /// The server's own.
    pub async fn replace(&self, key: &str, value: &[u8], seconds: u64) -> Result<bool, Failure> {
        self.put(key, value, seconds, Some("XX")).await
    }

    async fn put(&self, key: &str, value: &[u8], seconds: u64, only: Option<&str>) -> Result<bool, Failure> {
        let mut command = redis::cmd("SET");
        command.arg(self.key(key)).arg(value);
        // Redis takes no life of 0 seconds; such a value is gone at once.
        command.arg("EX").arg(seconds.max(1)).arg(only);
        let done: Option<String> = command.query_async(&mut self.writer.clone()).await?;
        if seconds == 0 && done.is_some() {
            self.delete(key).await?;
        }
        Ok(done.is_some())
    }

    /// # Errors
    /// The server's own.
    pub async fn delete(&self, key: &str) -> Result<(), Failure> {
        let _: i64 = redis::cmd("DEL").arg(self.key(key)).query_async(&mut self.writer.clone()).await?;
        Ok(())
    }

    /// Whether the server that is written to answers.
    ///
    /// # Errors
    /// The server's own.
    pub async fn ping(&self) -> Result<(), Failure> {
        let _: String = redis::cmd("PING").query_async(&mut self.writer.clone()).await?;
        Ok(())
    }

    /// Notes a moment in a list of the newest `most`, which is forgotten after `seconds`.
    ///
    /// # Errors
    /// The server's own.
    pub async fn note(&self, key: &str, moment: i64, most: usize, seconds: u64) -> Result<(), Failure> {
        let key = self.key(key);
        let mut all = redis::pipe();
        all.atomic().cmd("LPUSH").arg(&key).arg(moment).ignore();
        all.cmd("LTRIM").arg(&key).arg(0).arg(most.saturating_sub(1)).ignore();
        all.cmd("EXPIRE").arg(&key).arg(seconds.max(1)).ignore();
        let () = all.query_async(&mut self.writer.clone()).await?;
        Ok(())
    }

    /// For each key the moments that were noted, the newest first.
    ///
    /// # Errors
    /// The server's own.
    pub async fn noted(&self, keys: &[&str]) -> Result<Vec<Vec<i64>>, Failure> {
        let mut all = redis::pipe();
        for key in keys {
            all.cmd("LRANGE").arg(self.key(key)).arg(0).arg(-1);
        }
        Ok(all.query_async(&mut self.writer.clone()).await?)
    }
}

fn connection(url: &str, address: &CacheAddress) -> Result<ConnectionManager, Failure> {
    let bad = |_| misconfigured("CACHES: LOCATION is no redis://, rediss:// or unix:// address");
    let info = url.into_connection_info().map_err(bad)?;
    let mut settings = info.redis_settings().clone();
    if let Some(username) = &address.username {
        settings = settings.set_username(username);
    }
    if let Some(password) = &address.password {
        settings = settings.set_password(password);
    }
    if let Some(db) = address.db {
        settings = settings.set_db(db);
    }
    let client = client(info.set_redis_settings(settings), &address.tls)?;
    let config = ConnectionManagerConfig::new()
        .set_connection_timeout(Some(address.timeout))
        .set_response_timeout(Some(address.timeout))
        .set_number_of_retries(1);
    Ok(client.get_connection_manager_lazy(config)?)
}

fn client(info: ConnectionInfo, tls: &CacheTls) -> Result<Client, Failure> {
    let mut place = info.addr().clone();
    let ConnectionAddr::TcpTls { insecure, .. } = &mut place else { return Ok(Client::open(info)?) };
    *insecure = !tls.is_checked;
    let info = info.set_addr(place);
    let file = |path: &PathBuf| {
        let unread = |e: std::io::Error| {
            CacheFailure::new(CacheKind::Misconfigured, format!("cannot read {}: {e}", path.display()))
        };
        std::fs::read(path).map_err(unread)
    };
    let own = |(cert, key): &(PathBuf, PathBuf)| {
        Ok::<_, CacheFailure>(ClientTlsConfig { client_cert: file(cert)?, client_key: file(key)? })
    };
    let client_tls = tls.own.as_ref().map(own).transpose()?;
    let root_cert = tls.root_cert.as_ref().map(file).transpose()?;
    let client = Client::build_with_tls(info, TlsCertificates { client_tls, root_cert })?;
    if tls.checks_host {
        return Ok(client);
    }
    let mut info = client.get_connection_info().clone();
    let mut place = info.addr().clone();
    place.set_danger_accept_invalid_hostnames(true);
    info = info.set_addr(place);
    Ok(Client::open(info)?)
}
