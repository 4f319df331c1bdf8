//! The table itself, in the order of DOT's urls.py.

use super::Group::{Accounts, Base, Dcr, Device, Docs, Files, Management, Metadata, Oidc};
use super::MethodCheck::{AfterClient, AtOnce, ByView};
use super::{
    DELETE_FORM, FORM, GET, GET_AND_POST, REGISTRATION, Url, UrlEntry, UrlSwitch, consent, document,
    elsewhere, machine, own, page, probe,
};

/// Every URL, in the order of `Url`.
pub static TABLE: [UrlEntry; 39] = [
    probe(Url::Healthz, "healthz", &["healthz"]),
    probe(Url::Readyz, "readyz", &["readyz"]),
    document(
        Url::ServerMetadata,
        "oauth-server-metadata",
        &[".well-known/oauth-authorization-server"],
        Metadata,
    ),
    document(
        Url::ServerMetadataIssuer,
        "oauth-server-metadata-issuer",
        &[".well-known/oauth-authorization-server/<path:issuer_path>"],
        Metadata,
    ),
    document(
        Url::ResourceMetadata,
        "oauth-resource-metadata",
        &[".well-known/oauth-protected-resource"],
        Metadata,
    ),
    document(
        Url::ResourceMetadataPath,
        "oauth-resource-metadata-path",
        &[".well-known/oauth-protected-resource/<path:resource_path>"],
        Metadata,
    ),
    consent(Url::Authorize, "authorize", &["authorize/"], Base),
    machine(Url::Token, "token", &["token/"], Base),
    machine(Url::RevokeToken, "revoke-token", &["revoke_token/"], Base),
    machine(Url::Introspect, "introspect", &["introspect/"], Base).taking(GET_AND_POST).checked(AfterClient),
    machine(Url::DeviceAuthorization, "device-authorization", &["device-authorization/"], Device),
    consent(Url::Device, "device", &["device/"], Device),
    consent(
        Url::DeviceConfirm,
        "device-confirm",
        &["device-confirm/<slug:client_id>/<slug:user_code>"],
        Device,
    ),
    consent(
        Url::DeviceGrantStatus,
        "device-grant-status",
        &["device-grant-status/<slug:client_id>/<slug:user_code>"],
        Device,
    )
    .taking(GET),
    own(Url::List, "list", &["applications/"], Management),
    own(Url::Register, "register", &["applications/register/"], Management).taking(FORM),
    own(Url::Detail, "detail", &["applications/<slug:pk>/"], Management),
    own(Url::Delete, "delete", &["applications/<slug:pk>/delete/"], Management).taking(DELETE_FORM),
    own(Url::Update, "update", &["applications/<slug:pk>/update/"], Management).taking(FORM),
    own(Url::AuthorizedTokenList, "authorized-token-list", &["authorized_tokens/"], Management),
    own(
        Url::AuthorizedTokenDelete,
        "authorized-token-delete",
        &["authorized_tokens/<slug:pk>/delete/"],
        Management,
    )
    .taking(DELETE_FORM),
    // DOT: a regular expression with a final slash or none.
    document(
        Url::Discovery,
        "oidc-connect-discovery-info",
        &[".well-known/openid-configuration", ".well-known/openid-configuration/"],
        Oidc,
    )
    .off_by(UrlSwitch::Oidc),
    document(Url::Jwks, "jwks-info", &[".well-known/jwks.json"], Oidc).off_by(UrlSwitch::Oidc),
    machine(Url::UserInfo, "user-info", &["userinfo/"], Oidc)
        .taking(GET_AND_POST)
        .checked(ByView)
        .off_by(UrlSwitch::Oidc),
    consent(Url::RpInitiatedLogout, "rp-initiated-logout", &["logout/"], Oidc)
        .checked(ByView)
        .off_by(UrlSwitch::RpLogout),
    machine(Url::DcrRegister, "dcr-register", &["register/"], Dcr).off_by(UrlSwitch::Dcr),
    machine(Url::DcrRegisterManagement, "dcr-register-management", &["register/<str:client_id>/"], Dcr)
        .taking(REGISTRATION)
        .off_by(UrlSwitch::Dcr),
    document(Url::Stylesheet, "stylesheet", &["style.css"], Files).not_described(),
    page(Url::Login, "login", &["login/"], Accounts).taking(FORM).off_by(UrlSwitch::Accounts),
    // Before Django 5.0 a link logs out too.
    page(Url::Logout, "logout", &["logout/"], Accounts).taking(super::POST).off_by(UrlSwitch::Accounts),
    own(Url::PasswordChange, "password_change", &["password_change/"], Accounts)
        .taking(FORM)
        .off_by(UrlSwitch::Accounts),
    own(Url::PasswordChangeDone, "password_change_done", &["password_change/done/"], Accounts)
        .off_by(UrlSwitch::Accounts),
    elsewhere(Url::PasswordReset, "password_reset", &["password_reset/"]),
    elsewhere(Url::PasswordResetDone, "password_reset_done", &["password_reset/done/"]),
    elsewhere(Url::PasswordResetConfirm, "password_reset_confirm", &["reset/<uidb64>/<token>/"]),
    elsewhere(Url::PasswordResetComplete, "password_reset_complete", &["reset/done/"]),
    document(Url::OpenapiJson, "openapi", &["openapi.json"], Docs).not_described().off_by(UrlSwitch::Docs),
    page(Url::DocsPage, "docs", &[""], Docs).checked(AtOnce).off_by(UrlSwitch::Docs),
    page(Url::DocsFile, "docs-file", &["<path:file>"], Docs).off_by(UrlSwitch::Docs),
];

/// `Url::entry` uses the number of the enum's variant as the index into the table.
const _: () = {
    let mut at = 0;
    while at < TABLE.len() {
        assert!(TABLE[at].url as usize == at, "the table is not in the order of `Url`");
        at += 1;
    }
};
