//! Mirrors src/endpoints: one file per URL.

mod applications;
mod authorized_tokens;
mod journal_modes;
mod layers;
mod layouts;
mod login;
mod openid;
mod password_change;
mod register;
mod resource_server;
mod rp_logout;
mod token;
pub mod visitor;
