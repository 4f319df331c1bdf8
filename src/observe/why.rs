//! Why something was refused: for those who run the server, never for the client.

use std::fmt::{self, Display, Formatter};

use chrono::{DateTime, SecondsFormat, Utc};

use crate::vocabulary::{GrantType, ResponseType};

use super::Reason;

/// Words of the protocol beside those of the vocabulary: PKCE methods, prompts, scopes of OpenID Connect, schemes.
const PROTOCOL_WORDS: &[&str] = &[
    "plain",
    "S256",
    "none",
    "openid",
    "profile",
    "email",
    "address",
    "phone",
    "offline_access",
    "http",
    "https",
];

/// The reason of a refusal with what is known about it. One word wide, so that an error stays small.
///
/// It can only be made of a `Reason`, and holds words of this program, numbers, times and ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why(Box<Contents>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Contents {
    reason: Reason,
    client_id: Option<String>,
    user_id: Option<String>,
    details: Vec<(&'static str, Detail)>,
}

/// What was expected, or what came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detail {
    /// A word of this program.
    Word(&'static str),
    /// A word of the protocol, or of the configuration.
    Text(String),
    Number(i64),
    Time(DateTime<Utc>),
}

impl From<&'static str> for Detail {
    fn from(word: &'static str) -> Detail {
        Detail::Word(word)
    }
}

impl From<i64> for Detail {
    fn from(number: i64) -> Detail {
        Detail::Number(number)
    }
}

impl From<usize> for Detail {
    fn from(number: usize) -> Detail {
        Detail::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<DateTime<Utc>> for Detail {
    fn from(time: DateTime<Utc>) -> Detail {
        Detail::Time(time)
    }
}

impl Display for Detail {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Detail::Word(word) => f.write_str(word),
            Detail::Text(text) => f.write_str(text),
            Detail::Number(number) => write!(f, "{number}"),
            Detail::Time(time) => f.write_str(&time.to_rfc3339_opts(SecondsFormat::Secs, true)),
        }
    }
}

impl Reason {
    /// A reason to which details can be added.
    pub fn why(self) -> Why {
        self.into()
    }
}

impl From<Reason> for Why {
    fn from(reason: Reason) -> Why {
        Why(Box::new(Contents { reason, client_id: None, user_id: None, details: Vec::new() }))
    }
}

impl Why {
    pub fn reason(&self) -> Reason {
        self.0.reason
    }

    /// The client_id of a stored application; one that nobody registered may be a secret in the wrong place.
    pub fn client_id(&self) -> Option<&str> {
        self.0.client_id.as_deref()
    }

    /// The primary key of the user.
    pub fn user_id(&self) -> Option<&dyn Display> {
        self.0.user_id.as_ref().map(|id| id as &dyn Display)
    }

    pub fn details(&self) -> &[(&'static str, Detail)] {
        &self.0.details
    }

    /// Names the stored application that it is about, and its primary key where known; the first one counts.
    #[must_use]
    pub fn of_client(mut self, client_id: &str, primary_key: Option<i64>) -> Why {
        if self.0.client_id.is_none() {
            self.0.client_id = Some(client_id.to_owned());
            self.0.details.extend(primary_key.map(|id| ("application", id.into())));
        }
        self
    }

    /// Names the user that it is about, by the primary key.
    #[must_use]
    pub fn of_user(mut self, primary_key: impl Display) -> Why {
        self.0.user_id.get_or_insert_with(|| primary_key.to_string());
        self
    }

    /// What was expected, or what came. Never a value that somebody sent: for those there is `sent`.
    #[must_use]
    pub fn with(mut self, name: &'static str, detail: impl Into<Detail>) -> Why {
        self.0.details.push((name, detail.into()));
        self
    }

    /// A word of a row or of the settings, as a grant type is.
    #[must_use]
    pub fn stored(mut self, name: &'static str, word: &str) -> Why {
        self.0.details.push((name, Detail::Text(word.to_owned())));
        self
    }

    /// What came where a word of the protocol is expected: any other word may be a token or a password in the wrong
    /// place, so that only its length is told.
    #[must_use]
    pub fn sent(mut self, name: &'static str, word: &str) -> Why {
        let length = word.chars().count();
        let text = if is_of_protocol(word) { word.to_owned() } else { format!("[{length} characters]") };
        self.0.details.push((name, Detail::Text(text)));
        self
    }
}

fn is_of_protocol(word: &str) -> bool {
    GrantType::of_rfc(word).is_some()
        || GrantType::of_column(word).is_some()
        || ResponseType::parse(word).is_some()
        || PROTOCOL_WORDS.contains(&word)
}

/// The details, as `name=value`, separated by blanks.
pub struct Details<'a>(pub &'a Why);

impl Display for Details<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (number, (name, detail)) in self.0.details().iter().enumerate() {
            let blank = if number == 0 { "" } else { " " };
            write!(f, "{blank}{name}={detail}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_are_told_in_their_order() {
        let why = Reason::ScopeNotAvailable
            .why()
            .of_client("web", Some(7))
            .sent("scope", "openid")
            .with("asked", 2_i64);
        assert_eq!(Details(&why).to_string(), "application=7 scope=openid asked=2");
        assert_eq!((why.client_id(), why.user_id().is_none()), (Some("web"), true));
        assert_eq!(why.of_client("other", None).client_id(), Some("web"));
    }

    #[test]
    fn what_may_be_a_secret_is_told_by_its_length() {
        let token = "a".repeat(30);
        for (sent, told) in
            [(token.as_str(), "[30 characters]"), ("read", "[4 characters]"), ("", "[0 characters]")]
        {
            assert_eq!(
                Details(&Reason::ScopeNotAvailable.why().sent("scope", sent)).to_string(),
                format!("scope={told}")
            );
        }
    }

    #[test]
    fn an_error_with_a_reason_stays_small() {
        assert_eq!(size_of::<Why>(), size_of::<usize>());
    }
}
