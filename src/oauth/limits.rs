//! Limits on guessing (`[server.limits]`): failures per client, user and address in a sliding window. Successes never
//! count. Counted in this process, or in Django's cache where that is Redis.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::{Arc, Mutex};

use lru::LruCache;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::observe::Reason;
use crate::settings::limits::Limits as Allowed;
use crate::site::Site;
use crate::storage::checksum;

use super::OAuthError;

/// So long a name that succeeded from an address is known there.
const KNOWN_SECONDS: u64 = 30 * 86_400;
/// A success is noted anew after so long.
const NOTED_ANEW: i64 = 86_400_000;
/// Names that are remembered at once.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(65_536).expect("65536 is not zero");

/// Where somebody guesses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    #[default]
    Token,
    Introspect,
    Revoke,
    Login,
    Device,
    Register,
}

/// Where a request came in, and from which address.
#[derive(Clone, Copy, Debug, Default)]
pub struct Caller {
    pub place: Place,
    pub address: Option<IpAddr>,
    /// A second look at a guess that has been counted.
    pub uncounted: bool,
}

/// What is guessed at.
#[derive(Clone, Copy, Debug)]
pub enum Target<'a> {
    Client(&'a str),
    User(&'a str),
    /// Nothing that has a name: only the address counts.
    Nameless,
}

struct Key {
    text: String,
    most: usize,
}

#[derive(Clone)]
struct Entry {
    /// Milliseconds, the newest last.
    failures: VecDeque<i64>,
    /// As many places as failures are allowed.
    gate: Arc<Semaphore>,
}

/// What this process remembers.
pub struct Limits {
    entries: Mutex<LruCache<String, Entry>>,
    /// Names that succeeded from an address, and when: others' failures do not lock them out there.
    known: Mutex<LruCache<String, i64>>,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            entries: Mutex::new(LruCache::new(REMEMBERED)),
            known: Mutex::new(LruCache::new(REMEMBERED)),
        }
    }
}

/// One guess that is under way. Say how it ended; the gates open when it is dropped.
pub struct Guess<'a> {
    site: &'a Site,
    keys: Vec<Key>,
    /// Name and address together, for a success.
    pair: Option<String>,
    gates: Vec<OwnedSemaphorePermit>,
}

impl Allowed {
    fn of(&self, place: Place) -> (&'static str, usize) {
        match place {
            Place::Token => ("token", self.token),
            Place::Introspect => ("introspect", self.introspect),
            Place::Revoke => ("revoke", self.revoke),
            Place::Login => ("login", self.login),
            Place::Device => ("device", self.device),
            Place::Register => ("register", self.register),
        }
    }
}

/// One network of an IPv6 customer counts as one address.
fn address_text(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => format!("{:x}/64", v6.to_bits() >> 64),
    }
}

fn too_many(seconds: i64) -> OAuthError {
    let text = "Too many failed attempts. Try again later.";
    let retry_after = NonZeroU32::new(u32::try_from(seconds).unwrap_or(1).max(1));
    let why = Reason::TooManyFailures.why().with("retry_after", seconds);
    OAuthError { status: 429, retry_after, ..OAuthError::because("too_many_requests", text, why) }
}

/// Lets a guess in, or says when to come again.
///
/// # Errors
/// `too_many_requests` with the seconds to wait.
pub async fn enter<'a>(site: &'a Site, caller: Caller, target: Target<'_>) -> Result<Guess<'a>, OAuthError> {
    let (keys, pair) = keys(site, caller, target).await;
    let mut guess = Guess { site, keys, pair, gates: Vec::new() };
    while !guess.keys.is_empty() {
        let failures = guess.failures().await;
        if let Some(seconds) = guess.wait(&failures) {
            return Err(too_many(seconds));
        }
        // So many places at each gate that failures and guesses under way are never more than are allowed.
        let places: Vec<usize> = failures.iter().map(|f| f.len() + 1).collect();
        guess.pass_gates(&places).await;
        let failures = guess.failures().await;
        if failures.iter().zip(&places).all(|(f, places)| f.len() < *places) {
            break;
        }
    }
    Ok(guess)
}

async fn keys(site: &Site, caller: Caller, target: Target<'_>) -> (Vec<Key>, Option<String>) {
    let Some(allowed) = site.settings.server.limits.as_ref().filter(|_| !caller.uncounted) else {
        return (Vec::new(), None);
    };
    let (place, most) = allowed.of(caller.place);
    let name = match target {
        Target::Client(id) => Some(format!("slash-o:limits:{place}:client:{}", checksum(id))),
        Target::User(name) => Some(format!("slash-o:limits:{place}:user:{}", checksum(&name.to_lowercase()))),
        Target::Nameless => None,
    };
    let address = caller.address.map(address_text);
    let pair = name.as_ref().zip(address.as_ref()).map(|(name, address)| format!("{name} {address}"));
    let is_known = match &pair {
        Some(pair) if most > 0 => is_known(site, pair).await,
        _ => false,
    };
    let mut keys = Vec::new();
    keys.extend(name.filter(|_| most > 0 && !is_known).map(|text| Key { text, most }));
    let by_address = address.filter(|_| allowed.address > 0 && most > 0);
    keys.extend(
        by_address
            .map(|a| Key { text: format!("slash-o:limits:{place}:address:{a}"), most: allowed.address }),
    );
    (keys, pair)
}

