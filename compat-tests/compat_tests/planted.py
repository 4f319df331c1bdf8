"""Faults for `slash-o compare`: slash-o is started with another value than Django, one setting at a time."""

import dataclasses
import re
from pathlib import Path
from typing import Any

from compat_tests import paths
from compat_tests.project import MIDDLEWARE
from compat_tests.site import SCOPES, Site

ORIGIN = "https://client.example"
CORS = "corsheaders.middleware.CorsMiddleware"
#: A project in which most settings show: OpenID Connect, languages, CORS, a proxy that speaks https.
RICH: dict[str, Any] = {
    "MIDDLEWARE": [CORS, *MIDDLEWARE],
    "CORS_ALLOWED_ORIGINS": [ORIGIN],
    "SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"],
    "oauth2_provider": {
        "SCOPES": {**SCOPES, "openid": "OpenID"},
        "OIDC_ENABLED": True,
        "OIDC_RSA_PRIVATE_KEY": "{{pem:rsa1}}",
        "OIDC_RP_INITIATED_LOGOUT_ENABLED": True,
        "DCR_ENABLED": True,
    },
}


@dataclasses.dataclass(frozen=True)
class Fault:
    value: dict[str, Any]
    #: Where it shows, so that the default tier asks no more than that.
    arguments: tuple[str, ...] = ()


def _django(**value: Any) -> Fault:
    return Fault(value)


def _dot(**value: Any) -> Fault:
    return Fault({"OAUTH2_PROVIDER": value})


def _server(**value: Any) -> Fault:
    return Fault({"server": value})


def _shown(fault: Fault, text: str) -> Fault:
    return Fault(fault.value, ("--only", text))


DISCOVERY, AUTHORIZE, LOGIN = ".well-known/openid-configuration", "/o/authorize/", "/accounts/login/"

