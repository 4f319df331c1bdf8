//! Who the client is (RFC 6749 section 2.3): Basic first, then the body, or client_id alone for public ones.
//! DOT: `OAuth2Validator.authenticate_client`, `client_authentication_required`.

use base64::Engine;
use base64::engine::GeneralPurpose;
use base64::engine::general_purpose::{GeneralPurposeConfig, STANDARD};
use django::urls::unquote_plus;
use encoding_rs::Encoding;

use entity::application::Model as Application;

use super::{Error, OAuthError, Params, client};
use crate::limits::{self, Caller, Target};
use crate::observe::{Reason, Why};
use crate::site::Site;
use crate::vocabulary::ClientType;

/// What a request brings to say who it is. No Debug form: it holds a secret.
#[derive(Clone, Copy, Default)]
pub struct Credentials<'a> {
    /// The raw Authorization header.
    pub authorization: Option<&'a str>,
    pub client_id: Option<&'a str>,
    pub client_secret: Option<&'a str>,
    /// DOT: a parameter that names the codec of the Basic header.
    pub encoding: Option<&'a str>,
    pub caller: Caller,
}

impl<'a> Credentials<'a> {
    pub fn new(authorization: Option<&'a str>, params: &'a Params, caller: Caller) -> Credentials<'a> {
        Credentials {
            authorization,
            client_id: params.get("client_id"),
            client_secret: params.get("client_secret"),
            encoding: params.filled("encoding"),
            caller,
        }
    }

    /// DOT: exactly `Basic`, one blank, and something.
    fn basic(&self) -> Option<&'a str> {
        self.authorization?.strip_prefix("Basic ").filter(|rest| !rest.is_empty())
    }
}

const INVALID_CLIENT: &str = "invalid_client";

/// The refusal of RFC 6749 section 5.2.
fn invalid_client(why: impl Into<Why>) -> Error {
    OAuthError::new(INVALID_CLIENT, why).into()
}

/// Authenticates with a secret: Basic, else the body.
///
/// # Errors
/// `invalid_client`, `too_many_requests`, and failures of our side.
pub async fn authenticate(site: &Site, given: Credentials<'_>) -> Result<Application, Error> {
    authenticate_as(site, given, false).await
}

/// Authenticates a device: a public client passes whatever its secret (DV-13).
///
/// # Errors
/// `invalid_client`, `too_many_requests`, and failures of our side.
pub async fn authenticate_device(site: &Site, given: Credentials<'_>) -> Result<Application, Error> {
    authenticate_as(site, given, true).await
}

/// The reason why a client is not authenticated; none for another error.
///
/// # Errors
/// Every other error.
pub fn not_authenticated(error: Error) -> Result<Why, Error> {
    match error {
        Error::Refused(error) if error.code == INVALID_CLIENT => Ok(error.why),
        other => Err(other),
    }
}

async fn authenticate_as(site: &Site, given: Credentials<'_>, device: bool) -> Result<Application, Error> {
    let in_basic = given.basic().and_then(|b| decode_basic(b, given.encoding));
    let mut why = None;
    if let Some((client_id, secret)) = &in_basic {
        match verify(site, given.caller, (client_id, secret), device).await {
            Ok(application) => return Ok(application),
            Err(error) => why = Some(not_authenticated(error)?),
        }
    }
    let Some(client_id) = given.client_id else {
        let unread =
            if given.basic().is_some() { Reason::BasicUnreadable } else { Reason::CredentialsMissing };
        return Err(invalid_client(why.unwrap_or_else(|| unread.into())));
    };
    let in_body = (client_id, given.client_secret.unwrap_or_default());
    // A client_id alone, or the same secret again, is no further guess.
    let again = in_basic.as_ref().is_some_and(|(id, secret)| {
        id == client_id && (given.client_secret.is_none() || secret == in_body.1)
    });
    let caller = Caller { uncounted: again, ..given.caller };
    let verified = verify(site, caller, in_body, device).await;
    // What was wrong with the header says more than that the body has no secret.
    verified.map_err(|error| match (why, not_authenticated(error)) {
        (Some(first), Ok(_)) => invalid_client(first),
        (None, Ok(only)) => invalid_client(only),
        (_, Err(other)) => other,
    })
}

/// Authenticates, or accepts a public client by its client_id alone (code, password and refresh grants).
///
/// # Errors
/// `invalid_client`, or a failure of our side.
pub async fn authenticate_or_public(site: &Site, given: Credentials<'_>) -> Result<Application, Error> {
    check_encoding(given.encoding)?;
    let has_secret =
        given.client_id.is_some_and(|c| !c.is_empty()) && given.client_secret.is_some_and(|s| !s.is_empty());
    if given.basic().is_none() && !has_secret {
        let known = client::find(site, given.client_id.unwrap_or_default()).await?;
        if let Some(application) = known
            && !ClientType::Confidential.is(&application.client_type)
        {
            return Ok(application);
        }
    }
    authenticate(site, given).await
}

/// # Errors
/// `invalid_request` for a codec that does not exist.
// Differs from DOT: an unknown `encoding` is a 500 there (T-18).
pub fn check_encoding(encoding: Option<&str>) -> Result<(), OAuthError> {
    match encoding {
        Some(name) if Codec::parse(name).is_none() => {
            let why = Reason::EncodingUnknown.why().sent("encoding", name);
            Err(OAuthError::invalid_request("Unknown encoding.", why))
        }
        _ => Ok(()),
    }
}

