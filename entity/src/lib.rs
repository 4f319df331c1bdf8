//! One file per table of a Django database that slash-o reads or writes: columns and types, no logic.
//! Names are those of django.contrib.auth, django.contrib.sessions and oauth2_provider.

pub mod access_token;
pub mod application;
pub mod bind;
pub mod dateparse;
pub mod device_grant;
pub mod grant;
pub mod id_token;
pub mod layout;
pub mod refresh_token;
pub mod session;
pub mod time;
pub mod user;
pub mod value;
