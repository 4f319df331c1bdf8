//! Limits on guessing (`[server.limits]`): failures per client, user and address in a sliding window. Successes never
//! count. Counted in this process, or in Django's cache where that is Redis.

mod memory;

use std::net::IpAddr;
use std::num::NonZeroU32;

use django::values::sha256_hex;
use tokio::sync::OwnedSemaphorePermit;

use crate::clock::Clock;
use crate::failure::Failure;
use crate::settings::limits::GuessLimits;
use crate::storage::cache::Cache;

pub use memory::FailedGuesses;
use memory::{Entry, Key};

/// So long a name that succeeded from an address is known there.
const KNOWN_SECONDS: u64 = 30 * 86_400;
/// A success is noted anew after so long.
const NOTED_ANEW: i64 = 86_400_000;

/// A cache that did not answer is asked again after so many milliseconds.
const AWAY: i64 = 30_000;
/// Clocks of two machines differ by no more than so many milliseconds.
const SKEW: i64 = 5_000;

/// Where somebody guesses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Endpoint {
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
    pub endpoint: Endpoint,
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

/// What guesses are held against.
#[derive(Clone, Copy)]
pub struct Gate<'a> {
    /// `[server.limits]`; none: nobody is held up.
    pub allowed: Option<&'a GuessLimits>,
    pub limits: &'a FailedGuesses,
    pub clock: &'a Clock,
    /// Shared with other processes.
    pub cache: Option<&'a Cache>,
}

impl Gate<'_> {
    /// The cache, unless it did not answer a moment ago: a request waits for it once, and the others count here alone.
    fn cache(&self) -> Option<&Cache> {
        self.cache.filter(|_| !self.limits.is_cache_away(self.clock.steady()))
    }

    /// What the cache said. That it is away is told once, and that it is back.
    fn told<T>(&self, said: Result<T, Failure>) -> Option<T> {
        let away_until = said.is_err().then(|| self.clock.steady() + AWAY);
        let was_away = self.limits.note_cache(away_until);
        match (&said, was_away) {
            (Err(error), false) => {
                tracing::error!(%error, "limits: the cache does not answer; each process counts alone");
            }
            (Ok(_), true) => tracing::info!("limits: the cache answers again"),
            _ => {}
        }
        said.ok()
    }
}

/// Too many wrong guesses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany {
    /// Seconds to wait.
    pub retry_after: NonZeroU32,
}

/// Why a guess was not looked at to the end.
#[derive(Debug)]
pub enum Unanswered {
    TooMany(TooMany),
    Failed(Failure),
}

impl From<TooMany> for Unanswered {
    fn from(error: TooMany) -> Unanswered {
        Unanswered::TooMany(error)
    }
}

impl From<Failure> for Unanswered {
    fn from(failure: Failure) -> Unanswered {
        Unanswered::Failed(failure)
    }
}

/// One guess that is under way. Say how it ended; the gates open when it is dropped.
pub struct Guess<'a> {
    gate: Gate<'a>,
    keys: Vec<Key>,
    /// Name and address together, for a success.
    pair: Option<String>,
    gates: Vec<OwnedSemaphorePermit>,
}