/// One guess at a client's secret. An unknown client costs a hash too, so that timing tells nothing (D-73).
async fn verify(
    site: &Site,
    caller: Caller,
    (client_id, secret): (&str, &str),
    device: bool,
) -> Result<Application, Error> {
    let guess = limits::enter(site.gate(), caller, Target::Client(client_id)).await?;
    let found = client::find(site, client_id).await?;
    let ok = match &found {
        None => {
            site.hashing.check_password(secret, "").await?;
            false
        }
        Some(application) if device && ClientType::Public.is(&application.client_type) => true,
        Some(application) => site.hashing.check_secret(secret, &application.client_secret).await?,
    };
    match found {
        Some(application) if ok => {
            guess.succeeded().await;
            Ok(application)
        }
        other => {
            guess.failed().await;
            Err(invalid_client(wrong(other.as_ref(), client_id, secret)))
        }
    }
}

fn wrong(found: Option<&Application>, client_id: &str, secret: &str) -> Why {
    match found {
        // It may be a secret in the wrong place.
        None => Reason::ClientUnknown.why().with("client_id_length", client_id.chars().count()),
        Some(application) => {
            let reason = if secret.is_empty() { Reason::SecretMissing } else { Reason::SecretWrong };
            let why = reason.why().of_client(&application.client_id, Some(application.id));
            why.stored("client_type", &application.client_type)
        }
    }
}

/// The codecs that clients use in Basic headers.
#[derive(Clone, Copy)]
enum Codec {
    Utf8,
    Latin1,
    Ascii,
    /// UTF-8 behind a mark that it is.
    Utf8Sig,
    Other(&'static Encoding),
    /// Python knows it, no client sends it: the header cannot be read.
    Unread,
}

/// How the names of other codecs that Python has begin.
const UNREAD: [&str; 9] =
    ["utf-32", "utf32", "utf-7", "cp", "mac", "idna", "punycode", "raw-unicode-escape", "unicode-escape"];

impl Codec {
    fn parse(name: &str) -> Option<Codec> {
        match name.to_ascii_lowercase().replace(['_', ' '], "-").as_str() {
            "utf-8" | "utf8" | "u8" => Some(Codec::Utf8),
            "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "l1" => Some(Codec::Latin1),
            "ascii" | "us-ascii" => Some(Codec::Ascii),
            "mac-roman" | "macroman" => Some(Codec::Other(encoding_rs::MACINTOSH)),
            "utf-8-sig" => Some(Codec::Utf8Sig),
            other => match Encoding::for_label(other.as_bytes()) {
                Some(encoding) => Some(Codec::Other(encoding)),
                None if UNREAD.iter().any(|known| other.starts_with(known)) => Some(Codec::Unread),
                None => None,
            },
        }
    }

    fn decode(self, bytes: Vec<u8>) -> Option<String> {
        match self {
            Codec::Utf8 => String::from_utf8(bytes).ok(),
            Codec::Ascii => String::from_utf8(bytes).ok().filter(|s| s.is_ascii()),
            Codec::Utf8Sig => {
                let text = String::from_utf8(bytes).ok()?;
                Some(text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned())
            }
            Codec::Other(encoding) => {
                let text = encoding.decode_without_bom_handling_and_without_replacement(&bytes)?;
                Some(text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned())
            }
            Codec::Unread => None,
            Codec::Latin1 => Some(bytes.into_iter().map(char::from).collect()),
        }
    }
}

fn decode_basic(text: &str, encoding: Option<&str>) -> Option<(String, String)> {
    let codec = Codec::parse(encoding.unwrap_or("utf-8"))?;
    let decoded = codec.decode(lenient_base64(text)?)?;
    let (client_id, secret) = decoded.split_once(':')?;
    Some((unquote_plus(client_id), unquote_plus(secret)))
}

/// As Python's `base64.b64decode`: foreign characters are skipped, the padding must be right.
fn lenient_base64(text: &str) -> Option<Vec<u8>> {
    let mut kept = String::new();
    for c in text.chars() {
        match c {
            '=' if kept.len() % 4 >= 2 => {
                // The padding ends the data; whatever follows does not count.
                let missing = 4 - kept.len() % 4;
                let given = text.chars().filter(|c| *c == '=').count();
                return (given >= missing).then(|| decode_unpadded(&kept)).flatten();
            }
            c if c.is_ascii_alphanumeric() || c == '+' || c == '/' => kept.push(c),
            _ => {}
        }
    }
    if kept.len().is_multiple_of(4) { decode_unpadded(&kept) } else { None }
}

fn decode_unpadded(text: &str) -> Option<Vec<u8>> {
    let config = GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent);
    let engine = GeneralPurpose::new(&base64::alphabet::STANDARD, config);
    engine.decode(text).or_else(|_| STANDARD.decode(text)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_is_form_decoded_and_split_at_the_first_colon() {
        let header = STANDARD.encode("we%25ird%3Aid:p%2Ba:s");
        assert_eq!(decode_basic(&header, None), Some(("we%ird:id".into(), "p+a:s".into())));
    }

    #[test]
    fn base64_is_lenient_but_not_about_padding() {
        assert_eq!(lenient_base64("d2Vi OnM=").as_deref(), Some(&b"web:s"[..]));
        assert_eq!(lenient_base64("d2ViOnM"), None);
        assert_eq!(lenient_base64("!!!"), Some(Vec::new()));
    }
}
