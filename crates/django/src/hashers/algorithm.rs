//! The password algorithms and what each can do (`BasePasswordHasher` and its subclasses).

use super::{WorkFactors, argon2, bcrypt, pbkdf2, scrypt, simple};

/// A password algorithm of Django, those removed in 5.1 included (but `crypt`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// `PBKDF2PasswordHasher`.
    Pbkdf2Sha256,
    /// `PBKDF2SHA1PasswordHasher`.
    Pbkdf2Sha1,
    /// `Argon2PasswordHasher`.
    Argon2,
    /// `BCryptSHA256PasswordHasher`.
    BcryptSha256,
    /// `BCryptPasswordHasher`: only the first 72 bytes of a password count.
    Bcrypt,
    /// `ScryptPasswordHasher`.
    Scrypt,
    /// `MD5PasswordHasher`, for tests.
    Md5,
    /// `SHA1PasswordHasher`, removed in 5.1.
    Sha1,
    /// `UnsaltedSHA1PasswordHasher`, removed in 5.1.
    UnsaltedSha1,
    /// `UnsaltedMD5PasswordHasher`, removed in 5.1.
    UnsaltedMd5,
}

const ALL: [(Algorithm, &str, &str); 10] = [
    (Algorithm::Pbkdf2Sha256, "PBKDF2PasswordHasher", "pbkdf2_sha256"),
    (Algorithm::Pbkdf2Sha1, "PBKDF2SHA1PasswordHasher", "pbkdf2_sha1"),
    (Algorithm::Argon2, "Argon2PasswordHasher", "argon2"),
    (Algorithm::BcryptSha256, "BCryptSHA256PasswordHasher", "bcrypt_sha256"),
    (Algorithm::Bcrypt, "BCryptPasswordHasher", "bcrypt"),
    (Algorithm::Scrypt, "ScryptPasswordHasher", "scrypt"),
    (Algorithm::Md5, "MD5PasswordHasher", "md5"),
    (Algorithm::Sha1, "SHA1PasswordHasher", "sha1"),
    (Algorithm::UnsaltedSha1, "UnsaltedSHA1PasswordHasher", "unsalted_sha1"),
    (Algorithm::UnsaltedMd5, "UnsaltedMD5PasswordHasher", "unsalted_md5"),
];

impl Algorithm {
    /// The algorithm of a dotted path of `PASSWORD_HASHERS`.
    ///
    /// # Errors
    /// A text that names the path, when it is none of Django's classes.
    pub fn from_dotted(path: &str) -> Result<Algorithm, String> {
        let class = path.strip_prefix("django.contrib.auth.hashers.");
        let found = ALL.iter().find(|(_, name, _)| Some(*name) == class);
        found.map(|entry| entry.0).ok_or_else(|| format!("PASSWORD_HASHERS: {path} is not supported"))
    }

    /// Django's name of the algorithm, with which encoded forms begin.
    pub fn name(self) -> &'static str {
        ALL.iter().find(|entry| entry.0 == self).map_or("", |entry| entry.2)
    }

    /// The algorithm an encoded form claims. Source: `identify_hasher`.
    pub fn of(encoded: &str) -> Option<Algorithm> {
        let length = encoded.chars().count();
        let name = match encoded.split_once('$') {
            None if length == 32 => "unsalted_md5",
            Some(("md5", rest)) if length == 37 && rest.starts_with('$') => "unsalted_md5",
            Some(("sha1", rest)) if length == 46 && rest.starts_with('$') => "unsalted_sha1",
            Some((name, _)) => name,
            None => encoded,
        };
        ALL.iter().find(|entry| entry.2 == name).map(|entry| entry.0)
    }

    /// Whether Django 5.1 removed it.
    pub fn is_legacy(self) -> bool {
        matches!(self, Algorithm::Sha1 | Algorithm::UnsaltedSha1 | Algorithm::UnsaltedMd5)
    }

    /// The encoded form of a new hash; `None` for a salt that cannot be stored.
    pub(super) fn encode(self, factors: &WorkFactors, password: &str, salt: &str) -> Option<String> {
        match self {
            Algorithm::Pbkdf2Sha256 | Algorithm::Pbkdf2Sha1 => {
                pbkdf2::encode(self, password, salt, factors.iterations(self))
            }
            Algorithm::Argon2 => argon2::encode(factors, password, salt),
            Algorithm::BcryptSha256 | Algorithm::Bcrypt => bcrypt::encode(self, factors, password, salt),
            Algorithm::Scrypt => scrypt::encode(factors, password, salt),
            Algorithm::Md5 | Algorithm::Sha1 | Algorithm::UnsaltedSha1 | Algorithm::UnsaltedMd5 => {
                simple::encode(self, password, salt)
            }
        }
    }

    /// Whether the password is right; `None` when the encoded form is malformed or too costly to check.
    pub(super) fn verify(self, password: &str, encoded: &str) -> Option<bool> {
        match self {
            Algorithm::Pbkdf2Sha256 | Algorithm::Pbkdf2Sha1 => pbkdf2::verify(self, password, encoded),
            Algorithm::Argon2 => argon2::verify(password, encoded),
            Algorithm::BcryptSha256 | Algorithm::Bcrypt => bcrypt::verify(self, password, encoded),
            Algorithm::Scrypt => scrypt::verify(password, encoded),
            Algorithm::Md5 | Algorithm::Sha1 | Algorithm::UnsaltedSha1 | Algorithm::UnsaltedMd5 => {
                simple::verify(self, password, encoded)
            }
        }
    }

    /// Whether an encoded form of this algorithm has other work factors than new ones, or too short a salt.
    pub(super) fn must_update(self, factors: &WorkFactors, encoded: &str) -> bool {
        match self {
            Algorithm::Pbkdf2Sha256 | Algorithm::Pbkdf2Sha1 => pbkdf2::must_update(self, factors, encoded),
            Algorithm::Argon2 => argon2::must_update(factors, encoded),
            Algorithm::BcryptSha256 | Algorithm::Bcrypt => bcrypt::must_update(self, factors, encoded),
            Algorithm::Scrypt => scrypt::must_update(factors, encoded),
            Algorithm::Md5 | Algorithm::Sha1 => simple::must_update(factors, encoded),
            Algorithm::UnsaltedSha1 | Algorithm::UnsaltedMd5 => false,
        }
    }

    /// Does the work that the encoded form's lower factors saved, so that its age does not show in the time of a wrong
    /// password. As in Django, Argon2 and scrypt have no such step.
    pub(super) fn harden(self, factors: &WorkFactors, password: &str, encoded: &str) {
        match self {
            Algorithm::Pbkdf2Sha256 | Algorithm::Pbkdf2Sha1 => {
                pbkdf2::harden(self, factors, password, encoded)
            }
            Algorithm::BcryptSha256 | Algorithm::Bcrypt => bcrypt::harden(self, factors, password, encoded),
            _ => {}
        }
    }
}
