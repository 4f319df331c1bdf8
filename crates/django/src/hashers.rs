//! Password hashes (`django.contrib.auth.hashers`): reading, checking, making, and when to rewrite one.

mod algorithm;
mod argon2;
mod bcrypt;
mod dispatch;
mod error;
mod factors;
mod pbkdf2;
mod rounds;
mod scrypt;
mod simple;

pub use algorithm::Algorithm;
pub use error::HasherError;
pub use factors::{Argon2Factors, Overrides, ScryptFactors, WorkFactors};

use crate::RANDOM_STRING_CHARS;
use std::hint::black_box;

/// The sign of an unusable password (`UNUSABLE_PASSWORD_PREFIX`).
pub const UNUSABLE_PREFIX: &str = "!";
/// How many random characters Django puts after it.
pub const UNUSABLE_SUFFIX_LENGTH: usize = 40;
/// Bits of entropy a salt must have since Django 3.2.
pub const SALT_ENTROPY: u32 = 128;

/// A salt for hashes that are made only to take their time.
const DUMMY_SALT: &str = "aaaaaaaaaaaaaaaaaaaaaa";

/// The hashers of a site (`PASSWORD_HASHERS`): the first makes new hashes, all are read.
#[derive(Clone, Debug)]
pub struct Hashers {
    preferred: Algorithm,
    known: Vec<Algorithm>,
    factors: WorkFactors,
    read_legacy: bool,
}

/// What came of a password check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Check {
    /// Whether the password is right.
    pub ok: bool,
    /// Whether the row should be rewritten with [`Hashers::make`]; only ever after a right password.
    pub must_update: bool,
    /// Whether the stored form could be read at all; DOT takes what cannot be read for plain text.
    pub readable: bool,
}

impl Hashers {
    /// The hashers of `PASSWORD_HASHERS` (dotted paths, at least one) with the work factors of a Django version and
    /// the site's own.
    ///
    /// # Errors
    /// Names the unknown dotted path (a project's own class, `CryptPasswordHasher`) or the work factor
    /// out of range. Source: `get_hashers`.
    pub fn from_settings(
        names: &[String],
        django_version: (u8, u8),
        overrides: &Overrides,
    ) -> Result<Hashers, HasherError> {
        let known: Vec<Algorithm> =
            names.iter().map(|name| Algorithm::from_dotted(name)).collect::<Result<_, _>>()?;
        let preferred = *known.first().ok_or(HasherError::Empty)?;
        let factors = WorkFactors::of(django_version, overrides)?;
        Ok(Hashers { preferred, known, factors, read_legacy: overrides.read_legacy })
    }

    /// The hashers and work factors of a Django version without settings, e.g. `(5, 2)`.
    pub fn default_for(django_version: (u8, u8)) -> Hashers {
        let mut known =
            vec![Algorithm::Pbkdf2Sha256, Algorithm::Pbkdf2Sha1, Algorithm::Argon2, Algorithm::BcryptSha256];
        if django_version >= (4, 0) {
            known.push(Algorithm::Scrypt);
        }
        let factors = WorkFactors::default_for(django_version);
        Hashers { preferred: Algorithm::Pbkdf2Sha256, known, factors, read_legacy: false }
    }

    /// The same hashers, with another of them making new hashes (`make_password(…, hasher=algorithm)`).
    pub fn preferring(&self, algorithm: &str) -> Option<Hashers> {
        let preferred = *self.known.iter().find(|known| known.name() == algorithm)?;
        Some(Hashers { preferred, ..self.clone() })
    }

    /// The algorithm that makes new hashes.
    pub fn preferred(&self) -> Algorithm {
        self.preferred
    }

    /// The work factors in force.
    pub fn factors(&self) -> &WorkFactors {
        &self.factors
    }

    /// The algorithm of an encoded password, if it is one of `PASSWORD_HASHERS`. Only the form's start is looked at.
    ///
    /// Source: `identify_hasher`.
    pub fn identify(&self, encoded: &str) -> Option<Algorithm> {
        Algorithm::of(encoded).filter(|algorithm| self.known.contains(algorithm))
    }

    fn identify_or_legacy(&self, encoded: &str) -> Option<Algorithm> {
        let legacy = || Algorithm::of(encoded).filter(|algorithm| self.read_legacy && algorithm.is_legacy());
        self.identify(encoded).or_else(legacy)
    }