impl Limits {
    fn with<T>(&self, key: &Key, look: impl FnOnce(&mut Entry) -> T) -> Option<T> {
        let mut entries = self.entries.lock().ok()?;
        let entry = entries.get_or_insert_mut(key.text.clone(), || Entry {
            failures: VecDeque::new(),
            gate: Arc::new(Semaphore::new(key.most)),
        });
        Some(look(entry))
    }

    fn success_of(&self, pair: &str) -> Option<i64> {
        self.known.lock().ok()?.get(pair).copied()
    }

    fn note_success(&self, pair: &str, at: i64) {
        if let Ok(mut known) = self.known.lock() {
            known.put(pair.to_owned(), at);
        }
    }
}

/// Whether the name has succeeded from the address, at this process or at another one with the same cache.
async fn is_known(site: &Site, pair: &str) -> bool {
    let since = site.clock.now().timestamp_millis().saturating_sub_unsigned(KNOWN_SECONDS * 1000);
    if site.limits.success_of(pair).is_some_and(|at| at > since) {
        return true;
    }
    let Some(cache) = &site.caches.default else { return false };
    let noted = cache.noted(&[pair]).await.unwrap_or_default();
    let newest = noted.into_iter().flatten().next().filter(|at| *at > since);
    if let Some(at) = newest {
        site.limits.note_success(pair, at);
    }
    newest.is_some()
}

impl Guess<'_> {
    fn window(&self) -> i64 {
        self.site.settings.server.limits.map_or(0, |limits| limits.window)
    }

    /// The failures within the window of each key, the newest first.
    async fn failures(&self) -> Vec<Vec<i64>> {
        let since = self.site.clock.now().timestamp_millis() - self.window() * 1000;
        let mut all = match self.shared().await {
            Some(shared) => shared,
            None => self
                .keys
                .iter()
                .map(|key| self.site.limits.with(key, Entry::newest).unwrap_or_default())
                .collect(),
        };
        for moments in &mut all {
            moments.retain(|at| *at > since);
        }
        all
    }

    /// Seconds until one more failure is allowed, if it is not now.
    fn wait(&self, failures: &[Vec<i64>]) -> Option<i64> {
        let now = self.site.clock.now().timestamp_millis();
        let full = failures.iter().zip(&self.keys).filter_map(|(f, key)| f.get(key.most.checked_sub(1)?));
        let longest = full.map(|at| at + self.window() * 1000 - now).max()?;
        Some((longest + 999) / 1000)
    }

    /// Takes places at the gates, in the order of the keys everywhere: name before address.
    async fn pass_gates(&mut self, places: &[usize]) {
        self.gates.clear();
        for (key, places) in self.keys.iter().zip(places) {
            let gate = self.site.limits.with(key, |entry| entry.gate.clone());
            let places = u32::try_from((*places).min(key.most)).unwrap_or(u32::MAX);
            if let Some(gate) = gate
                && let Ok(permit) = gate.acquire_many_owned(places).await
            {
                self.gates.push(permit);
            }
        }
    }

    /// What the cache knows; none when there is no cache, or it does not answer.
    async fn shared(&self) -> Option<Vec<Vec<i64>>> {
        let cache = self.site.caches.default.as_ref()?;
        let keys: Vec<&str> = self.keys.iter().map(|key| key.text.as_str()).collect();
        cache.noted(&keys).await.inspect_err(|error| tracing::error!(%error, "limits: no cache")).ok()
    }

    /// Somebody guessed wrong.
    pub async fn failed(self) {
        let now = self.site.clock.now().timestamp_millis();
        for key in &self.keys {
            self.site.limits.with(key, |entry| entry.note(now, key.most));
            let Some(cache) = &self.site.caches.default else { continue };
            let life = self.window().unsigned_abs();
            if let Err(error) = cache.note(&key.text, now, key.most, life).await {
                tracing::error!(%error, "limits: no cache");
            }
        }
    }

    /// Somebody was right: from this address the name cannot be locked out by others.
    pub async fn succeeded(self) {
        let Some(pair) = &self.pair else { return };
        let now = self.site.clock.now().timestamp_millis();
        if self.site.limits.success_of(pair).is_some_and(|at| at > now - NOTED_ANEW) {
            return;
        }
        self.site.limits.note_success(pair, now);
        let Some(cache) = &self.site.caches.default else { return };
        if let Err(error) = cache.note(pair, now, 1, KNOWN_SECONDS).await {
            tracing::error!(%error, "limits: no cache");
        }
    }
}

impl Entry {
    fn newest(&mut self) -> Vec<i64> {
        self.failures.iter().rev().copied().collect()
    }

    fn note(&mut self, now: i64, most: usize) {
        self.failures.push_back(now);
        while self.failures.len() > most {
            self.failures.pop_front();
        }
    }
}
