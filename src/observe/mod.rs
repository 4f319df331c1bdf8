//! What was decided and why: refusals carry a reason, and each decision is told once. Knows no secret by its types.
//! Neither HTTP nor the database is known here.

mod event;
mod reason;
mod why;

pub use event::{Decision, Done, Event, Outcome, tell};
pub use reason::Reason;
pub use why::{Details, Why};
