//! The password algorithms and how they are known (`BasePasswordHasher` and its subclasses).

use super::HasherError;

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
    /// Names the path, when it is none of Django's classes.
    pub fn from_dotted(path: &str) -> Result<Algorithm, HasherError> {
        let class = path.strip_prefix("django.contrib.auth.hashers.");
        let found = ALL.iter().find(|(_, name, _)| Some(*name) == class);
        found.map(|entry| entry.0).ok_or_else(|| HasherError::Unsupported(path.to_owned()))
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
}
