//! ID tokens (OpenID Connect Core 1.0 section 2): claims, signature, row.
//! DOT: `OAuth2Validator.finalize_id_token`; oauthlib: `GrantTypeBase.add_id_token`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use entity::application::Model as Application;
use entity::user::Model as User;
use entity::value::DjangoUuid;

use crate::failure::Failure;
use crate::oauth::{Error, OAuthError};
use crate::observe::Reason;
use crate::random;
use crate::site::Site;
use crate::storage::Brief;
use crate::storage::id_tokens::{self, NewIdToken};

use super::claims::{self, Person, Place};
use super::{jws, keys, person};

/// What an ID token needs besides the tokens that it goes with.
pub struct Openid<'a> {
    pub issuer: &'a str,
    pub person: Person,
    pub nonce: Option<String>,
}

/// What else is in the same answer: an ID token holds a hash of each (`at_hash`, `c_hash`).
#[derive(Clone, Copy, Default)]
pub struct HashInputs<'a> {
    pub access_token: Option<&'a str>,
    pub code: Option<&'a str>,
}

/// A signed token whose row is not written yet. No Debug form: it is a token.
pub struct IdToken {
    pub text: String,
    row: NewIdToken,
}

/// # Errors
/// `server_error` when this application has no key to sign with; the reason is logged.
// Differs from DOT: a 500 there. Nothing is written, as nothing is there: the code survives (O-350 to O-352).
pub fn check_key(site: &Site, application: &Application) -> Result<(), OAuthError> {
    let Err(unable) = keys::of(site, application) else { return Ok(()) };
    tracing::error!(client_id = application.client_id, reason = %unable, "no ID token can be signed");
    let why = unable.reason().why().of_client(&application.client_id, Some(application.id));
    Err(OAuthError::because("server_error", "ID tokens cannot be signed for this client.", why))
}

/// # Errors
/// `server_error` when this user has no subject; the user is logged.
pub fn check_subject(site: &Site, person: &Person) -> Result<(), OAuthError> {
    if claims::subject(&site.settings, person).is_some() {
        return Ok(());
    }
    Err(no_subject(&person.user))
}

/// The columns are data of the project: its people learn of it from the log.
pub(super) fn no_subject(user: &User) -> OAuthError {
    tracing::error!(user_id = %user.id, "no subject: the columns of server.claims.sub are empty for this user");
    let why = Reason::SubjectMissing.why().of_user(user.id);
    OAuthError::because("server_error", "This user has no subject.", why)
}

/// Signs an ID token for `scope` in the order of claims that DOT has (O-301).
///
/// # Errors
/// `server_error` as in `check_key` and `check_subject`; or no randomness.
pub fn sign(
    site: &Site,
    application: &Application,
    openid: &Openid<'_>,
    scope: &str,
    inputs: HashInputs<'_>,
) -> Result<IdToken, Error> {
    check_key(site, application)?;
    let now = site.clock.now();
    let expires = now + TimeDelta::seconds(site.settings.oauth2.oidc.id_token_expire_seconds);
    let jti = random::uuid()?;
    let mut all = Map::new();
    all.insert("aud".into(), application.client_id.as_str().into());
    all.insert("iat".into(), now.timestamp().into());
    let nonce = openid.nonce.as_deref().filter(|nonce| !nonce.is_empty());
    let hashes = [("at_hash", inputs.access_token.map(half)), ("c_hash", inputs.code.map(half))];
    let optional = std::iter::once(("nonce", nonce.map(str::to_owned))).chain(hashes);
    all.extend(optional.filter_map(|(name, value)| Some((name.to_owned(), Value::from(value?)))));
    let scopes: Vec<&str> = scope.split_whitespace().collect();
    let user = &openid.person.user;
    let about = claims::of_user(&site.settings, &openid.person, &scopes, Place::IdToken);
    all.extend(about.ok_or_else(|| no_subject(user))?);
    all.insert("iss".into(), openid.issuer.into());
    all.insert("exp".into(), expires.timestamp().into());
    // DOT: the latest login of the user, not that of the session which consented.
    all.insert("auth_time".into(), user.last_login.map_or(now, |at| at.0).timestamp().into());
    all.insert("jti".into(), jti.to_string().into());
    let key = keys::of(site, application).ok();
    let text = key.and_then(|key| jws::sign(&all, &key));
    let text = text.ok_or(Failure::Signing("the key of the ID tokens cannot sign"))?;
    // Differs from DOT: the row has the granted scope, never the `scope` parameter of the request.
    let row = NewIdToken {
        jti: DjangoUuid(jti),
        user_id: user.id,
        application_id: application.id,
        expires,
        scope: scope.to_owned(),
    };
    Ok(IdToken { text, row })
}

impl<'a> Openid<'a> {
    /// # Errors
    /// The database's own, where claims show more of the user than the row.
    pub async fn about(
        site: &Site,
        issuer: &'a str,
        user: User,
        scope: &str,
        nonce: Option<String>,
    ) -> Result<Openid<'a>, Failure> {
        let scopes: Vec<&str> = scope.split_whitespace().collect();
        Ok(Openid { issuer, person: person::read(site, user, &scopes, Place::IdToken).await?, nonce })
    }
}

impl IdToken {
    /// Writes the row; its id.
    ///
    /// # Errors
    /// The database's own.
    pub async fn store(&self, tx: &Brief, now: DateTime<Utc>) -> Result<i64, Failure> {
        id_tokens::insert(tx, &self.row, now).await
    }
}

/// The left half of SHA-256, for `at_hash` and `c_hash`.
fn half(value: &str) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(value.as_bytes())[..16])
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_hash_of_the_specifications_example() {
        let code = "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk";
        assert_eq!(super::half(code), "LDktKdoQak3Pk0cnXxCltA");
    }
}
