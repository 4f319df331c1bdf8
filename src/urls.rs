//! Every URL that slash-o answers or names, once: DOT's `oauth2_provider.urls`, Django's `django.contrib.auth.urls`, and ours.
//! `Urls` is the table as one configuration has it; everybody who needs a path asks there.

mod pattern;
mod resolved;

pub use pattern::{Argument, Pattern};
pub use resolved::{UrlPath, UrlSettings, Urls};

/// One URL, by DOT's or Django's name of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Url {
    Healthz,
    Readyz,
    ServerMetadata,
    ServerMetadataIssuer,
    ResourceMetadata,
    ResourceMetadataPath,
    Authorize,
    Token,
    RevokeToken,
    Introspect,
    DeviceAuthorization,
    Device,
    DeviceConfirm,
    DeviceGrantStatus,
    List,
    Register,
    Detail,
    Delete,
    Update,
    AuthorizedTokenList,
    AuthorizedTokenDelete,
    Discovery,
    Jwks,
    UserInfo,
    RpInitiatedLogout,
    DcrRegister,
    DcrRegisterManagement,
    Stylesheet,
    Login,
    Logout,
    PasswordChange,
    PasswordChangeDone,
    PasswordReset,
    PasswordResetDone,
    PasswordResetConfirm,
    PasswordResetComplete,
    OpenapiJson,
    DocsPage,
    DocsFile,
}

/// For whom a URL is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlKind {
    Machine,
    Page,
    Document,
    /// For the machine that runs the server: no layer stands before it, any Host is good.
    Probe,
    /// Only the name is known here, for templates; Django answers.
    Elsewhere,
}

/// Who refuses a method that a URL does not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MethodCheck {
    /// The layers, at once: 405, and 200 to OPTIONS.
    AtOnce,
    /// As AtOnce, but only an authenticated client is told.
    AfterClient,
    /// The layers, after CSRF check and login.
    AfterLogin,
    /// What stands at the URL itself.
    ByView,
}

/// URLs that a project includes or leaves out together. DOT: the lists of `oauth2_provider.urls`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Probes,
    /// DOT: `metadata_urlpatterns`.
    Metadata,
    /// DOT: `base_urlpatterns`, without the device flow.
    Base,
    Device,
    /// DOT: `management_urlpatterns`.
    Management,
    /// DOT: `oidc_urlpatterns`.
    Oidc,
    /// DOT: `dcr_urlpatterns`.
    Dcr,
    /// What our own pages load.
    Files,
    /// Django: `django.contrib.auth.urls`.
    Accounts,
    Docs,
}

impl Group {
    /// What stands before the names of the group in `{% url %}`; none for what only slash-o has.
    pub fn namespace(self) -> Option<&'static str> {
        match self {
            Group::Accounts => Some(""),
            Group::Probes | Group::Files | Group::Docs => None,
            _ => Some("oauth2_provider:"),
        }
    }

    /// Whether its paths stand below each `[server] mount`.
    pub fn is_mounted(self) -> bool {
        !matches!(self, Group::Probes | Group::Accounts | Group::Docs)
    }
}

/// A setting that turns URLs off. With one of the first three off, what stands at the URL answers 404, as DOT's views do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlSwitch {
    /// OIDC_ENABLED.
    Oidc,
    /// OIDC_RP_INITIATED_LOGOUT_ENABLED, beside OIDC_ENABLED.
    RpLogout,
    /// DCR_ENABLED.
    Dcr,
    /// `[server] accounts`: empty, Django answers these.
    Accounts,
    /// `[server] docs`: empty, there are none.
    Docs,
}

/// What is known of one URL whatever the configuration.
#[derive(Clone, Copy, Debug)]
pub struct UrlEntry {
    pub url: Url,
    /// DOT's or Django's URL name.
    pub name: &'static str,
    /// Spellings below the group's base, as Django's `path()` writes them; the first is the one that is advertised.
    pub paths: &'static [&'static str],
    /// What `Allow` says.
    pub methods: &'static str,
    pub check: MethodCheck,
    pub kind: UrlKind,
    pub group: Group,
    pub switch: Option<UrlSwitch>,
    /// Whether the OpenAPI document tells it: what programs and OAuth's own pages use is told, pages for people are not.
    pub is_described: bool,
}

