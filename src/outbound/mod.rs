//! Requests that slash-o makes itself. They go to addresses that strangers name, so each is guarded.

pub mod address;
pub mod guarded;
mod resolve;
mod tls;
