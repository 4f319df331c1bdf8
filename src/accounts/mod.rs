//! Who sits at the browser: password -> user, session cookie -> user, login and logout.
//! Django: `django.contrib.auth`.

mod authenticate;
pub mod engine;
pub mod fields;
pub mod login;
pub mod password_change;
pub mod session;
mod session_cache;
pub mod session_data;

pub use authenticate::{Authenticated, authenticate};
pub use session::Session;

/// What came of a form.
pub enum Submitted<E> {
    Accepted,
    /// What the page shows beside its fields.
    Wrong(E),
}
