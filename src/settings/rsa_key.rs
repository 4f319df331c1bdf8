//! RSA keys that sign ID tokens: read from PEM once, at start (RFC 7468, RFC 8017).
//! aws-lc-rs does the arithmetic in constant time; keys too short for it are for tests and use the crate rsa.

use std::borrow::Cow;

use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{self, KeyPair as _, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::pkcs8::DecodePrivateKey;
use rsa::traits::PublicKeyParts;
use rsa::{Pkcs1v15Sign, PrivateKey};
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject;
use sha2::{Digest, Sha256};

use super::reader::Table;

/// Bits below which a key is weak.
pub const LEAST_BITS: usize = 2048;

/// The longest key that aws-lc-rs signs with.
const MOST_BITS: usize = 8192;

/// The DER in front of a SHA-256 digest (RFC 8017 section 9.2).
const SHA256_PREFIX: [u8; 19] =
    [0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 5, 0, 4, 0x20];

/// A private RSA key.
pub struct RsaKey {
    signer: Signer,
    bits: usize,
    /// Modulus and public exponent as a JWK has them (RFC 7518 section 6.3.1).
    pub n: String,
    pub e: String,
    /// The key's thumbprint (RFC 7638).
    pub kid: String,
}

enum Signer {
    Strong(Box<KeyPair>),
    Weak(Box<PrivateKey>),
}

impl std::fmt::Debug for RsaKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RsaKey").field("kid", &self.kid).field("bits", &self.bits).finish_non_exhaustive()
    }
}

/// What is wrong with a key; never the key itself.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct KeyError(String);

impl From<&str> for KeyError {
    fn from(text: &str) -> KeyError {
        KeyError(text.to_owned())
    }
}

impl RsaKey {
    /// Reads a PEM text, PKCS#1 or PKCS#8 without a password.
    ///
    /// # Errors
    /// What is wrong with it; never the text itself.
    pub fn from_pem(pem: &str) -> Result<RsaKey, KeyError> {
        let der = PrivateKeyDer::from_pem_slice(tidy(pem).as_bytes())
            .map_err(|_| KeyError::from("is no private key in PEM (PKCS#1 or PKCS#8, without a password)"))?;
        let strong = match &der {
            PrivateKeyDer::Pkcs1(der) => KeyPair::from_der(der.secret_pkcs1_der()),
            PrivateKeyDer::Pkcs8(der) => KeyPair::from_pkcs8(der.secret_pkcs8_der()),
            _ => return Err("is no RSA key".into()),
        };
        match strong {
            Ok(pair) => Ok(RsaKey::strong(pair)),
            Err(rejected) => weak(&der).ok_or_else(|| why_unusable(&der, &rejected.to_string())),
        }
    }

    fn strong(pair: KeyPair) -> RsaKey {
        let public = pair.public_key();
        let (n, e) = (public.modulus(), public.exponent());
        let (n, e) = (n.big_endian_without_leading_zero(), e.big_endian_without_leading_zero());
        let (n, e) = (n.to_vec(), e.to_vec());
        RsaKey::of(Signer::Strong(Box::new(pair)), &n, &e)
    }

    fn of(signer: Signer, n: &[u8], e: &[u8]) -> RsaKey {
        let bits = bits_of(n);
        let (n, e) = (URL_SAFE_NO_PAD.encode(n), URL_SAFE_NO_PAD.encode(e));
        // RFC 7638 section 3.2: the members in the order of their names, without blanks.
        let members = format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#);
        RsaKey { signer, bits, kid: URL_SAFE_NO_PAD.encode(Sha256::digest(members)), n, e }
    }

    pub fn bits(&self) -> usize {
        self.bits
    }

    pub fn is_weak(&self) -> bool {
        self.bits() < LEAST_BITS
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256; nothing if the key cannot.
    pub fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        match &self.signer {
            Signer::Strong(pair) => {
                let random = aws_lc_rs::rand::SystemRandom::new();
                let mut out = vec![0; pair.public_modulus_len()];
                pair.sign(&signature::RSA_PKCS1_SHA256, &random, message, &mut out).ok()?;
                Some(out)
            }
            Signer::Weak(key) => key.sign(padding(), &Sha256::digest(message)).ok(),
        }
    }

    /// Whether this key made the signature.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.signer {
            Signer::Strong(pair) => {
                let public = pair.public_key();
                UnparsedPublicKey::new(&signature::RSA_PKCS1_2048_8192_SHA256, public)
                    .verify(message, signature)
                    .is_ok()
            }
            Signer::Weak(key) => {
                key.to_public_key().verify(padding(), &Sha256::digest(message), signature).is_ok()
            }
        }
    }
}