FAULTS: dict[str, Fault] = {
    # Django
    "SECRET_KEY": _django(SECRET_KEY="another-secret-key-of-more-than-fifty-characters-0123456789"),
    "DEBUG": _django(DEBUG=True),
    "ALLOWED_HOSTS": _shown(_django(ALLOWED_HOSTS=["127.0.0.1"]), DISCOVERY),
    "APPEND_SLASH": _shown(_django(APPEND_SLASH=False), "/o/authorize"),
    "FORCE_SCRIPT_NAME": _django(FORCE_SCRIPT_NAME="/site"),
    "LOGIN_URL": _shown(_django(LOGIN_URL="/enter/"), AUTHORIZE),
    "LOGIN_REDIRECT_URL": _django(LOGIN_REDIRECT_URL="/elsewhere/"),
    "SESSION_ENGINE": _django(SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies"),
    "SESSION_COOKIE_NAME": _django(SESSION_COOKIE_NAME="other"),
    "CSRF_COOKIE_NAME": _shown(_django(CSRF_COOKIE_NAME="other"), LOGIN),
    "CSRF_COOKIE_AGE": _django(CSRF_COOKIE_AGE=77),
    "CSRF_COOKIE_DOMAIN": _django(CSRF_COOKIE_DOMAIN="site.example"),
    "CSRF_COOKIE_PATH": _django(CSRF_COOKIE_PATH="/o/"),
    "CSRF_COOKIE_SECURE": _django(CSRF_COOKIE_SECURE=True),
    "CSRF_COOKIE_SAMESITE": _django(CSRF_COOKIE_SAMESITE="Strict"),
    "CSRF_COOKIE_HTTPONLY": _django(CSRF_COOKIE_HTTPONLY=True),
    "CSRF_USE_SESSIONS": _django(CSRF_USE_SESSIONS=True),
    "SECURE_CONTENT_TYPE_NOSNIFF": _django(SECURE_CONTENT_TYPE_NOSNIFF=False),
    "SECURE_REFERRER_POLICY": _django(SECURE_REFERRER_POLICY="origin"),
    "SECURE_CROSS_ORIGIN_OPENER_POLICY": _django(SECURE_CROSS_ORIGIN_OPENER_POLICY="unsafe-none"),
    "X_FRAME_OPTIONS": _shown(_django(X_FRAME_OPTIONS="SAMEORIGIN"), "/o/token/"),
    "SECURE_SSL_REDIRECT": _django(SECURE_SSL_REDIRECT=True),
    "SECURE_HSTS_SECONDS": _shown(_django(SECURE_HSTS_SECONDS=3600), DISCOVERY),
    "SECURE_PROXY_SSL_HEADER": _django(SECURE_PROXY_SSL_HEADER=["HTTP_X_OTHER", "https"]),
    "USE_X_FORWARDED_HOST": _shown(_django(USE_X_FORWARDED_HOST=True), DISCOVERY),
    "USE_X_FORWARDED_PORT": _django(USE_X_FORWARDED_PORT=True),
    "PREPEND_WWW": _django(PREPEND_WWW=True),
    "DISALLOWED_USER_AGENTS": _django(DISALLOWED_USER_AGENTS=["^curl"]),
    "CORS_ALLOW_ALL_ORIGINS": _django(CORS_ALLOW_ALL_ORIGINS=True),
    "CORS_ALLOWED_ORIGINS": _django(CORS_ALLOWED_ORIGINS=["https://other.example"]),
    "CORS_ALLOWED_ORIGIN_REGEXES": _django(CORS_ALLOWED_ORIGIN_REGEXES=[r".*\.invalid"]),
    "CORS_URLS_REGEX": _django(CORS_URLS_REGEX="^/nowhere"),
    "CORS_ALLOW_CREDENTIALS": _django(CORS_ALLOW_CREDENTIALS=True),
    "CORS_ALLOW_HEADERS": _django(CORS_ALLOW_HEADERS=["x-other"]),
    "CORS_ALLOW_METHODS": _django(CORS_ALLOW_METHODS=["GET"]),
    "CORS_EXPOSE_HEADERS": _django(CORS_EXPOSE_HEADERS=["x-other"]),
    "CORS_PREFLIGHT_MAX_AGE": _django(CORS_PREFLIGHT_MAX_AGE=7),
    "CORS_ORIGIN_ALLOW_ALL": _django(CORS_ORIGIN_ALLOW_ALL=True),
    "CORS_ORIGIN_REGEX_WHITELIST": _django(CORS_ORIGIN_REGEX_WHITELIST=[r".*\.invalid"]),
    "CORS_ORIGIN_WHITELIST": _django(CORS_ORIGIN_WHITELIST=["https://other.example"], CORS_ALLOWED_ORIGINS=None),
    "USE_I18N": _django(USE_I18N=False),
    "LANGUAGE_CODE": _django(LANGUAGE_CODE="de"),
    "LANGUAGES": _django(LANGUAGES=[["en", "English"]]),
    "MIDDLEWARE": _shown(_django(MIDDLEWARE=[CORS, *MIDDLEWARE[1:]]), "/o/token/"),
    # DOT
    "SCOPES": _dot(SCOPES={"read": "Something else", "openid": "OpenID"}),
    "DEFAULT_SCOPES": _dot(DEFAULT_SCOPES=["read"]),
    "PKCE_REQUIRED": _dot(PKCE_REQUIRED=False),
    "ALLOWED_REDIRECT_URI_SCHEMES": _dot(ALLOWED_REDIRECT_URI_SCHEMES=["http"]),
    "SCOPES_BACKEND_CLASS": _dot(SCOPES_BACKEND_CLASS={"applications": {"web": {"available": ["write"], "default": []}}}),
    "OIDC_SERVER_CLASS": _dot(OIDC_SERVER_CLASS={"grants": ["client_credentials"]}),
    "OAUTH2_BACKEND_CLASS": _dot(OAUTH2_BACKEND_CLASS="oauth2_provider.oauth2_backends.JSONOAuthLibCore"),
    "OIDC_ENABLED": _shown(_dot(OIDC_ENABLED=False), DISCOVERY),
    "OIDC_ISS_ENDPOINT": _dot(OIDC_ISS_ENDPOINT="https://issuer.example/o"),
    "OIDC_RSA_PRIVATE_KEY": _dot(OIDC_RSA_PRIVATE_KEY="{{pem:rsa2}}"),
    "OIDC_RSA_PRIVATE_KEYS_INACTIVE": _dot(OIDC_RSA_PRIVATE_KEYS_INACTIVE=["{{pem:rsa2}}"]),
    "OIDC_JWKS_MAX_AGE_SECONDS": _shown(_dot(OIDC_JWKS_MAX_AGE_SECONDS=7), "jwks"),
    "OIDC_USERINFO_ENDPOINT": _dot(OIDC_USERINFO_ENDPOINT="https://issuer.example/me"),
    "OIDC_RESPONSE_TYPES_SUPPORTED": _dot(OIDC_RESPONSE_TYPES_SUPPORTED=["code"]),
    "OIDC_SUBJECT_TYPES_SUPPORTED": _dot(OIDC_SUBJECT_TYPES_SUPPORTED=["pairwise"]),
    "OIDC_TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED": _dot(OIDC_TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED=["none"]),
    "OIDC_RP_INITIATED_LOGOUT_ENABLED": _dot(OIDC_RP_INITIATED_LOGOUT_ENABLED=False),
    "OAUTH2_RESPONSE_TYPES_SUPPORTED": _dot(OAUTH2_RESPONSE_TYPES_SUPPORTED=["code"]),
    "OAUTH2_GRANT_TYPES_SUPPORTED": _dot(OAUTH2_GRANT_TYPES_SUPPORTED=["implicit"]),
    "OAUTH2_TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED": _dot(OAUTH2_TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED=["none"]),
    "OAUTH2_PROTECTED_RESOURCE_IDENTIFIER": _dot(OAUTH2_PROTECTED_RESOURCE_IDENTIFIER="https://api.example/"),
    "OAUTH2_PROTECTED_RESOURCE_NAME": _dot(OAUTH2_PROTECTED_RESOURCE_NAME="An API"),
    "OAUTH2_PROTECTED_RESOURCE_DOCUMENTATION": _dot(OAUTH2_PROTECTED_RESOURCE_DOCUMENTATION="https://api.example/d"),
    "OAUTH2_PROTECTED_RESOURCE_POLICY_URI": _dot(OAUTH2_PROTECTED_RESOURCE_POLICY_URI="https://api.example/p"),
    "OAUTH2_PROTECTED_RESOURCE_TOS_URI": _dot(OAUTH2_PROTECTED_RESOURCE_TOS_URI="https://api.example/t"),
    "OAUTH2_PROTECTED_RESOURCE_AUTHORIZATION_SERVERS": _dot(
        OAUTH2_PROTECTED_RESOURCE_AUTHORIZATION_SERVERS=["https://as.example"]
    ),
    "OAUTH2_PROTECTED_RESOURCE_BEARER_METHODS_SUPPORTED": _dot(
        OAUTH2_PROTECTED_RESOURCE_BEARER_METHODS_SUPPORTED=["body"]
    ),
    "OIDC_RP_INITIATED_REGISTRATION_ENABLED": _dot(
        OIDC_RP_INITIATED_REGISTRATION_ENABLED=True, OIDC_RP_INITIATED_REGISTRATION_URL="/register/"
    ),
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": _dot(COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT=True),
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": _dot(COMPLIANT_BCP_RFC9700_PASSWORD_GRANT=True),
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": _dot(COMPLIANT_BCP_RFC9700_PKCE_METHOD=True),
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": _dot(COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS=True),
    "DCR_ENABLED": _dot(DCR_ENABLED=False),
    "CIMD_ENABLED": _dot(CIMD_ENABLED=True),
    # slash-o's own
    "mount": _server(mount=["/oauth/"]),
    "accounts": _server(accounts="/enter/"),
    "endpoints": _server(endpoints={"revoke-token": ["revoke/"]}),
    "metadata_at_root": _server(metadata_at_root=True),
    "scope_texts": _server(scope_texts={"fr": {"read": "Lire"}}),
    "protected": _server(protected=[{"path": "/t/plain", "challenge": "rfc9728"}]),
    "claims": _server(claims={"email": {"from": ["email"]}}),
    "locale_dirs_of_apps": _server(locale_dirs_of_apps=[]),
    "django_version": _server(django_version="4.2"),
}

#: What the default tier plants.
REPRESENTATIVE = [name for name, fault in FAULTS.items() if fault.arguments]

#: Settings that change an answer, but none that a run without --write asks for.
MISSED: dict[str, str] = {}

#: Settings that change no answer of a request, or none on purpose.
NO_ANSWER: dict[str, str] = {}


def changed(site: Site, value: dict[str, Any]) -> Site:
    """The site with other values; None takes a setting away."""
    value = dict(value)
    provider = {**site.oauth2_provider, **value.pop("OAUTH2_PROVIDER", {})}
    server = {**site.server, **value.pop("server", {})}
    django = {name: one for name, one in {**site.django, **value}.items() if one is not None}
    return dataclasses.replace(site, oauth2_provider=provider, server=server, django=django)


_PREFIXES = ["OAUTH2_PROTECTED_RESOURCE", "OIDC_RP_INITIATED_LOGOUT", "COMPLIANT_BCP_RFC9700", "OAUTH2_PROVIDER"]


def settings_of_the_page() -> set[str]:
    """The names in the first column of the tables of Django's, DOT's and slash-o's own settings."""
    text = (Path(paths.REFERENCE).parents[1] / "docs" / "settings.md").read_text()
    names: set[str] = set()
    for part in text.split("\n## ")[1:]:
        if not part.startswith(("Django\n", "DOT: ", "slash-o: ")):
            continue
        for row in re.findall(r"^\| (.*?) \|", part.split("\n### ")[0], re.M):
            of_row = re.findall(r"`([^`]+)`", row)
            for name in of_row:
                if name.startswith("…"):
                    prefix = next(p for p in _PREFIXES if of_row[0].startswith(p))
                    name = prefix + name[1:]
                names.add(name)
    return names
