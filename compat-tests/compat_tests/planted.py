"""Faults for `slash-o compare`: slash-o is started with another value than Django, one setting at a time."""

import dataclasses
import re
from pathlib import Path
from typing import Any

from compat_tests import paths
from compat_tests.project import MIDDLEWARE, PROCESSORS
from compat_tests.site import SCOPES, Site

ORIGIN = "https://client.example"
CSP = "django.middleware.csp.ContentSecurityPolicyMiddleware"
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


#: Applications whose rows let settings of redirect URIs show.
APPLICATIONS: list[dict[str, Any]] = [
    {"client_id": "anyhost", "client_type": "public", "redirect_uris": "https://*.client.example/cb"},
    {"client_id": "native", "client_type": "public", "redirect_uris": "http://localhost/cb"},
]


@dataclasses.dataclass(frozen=True)
class Fault:
    value: dict[str, Any]
    #: Where it shows, so that the default tier asks no more than that.
    arguments: tuple[str, ...] = ()
    #: What both sides have besides `RICH`, without which it would not show.
    base: str = ""


def _django(**value: Any) -> Fault:
    return Fault(value)


def _dot(**value: Any) -> Fault:
    return Fault({"OAUTH2_PROVIDER": value})


def _server(**value: Any) -> Fault:
    return Fault({"server": value})


def _shown(fault: Fault, text: str) -> Fault:
    return Fault(fault.value, ("--only", text))


def _on(base: str, fault: Fault) -> Fault:
    return dataclasses.replace(fault, base=base)


def _written(fault: Fault) -> Fault:
    """Shows only in what a flow is answered, or what it leaves."""
    return dataclasses.replace(fault, arguments=("--write", "--only", "/o/token/?"))


#: What both sides of some faults have: Django's settings, and `OAUTH2_PROVIDER`'s.
BASES: dict[str, dict[str, Any]] = {
    "": {},
    "https only": {"SECURE_SSL_REDIRECT": True, "SECURE_HSTS_SECONDS": 60},
    "plain OAuth": {"oauth2_provider": {"OIDC_ENABLED": False}},
    "registration": {
        "oauth2_provider": {"OIDC_RP_INITIATED_REGISTRATION_ENABLED": True, "OIDC_RP_INITIATED_REGISTRATION_URL": "/join/"}
    },
    "a team's pages": {
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [str(paths.COMPAT_TESTS / "project" / "planted")],
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [*PROCESSORS, "django.template.context_processors.debug",
                                           "django.template.context_processors.media"]
                },
            }
        ],
    },
}


MANIFEST = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
#: A folder of pages that show what depends on settings.
PLANTED = str(paths.COMPAT_TESTS / "project" / "planted")
DISCOVERY, AUTHORIZE, LOGIN = ".well-known/openid-configuration", "/o/authorize/", "/accounts/login/"

