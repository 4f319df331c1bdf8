//! How ids, secrets, tokens and user codes are made, said as data.
//! DOT: `CLIENT_ID_GENERATOR_CLASS`, `ACCESS_TOKEN_GENERATOR`, `OAUTH_DEVICE_USER_CODE_GENERATOR` and their siblings.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::reader::{Table, is_dotted};
use super::rsa_key::RsaKey;
use super::rsa_key::key_of;

/// Made at random from an alphabet, a UUID, or a JWT.
#[derive(Clone, Debug)]
pub enum Generator {
    Random {
        length: usize,
        /// ASCII, each character once.
        alphabet: String,
        /// Characters between two hyphens; 0: none.
        group: usize,
    },
    /// Version 4, in its usual form.
    Uuid,
    Signed(Arc<Signed>),
}

/// JWTs with RS256. oauthlib: `signed_token_generator(private_pem, **claims)`.
#[derive(Debug)]
pub struct Signed {
    pub key: RsaKey,
    /// What each token says besides `scope`, `exp` and `jti`.
    pub claims: Map<String, Value>,
}

/// What every generator may use: RFC 6749's and RFC 6750's characters that need no escape anywhere.
const ALLOWED: &str = "letters, digits and -._~";
pub const ALPHANUMERIC: &str = django::RANDOM_STRING_CHARS;
const USER_CODE: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUV";

/// All of them.
#[derive(Clone, Debug)]
pub struct Generators {
    pub client_id: Generator,
    pub client_secret: Generator,
    pub access_token: Generator,
    pub refresh_token: Generator,
    pub user_code: Generator,
}

/// What one setting allows: its key, DOT's own class or function, least bits, most characters (the column's).
struct Kind {
    key: &'static str,
    built_in: &'static str,
    least_bits: f64,
    most: usize,
    /// Whether it may be a signed JWT.
    signs: bool,
}

pub(super) fn read(t: &mut Table) -> Generators {
    let secret_length = usize::try_from(t.count("CLIENT_SECRET_GENERATOR_LENGTH", 128)).unwrap_or(128);
    let random = "oauthlib.oauth2.rfc6749.tokens.random_token_generator";
    let kind = |key, built_in, least_bits, most| Kind { key, built_in, least_bits, most, signs: false };
    let client_id =
        kind("CLIENT_ID_GENERATOR_CLASS", "oauth2_provider.generators.ClientIdGenerator", 32.0, 100);
    let client_secret =
        kind("CLIENT_SECRET_GENERATOR_CLASS", "oauth2_provider.generators.ClientSecretGenerator", 64.0, 255);
    let access = Kind { signs: true, ..kind("ACCESS_TOKEN_GENERATOR", random, 64.0, 255) };
    let refresh = Kind { signs: true, ..kind("REFRESH_TOKEN_GENERATOR", random, 64.0, 255) };
    let user_code =
        kind("OAUTH_DEVICE_USER_CODE_GENERATOR", "oauth2_provider.utils.user_code_generator", 20.0, 100);
    let access_token = one(t, &access, Generator::letters_and_digits(30));
    Generators {
        client_id: one(t, &client_id, Generator::letters_and_digits(40)),
        client_secret: one(t, &client_secret, Generator::letters_and_digits(secret_length)),
        // oauthlib: the refresh tokens' generator is the access tokens' unless it is set.
        refresh_token: one(t, &refresh, access_token.clone()),
        access_token,
        user_code: one(t, &user_code, Generator::random(8, USER_CODE)),
    }
}

impl Generators {
    /// Keys that sign tokens.
    pub fn keys(&self) -> impl Iterator<Item = &RsaKey> {
        [&self.access_token, &self.refresh_token].into_iter().filter_map(|generator| match generator {
            Generator::Signed(signed) => Some(&signed.key),
            _ => None,
        })
    }
}

impl Generator {
    fn letters_and_digits(length: usize) -> Generator {
        Generator::random(length, ALPHANUMERIC)
    }

    fn random(length: usize, alphabet: &str) -> Generator {
        Generator::Random { length, alphabet: alphabet.to_owned(), group: 0 }
    }
}

fn one(t: &mut Table, kind: &Kind, default: Generator) -> Generator {
    match t.take(kind.key) {
        None | Some(Value::Bool(false)) => default,
        Some(Value::String(name)) if name == kind.built_in => default,
        Some(Value::String(name)) if name == "uuid" => Generator::Uuid,
        Some(Value::Object(map)) => {
            let mut own = t.inner(kind.key, map);
            let is_signed = kind.signs && (own.has("signed") || own.has("claims"));
            let made = if is_signed { signed(&mut own) } else { described(&mut own, kind) };
            own.finish();
            made.unwrap_or(default)
        }
        Some(value) => {
            let signed =
                if kind.signs { ", { signed = \"key.pem\", claims = { iss = \"..\" } }" } else { "" };
            let instead = format!("say it as \"uuid\"{signed} or {{ length = .., alphabet = \"..\" }}");
            match value.as_str().filter(|name| is_dotted(name)) {
                Some(name) => t.hook(kind.key, name, &instead, false),
                None => t.problem(format!("{}: is no generator; {instead}", t.name(kind.key))),
            }
            default
        }
    }
}

fn signed(t: &mut Table) -> Option<Generator> {
    let claims = t.table("claims").map(|mut claims| claims.rest()).unwrap_or_default();
    // Differs from DOT: what the server itself says of a token cannot be replaced.
    for (name, _) in claims.iter().filter(|(name, _)| ["scope", "exp", "jti"].contains(&name.as_str())) {
        t.problem(format!("{}.{name}: each token has its own", t.name("claims")));
    }
    let Some(key) = t.opt_string("signed") else {
        t.problem(format!("{}: an RSA key is wanted, as PEM or the path of a file", t.name("signed")));
        return None;
    };
    let key = key_of(t, "signed", &key)?;
    Some(Generator::Signed(Arc::new(Signed { key, claims: claims.into_iter().collect() })))
}

fn described(t: &mut Table, kind: &Kind) -> Option<Generator> {
    let alphabet = t.string("alphabet", ALPHANUMERIC);
    let group = usize::try_from(t.count("group", 0)).unwrap_or(0);
    let Some(length) = t.opt_i64("length").and_then(|n| usize::try_from(n).ok()).filter(|n| *n > 0) else {
        t.problem(format!("{}: a number of characters is wanted", t.name("length")));
        return None;
    };
    let mut characters: Vec<char> = alphabet.chars().collect();
    let allowed = |c: &char| c.is_ascii_alphanumeric() || "-._~".contains(*c);
    characters.sort_unstable();
    characters.dedup();
    if characters.len() != alphabet.chars().count() || !characters.iter().all(allowed) || characters.len() < 2
    {
        t.problem(format!("{}: two or more different ones of {ALLOWED} are wanted", t.name("alphabet")));
        return None;
    }
    let hyphens = (length - 1).checked_div(group).unwrap_or(0);
    if length + hyphens > kind.most {
        t.problem(format!("{}: at most {} characters fit", t.name("length"), kind.most));
        return None;
    }
    let bits =
        f64::from(u32::try_from(length).ok()?) * f64::from(u32::try_from(characters.len()).ok()?).log2();
    if bits < kind.least_bits {
        t.problem(format!(
            "{}: {bits:.0} bits of randomness are too few; {} are wanted",
            t.name("length"),
            kind.least_bits
        ));
        return None;
    }
    Some(Generator::Random { length, alphabet, group })
}
