//! Requests that slash-o makes itself: to addresses that strangers name, each guarded, and to the services behind
//! protected routes.

pub mod address;
pub mod error;
pub mod guarded;
pub mod headers;
pub mod introspection;
mod resolve;
mod tls;
pub mod upstream;
