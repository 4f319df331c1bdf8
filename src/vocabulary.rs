//! The words for grants, response types and clients: how requests, DOT's columns and its forms write each of them.
//! RFC 6749 sections 1.3, 2.1 and 3.1.1, RFC 7591 section 2, RFC 8628 section 3.4; DOT: `AbstractApplication`.

/// A way to get tokens (RFC 6749 section 1.3), and what an application is registered for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GrantType {
    AuthorizationCode,
    DeviceCode,
    Implicit,
    Password,
    ClientCredentials,
    OpenidHybrid,
    RefreshToken,
    /// A grant that DOT does not have: the tests show that it is off until a setting names it.
    #[cfg(test)]
    Toy,
}

/// One grant's names. Where one is missing, that place does not know the grant.
struct Names {
    rfc: Option<&'static str>,
    column: Option<&'static str>,
    label: &'static str,
}

impl Names {
    const fn new(rfc: &'static str, column: &'static str, label: &'static str) -> Names {
        Names { rfc: Some(rfc), column: Some(column), label }
    }
}

impl GrantType {
    /// All of them; those of applications in the order of DOT's choices.
    pub const ALL: &[GrantType] = &[
        GrantType::AuthorizationCode,
        GrantType::DeviceCode,
        GrantType::Implicit,
        GrantType::Password,
        GrantType::ClientCredentials,
        GrantType::OpenidHybrid,
        GrantType::RefreshToken,
        #[cfg(test)]
        GrantType::Toy,
    ];

    /// Those that an RFC names, in the order in which DOT advertises them.
    pub const OF_RFC: &[GrantType] = &[
        GrantType::AuthorizationCode,
        GrantType::Implicit,
        GrantType::Password,
        GrantType::ClientCredentials,
        GrantType::RefreshToken,
        GrantType::DeviceCode,
        #[cfg(test)]
        GrantType::Toy,
    ];

    /// Those that DOT does not have: they are off until a setting names them.
    const NOT_OF_DOT: &[GrantType] = &[
        #[cfg(test)]
        GrantType::Toy,
    ];

    const fn names(self) -> Names {
        match self {
            GrantType::AuthorizationCode => {
                Names::new("authorization_code", "authorization-code", "Authorization code")
            }
            GrantType::DeviceCode => Names::new(DEVICE_CODE, DEVICE_CODE, "Device Code"),
            GrantType::Implicit => Names::new("implicit", "implicit", "Implicit"),
            GrantType::Password => Names::new("password", "password", "Resource owner password-based"),
            GrantType::ClientCredentials => {
                Names::new("client_credentials", "client-credentials", "Client credentials")
            }
            GrantType::OpenidHybrid => {
                Names { rfc: None, column: Some("openid-hybrid"), label: "OpenID connect hybrid" }
            }
            GrantType::RefreshToken => {
                Names { rfc: Some("refresh_token"), column: None, label: "Refresh token" }
            }
            #[cfg(test)]
            GrantType::Toy => Names::new("toy", "toy-grant", "Toy"),
        }
    }

    /// The value of `grant_type` and `grant_types`; DOT's hybrid has none.
    pub const fn rfc(self) -> Option<&'static str> {
        self.names().rfc
    }

    /// What DOT stores in `authorization_grant_type`; no application is registered for refresh_token.
    pub const fn column(self) -> Option<&'static str> {
        self.names().column
    }

    /// The value of a row that is written; empty for refresh_token, which no row holds.
    pub fn to_column(self) -> String {
        self.column().unwrap_or_default().to_owned()
    }

    /// DOT's English label of the choice.
    pub const fn label(self) -> &'static str {
        self.names().label
    }

    /// The word of settings and logs: RFC's, of a URN its last part.
    pub fn word(self) -> &'static str {
        let full = self.rfc().or(self.column()).unwrap_or_default();
        full.rsplit(':').next().unwrap_or(full)
    }

    /// By the value of `grant_type`.
    pub fn of_rfc(text: &str) -> Option<GrantType> {
        Self::OF_RFC.iter().copied().find(|grant| grant.rfc() == Some(text))
    }

    /// By the column.
    pub fn of_column(text: &str) -> Option<GrantType> {
        Self::ALL.iter().copied().find(|grant| grant.column() == Some(text))
    }

    /// Whether the column holds this grant.
    pub fn is(self, column: &str) -> bool {
        self.column() == Some(column)
    }

    pub fn is_of_dot(self) -> bool {
        !Self::NOT_OF_DOT.contains(&self)
    }

    /// Whether the token endpoint exchanges it; the authorization endpoint answers the other two itself.
    pub const fn is_exchanged(self) -> bool {
        !matches!(self, GrantType::Implicit | GrantType::OpenidHybrid)
    }

    /// Whether the browser comes back from the authorization endpoint, so that a redirect URI is needed.
    pub const fn redirects(self) -> bool {
        matches!(self, GrantType::AuthorizationCode | GrantType::Implicit | GrantType::OpenidHybrid)
    }
}

