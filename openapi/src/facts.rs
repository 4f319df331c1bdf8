//! What a configuration says about its OpenAPI document.

use serde_json::{Value, json};

/// A URL by DOT's name, with its paths below a mount as OpenAPI writes them; the first is the advertised one. They are data:
/// where URLs are is known to the crate that answers there.
#[derive(Clone, Debug)]
pub struct DescribedUrl {
    pub name: &'static str,
    pub paths: Vec<String>,
}

/// A grant that the page of the documentation can walk through.
#[derive(Clone, Debug)]
pub struct DescribedFlow {
    /// The grant's name by RFC 6749.
    pub grant: &'static str,
    /// It begins at the authorization endpoint.
    pub with_page: bool,
    /// It ends at the token endpoint.
    pub with_token: bool,
    /// Its refresh tokens can be exchanged.
    pub refreshes: bool,
}

/// What the configuration and the origin say about the document.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The URLs that are to be described.
    pub urls: Vec<DescribedUrl>,
    /// The path of the login page.
    pub login: String,
    /// Scheme, host and path prefix of the site, without a slash at the end.
    pub base: String,
    /// The mounts, each with a slash at both ends; the first one is the main one.
    pub mounts: Vec<String>,
    /// The page of the documentation, with its slashes; empty if there is none.
    pub docs: String,
    /// Name and description, in the order of the settings.
    pub scopes: Vec<(String, String)>,
    /// Values of `grant_type` that may succeed.
    pub grant_types: Vec<String>,
    /// Fields of a token request that one grant alone reads, each with its `grant_type`.
    pub own_fields: Vec<(&'static str, String)>,
    /// What may succeed of the flows that OpenAPI has names for.
    pub flows: Vec<DescribedFlow>,
    /// Values of `grant_types` that a client may register.
    pub registered_grants: Vec<String>,
    /// The device flow is on.
    pub device: bool,
    /// Values of `response_type` that may succeed.
    pub response_types: Vec<String>,
    /// Values of `code_challenge_method`.
    pub challenge_methods: Vec<String>,
    /// Machine endpoints read JSON instead of forms.
    pub json_body: bool,
    /// The cookie of a logged-in browser.
    pub session_cookie: String,
    /// OIDC_ENABLED.
    pub openid: bool,
    /// RP-initiated logout.
    pub logout: bool,
    /// Dynamic client registration.
    pub registration: bool,
    /// The documents of RFC 8414 and RFC 9728.
    pub metadata: bool,
    /// They also answer at the root.
    pub metadata_at_root: bool,
    /// A client may be a URL (CIMD_ENABLED).
    pub client_documents: bool,
    /// The names of `[server.compat]` that bring DOT's way back.
    pub compat: Vec<String>,
}

impl Facts {
    /// The path of a URL below a mount; none if there is nothing to describe.
    pub fn path(&self, name: &str) -> Option<&str> {
        self.paths(name).first().map(String::as_str)
    }

    /// All paths of a URL below a mount.
    pub fn paths(&self, name: &str) -> &[String] {
        self.urls.iter().find(|url| url.name == name).map_or(&[], |url| &url.paths)
    }

    /// The absolute URL of a name below the main mount.
    pub fn url(&self, name: &str) -> String {
        format!("{}{}", self.main(), self.path(name).unwrap_or_default())
    }

    /// An example of a path as a browser is sent to it.
    pub(crate) fn example(&self, name: &str) -> String {
        let mount = self.mounts.first().map_or("/o/", String::as_str).trim_end_matches('/');
        let path = self.path(name).unwrap_or_default();
        format!("{mount}{path}").replace("{client_id}", "tv").replace("{user_code}", "B4DF67XQ")
    }

    /// An example of the way over the login page.
    pub(crate) fn login_example(&self, name: &str) -> String {
        format!("{}?next={}", self.login, self.example(name))
    }

    /// The absolute URL of the main mount, without a slash at the end.
    fn main(&self) -> String {
        let mount = self.mounts.first().map_or("/o/", String::as_str);
        format!("{}{}", self.base, mount.trim_end_matches('/'))
    }

    /// DOT's content types and headers of errors are back.
    pub fn has_plain_errors(&self) -> bool {
        self.compat.iter().any(|name| name == "json_errors")
    }

    pub fn has_scope(&self, name: &str) -> bool {
        self.scopes.iter().any(|(scope, _)| scope == name)
    }

    /// One server for each mount.
    pub(crate) fn servers(&self) -> Value {
        let server =
            |mount: &String| json!({ "url": format!("{}{}", self.base, mount.trim_end_matches('/')) });
        // An empty URL is none; a mount at the root of an unknown host is a slash.
        self.mounts.iter().map(server).collect()
    }
}
