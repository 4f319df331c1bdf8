//! What may succeed: the grants at the token endpoint, the response types at the authorization endpoint.

use crate::vocabulary::{GrantType, ResponseType};

use super::OAuth2Provider;

impl OAuth2Provider {
    /// The grants that may succeed at the token endpoint.
    pub fn token_grants(&self) -> Vec<GrantType> {
        let gated = |grant| grant == GrantType::Password && self.bcp.password_grant;
        let exchanged = GrantType::OF_RFC.iter().copied().filter(|grant| grant.is_exchanged());
        exchanged.filter(|grant| self.grants.has(*grant) && !gated(*grant)).collect()
    }

    /// The response types that may succeed at the authorization endpoint.
    pub fn response_types(&self) -> Vec<ResponseType> {
        let is_on = |kind: &ResponseType| match kind.is_implicit() {
            true => self.grants.has(GrantType::Implicit) && !self.bcp.implicit_grant,
            false => self.grants.has(GrantType::AuthorizationCode),
        };
        let known =
            ResponseType::ALL.iter().copied().filter(|kind| self.oidc_enabled || !kind.is_of_openid());
        known.filter(is_on).collect()
    }
}
