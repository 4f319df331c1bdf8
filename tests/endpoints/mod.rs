//! Mirrors src/endpoints: one file per URL, and per grant in grants/; events.rs reads the log.

mod applications;
mod authorize;
mod authorized_tokens;
mod device;
mod error_pages;
mod events;
mod grants;
mod journal_modes;
mod layers;
mod layouts;
mod login;
mod logout;
mod metadata;
mod openid;
mod password_change;
mod register;
mod resource_server;
mod rp_logout;
mod snapshot;
mod token;
mod userinfo;
pub mod visitor;