FAULTS: dict[str, Fault] = {
    # Django
    "SECRET_KEY": _django(SECRET_KEY="another-secret-key-of-more-than-fifty-characters-0123456789"),
    "ALLOWED_HOSTS": _shown(_django(ALLOWED_HOSTS=["127.0.0.1"]), DISCOVERY),
    "APPEND_SLASH": _shown(_django(APPEND_SLASH=False), "/o/authorize"),
    "FORCE_SCRIPT_NAME": _django(FORCE_SCRIPT_NAME="/site"),
    "LOGIN_URL": _shown(_django(LOGIN_URL="/enter/"), AUTHORIZE),
    "LOGIN_REDIRECT_URL": _written(_django(LOGIN_REDIRECT_URL="/elsewhere/")),
    "LOGOUT_REDIRECT_URL": _written(_django(LOGOUT_REDIRECT_URL="/bye/")),
    "SESSION_COOKIE_AGE": _written(_django(SESSION_COOKIE_AGE=777)),
    "SESSION_COOKIE_DOMAIN": _written(_django(SESSION_COOKIE_DOMAIN="site.example")),
    "SESSION_COOKIE_PATH": _written(_django(SESSION_COOKIE_PATH="/o/")),
    "SESSION_COOKIE_SECURE": _written(_django(SESSION_COOKIE_SECURE=True)),
    "SESSION_COOKIE_HTTPONLY": _written(_django(SESSION_COOKIE_HTTPONLY=False)),
    "SESSION_COOKIE_SAMESITE": _written(_django(SESSION_COOKIE_SAMESITE="Strict")),
    "SESSION_EXPIRE_AT_BROWSER_CLOSE": _written(_django(SESSION_EXPIRE_AT_BROWSER_CLOSE=True)),
    "SESSION_SAVE_EVERY_REQUEST": _written(_django(SESSION_SAVE_EVERY_REQUEST=True)),
    "PASSWORD_HASHERS": _written(_django(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher",
                                                           "django.contrib.auth.hashers.PBKDF2PasswordHasher"])),
    "USE_TZ": _written(_django(USE_TZ=False, TIME_ZONE="Asia/Tokyo")),
    "TIME_ZONE": _written(_django(USE_TZ=False, TIME_ZONE="Europe/Berlin")),
    "DATA_UPLOAD_MAX_MEMORY_SIZE": _django(DATA_UPLOAD_MAX_MEMORY_SIZE=5),
    "DATA_UPLOAD_MAX_NUMBER_FIELDS": _django(DATA_UPLOAD_MAX_NUMBER_FIELDS=1),
    "LANGUAGE_COOKIE_NAME": _django(LANGUAGE_COOKIE_NAME="tongue"),
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
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": _on("https only", _shown(_django(SECURE_HSTS_INCLUDE_SUBDOMAINS=True), DISCOVERY)),
    "SECURE_HSTS_PRELOAD": _on("https only", _django(SECURE_HSTS_PRELOAD=True)),
    "SECURE_SSL_HOST": _on("https only", _django(SECURE_SSL_HOST="secure.example")),
    "SECURE_REDIRECT_EXEMPT": _on("https only", _django(SECURE_REDIRECT_EXEMPT=["^o/token/"])),
    "SECURE_CSP": _django(MIDDLEWARE=[CORS, CSP, *MIDDLEWARE], SECURE_CSP={"default-src": ["'self'"]}),
    "SECURE_CSP_REPORT_ONLY": _django(MIDDLEWARE=[CORS, CSP, *MIDDLEWARE], SECURE_CSP_REPORT_ONLY={"default-src": ["'self'"]}),
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
    "CORS_ALLOW_PRIVATE_NETWORK": _django(CORS_ALLOW_PRIVATE_NETWORK=True),
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
    "ALLOW_URI_WILDCARDS": _dot(ALLOW_URI_WILDCARDS=True),
    "ALLOW_LOCALHOST_LOOPBACK": _dot(ALLOW_LOCALHOST_LOOPBACK=True),
    "OAUTH2_SERVER_CLASS": _on("plain OAuth", _dot(OAUTH2_SERVER_CLASS={"grants": ["client_credentials"]})),
    "OIDC_RP_INITIATED_REGISTRATION_URL": _on("registration", _dot(OIDC_RP_INITIATED_REGISTRATION_URL="/enter/")),
    "REQUEST_APPROVAL_PROMPT": _written(_dot(REQUEST_APPROVAL_PROMPT="auto")),
    "ALLOWED_SCHEMES": _written(_dot(ALLOWED_SCHEMES=["http"])),
    "ACCESS_TOKEN_EXPIRE_SECONDS": _written(_dot(ACCESS_TOKEN_EXPIRE_SECONDS=77)),
    "AUTHORIZATION_CODE_EXPIRE_SECONDS": _written(_dot(AUTHORIZATION_CODE_EXPIRE_SECONDS=777)),
    "ID_TOKEN_EXPIRE_SECONDS": _written(_dot(ID_TOKEN_EXPIRE_SECONDS=777)),
    "REFRESH_TOKEN_GRACE_PERIOD_SECONDS": _written(_dot(REFRESH_TOKEN_GRACE_PERIOD_SECONDS=120)),
    "REFRESH_TOKEN_REUSE_PROTECTION": _written(_dot(REFRESH_TOKEN_REUSE_PROTECTION=True)),
    "ROTATE_REFRESH_TOKEN": _written(_dot(ROTATE_REFRESH_TOKEN=False)),
    "ACCESS_TOKEN_GENERATOR": _written(_dot(ACCESS_TOKEN_GENERATOR={"length": 44})),
    "REFRESH_TOKEN_GENERATOR": _written(_dot(REFRESH_TOKEN_GENERATOR={"length": 44})),
    "OAUTH_DEVICE_USER_CODE_GENERATOR": _written(_dot(OAUTH_DEVICE_USER_CODE_GENERATOR={"length": 12})),
    "OAUTH_DEVICE_VERIFICATION_URI": _written(_dot(OAUTH_DEVICE_VERIFICATION_URI="https://site.example/o/device/")),
    "OAUTH_DEVICE_VERIFICATION_URI_COMPLETE": _written(
        _dot(OAUTH_DEVICE_VERIFICATION_URI_COMPLETE="https://site.example/o/device/?user_code={user_code}")
    ),
    "DEVICE_FLOW_INTERVAL": _written(_dot(DEVICE_FLOW_INTERVAL=9)),
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": _written(_dot(COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT=True)),
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": _written(_dot(COMPLIANT_BCP_RFC9700_TOKEN_STORAGE=True)),
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
    "i18n_patterns": _server(i18n_patterns={"prefix_default_language": False}),
    "scope_texts": _server(scope_texts={"fr": {"read": "Lire"}}),
    "protected": _server(protected=[{"path": "/t/plain", "challenge": "rfc9728"}]),
    "claims": _server(claims={"email": {"from": ["email"]}}),
    "locale_dirs_of_apps": _server(locale_dirs_of_apps=[]),
    "redirect_authenticated_user": _server(redirect_authenticated_user=True),
    "hashers": _written(_server(hashers={"pbkdf2_sha256": {"iterations": 2000}})),
    "STATIC_URL": _on("a team's pages", _django(STATIC_URL="/files/")),
    "form_templates": _on("a team's pages", _server(form_templates={"form": "django/forms/p.html"})),
    "MEDIA_URL": _on("a team's pages", _django(MEDIA_URL="/uploads/")),
    "STATICFILES_STORAGE": _on("a team's pages", _django(STATICFILES_STORAGE=MANIFEST, STATIC_ROOT=PLANTED)),
    "STORAGES.staticfiles.BACKEND": _on(
        "a team's pages", _django(STORAGES={"staticfiles": {"BACKEND": MANIFEST}}, STATIC_ROOT=PLANTED)
    ),
    "STATIC_ROOT": _on(
        "a team's pages", _django(STORAGES={"staticfiles": {"BACKEND": MANIFEST}}, STATIC_ROOT=PLANTED)
    ),
    "static_urls": _on("a team's pages", _server(static_urls={"logo.png": "/elsewhere/logo.png"})),
    "template_values": _on("a team's pages", _server(template_values={"company": "Other Ltd"})),
    "urls": _on("a team's pages", _server(urls={"home": "/other-home/"})),
    "sites": _on("a team's pages", _server(sites=[{"id": 1, "domain": "other.example", "name": "Other"}])),
    "SITE_ID": _on(
        "a team's pages", Fault({"SITE_ID": 7, "server": {"sites": [{"id": 7, "domain": "other.example", "name": "Other"}]}})
    ),
    "USE_THOUSAND_SEPARATOR": _on("a team's pages", _django(USE_THOUSAND_SEPARATOR=True)),
    "TEMPLATES": _on("a team's pages", _django(TEMPLATES=[])),
    "template_dirs_of_apps": _server(template_dirs_of_apps=[PLANTED]),
    "LOCALE_PATHS": _on("a team's pages", _django(LOCALE_PATHS=["{{german}}"])),
    "django_version": _server(django_version="4.2"),
}

