//! All SQL. One file per table; callers get rows as plain data and never see a statement.
//! Absence is no error: look-ups answer `Ok(None)`.

mod access;
pub mod access_tokens;
mod address;
pub mod applications;
pub mod cache;
pub mod cascade;
pub mod census;
pub mod cimd_applications;
pub mod clear_lock;
mod connect;
pub mod device_grants;
mod error;
pub mod expired;
pub mod grants;
pub mod id_tokens;
mod knows_layout;
pub mod layout;
pub mod own_columns;
mod password;
pub mod permissions;
mod permits;
mod pool;
mod probe;
pub mod refresh_tokens;
pub mod remote_tokens;
mod repeat;
mod row;
mod rows;
pub mod session_files;
pub mod sessions;
mod sqlite;
#[cfg(test)]
mod testing;
pub mod throw_away;
mod transactions;
pub mod users;
mod waits;

pub use address::{Address, Pooler, Servers};
pub use connect::{Db, Target, answering_within, open, patient, with_layout};
pub use knows_layout::KnowsLayout;
pub use password::PasswordSource;
pub use probe::{probe, takes_writes};
pub(crate) use repeat::again;
pub use repeat::{Failed, Repeats};
pub use transactions::{Brief, Tx, begin, begin_brief, commit, commit_brief};
pub use waits::Waits;
