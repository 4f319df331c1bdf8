"""Each setting of docs/settings.md travels: set to another value than the default it stands in slash-o.toml, or is a finding."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from compat_tests import paths
from compat_tests.exported_project import Project

pytestmark = pytest.mark.slash_o_only("it is a command of slash-o")

PAGE = paths.COMPAT_TESTS.parent / "docs" / "settings.md"
MODEL = "django.contrib.auth.backends.ModelBackend"
#: Settings of Django, as they stand in settings.py and as they are to arrive.
DJANGO: dict[str, Any] = {
    "SECRET_KEY": "another key with more than fifty characters in it, 0123456789",
    "SECRET_KEY_FALLBACKS": ["old"],
    "DEBUG": True,
    "ALLOWED_HOSTS": ["shop.example"],
    "APPEND_SLASH": False,
    "FORCE_SCRIPT_NAME": "/shop",
    "LOGIN_URL": "/accounts/login/?x=1",
    "LOGIN_REDIRECT_URL": "/home/",
    "LOGOUT_REDIRECT_URL": "/bye/",
    "SESSION_ENGINE": "django.contrib.sessions.backends.file",
    "SESSION_CACHE_ALIAS": "other",
    "SESSION_FILE_PATH": "/tmp",
    "SESSION_SERIALIZER": "django.contrib.sessions.serializers.PickleSerializer",
    "SESSION_COOKIE_NAME": "sid",
    "SESSION_COOKIE_AGE": 60,
    "SESSION_COOKIE_DOMAIN": "shop.example",
    "SESSION_COOKIE_PATH": "/shop",
    "SESSION_COOKIE_SECURE": True,
    "SESSION_COOKIE_HTTPONLY": False,
    "SESSION_COOKIE_SAMESITE": "Strict",
    "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
    "SESSION_SAVE_EVERY_REQUEST": True,
    "CSRF_COOKIE_NAME": "csrf",
    "CSRF_COOKIE_AGE": 60,
    "CSRF_COOKIE_DOMAIN": "shop.example",
    "CSRF_COOKIE_PATH": "/shop",
    "CSRF_COOKIE_SECURE": True,
    "CSRF_COOKIE_SAMESITE": "Strict",
    "CSRF_COOKIE_HTTPONLY": True,
    "CSRF_HEADER_NAME": "HTTP_X_SHOP",
    "CSRF_TRUSTED_ORIGINS": ["https://other.example"],
    "CSRF_USE_SESSIONS": True,
    "AUTHENTICATION_BACKENDS": [MODEL, "oauth2_provider.backends.OAuth2Backend"],
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
    "AUTH_PASSWORD_VALIDATORS": [
        {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 9}}
    ],
    "USE_TZ": False,
    "TIME_ZONE": "Asia/Tokyo",
    "DATA_UPLOAD_MAX_MEMORY_SIZE": 1000,
    "DATA_UPLOAD_MAX_NUMBER_FIELDS": 10,
    "SECURE_CONTENT_TYPE_NOSNIFF": False,
    "SECURE_REFERRER_POLICY": "no-referrer",
    "SECURE_CROSS_ORIGIN_OPENER_POLICY": "unsafe-none",
    "X_FRAME_OPTIONS": "SAMEORIGIN",
    "SECURE_SSL_REDIRECT": True,
    "SECURE_SSL_HOST": "secure.example",
    "SECURE_CSP": {"default-src": ["'self'"], "script-src": ["'self'", "<CSP_NONCE_SENTINEL>"], "img-src": False},
    "SECURE_CSP_REPORT_ONLY": {"upgrade-insecure-requests": True},
    "SECURE_HSTS_SECONDS": 5,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SECURE_HSTS_PRELOAD": True,
    "SECURE_PROXY_SSL_HEADER": ["HTTP_X_SCHEME", "https"],
    "USE_X_FORWARDED_HOST": True,
    "USE_X_FORWARDED_PORT": True,
    "SECURE_REDIRECT_EXEMPT": ["^plain/"],
    "SITE_ID": 7,
    "PREPEND_WWW": True,
    "DISALLOWED_USER_AGENTS": ["(?i)^bad"],
    "MESSAGE_STORAGE": "django.contrib.messages.storage.session.SessionStorage",
    "MESSAGE_LEVEL": 30,
    "MESSAGE_TAGS": {"30": "careful"},
    "CORS_ALLOW_ALL_ORIGINS": True,
    "CORS_ALLOWED_ORIGINS": ["https://a.example"],
    "CORS_ALLOWED_ORIGIN_REGEXES": ["(?i)^https://b"],
    "CORS_URLS_REGEX": "^/o/",
    "CORS_ALLOW_CREDENTIALS": True,
    "CORS_ALLOW_HEADERS": ["x-a"],
    "CORS_ALLOW_METHODS": ["GET"],
    "CORS_EXPOSE_HEADERS": ["x-b"],
    "CORS_PREFLIGHT_MAX_AGE": 1,
    "CORS_ALLOW_PRIVATE_NETWORK": True,
    "CORS_ORIGIN_ALLOW_ALL": True,
    "CORS_ORIGIN_WHITELIST": ["https://c.example"],
    "CORS_ORIGIN_REGEX_WHITELIST": ["^https://d"],
    "STATIC_URL": "/files/",
    "MEDIA_URL": "/media/",
    "STATIC_ROOT": "/srv/static",
    "INTERNAL_IPS": ["127.0.0.1"],
    "USE_I18N": False,
    "LANGUAGE_CODE": "de",
    "LANGUAGES": [["de", "German"], ["en", "English"]],
    "LANGUAGE_COOKIE_NAME": "lang",
    "LOCALE_PATHS": ["/srv/locale"],
    "USE_THOUSAND_SEPARATOR": True,
}
#: How it stands in settings.py, where that is another form.
IN_PYTHON = {
    "MESSAGE_TAGS": "{30: 'careful'}",
    "DISALLOWED_USER_AGENTS": "[__import__('re').compile('^bad', 2)]",
    "CORS_ALLOWED_ORIGIN_REGEXES": "[__import__('re').compile('^https://b', 2)]",
    "SECURE_PROXY_SSL_HEADER": "('HTTP_X_SCHEME', 'https')",
}
#: Written by other tests, or made of several settings.
ELSEWHERE = {
    "CACHES", "AUTH_USER_MODEL", "CSRF_FAILURE_VIEW", "STORAGES.staticfiles.BACKEND", "TEMPLATES",
    "STORAGES.staticfiles.OPTIONS.manifest_strict", "STATICFILES_STORAGE", "MIDDLEWARE",
    *(f"OAUTH2_PROVIDER_{model}_MODEL" for model in ("APPLICATION", "ACCESS_TOKEN", "REFRESH_TOKEN", "GRANT", "ID_TOKEN", "DEVICE_GRANT")),
}  # fmt: skip
_FLAGS = """
REFRESH_TOKEN_REUSE_PROTECTION ALLOW_URI_WILDCARDS ALLOW_LOCALHOST_LOOPBACK ERROR_RESPONSE_WITH_SCOPES OIDC_ENABLED
OIDC_RP_INITIATED_LOGOUT_ENABLED OIDC_RP_INITIATED_LOGOUT_STRICT_REDIRECT_URIS OIDC_RP_INITIATED_REGISTRATION_ENABLED
COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT COMPLIANT_BCP_RFC9700_PASSWORD_GRANT COMPLIANT_BCP_RFC9700_PKCE_METHOD
COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS COMPLIANT_BCP_RFC9700_TOKEN_STORAGE
COMPLIANT_BCP_RFC9700_REFRESH_TOKEN COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING
COMPLIANT_BCP_RFC9700_PKCE_REQUIRED DCR_ENABLED CIMD_ENABLED
""".split()
_OFF = """
ROTATE_REFRESH_TOKEN PKCE_REQUIRED OIDC_RP_INITIATED_LOGOUT_ALWAYS_PROMPT OIDC_RP_INITIATED_LOGOUT_ACCEPT_EXPIRED_TOKENS
OIDC_RP_INITIATED_LOGOUT_DELETE_TOKENS DCR_ROTATE_REGISTRATION_TOKEN_ON_UPDATE
""".split()
_NUMBERS = """
AUTHORIZATION_CODE_EXPIRE_SECONDS ACCESS_TOKEN_EXPIRE_SECONDS REFRESH_TOKEN_EXPIRE_SECONDS REFRESH_TOKEN_GRACE_PERIOD_SECONDS
CLIENT_SECRET_GENERATOR_LENGTH DEVICE_FLOW_INTERVAL RESOURCE_SERVER_TOKEN_CACHING_SECONDS OIDC_JWKS_MAX_AGE_SECONDS
ID_TOKEN_EXPIRE_SECONDS CLEAR_EXPIRED_TOKENS_BATCH_SIZE CLEAR_EXPIRED_TOKENS_BATCH_INTERVAL
DCR_REGISTRATION_TOKEN_EXPIRE_SECONDS CIMD_MAX_DOCUMENT_SIZE CIMD_METADATA_MIN_AGE_SECONDS CIMD_METADATA_MAX_AGE_SECONDS
CIMD_FAILURE_BACKOFF_SECONDS CIMD_MAX_CONCURRENT_FETCHES
""".split()
_TEXTS = """
READ_SCOPE WRITE_SCOPE CLIENT_SECRET_HASHER OAUTH_DEVICE_VERIFICATION_URI RESOURCE_SERVER_INTROSPECTION_URL
RESOURCE_SERVER_AUTH_TOKEN OIDC_ISS_ENDPOINT OIDC_RSA_PRIVATE_KEY OIDC_USERINFO_ENDPOINT
OAUTH2_PROTECTED_RESOURCE_IDENTIFIER OAUTH2_PROTECTED_RESOURCE_NAME OAUTH2_PROTECTED_RESOURCE_DOCUMENTATION
OAUTH2_PROTECTED_RESOURCE_POLICY_URI OAUTH2_PROTECTED_RESOURCE_TOS_URI OIDC_RP_INITIATED_REGISTRATION_URL DCR_REGISTRATION_SCOPE
REQUEST_APPROVAL_PROMPT
""".split()
_LISTS = """
DEFAULT_SCOPES ALLOWED_REDIRECT_URI_SCHEMES ALLOWED_SCHEMES RESOURCE_SERVER_INTROSPECTION_CREDENTIALS
OIDC_RSA_PRIVATE_KEYS_INACTIVE OIDC_RESPONSE_TYPES_SUPPORTED OIDC_SUBJECT_TYPES_SUPPORTED
OIDC_TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED OAUTH2_RESPONSE_TYPES_SUPPORTED OAUTH2_GRANT_TYPES_SUPPORTED
OAUTH2_TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED OAUTH2_PROTECTED_RESOURCE_AUTHORIZATION_SERVERS
OAUTH2_PROTECTED_RESOURCE_BEARER_METHODS_SUPPORTED CIMD_ALLOWED_HOSTS
""".split()
_HOOKS = """
CLIENT_ID_GENERATOR_CLASS CLIENT_SECRET_GENERATOR_CLASS ACCESS_TOKEN_GENERATOR REFRESH_TOKEN_GENERATOR
OAUTH_DEVICE_USER_CODE_GENERATOR OIDC_SERVER_CLASS CIMD_METADATA_FETCHER
""".split()
#: Settings of DOT.
DOT: dict[str, Any] = {
    **dict.fromkeys(_FLAGS, True),
    **dict.fromkeys(_OFF, False),
    **dict.fromkeys(_NUMBERS, 7),
    **dict.fromkeys(_TEXTS, "other"),
    **dict.fromkeys(_LISTS, ["read", "other"]),
    **dict.fromkeys(_HOOKS, "site_of_shop.hooks.stranger"),
    "SCOPES": {"read": "R", "other": "O"},
    "SCOPES_BACKEND_CLASS": "site_of_shop.hooks.stranger",
    "OAUTH2_BACKEND_CLASS": "oauth2_provider.oauth2_backends.JSONOAuthLibCore",
    "OAUTH_DEVICE_VERIFICATION_URI_COMPLETE": "https://shop.example/{user_code}",
    "AUTHENTICATION_SERVER_EXP_TIME_ZONE": "Asia/Tokyo",
    "RESOURCE_SERVER_TOKEN_RESOURCE_VALIDATOR": False,
    "DCR_REGISTRATION_PERMISSION_CLASSES": ["oauth2_provider.dcr.AllowAllDCRPermission"],
    "CIMD_REGISTRATION_PERMISSION_CLASSES": ["oauth2_provider.cimd.HostAllowlistCIMDPermission"],
    "CIMD_FETCH_TIMEOUT_SECONDS": 0.5,
}
#: It wins over OIDC_SERVER_CLASS: another project has it.
WITHOUT_OPENID = {"OAUTH2_SERVER_CLASS": "oauthlib.oauth2.WebApplicationServer"}


def _names(section: str) -> list[str]:
    """The names in the first column of a section's tables; `…_NAME` goes on where the first name of its row began."""
    text = re.split(rf"^##+ {section}.*$", PAGE.read_text(), maxsplit=1, flags=re.M)[1]
    names = []
    for row in re.findall(r"^\| (`.*?) \| ", re.split(r"^##+ ", text, maxsplit=1, flags=re.M)[0], flags=re.M):
        first, *others = re.findall(r"`([^`]+)`", row)
        names += [first]
        for other in others:
            names.append(_whole(first, other) if other.startswith("…") else other)
    return [name for name in names if name != "name"]