#: What the default tier plants.
REPRESENTATIVE = [
    name for name, fault in FAULTS.items() if fault.arguments and not fault.base and "--write" not in fault.arguments
] + ["ROTATE_REFRESH_TOKEN", "SESSION_COOKIE_AGE"]

#: Settings that change an answer, but none that compare asks for, also not with --write. The page docs/proof.md has them too.
MISSED: dict[str, str] = {
    "SECRET_KEY_FALLBACKS": "only sessions and messages of an older key show it",
    "SESSION_ENGINE": "with `--user` and `--write` it is refused before a request, without them no session is sent",
    "SESSION_CACHE_ALIAS": "as SESSION_ENGINE",
    "SESSION_FILE_PATH": "as SESSION_ENGINE",
    "SESSION_SERIALIZER": "the session of a run is written by slash-o alone",
    "CACHES": "as SESSION_ENGINE",
    "CSRF_HEADER_NAME": "no script sends a form",
    "CSRF_TRUSTED_ORIGINS": "no form comes from another site",
    "USE_X_FORWARDED_PORT": "only the port of a form's Referer is compared with it",
    "AUTHENTICATION_BACKENDS": "a session of a run names the first backend that slash-o has",
    "AUTH_PASSWORD_VALIDATORS": "no password is changed",
    "MESSAGE_STORAGE": "no page with a message is asked for",
    "MESSAGE_LEVEL": "no page with a message is asked for",
    "MESSAGE_TAGS": "no page with a message is asked for",
    "STORAGES.staticfiles.OPTIONS.manifest_strict": "only a name that the manifest lacks shows it",
    "INTERNAL_IPS": "in a run slash-o's side has no address",
    "staticfiles_app": "only a name that has to be cleaned up shows it",
    "READ_SCOPE": "no token is sent to a route of its own",
    "WRITE_SCOPE": "no token is sent to a route of its own",
    "ERROR_RESPONSE_WITH_SCOPES": "no token is sent to a route of its own",
    "RESOURCE_SERVER_INTROSPECTION_URL": "nobody else is asked, and no token of another server is sent",
    "RESOURCE_SERVER_AUTH_TOKEN": "as RESOURCE_SERVER_INTROSPECTION_URL",
    "RESOURCE_SERVER_INTROSPECTION_CREDENTIALS": "as RESOURCE_SERVER_INTROSPECTION_URL",
    "RESOURCE_SERVER_TOKEN_CACHING_SECONDS": "as RESOURCE_SERVER_INTROSPECTION_URL",
    "AUTHENTICATION_SERVER_EXP_TIME_ZONE": "as RESOURCE_SERVER_INTROSPECTION_URL",
    "RESOURCE_SERVER_TOKEN_RESOURCE_VALIDATOR": "no token of a resource is sent",
    "REFRESH_TOKEN_EXPIRE_SECONDS": "a refresh token is sent at once",
    "CLIENT_ID_GENERATOR_CLASS": "no client is registered",
    "CLIENT_SECRET_GENERATOR_CLASS": "no client is registered",
    "CLIENT_SECRET_GENERATOR_LENGTH": "no client is registered",
    "CLIENT_SECRET_HASHER": "the application of a run is made by slash-o alone",
    "OIDC_RP_INITIATED_LOGOUT_ALWAYS_PROMPT": "nobody is logged out by a client",
    "OIDC_RP_INITIATED_LOGOUT_ACCEPT_EXPIRED_TOKENS": "nobody is logged out by a client",
    "OIDC_RP_INITIATED_LOGOUT_DELETE_TOKENS": "nobody is logged out by a client",
    "OIDC_RP_INITIATED_LOGOUT_STRICT_REDIRECT_URIS": "nobody is logged out by a client",
    "DCR_REGISTRATION_PERMISSION_CLASSES": "no client is registered",
    "DCR_REGISTRATION_SCOPE": "no client is registered",
    "DCR_REGISTRATION_TOKEN_EXPIRE_SECONDS": "no client is registered",
    "DCR_ROTATE_REGISTRATION_TOKEN_ON_UPDATE": "no client is registered",
    "CIMD_METADATA_FETCHER": "no client ID that is a URL is sent",
    "CIMD_REGISTRATION_PERMISSION_CLASSES": "no client ID that is a URL is sent",
    "CIMD_ALLOWED_HOSTS": "no client ID that is a URL is sent",
    "CIMD_FETCH_TIMEOUT_SECONDS": "no client ID that is a URL is sent",
    "CIMD_MAX_DOCUMENT_SIZE": "no client ID that is a URL is sent",
    "CIMD_METADATA_MIN_AGE_SECONDS": "no client ID that is a URL is sent",
    "CIMD_METADATA_MAX_AGE_SECONDS": "no client ID that is a URL is sent",
    "CIMD_FAILURE_BACKOFF_SECONDS": "no client ID that is a URL is sent",
    "CIMD_MAX_CONCURRENT_FETCHES": "no client ID that is a URL is sent",
    "limits": "a run is without them",
    "dot_version": "only a refresh token whose access token was revoked shows it",
}

