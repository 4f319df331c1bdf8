//! What one running provider is made of: settings, database, caches, hashing, clock, device polls, metadata documents.

use crate::clock::Clock;
use crate::hashing::Hashing;
use crate::limits::{FailedGuesses, Gate};
use crate::oauth::cimd::Documents;
use crate::oauth::oidc::discovery::Metadata;
use crate::oauth::polls::Polls;
use crate::outbound::introspection::Introspection;
use crate::settings::Settings;
use crate::storage::Db;
use crate::storage::cache::Cache;

/// Shared by every request; holds nothing of any request.
pub struct Site {
    pub settings: Settings,
    pub db: Db,
    pub hashing: Hashing,
    pub clock: Clock,
    pub polls: Polls,
    /// Client ID metadata documents; none while CIMD_ENABLED is false.
    pub documents: Option<Documents>,
    /// Asks another authorization server about tokens; none without RESOURCE_SERVER_INTROSPECTION_URL.
    pub introspection: Option<Introspection>,
    /// The documents about this provider that were made so far.
    pub metadata: Metadata,
    pub limits: FailedGuesses,
    pub caches: Caches,
}

impl Site {
    /// What guesses at this site are held against.
    pub fn gate(&self) -> Gate<'_> {
        Gate {
            allowed: self.settings.server.limits.as_ref(),
            limits: &self.limits,
            clock: &self.clock,
            cache: self.caches.default.as_ref(),
        }
    }
}

/// What is shared with Django and other processes outside the database.
#[derive(Default)]
pub struct Caches {
    /// SESSION_CACHE_ALIAS, where the engine needs it.
    pub sessions: Option<Cache>,
    /// The default of CACHES, where it is Redis.
    pub default: Option<Cache>,
}
