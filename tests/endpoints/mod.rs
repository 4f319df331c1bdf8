//! Mirrors src/endpoints: one file per URL.

mod layers;
mod login;
mod token;
