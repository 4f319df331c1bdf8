//! HTTP in, HTTP out: one file is one URL is one DOT view. Nothing here decides; it takes input, calls a rule,
//! wraps the answer.

pub mod answer;
pub mod applications;
pub mod authorize;
pub mod authorized_tokens;
pub mod device;
pub mod device_authorization;
pub mod docs;
pub mod health;
pub mod input;
pub mod introspect;
pub mod layers;
pub mod login;
pub mod logout;
pub mod metadata;
mod observed;
pub mod password_change;
pub mod protected;
pub mod register;
pub mod revoke_token;
pub mod rp_logout;
pub mod token;
pub mod userinfo;
mod vary;
