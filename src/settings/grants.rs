//! Which grants are on: `OAUTH2_SERVER_CLASS` and `OIDC_SERVER_CLASS`, and what a client may get by them.
//! oauthlib: `pre_configured`.

use serde_json::Value;

use crate::vocabulary::GrantType;

use super::declared;
use super::reader::Table;
use super::versions::DotVersion;

/// The grants that are on, and those that the project's DOT does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grants(Vec<GrantType>, Vec<GrantType>);

/// Every grant of DOT. A grant that DOT does not have is on only if a setting names it.
impl Default for Grants {
    fn default() -> Grants {
        Grants(GrantType::OF_RFC.iter().copied().filter(|grant| grant.is_of_dot()).collect(), Vec::new())
    }
}

impl Grants {
    pub fn has(&self, grant: GrantType) -> bool {
        self.0.contains(&grant)
    }

    /// The grant of this `grant_type`, if it is on and the token endpoint exchanges it.
    pub fn find(&self, grant_type: &str) -> Option<GrantType> {
        GrantType::of_rfc(grant_type).filter(|grant| grant.is_exchanged() && self.has(*grant))
    }

    /// Before DOT 3.2 there is no device flow, and its name is longer than the column.
    pub(super) fn fit(&mut self, dot: DotVersion) {
        if !dot.is_at_least(3, 2) {
            self.0.retain(|grant| *grant != GrantType::DeviceCode);
            self.1.push(GrantType::DeviceCode);
        }
    }

    /// What forms, registration and documents offer: DOT's grants, also those that are off, as DOT does, and others that are on.
    pub fn offered(&self) -> impl Iterator<Item = GrantType> {
        let known = GrantType::ALL.iter().copied().filter(|grant| !self.1.contains(grant));
        known.filter(|grant| grant.is_of_dot() || self.has(*grant))
    }

    /// What an application may be registered for: DOT's column values.
    pub fn columns(&self) -> Vec<&'static str> {
        self.offered().filter_map(GrantType::column).collect()
    }

    /// What an RFC names, in the order in which DOT advertises it.
    pub fn advertised(&self) -> Vec<&'static str> {
        let known = GrantType::OF_RFC.iter().copied();
        known.filter(|grant| grant.is_of_dot() || self.has(*grant)).filter_map(GrantType::rfc).collect()
    }
}

/// The plain server's grants with OpenID Connect off, the other's with it on.
pub(super) fn read(t: &mut Table) -> Grants {
    let plain = server_class(t, "OAUTH2_SERVER_CLASS", "oauthlib.oauth2.Server");
    let oidc = server_class(t, "OIDC_SERVER_CLASS", "oauthlib.openid.Server");
    if t.is_true("OIDC_ENABLED") { oidc } else { plain }
}

fn server_class(t: &mut Table, key: &str, all: &str) -> Grants {
    use GrantType::{AuthorizationCode, ClientCredentials, Implicit, Password, RefreshToken};
    match t.take(key) {
        None => Grants::default(),
        Some(Value::String(name)) => match name.trim_start_matches("oauthlib.oauth2.") {
            _ if name == all => Grants::default(),
            "WebApplicationServer" => Grants(vec![AuthorizationCode, RefreshToken], Vec::new()),
            "MobileApplicationServer" => Grants(vec![Implicit], Vec::new()),
            "LegacyApplicationServer" => Grants(vec![Password, RefreshToken], Vec::new()),
            "BackendApplicationServer" => Grants(vec![ClientCredentials], Vec::new()),
            _ => {
                let instead = format!("say it as {{ grants = [..] }} of {}", words());
                declared::tell(t, key, &Value::String(name), &instead);
                Grants::default()
            }
        },
        Some(Value::Object(map)) => named(t.inner(key, map)),
        Some(_) => {
            t.problem(format!("OAUTH2_PROVIDER.{key}: {all:?} or {{ grants = [..] }} is wanted"));
            Grants::default()
        }
    }
}

fn named(mut t: Table) -> Grants {
    let names = t.strings("grants", &[]);
    if names.is_empty() {
        t.problem(format!("{}: at least one is wanted", t.name("grants")));
    }
    let mut grants = Vec::new();
    for name in &names {
        match GrantType::of_rfc(name) {
            Some(grant) => grants.push(grant),
            None => t.problem(format!("{}: {name:?} is none of {}", t.name("grants"), words())),
        }
    }
    t.finish();
    Grants(grants, Vec::new())
}

/// The words of `grants`; the device flow by its URN.
fn words() -> String {
    let words: Vec<&str> = GrantType::OF_RFC.iter().filter_map(|grant| grant.rfc()).collect();
    words.join(", ")
}
