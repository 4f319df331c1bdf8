//! All Rust integration tests in one binary: linking costs more than testing.
#![expect(clippy::unwrap_used, reason = "tests")]

mod endpoints;
mod house;
mod support;