const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// What the authorization endpoint answers with (RFC 6749 section 3.1.1, OAuth 2.0 Multiple Response Types).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ResponseType {
    Code,
    /// Implicit: an access token, an ID token, both.
    Token,
    IdToken,
    IdTokenToken,
    /// Hybrid; without OpenID Connect the answer is a code only.
    CodeToken,
    CodeIdToken,
    CodeIdTokenToken,
}

impl ResponseType {
    /// In the order in which DOT advertises them.
    pub const ALL: &[ResponseType] = &[
        ResponseType::Code,
        ResponseType::Token,
        ResponseType::IdToken,
        ResponseType::IdTokenToken,
        ResponseType::CodeToken,
        ResponseType::CodeIdToken,
        ResponseType::CodeIdTokenToken,
    ];

    /// The value of `response_type`.
    pub const fn as_str(self) -> &'static str {
        match self {
            ResponseType::Code => "code",
            ResponseType::Token => "token",
            ResponseType::IdToken => "id_token",
            ResponseType::IdTokenToken => "id_token token",
            ResponseType::CodeToken => "code token",
            ResponseType::CodeIdToken => "code id_token",
            ResponseType::CodeIdTokenToken => "code id_token token",
        }
    }

    /// By the exact value of `response_type`: words in another order are another text, as in DOT.
    pub fn parse(text: &str) -> Option<ResponseType> {
        Self::ALL.iter().copied().find(|known| known.as_str() == text)
    }

    /// What an application must be registered for.
    pub const fn grant(self) -> GrantType {
        match self {
            ResponseType::Code => GrantType::AuthorizationCode,
            ResponseType::Token | ResponseType::IdToken | ResponseType::IdTokenToken => GrantType::Implicit,
            ResponseType::CodeToken | ResponseType::CodeIdToken | ResponseType::CodeIdTokenToken => {
                GrantType::OpenidHybrid
            }
        }
    }

    fn has(self, word: &str) -> bool {
        self.as_str().split(' ').any(|w| w == word)
    }

    /// Whether the answer itself holds an ID token.
    pub fn has_id_token(self) -> bool {
        self.has("id_token")
    }

    /// Whether the answer itself holds an access token.
    pub fn has_token(self) -> bool {
        self.has("token")
    }

    /// Whether a text that a document lists, known or not, has no word for a code but one for a token, in any order. DOT:
    /// `_is_implicit_response_type`.
    pub fn is_implicit_text(text: &str) -> bool {
        let has = |kind: ResponseType| text.split_whitespace().any(|word| word == kind.as_str());
        !has(ResponseType::Code) && (has(ResponseType::Token) || has(ResponseType::IdToken))
    }

    /// Whether there is no code: the answer is in the fragment, PKCE does not matter.
    pub fn is_implicit(self) -> bool {
        self.grant() == GrantType::Implicit
    }

    pub fn is_hybrid(self) -> bool {
        self.grant() == GrantType::OpenidHybrid
    }

    /// Whether OpenID Connect defines it and not RFC 6749.
    pub const fn is_of_openid(self) -> bool {
        !matches!(self, ResponseType::Code | ResponseType::Token)
    }
}

/// Whether a client can keep a secret (RFC 6749 section 2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClientType {
    Confidential,
    Public,
}

impl ClientType {
    /// In the order of DOT's choices.
    pub const ALL: &[ClientType] = &[ClientType::Confidential, ClientType::Public];

    /// RFC's word, which DOT stores in `client_type`.
    pub const fn column(self) -> &'static str {
        match self {
            ClientType::Confidential => "confidential",
            ClientType::Public => "public",
        }
    }

    /// DOT's English label of the choice.
    pub const fn label(self) -> &'static str {
        match self {
            ClientType::Confidential => "Confidential",
            ClientType::Public => "Public",
        }
    }

    /// By the column.
    pub fn of_column(text: &str) -> Option<ClientType> {
        Self::ALL.iter().copied().find(|known| known.is(text))
    }

    /// Whether the column holds this type.
    pub fn is(self, column: &str) -> bool {
        self.column() == column
    }
}

/// `a, b or c`, for a help text.
pub fn one_of(words: impl IntoIterator<Item = &'static str>) -> String {
    let mut words: Vec<&str> = words.into_iter().collect();
    match (words.pop(), words.is_empty()) {
        (Some(last), false) => format!("{} or {last}", words.join(", ")),
        (last, _) => last.unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests;
