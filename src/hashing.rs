//! Password and secret hashes off the async threads: a bounded pool and a cache of verified secrets.
//! Django: `django.contrib.auth.hashers`; the cache never holds a secret, only an HMAC of it.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};

use hmac::{Hmac, KeyInit, Mac};
use lru::LruCache;
use sha2::Sha256;
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

use django::hashers::{Check, Hashers};

use crate::random;
use crate::storage::Failure;

/// How many verified secrets are remembered.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(4096).expect("4096 is not zero");

/// Hashes and verifies; clones share pool and cache.
#[derive(Clone)]
pub struct Hashing {
    hashers: Arc<Hashers>,
    /// Those that hash new client secrets.
    secrets: Arc<Hashers>,
    permits: Arc<Semaphore>,
    /// Stored hash to HMAC of the secret that matched it. A changed secret has another stored hash.
    verified: Arc<Mutex<LruCache<String, [u8; 32]>>>,
    key: [u8; 32],
}

impl Hashing {
    /// A pool of as many threads as there are cores. `secret_hasher` names the algorithm of new client secrets;
    /// an unknown one is the preferred one (DOT: `CLIENT_SECRET_HASHER`).
    ///
    /// # Errors
    /// When the operating system has no randomness for the cache's key.
    pub fn new(hashers: Arc<Hashers>, secret_hasher: &str) -> Result<Hashing, Failure> {
        let secrets = hashers.preferring(secret_hasher).map_or_else(|| hashers.clone(), Arc::new);
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Ok(Hashing {
            hashers,
            secrets,
            permits: Arc::new(Semaphore::new(cores)),
            verified: Arc::new(Mutex::new(LruCache::new(REMEMBERED))),
            key: random::key()?,
        })
    }

    pub fn hashers(&self) -> &Hashers {
        &self.hashers
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Hashers) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let permit =
            self.permits.clone().acquire_owned().await.map_err(|e| Failure::Hashing(e.to_string()))?;
        let hashers = self.hashers.clone();
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work(&hashers)
        })
        .await
        .map_err(|e| Failure::Hashing(e.to_string()))
    }

    /// Verifies a user's password; costs a full hash, also for unknown or unusable ones.
    ///
    /// # Errors
    /// When the pool has been closed.
    pub async fn check_password(&self, password: &str, encoded: &str) -> Result<Check, Failure> {
        let (password, encoded) = (password.to_owned(), encoded.to_owned());
        self.run(move |h| h.check(&password, &encoded)).await
    }

    /// Verifies a client secret. DOT: `_check_secret` — no known hash means plain text.
    ///
    /// # Errors
    /// When the pool has been closed.
    pub async fn check_secret(&self, secret: &str, stored: &str) -> Result<bool, Failure> {
        if self.hashers.identify(stored).is_none() {
            let ok: bool = secret.as_bytes().ct_eq(stored.as_bytes()).into();
            if !ok {
                // A wrong guess takes as long as at a hash, or at a client that is unknown.
                self.check_password(secret, "").await?;
            }
            return Ok(ok);
        }
        let tag = self.tag(secret);
        if self.is_remembered(stored, &tag) {
            return Ok(true);
        }
        let (password, encoded) = (secret.to_owned(), stored.to_owned());
        let check = self.run(move |h| h.check(&password, &encoded)).await?;
        if !check.readable {
            return Ok(secret.as_bytes().ct_eq(stored.as_bytes()).into());
        }
        let ok = check.ok;
        if ok && let Ok(mut verified) = self.verified.lock() {
            verified.put(stored.to_owned(), tag);
        }
        Ok(ok)
    }

    /// Hashes with the preferred hasher.
    ///
    /// # Errors
    /// No randomness for the salt, or the pool has been closed.
    pub async fn make(&self, password: &str) -> Result<String, Failure> {
        let salt = random::text(self.hashers.salt_length(), random::ALPHANUMERIC)?;
        let password = password.to_owned();
        self.run(move |h| h.make(&password, &salt)).await
    }

    /// Hashes a new client secret. DOT: `ClientSecretField.pre_save`.
    ///
    /// # Errors
    /// As [`Hashing::make`].
    pub async fn make_secret(&self, secret: &str) -> Result<String, Failure> {
        let salt = random::text(self.secrets.salt_length(), random::ALPHANUMERIC)?;
        let (secret, hashers) = (secret.to_owned(), self.secrets.clone());
        self.run(move |_| hashers.make(&secret, &salt)).await
    }

    fn is_remembered(&self, stored: &str, tag: &[u8; 32]) -> bool {
        let Ok(mut verified) = self.verified.lock() else { return false };
        verified.get(stored).is_some_and(|known| known.ct_eq(tag).into())
    }

    fn tag(&self, secret: &str) -> [u8; 32] {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else { return [0; 32] };
        mac.update(secret.as_bytes());
        mac.finalize().into_bytes().into()
    }
}