/// The text as RFC 7468 writes it: DOT takes keys that are indented, and keys with blanks where lines should end, as they come
/// out of environment variables, and skips headers (RFC 1421). Text of another form stays as it is.
fn tidy(pem: &str) -> Cow<'_, str> {
    const RULE: &str = "-----";
    let parts: Vec<&str> = pem.splitn(5, RULE).collect();
    let [_, begin, body, end, _] = parts[..] else { return pem.into() };
    let Some(body) = without_headers(body) else { return pem.into() };
    let body: String = body.split_whitespace().collect();
    format!("{RULE}{begin}{RULE}\n{body}\n{RULE}{end}{RULE}\n").into()
}

/// What comes after the headers; none where they say that it needs a password, or have no end.
fn without_headers(body: &str) -> Option<&str> {
    if !body.contains(':') {
        return Some(body);
    }
    let (headers, body) = body.split_once("\n\n").or_else(|| body.split_once("\r\n\r\n"))?;
    (!headers.contains("ENCRYPTED")).then_some(body)
}

fn padding() -> Pkcs1v15Sign {
    Pkcs1v15Sign { hash_len: Some(32), prefix: SHA256_PREFIX.into() }
}

/// A well-formed key that is too short for aws-lc-rs.
fn weak(der: &PrivateKeyDer<'_>) -> Option<RsaKey> {
    let key = match der {
        PrivateKeyDer::Pkcs1(der) => PrivateKey::from_pkcs1_der(der.secret_pkcs1_der()).ok()?,
        PrivateKeyDer::Pkcs8(der) => PrivateKey::from_pkcs8_der(der.secret_pkcs8_der()).ok()?,
        _ => return None,
    };
    let (n, e) = (key.n_bytes().to_vec(), key.e_bytes().to_vec());
    let start = n.iter().take_while(|byte| **byte == 0).count();
    let key = RsaKey::of(Signer::Weak(Box::new(key)), &n[start..], &e);
    key.is_weak().then_some(key)
}

/// What a person can do something about.
fn why_unusable(der: &PrivateKeyDer<'_>, rejected: &str) -> KeyError {
    let pkcs1 = match der {
        PrivateKeyDer::Pkcs1(der) => der.secret_pkcs1_der(),
        PrivateKeyDer::Pkcs8(der) => match rsa::pkcs8::PrivateKeyInfoRef::try_from(der.secret_pkcs8_der()) {
            Ok(info) if info.algorithm.oid == rsa::pkcs1::ALGORITHM_OID => info.private_key.as_bytes(),
            Ok(_) => {
                return "is no RSA key; only RSA keys can sign here (slash-o generate-key makes one)".into();
            }
            Err(_) => return "is no private key: what is between its lines cannot be read".into(),
        },
        _ => return "is no RSA key".into(),
    };
    let Ok(key) = rsa::pkcs1::RsaPrivateKeyRef::try_from(pkcs1) else {
        return "is no RSA key: what is between its lines cannot be read".into();
    };
    let bits = bits_of(key.modulus.as_bytes());
    if bits > MOST_BITS {
        let text = format!("a key of {bits} bits is too long; {LEAST_BITS} to {MOST_BITS} can be used");
        return KeyError(text);
    }
    KeyError(format!(
        "an RSA key of {bits} bits that cannot be used, its numbers do not fit together or its exponent is unusual ({rejected})"
    ))
}

/// Of a number in big-endian bytes.
fn bits_of(number: &[u8]) -> usize {
    let start = number.iter().take_while(|byte| **byte == 0).count();
    let number = &number[start..];
    number.len() * 8 - number.first().map_or(0, |byte| byte.leading_zeros() as usize)
}

/// PEM text, or the path of a file that holds it.
pub(super) fn key_of(t: &Table, name: &str, text: &str) -> Option<RsaKey> {
    let pem = if text.contains("-----BEGIN") {
        text.to_owned()
    } else {
        match std::fs::read_to_string(text) {
            Ok(pem) => pem,
            Err(error) => {
                // What is no file may be a key that lost its first line: it is not told.
                let path = if text.contains('\n') || text.len() > 200 { "this" } else { text };
                t.problem(format!(
                    "{}: {path} is neither PEM text nor a readable file: {error}",
                    t.name(name)
                ));
                return None;
            }
        }
    };
    match RsaKey::from_pem(&pem) {
        Ok(key) => Some(key),
        Err(reason) => {
            t.problem(format!("{}: {reason}", t.name(name)));
            None
        }
    }
}
