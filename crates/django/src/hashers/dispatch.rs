//! What each password algorithm can do, one match arm each (`BasePasswordHasher` and its subclasses).

use super::{Algorithm, WorkFactors, argon2, bcrypt, pbkdf2, scrypt, simple};

impl Algorithm {
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