def _whole(first: str, other: str) -> str:
    ends = [name for name in [*DOT, *ELSEWHERE] if name.endswith(other.removeprefix("…"))]
    return max(ends, key=lambda name: len(name) if first.startswith(name[: -len(other) + 1]) else 0)


def test_the_samples_are_those_of_the_page() -> None:
    assert set(_names("Django")) == {*DJANGO, *ELSEWHERE}
    assert set(_names("DOT: ")) == {*DOT, *WITHOUT_OPENID}


def _export(folder: Path, binary: str, more: str) -> tuple[dict[str, Any], str]:
    (folder / "more.py").write_text(more)
    done = Project(folder, "5.2", binary, SITE_MORE=str(folder / "more.py")).export()
    assert (folder / "slash-o.toml").exists(), done.stderr
    return tomllib.loads((folder / "slash-o.toml").read_text()), done.stderr


def test_settings_of_django_travel(tmp_path: Path, binary: str) -> None:
    lines = [f"{name} = {IN_PYTHON.get(name, repr(value))}" for name, value in DJANGO.items()]
    # A project in which Django 4 still has pickled sessions is another one: here it is a name that travels.
    written, told = _export(tmp_path, binary, "\n".join(lines) + "\nLANGUAGES = [('de', 'German'), ('en', 'English')]\n")
    for name, value in DJANGO.items():
        assert written.get(name) == value, f"{name}: {written.get(name)!r}\n{told}"


def test_settings_of_dot_travel(tmp_path: Path, binary: str) -> None:
    written, told = _export(tmp_path, binary, f"OAUTH2_PROVIDER = {DOT!r}\n")
    for name, value in DOT.items():
        assert written["OAUTH2_PROVIDER"].get(name) == value, f"{name}: {written['OAUTH2_PROVIDER'].get(name)!r}\n{told}"
    plain, _ = _export(tmp_path, binary, f"OAUTH2_PROVIDER = {WITHOUT_OPENID!r}\n")
    assert plain["OAUTH2_PROVIDER"] == WITHOUT_OPENID
