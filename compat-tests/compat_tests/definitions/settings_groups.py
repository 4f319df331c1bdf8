"""The settings that the cases run under: name -> OAUTH2_PROVIDER, Django's settings, environment."""

from typing import Any

SCOPES = {"read": "Reading scope", "write": "Writing scope", "introspection": "Introspect token scope"}
OPENID_SCOPES = {**SCOPES, "openid": "OpenID Connect scope", "profile": "Profile", "email": "Email"}


def _oauth(**settings: Any) -> dict[str, Any]:
    return {"SCOPES": SCOPES, **settings}


def _without_pkce(**settings: Any) -> dict[str, Any]:
    return _oauth(PKCE_REQUIRED=False, **settings)


def _openid(**settings: Any) -> dict[str, Any]:
    return {"SCOPES": OPENID_SCOPES, "OIDC_ENABLED": True, "PKCE_REQUIRED": False, **settings}


SETTINGS: dict[str, dict[str, Any]] = {
    "default": _oauth(),
    "nopkce": _without_pkce(),
    "auto": _oauth(REQUEST_APPROVAL_PROMPT="auto"),
    "defscope": _oauth(DEFAULT_SCOPES=["read"]),
    "noscope": _oauth(DEFAULT_SCOPES=[]),
    "norotate": _oauth(ROTATE_REFRESH_TOKEN=False),
    "norotate_oidc": {"SCOPES": OPENID_SCOPES, "OIDC_ENABLED": True, "ROTATE_REFRESH_TOKEN": False},
    "reuse": _oauth(REFRESH_TOKEN_REUSE_PROTECTION=True),
    "grace": _oauth(REFRESH_TOKEN_GRACE_PERIOD_SECONDS=120),
    "gracereuse": _oauth(REFRESH_TOKEN_GRACE_PERIOD_SECONDS=2, REFRESH_TOKEN_REUSE_PROTECTION=True),
    "rtexpire": _oauth(REFRESH_TOKEN_EXPIRE_SECONDS=100),
    "short": _oauth(ACCESS_TOKEN_EXPIRE_SECONDS=77, AUTHORIZATION_CODE_EXPIRE_SECONDS=600),
    "zero": _oauth(ACCESS_TOKEN_EXPIRE_SECONDS=0),
    "wild": _without_pkce(ALLOW_URI_WILDCARDS=True),
    "lochost": _without_pkce(ALLOW_LOCALHOST_LOOPBACK=True),
    "schemes": _without_pkce(ALLOWED_REDIRECT_URI_SCHEMES=["https", "com.example.app"]),
    "oidc": _openid(),
    "oidciss": _openid(OIDC_ISS_ENDPOINT="https://issuer.example/o", COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS=True),
    "register": _openid(
        OIDC_RP_INITIATED_REGISTRATION_ENABLED=True, OIDC_RP_INITIATED_REGISTRATION_URL="/signup/?a=1"
    ),
    "registernourl": _openid(OIDC_RP_INITIATED_REGISTRATION_ENABLED=True),
    "bcp": _oauth(
        COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT=True,
        COMPLIANT_BCP_RFC9700_PASSWORD_GRANT=True,
        COMPLIANT_BCP_RFC9700_PKCE_METHOD=True,
        COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT=True,
        COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS=True,
        COMPLIANT_BCP_RFC9700_TOKEN_STORAGE=True,
    ),
    "storagegrace": _oauth(COMPLIANT_BCP_RFC9700_TOKEN_STORAGE=True, REFRESH_TOKEN_GRACE_PERIOD_SECONDS=120),
    "json": _oauth(OAUTH2_BACKEND_CLASS="oauth2_provider.oauth2_backends.JSONOAuthLibCore"),
    "cors": _oauth(ALLOWED_SCHEMES=["https", "http"]),
    "device": _oauth(OAUTH_DEVICE_VERIFICATION_URI="https://dev.example/device"),
    "devicefull": _oauth(
        OAUTH_DEVICE_VERIFICATION_URI="https://dev.example/device",
        OAUTH_DEVICE_VERIFICATION_URI_COMPLETE="https://dev.example/device?user_code={user_code}",
        DEVICE_FLOW_INTERVAL=9,
        DEFAULT_SCOPES=[],
    ),
    "errscopes": _oauth(ERROR_RESPONSE_WITH_SCOPES=True),
    "pkceint": _oauth(PKCE_REQUIRED=1),
    "nosecure": _oauth(COMPLIANT_BCP_RFC9700_TOKEN_STORAGE=True, ROTATE_REFRESH_TOKEN=False),
    "prmid": _oauth(OAUTH2_PROTECTED_RESOURCE_IDENTIFIER="https://api.example"),
}
ENVIRONMENT: dict[str, dict[str, str]] = {"insecure": {"OAUTHLIB_INSECURE_TRANSPORT": "1"}}
DJANGO: dict[str, dict[str, Any]] = {
    "login": {"LOGIN_URL": "/login-here/"},
    "loginabs": {"LOGIN_URL": "https://sso.example/login"},
}