    /// Checks a password against the stored form. An unusable, unknown or malformed one costs the time of one default
    /// hash, as a missing user should (check against an empty text).
    ///
    /// Source: `verify_password`. Differs from Django: malformed hashes and those with absurd work factors are wrong
    /// instead of an exception or hours of work.
    pub fn check(&self, password: &str, encoded: &str) -> Check {
        let algorithm = if is_usable(encoded) { self.identify_or_legacy(encoded) } else { None };
        let verified = algorithm.and_then(|found| Some((found, found.verify(password, encoded)?)));
        let Some((algorithm, ok)) = verified else {
            self.spend_one_hash(password);
            return Check::default();
        };
        let changed = algorithm != self.preferred;
        let must_update = changed || self.preferred.must_update(&self.factors, encoded);
        if !ok && !changed && must_update {
            self.preferred.harden(&self.factors, password, encoded);
        }
        Check { ok, must_update: ok && must_update, readable: true }
    }

    /// Takes the time of one default hash: what an unknown user must cost.
    pub fn spend_one_hash(&self, password: &str) {
        black_box(self.preferred.encode(&self.factors, password, DUMMY_SALT));
    }

    /// A new hash by the preferred algorithm; `salt` is [`Hashers::salt_length`] random characters of
    /// [`RANDOM_STRING_CHARS`]. A salt that is empty or has a `$` gives `!`, an unusable password.
    ///
    /// Source: `make_password`.
    pub fn make(&self, password: &str, salt: &str) -> String {
        let encoded = self.preferred.encode(&self.factors, password, salt);
        encoded.unwrap_or_else(|| UNUSABLE_PREFIX.to_owned())
    }

    /// A new hash by an algorithm of `PASSWORD_HASHERS`, `"default"` for the preferred one (as DOT's
    /// `CLIENT_SECRET_HASHER`); `salt` as for [`Hashers::make`].
    ///
    /// # Errors
    /// When the algorithm is not in `PASSWORD_HASHERS` or the salt is empty or has a `$`.
    pub fn make_with(&self, algorithm: &str, password: &str, salt: &str) -> Result<String, HasherError> {
        let algorithm = self.named(algorithm)?;
        let encoded = algorithm.encode(&self.factors, password, salt);
        encoded.ok_or(HasherError::Salt)
    }

    /// The algorithm of a name such as `pbkdf2_sha256` or `default`. Source: `get_hasher`.
    ///
    /// # Errors
    /// Names it, when it is not in `PASSWORD_HASHERS`.
    pub fn named(&self, name: &str) -> Result<Algorithm, HasherError> {
        if name == "default" {
            return Ok(self.preferred);
        }
        let found = self.known.iter().copied().find(|algorithm| algorithm.name() == name);
        found.ok_or_else(|| HasherError::NotListed(name.to_owned()))
    }

    /// How many random characters a new salt has: 22, or 12 before Django 3.2.
    pub fn salt_length(&self) -> usize {
        self.factors.salt_length
    }
}

/// Whether the stored form is not marked unusable. Source: `is_password_usable`.
pub fn is_usable(encoded: &str) -> bool {
    !encoded.starts_with(UNUSABLE_PREFIX)
}

impl Hashers {
    /// As the function [`is_usable`].
    pub fn is_usable(&self, encoded: &str) -> bool {
        is_usable(encoded)
    }
}

/// An unusable password; `suffix` is [`UNUSABLE_SUFFIX_LENGTH`] random characters of [`RANDOM_STRING_CHARS`].
///
/// Source: `make_password(None)`.
pub fn unusable(suffix: &str) -> String {
    format!("{UNUSABLE_PREFIX}{suffix}")
}

/// Whether a salt holds fewer bits than `expected_entropy`, each character counting log2(62).
///
/// Source: `must_update_salt`.
pub fn must_update_salt(salt: &str, expected_entropy: u32) -> bool {
    let bits = (RANDOM_STRING_CHARS.len() as f64).log2();
    salt.chars().count() as f64 * bits < f64::from(expected_entropy)
}

/// A salt that can stand between two `$`. Source: `BasePasswordHasher._check_encode_args`.
fn salt_is_good(salt: &str) -> bool {
    !salt.is_empty() && !salt.contains('$')
}
