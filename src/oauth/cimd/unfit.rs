//! Why a URL or its document cannot make a client, in DOT's words where it has some. DOT: `CIMDError`.

/// The text is for the log.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unfit(String);

impl From<&str> for Unfit {
    fn from(text: &str) -> Unfit {
        Unfit(text.to_owned())
    }
}

impl From<String> for Unfit {
    fn from(text: String) -> Unfit {
        Unfit(text)
    }
}
