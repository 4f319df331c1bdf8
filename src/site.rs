//! What one running provider is made of: settings, database, hashing and clock.

use crate::clock::Clock;
use crate::hashing::Hashing;
use crate::settings::Settings;
use crate::storage::Db;

/// Shared by every request; holds nothing of any request.
pub struct Site {
    pub settings: Settings,
    pub db: Db,
    pub hashing: Hashing,
    pub clock: Clock,
}
