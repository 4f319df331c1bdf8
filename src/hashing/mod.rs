//! Password and secret hashes off the async threads: a bounded pool and a cache of verified secrets.
//! Django: `django.contrib.auth.hashers`; the cache never holds a secret, only an HMAC of it.

mod pool;

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};

use hmac::{Hmac, KeyInit, Mac};
use lru::LruCache;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use django::hashers::{Check, Hashers};

use crate::failure::Failure;
use crate::random;
use crate::settings::server::Hashing as Bounds;

use pool::Pool;

type Verified = Mutex<LruCache<String, [u8; 32]>>;

/// Hashes and verifies; clones share pool and cache.
#[derive(Clone)]
pub struct Hashing {
    hashers: Arc<Hashers>,
    /// Those that hash new client secrets.
    secrets: Arc<Hashers>,
    pool: Arc<Pool>,
    /// Stored hash to HMAC of the secret that matched it. A changed secret has another stored hash.
    verified: Option<Arc<Verified>>,
    key: [u8; 32],
}

impl Hashing {
    /// `secret_hasher` names the algorithm of new client secrets; an unknown one is the preferred one
    /// (DOT: `CLIENT_SECRET_HASHER`).
    ///
    /// # Errors
    /// When the operating system has no randomness for the cache's key.
    pub fn new(hashers: Arc<Hashers>, secret_hasher: &str, bounds: Bounds) -> Result<Hashing, Failure> {
        let secrets = hashers.preferring(secret_hasher).map_or_else(|| hashers.clone(), Arc::new);
        let remembered = NonZeroUsize::new(bounds.remembered_secrets);
        Ok(Hashing {
            hashers,
            secrets,
            pool: Arc::new(Pool::new(bounds.threads, bounds.queue)),
            verified: remembered.map(|most| Arc::new(Mutex::new(LruCache::new(most)))),
            key: random::key()?,
        })
    }

    pub fn hashers(&self) -> &Hashers {
        &self.hashers
    }

    /// Verifies a user's password; costs a full hash, also for unknown or unusable ones.
    ///
    /// # Errors
    /// `Failure::Busy` when too many wait, or the pool has been closed.
    pub async fn check_password(&self, password: &str, encoded: &str) -> Result<Check, Failure> {
        self.check(password, encoded).await
    }

    async fn check(&self, secret: &str, encoded: &str) -> Result<Check, Failure> {
        let (stored, id) = (self.tag(&[encoded]), self.tag(&[encoded, secret]));
        let (hashers, secret, encoded) = (self.hashers.clone(), secret.to_owned(), encoded.to_owned());
        self.pool.check(stored, id, move || hashers.check(&secret, &encoded)).await
    }

    /// Verifies a client secret. DOT: `_check_secret` — no known hash means plain text.
    ///
    /// # Errors
    /// `Failure::Busy` when too many wait, or the pool has been closed.
    pub async fn check_secret(&self, secret: &str, stored: &str) -> Result<bool, Failure> {
        if self.hashers.identify(stored).is_none() {
            let ok: bool = secret.as_bytes().ct_eq(stored.as_bytes()).into();
            if !ok {
                // A wrong guess takes as long as at a hash, or at a client that is unknown.
                self.check_password(secret, "").await?;
            }
            return Ok(ok);
        }
        let tag = self.tag(&[secret]);
        if self.is_remembered(stored, &tag) {
            return Ok(true);
        }
        let check = self.check(secret, stored).await?;
        if !check.readable {
            return Ok(secret.as_bytes().ct_eq(stored.as_bytes()).into());
        }
        let ok = check.ok;
        if ok
            && let Some(verified) = &self.verified
            && let Ok(mut verified) = verified.lock()
        {
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
        let (password, hashers) = (password.to_owned(), self.hashers.clone());
        self.pool.run(move || hashers.make(&password, &salt)).await
    }

    /// Hashes a new client secret. DOT: `ClientSecretField.pre_save`.
    ///
    /// # Errors
    /// As [`Hashing::make`].
    pub async fn make_secret(&self, secret: &str) -> Result<String, Failure> {
        let salt = random::text(self.secrets.salt_length(), random::ALPHANUMERIC)?;
        let (secret, hashers) = (secret.to_owned(), self.secrets.clone());
        self.pool.run(move || hashers.make(&secret, &salt)).await
    }

    fn is_remembered(&self, stored: &str, tag: &[u8; 32]) -> bool {
        let Some(Ok(mut verified)) = self.verified.as_ref().map(|verified| verified.lock()) else {
            return false;
        };
        verified.get(stored).is_some_and(|known| known.ct_eq(tag).into())
    }

    /// An HMAC of the parts, told apart by their lengths.
    fn tag(&self, parts: &[&str]) -> [u8; 32] {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else { return [0; 32] };
        for part in parts {
            mac.update(&part.len().to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().into()
    }
}
