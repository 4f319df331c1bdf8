//! What one running provider is made of: settings, database, hashing, clock, device polls, metadata documents.

use crate::clock::Clock;
use crate::hashing::Hashing;
use crate::oauth::cimd::Documents;
use crate::oauth::oidc::discovery::Metadata;
use crate::oauth::polls::Polls;
use crate::settings::Settings;
use crate::storage::Db;

/// Shared by every request; holds nothing of any request.
pub struct Site {
    pub settings: Settings,
    pub db: Db,
    pub hashing: Hashing,
    pub clock: Clock,
    pub polls: Polls,
    /// Client ID metadata documents; none while CIMD_ENABLED is false.
    pub documents: Option<Documents>,
    /// The documents about this provider that were made so far.
    pub metadata: Metadata,
}
