//! Ids, secrets, tokens and user codes as the settings' generators make them.
//! DOT: `generate_client_id`, `generate_client_secret`; oauthlib: `token_generator`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::failure::Failure;
use crate::random;
use crate::settings::generators::{Generator, Signed};
use crate::site::Site;

/// # Errors
/// No randomness; so with each of this file.
pub fn client_id(site: &Site) -> Result<String, Failure> {
    text(&site.settings.oauth2.generators.client_id)
}

/// # Errors
/// No randomness.
pub fn client_secret(site: &Site) -> Result<String, Failure> {
    text(&site.settings.oauth2.generators.client_secret)
}

/// What a signed token says of itself.
#[derive(Clone, Copy)]
pub struct SignedFields<'a> {
    pub scope: &'a str,
    /// Seconds since 1970, UTC.
    pub exp: i64,
}

/// # Errors
/// No randomness; a key that cannot sign.
pub fn access_token(site: &Site, fields: SignedFields<'_>) -> Result<String, Failure> {
    token(&site.settings.oauth2.generators.access_token, fields)
}

/// # Errors
/// No randomness; a key that cannot sign.
pub fn refresh_token(site: &Site, fields: SignedFields<'_>) -> Result<String, Failure> {
    token(&site.settings.oauth2.generators.refresh_token, fields)
}

/// # Errors
/// No randomness.
pub fn user_code(site: &Site) -> Result<String, Failure> {
    text(&site.settings.oauth2.generators.user_code)
}

fn token(generator: &Generator, fields: SignedFields<'_>) -> Result<String, Failure> {
    match generator {
        Generator::Signed(signed) => jwt(signed, fields),
        other => text(other),
    }
}

/// oauthlib: `generate_signed_token`.
fn jwt(signed: &Signed, fields: SignedFields<'_>) -> Result<String, Failure> {
    // Differs from DOT: `scope` is what was granted, not what the token request happens to hold; `jti` tells two tokens
    // of one second apart, which DOT cannot store.
    let mut claims = serde_json::Map::new();
    claims.insert("scope".into(), fields.scope.into());
    claims.insert("exp".into(), fields.exp.into());
    claims.extend(signed.claims.clone());
    claims.insert("jti".into(), random::uuid()?.to_string().into());
    let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
    let claims = part(&serde_json::Value::Object(claims).to_string());
    let message = format!("{}.{claims}", part(r#"{"typ":"JWT","alg":"RS256"}"#));
    let signature = signed.key.sign(message.as_bytes());
    let signature = signature.ok_or(Failure::Signing("the key of ACCESS_TOKEN_GENERATOR cannot sign"))?;
    Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

fn text(generator: &Generator) -> Result<String, Failure> {
    match generator {
        Generator::Signed(_) => Err(Failure::Unexpected("only tokens are signed")),
        Generator::Uuid => Ok(random::uuid()?.to_string()),
        Generator::Random { length, alphabet, group } => {
            let plain = random::text(*length, alphabet.as_bytes())?;
            Ok(grouped(&plain, *group))
        }
    }
}

/// A hyphen after each `group` characters but the last.
fn grouped(text: &str, group: usize) -> String {
    if group == 0 {
        return text.to_owned();
    }
    let characters: Vec<char> = text.chars().collect();
    let groups: Vec<String> = characters.chunks(group).map(|c| c.iter().collect()).collect();
    groups.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random(length: usize, alphabet: &str, group: usize) -> String {
        text(&Generator::Random { length, alphabet: alphabet.into(), group }).unwrap()
    }

    #[test]
    fn groups_are_told_apart_by_hyphens() {
        let code = random(8, "AB", 4);
        assert_eq!(code.len(), 9);
        assert_eq!(&code[4..5], "-");
        assert_eq!(random(8, "AB", 8).len(), 8);
        assert_eq!(random(9, "AB", 4).matches('-').count(), 2);
    }

    #[test]
    fn a_text_has_its_length_and_only_characters_of_its_alphabet() {
        let token = random(500, "xyz", 0);
        assert_eq!(token.len(), 500);
        assert!(token.chars().all(|c| "xyz".contains(c)));
        assert!("xyz".chars().all(|c| token.contains(c)));
    }

    #[test]
    fn uuids_are_of_version_4() {
        let made = text(&Generator::Uuid).unwrap();
        assert_eq!(uuid::Uuid::parse_str(&made).unwrap().get_version_num(), 4);
    }
}
