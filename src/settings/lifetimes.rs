//! How long what is issued lives: `…_EXPIRE_SECONDS`. DOT: `oauth2_provider.settings.DEFAULTS`.

use serde_json::{Map, Value};

use crate::vocabulary::GrantType;

use super::reader::{MOST, Table};

/// Seconds that codes and tokens live.
#[derive(Clone, Debug)]
pub struct Lifetimes {
    pub authorization_code: i64,
    pub access_token: AccessTokenLife,
    /// `None`: a refresh token does not expire.
    pub refresh_token: Option<i64>,
    /// How long a refresh token that was rotated still works.
    pub refresh_token_grace_period: i64,
}

pub(super) fn read(t: &mut Table) -> Lifetimes {
    Lifetimes {
        authorization_code: t.count("AUTHORIZATION_CODE_EXPIRE_SECONDS", 60),
        access_token: access_token(t),
        refresh_token: refresh_token(t),
        refresh_token_grace_period: t.count("REFRESH_TOKEN_GRACE_PERIOD_SECONDS", 0),
    }
}

/// Seconds an access token lives, by application and grant where they differ (`ACCESS_TOKEN_EXPIRE_SECONDS`).
#[derive(Clone, Debug)]
pub struct AccessTokenLife {
    pub default: i64,
    pub by_grant: Vec<(GrantType, i64)>,
    /// By client id; wins over the grant.
    pub by_application: Vec<(String, i64)>,
}

impl AccessTokenLife {
    /// DOT: 0 and None mean oauthlib's own 3600.
    pub fn seconds(&self, client_id: &str, grant: GrantType) -> i64 {
        let of_application = self.by_application.iter().find(|(id, _)| id == client_id).map(|(_, s)| *s);
        let of_grant = || self.by_grant.iter().find(|(known, _)| *known == grant).map(|(_, s)| *s);
        match of_application.or_else(of_grant).unwrap_or(self.default) {
            0 => 3600,
            n => n,
        }
    }
}

fn access_token(t: &mut Table) -> AccessTokenLife {
    let key = "ACCESS_TOKEN_EXPIRE_SECONDS";
    let seconds = |value: &Value| value.as_i64().filter(|n| (0..=MOST).contains(n));
    let mut life = AccessTokenLife { default: 36_000, by_grant: Vec::new(), by_application: Vec::new() };
    let (mut pairs, mut applications) = (Vec::new(), Map::new());
    match t.take(key) {
        None => {}
        Some(Value::Object(mut map)) => {
            match map.shift_remove("applications") {
                None => {}
                Some(Value::Object(own)) => applications = own,
                Some(_) => t.problem(format!("OAUTH2_PROVIDER.{key}.applications: a table is wanted")),
            }
            pairs.extend(map);
        }
        Some(value) => match seconds(&value) {
            Some(n) => life.default = n,
            None => t.problem(format!("OAUTH2_PROVIDER.{key}: seconds (0 or more) or a table are wanted")),
        },
    }
    for (name, value) in pairs {
        match seconds(&value) {
            Some(n) if name == "default" => life.default = n,
            // An unknown word has no effect.
            Some(n) => {
                let grant = GrantType::ALL.iter().copied().find(|grant| grant.word() == name);
                life.by_grant.extend(grant.map(|grant| (grant, n)));
            }
            None => t.problem(format!("OAUTH2_PROVIDER.{key}.{name}: seconds, 0 or more, are wanted")),
        }
    }
    for (name, value) in applications {
        match seconds(&value) {
            Some(n) => life.by_application.push((name, n)),
            None => t.problem(format!(
                "OAUTH2_PROVIDER.{key}.applications.{name}: seconds, 0 or more, are wanted"
            )),
        }
    }
    life
}

/// DOT: 0 means never, as None does.
fn refresh_token(t: &mut Table) -> Option<i64> {
    let seconds = t.opt_i64("REFRESH_TOKEN_EXPIRE_SECONDS")?;
    if !(0..=MOST).contains(&seconds) {
        t.problem(format!("OAUTH2_PROVIDER.REFRESH_TOKEN_EXPIRE_SECONDS: 0 to {MOST} is allowed"));
        return None;
    }
    Some(seconds).filter(|s| *s > 0)
}