impl GuessLimits {
    fn of(&self, endpoint: Endpoint) -> (&'static str, usize) {
        match endpoint {
            Endpoint::Token => ("token", self.token),
            Endpoint::Introspect => ("introspect", self.introspect),
            Endpoint::Revoke => ("revoke", self.revoke),
            Endpoint::Login => ("login", self.login),
            Endpoint::Device => ("device", self.device),
            Endpoint::Register => ("register", self.register),
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

fn too_many(seconds: i64) -> TooMany {
    let seconds = u32::try_from(seconds).ok().and_then(NonZeroU32::new);
    TooMany { retry_after: seconds.unwrap_or(NonZeroU32::MIN) }
}

/// Lets a guess in, or says when to come again.
///
/// # Errors
/// Too many wrong guesses before.
pub async fn enter<'a>(gate: Gate<'a>, caller: Caller, target: Target<'_>) -> Result<Guess<'a>, TooMany> {
    let (keys, pair) = keys(gate, caller, target).await;
    let mut guess = Guess { gate, keys, pair, gates: Vec::new() };
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

async fn keys(gate: Gate<'_>, caller: Caller, target: Target<'_>) -> (Vec<Key>, Option<String>) {
    let Some(allowed) = gate.allowed.filter(|_| !caller.uncounted) else {
        return (Vec::new(), None);
    };
    let (at, most) = allowed.of(caller.endpoint);
    let name = match target {
        Target::Client(id) => Some(format!("slash-o:limits:{at}:client:{}", sha256_hex(id))),
        Target::User(name) => Some(format!("slash-o:limits:{at}:user:{}", sha256_hex(&name.to_lowercase()))),
        Target::Nameless => None,
    };
    // A socket of this machine has no addresses: all its clients are one.
    let address = Some(caller.address.map_or_else(|| "unix".to_owned(), address_text));
    let pair = name.as_ref().zip(address.as_ref()).map(|(name, address)| format!("{name} {address}"));
    let is_known = match &pair {
        Some(pair) if most > 0 => is_known(gate, pair).await,
        _ => false,
    };
    let mut keys = Vec::new();
    keys.extend(name.filter(|_| most > 0 && !is_known).map(|text| Key { text, most }));
    let by_address = address.filter(|_| allowed.address > 0 && most > 0);
    keys.extend(
        by_address.map(|a| Key { text: format!("slash-o:limits:{at}:address:{a}"), most: allowed.address }),
    );
    (keys, pair)
}

/// Whether the name has succeeded from the address, at this process or at another one with the same cache.
async fn is_known(gate: Gate<'_>, pair: &str) -> bool {
    let since = gate.clock.now().timestamp_millis().saturating_sub_unsigned(KNOWN_SECONDS * 1000);
    if gate.limits.success_of(pair).is_some_and(|at| at > since) {
        return true;
    }
    let Some(cache) = gate.cache() else { return false };
    let noted = gate.told(cache.noted(&[pair]).await).unwrap_or_default();
    let newest = noted.into_iter().flatten().next().filter(|at| *at > since);
    if let Some(at) = newest {
        gate.limits.note_success(pair, at);
    }
    newest.is_some()
}

impl Guess<'_> {
    fn window(&self) -> i64 {
        self.gate.allowed.map_or(0, |limits| limits.window)
    }

    /// How many milliseconds ago each failure within the window of each key was, the newest first.
    async fn failures(&self) -> Vec<Vec<i64>> {
        let window = self.window() * 1000;
        let (now, all) = match self.shared().await {
            Some(shared) => (self.gate.clock.now().timestamp_millis(), shared),
            None => {
                let of = |key| self.gate.limits.with(key, Entry::newest).unwrap_or_default();
                (self.gate.clock.steady(), self.keys.iter().map(of).collect())
            }
        };
        // Moments of other processes come from their clocks. One that lies ahead says that a clock was put right.
        let age = |at: i64| Some(now - at).filter(|age| (-SKEW..window).contains(age)).map(|age| age.max(0));
        all.into_iter().map(|moments| moments.into_iter().filter_map(age).collect()).collect()
    }

    /// Seconds until one more failure is allowed, if it is not now.
    fn wait(&self, ages: &[Vec<i64>]) -> Option<i64> {
        let full = ages.iter().zip(&self.keys).filter_map(|(ages, key)| ages.get(key.most.checked_sub(1)?));
        let longest = full.map(|age| self.window() * 1000 - age).max()?;
        Some((longest + 999) / 1000)
    }

    /// Takes places at the gates, in the order of the keys everywhere: name before address.
    async fn pass_gates(&mut self, places: &[usize]) {
        self.gates.clear();
        for (key, places) in self.keys.iter().zip(places) {
            let gate = self.gate.limits.with(key, |entry| entry.gate.clone());
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
        let cache = self.gate.cache()?;
        let keys: Vec<&str> = self.keys.iter().map(|key| key.text.as_str()).collect();
        self.gate.told(cache.noted(&keys).await)
    }

    /// Somebody guessed wrong.
    pub async fn failed(self) {
        let (steady, now) = (self.gate.clock.steady(), self.gate.clock.now().timestamp_millis());
        for key in &self.keys {
            self.gate.limits.with(key, |entry| entry.note(steady, key.most));
            let Some(cache) = self.gate.cache() else { continue };
            let life = self.window().unsigned_abs();
            self.gate.told(cache.note(&key.text, now, key.most, life).await);
        }
    }

    /// Somebody was right: from this address the name cannot be locked out by others.
    pub async fn succeeded(self) {
        let Some(pair) = &self.pair else { return };
        let now = self.gate.clock.now().timestamp_millis();
        if self.gate.limits.success_of(pair).is_some_and(|at| at > now - NOTED_ANEW) {
            return;
        }
        self.gate.limits.note_success(pair, now);
        let Some(cache) = self.gate.cache() else { return };
        self.gate.told(cache.note(pair, now, 1, KNOWN_SECONDS).await);
    }
}
