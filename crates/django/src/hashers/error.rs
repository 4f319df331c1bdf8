//! Why the hashers of `PASSWORD_HASHERS` cannot be had or used.

/// It names settings and algorithms; never a password, salt or hash.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HasherError {
    #[error("PASSWORD_HASHERS is empty")]
    Empty,
    /// A class of the project's own, or `CryptPasswordHasher`.
    #[error("PASSWORD_HASHERS: {0} is not supported")]
    Unsupported(String),
    #[error("Unknown password hashing algorithm '{0}' (not in PASSWORD_HASHERS)")]
    NotListed(String),
    #[error("work factor of {0} is out of range")]
    WorkFactor(&'static str),
    #[error("salt must be given and cannot contain $")]
    Salt,
}
