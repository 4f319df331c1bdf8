//! What several settings must be together.

use super::reader::Table;
use super::rsa_key::LEAST_BITS;
use super::{Bind, Django, OAuth2Provider, Server};

/// Reports the table where strangers could reach the server.
pub(super) fn check_testing(top: &Table, django: &Django, server: &Server) {
    let loopback = server.binds.iter().all(Bind::is_local);
    if server.testing.is_used && !(loopback && django.debug) {
        top.problem(
            "server.testing: is for tests only; it needs DEBUG = true and a server.bind on a loopback address"
                .into(),
        );
    }
}

/// Reports keys that are too short, unless a test asked for them.
pub(super) fn check_keys(top: &Table, oauth2: &OAuth2Provider, allow_weak: bool) {
    let of_oidc = oauth2.oidc.key.iter().chain(&oauth2.oidc.inactive_keys);
    let all = of_oidc.map(|key| ("OIDC_RSA_PRIVATE_KEY", key));
    let all = all.chain(oauth2.generators.keys().map(|key| ("ACCESS_TOKEN_GENERATOR", key)));
    for (name, key) in all.filter(|(_, key)| key.is_weak() && !allow_weak) {
        top.problem(format!(
            "OAUTH2_PROVIDER.{name}: a key of {} bits is too short; {LEAST_BITS} or more are \
             wanted (slash-o generate-key makes one)",
            key.bits()
        ));
    }
}