impl Url {
    pub const fn entry(self) -> &'static UrlEntry {
        &TABLE[self as usize]
    }

    /// What `Allow` says.
    pub const fn methods(self) -> &'static str {
        self.entry().methods
    }

    /// DOT's or Django's own spelling, below the group's base.
    pub const fn path(self) -> &'static str {
        self.entry().paths[0]
    }

    /// The URL of a name as `{% url %}` is given it.
    pub fn of_name(name: &str) -> Option<Url> {
        let is_it = |entry: &&UrlEntry| {
            let namespace = entry.group.namespace();
            namespace.is_some_and(|space| name.strip_prefix(space) == Some(entry.name))
        };
        TABLE.iter().find(is_it).map(|entry| entry.url)
    }
}

const GET: &str = "GET, HEAD, OPTIONS";
const POST: &str = "POST, OPTIONS";
const GET_AND_POST: &str = "GET, POST, HEAD, OPTIONS";
const FORM: &str = "GET, POST, PUT, HEAD, OPTIONS";
const DELETE_FORM: &str = "GET, POST, DELETE, HEAD, OPTIONS";
const REGISTRATION: &str = "GET, PUT, DELETE, HEAD, OPTIONS";

/// A page for people that answers for itself.
const fn page(url: Url, name: &'static str, paths: &'static [&'static str], group: Group) -> UrlEntry {
    use {MethodCheck::ByView, UrlKind::Page};
    UrlEntry {
        url,
        name,
        paths,
        methods: GET,
        check: ByView,
        kind: Page,
        group,
        switch: None,
        is_described: false,
    }
}

const fn machine(url: Url, name: &'static str, paths: &'static [&'static str], group: Group) -> UrlEntry {
    let (check, kind) = (MethodCheck::AtOnce, UrlKind::Machine);
    UrlEntry { methods: POST, check, kind, is_described: true, ..page(url, name, paths, group) }
}

/// A page for who is logged in: the layers ask for CSRF token and login before they refuse a method.
const fn own(url: Url, name: &'static str, paths: &'static [&'static str], group: Group) -> UrlEntry {
    UrlEntry { check: MethodCheck::AfterLogin, ..page(url, name, paths, group) }
}

/// As `own`, a page of the protocol.
const fn consent(url: Url, name: &'static str, paths: &'static [&'static str], group: Group) -> UrlEntry {
    UrlEntry { methods: FORM, is_described: true, ..own(url, name, paths, group) }
}

const fn document(url: Url, name: &'static str, paths: &'static [&'static str], group: Group) -> UrlEntry {
    UrlEntry { kind: UrlKind::Document, is_described: true, ..page(url, name, paths, group) }
}

const fn probe(url: Url, name: &'static str, paths: &'static [&'static str]) -> UrlEntry {
    UrlEntry { kind: UrlKind::Probe, methods: "GET, HEAD", ..page(url, name, paths, Group::Probes) }
}

const fn elsewhere(url: Url, name: &'static str, paths: &'static [&'static str]) -> UrlEntry {
    UrlEntry { kind: UrlKind::Elsewhere, methods: FORM, ..page(url, name, paths, Group::Accounts) }
        .off_by(UrlSwitch::Accounts)
}

impl UrlEntry {
    const fn off_by(self, switch: UrlSwitch) -> UrlEntry {
        UrlEntry { switch: Some(switch), ..self }
    }

    const fn taking(self, methods: &'static str) -> UrlEntry {
        UrlEntry { methods, ..self }
    }

    const fn checked(self, check: MethodCheck) -> UrlEntry {
        UrlEntry { check, ..self }
    }

    const fn not_described(self) -> UrlEntry {
        UrlEntry { is_described: false, ..self }
    }
}

mod table;

pub use table::TABLE;
