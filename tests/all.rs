//! All Rust integration tests in one binary: linking costs more than testing.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod endpoints;
mod house;
mod openapi;
mod support;