#: Settings that change no answer that Django gives too: where slash-o listens, how it works inside, what has its own name here.
NO_ANSWER: dict[str, str] = {
    "database_pooler": "how statements are sent",
    "DEBUG": "templates are read anew; a Django with DEBUG answers errors otherwise, which is found",
    "AUTH_USER_MODEL": "another table: the start is refused",
    "OAUTH2_PROVIDER_APPLICATION_MODEL": "another table: the start is refused",
    "OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL": "another table: the start is refused",
    "OAUTH2_PROVIDER_REFRESH_TOKEN_MODEL": "another table: the start is refused",
    "OAUTH2_PROVIDER_GRANT_MODEL": "another table: the start is refused",
    "OAUTH2_PROVIDER_ID_TOKEN_MODEL": "another table: the start is refused",
    "OAUTH2_PROVIDER_DEVICE_GRANT_MODEL": "another table: the start is refused",
    "models": "another table: the start is refused",
    "user": "another table: the start is refused",
    "CSRF_FAILURE_VIEW": "another one is refused",
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": "checks of a deployment only",
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": "checks of a deployment only",
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": "checks of a deployment only",
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": "checks of a deployment only",
    "CLEAR_EXPIRED_TOKENS_BATCH_INTERVAL": "cleartokens only",
    "CLEAR_EXPIRED_TOKENS_BATCH_SIZE": "cleartokens only",
    "cleartokens_every": "cleartokens only",
    "clearsessions_every": "clearsessions only",
    "device_grants_kept": "cleartokens only",
    "accept": "says that a finding is known",
    "not_translated": "says what was found",
    "exported_by": "says who wrote the file",
    "left_to_django": "a list for `slash-o check`",
    "broken_templates": "whether a start is refused",
    "compat": "each switch is a declared difference",
    "docs": "Django has no such page",
    "testing": "for tests",
    "trusted_proxies": "limits and logs only",
    **dict.fromkeys(
        ["bind", "max_clients", "body_timeout", "database_timeout", "database_wait", "hashing", "head_timeout", "keepalive_timeout",
         "max_connections", "max_head_bytes", "read_only_ok", "sqlite_mmap", "stop_timeout", "write_timeout"],
        "how the server works",
    ),
}  # fmt: skip


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


def page() -> str:
    """The part of docs/proof.md about the planted faults."""
    written = sum("--write" in fault.arguments for fault in FAULTS.values())
    lines = [
        "## What compare does not find",
        "",
        f"Of the {len(settings_of_the_page())} settings of [settings.md](settings.md) (Django's, DOT's and slash-o's own) {len(NO_ANSWER)} change no answer that",
        "Django gives too. Each other one was planted: slash-o was started with another value than Django, and",
        f"`slash-o compare` has to report it (`tests/test_compare.py`, tier full). It finds {len(FAULTS) - written} without `--write` and {written} more with it.",
        f"It does not find these {len(MISSED)}; for them the exporter and `slash-o check` are the proof:",
        "",
        "| setting | why no request shows it |",
        "|---|---|",
        *(f"| `{name}` | {why} |" for name, why in MISSED.items()),
    ]
    return "\n".join(lines) + "\n"
