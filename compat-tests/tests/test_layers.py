"""MIDDLEWARE in many orders, beside Django with the same list: status and every header of every kind of answer."""

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from compat_tests import project
from compat_tests.databases import Databases
from compat_tests.exchange import Answer
from compat_tests.places import SETUP
from compat_tests.two_sides import LOGIN, PROTECTED, Fleet, Side, TwoSides

SECURITY = "django.middleware.security.SecurityMiddleware"
SESSION = "django.contrib.sessions.middleware.SessionMiddleware"
LOCALE = "django.middleware.locale.LocaleMiddleware"
COMMON = "django.middleware.common.CommonMiddleware"
CSRF = "django.middleware.csrf.CsrfViewMiddleware"
USERS = "django.contrib.auth.middleware.AuthenticationMiddleware"
LOGIN_REQUIRED = "django.contrib.auth.middleware.LoginRequiredMiddleware"
MESSAGES = "django.contrib.messages.middleware.MessageMiddleware"
FRAMES = "django.middleware.clickjacking.XFrameOptionsMiddleware"
CORS = "corsheaders.middleware.CorsMiddleware"
TOKEN = "oauth2_provider.middleware.OAuth2TokenMiddleware"
GZIP = "django.middleware.gzip.GZipMiddleware"
CONDITIONAL_GET = "django.middleware.http.ConditionalGetMiddleware"
#: Lists as projects have them.
ORDERS: dict[str, list[str]] = {
    "a new project's": [SECURITY, SESSION, COMMON, CSRF, USERS, MESSAGES, FRAMES],
    "CORS first": [CORS, SECURITY, SESSION, COMMON, CSRF, USERS, MESSAGES, FRAMES],
    "CORS after security": [SECURITY, CORS, SESSION, LOCALE, COMMON, CSRF, USERS, MESSAGES, FRAMES],
    "CORS after common": [SECURITY, SESSION, COMMON, CORS, CSRF, USERS, TOKEN, MESSAGES, FRAMES],
    "locale after common": [SECURITY, SESSION, COMMON, LOCALE, CSRF, USERS, MESSAGES, FRAMES, CORS, TOKEN],
    "all of Django's": [
        SECURITY, GZIP, SESSION, CONDITIONAL_GET, LOCALE, CORS, COMMON, CSRF, USERS, TOKEN, LOGIN_REQUIRED, MESSAGES, FRAMES,
    ],
    "the token first": [TOKEN, SESSION, USERS, LOGIN_REQUIRED, CSRF, MESSAGES, COMMON, CONDITIONAL_GET, SECURITY, LOCALE],
}  # fmt: skip
ALL = [SECURITY, SESSION, LOCALE, COMMON, CSRF, USERS, LOGIN_REQUIRED, MESSAGES, FRAMES, CORS, TOKEN, GZIP, CONDITIONAL_GET]
#: What works only behind another one.
BEHIND = [(SESSION, USERS), (SESSION, MESSAGES), (USERS, LOGIN_REQUIRED)]
#: Slash-o always does what they do, and Django's host is looked for in CommonMiddleware.
ALWAYS = {SESSION, CSRF, USERS, MESSAGES, COMMON}
SEED = 20_261_201
RANDOM = {"quick": 1, "default": 4, "full": 60}

TOKENS = [
    {"user": "alice", "application": "web", "scope": "read", "token": "good"},
    {"user": "alice", "application": "web", "scope": "read", "token": "gone", "expires": -10},
]
ROWS: dict[str, Any] = {**SETUP, "access_tokens": TOKENS}
#: Error pages of one length on both sides: a layer looks at it.
PAGES = {name: f"own {name} " + "x" * 300 for name in ("400.html", "403.html", "404.html", "500.html", "403_csrf.html")}
#: Of the HTTP servers, or slash-o's own.
UNSEEN = {"date", "server", "connection", "content-length", "x-request-id", "transfer-encoding", "keep-alive"}
DOCUMENT = "/o/.well-known/oauth-authorization-server"
CONSENT = "/o/authorize/?client_id=web&response_type=code"
CODE = "&redirect_uri=https://client.example/cb&code_challenge=" + "a" * 43 + "&code_challenge_method=S256"


@pytest.fixture(scope="module")
def fleet(databases: Databases, folder: Path, binary: str) -> Iterator[Fleet]:
    made = Fleet(databases, folder, binary)
    yield made
    made.close()


def shuffled(number: int) -> list[str]:
    """A list that Django can run, some layers left out."""
    generator = random.Random(SEED + number)
    layers = [layer for layer in ALL if layer in ALWAYS or generator.random() < 0.7]
    while True:
        generator.shuffle(layers)
        if all(layers.index(a) < layers.index(b) for a, b in BEHIND if a in layers and b in layers):
            return layers


def facts(answer: Answer) -> dict[str, Any]:
    """Status and headers; of a value that cannot be the same on both sides, its shape."""
    seen: dict[str, Any] = {"status": answer.status}
    cookies = []
    for name, value in answer.headers:
        match name.lower():
            case "set-cookie":
                cookies.append(re.sub("=[a-zA-Z0-9]{20,};", "=<text>;", re.sub("expires=[^;]*", "expires=<date>", value)))
            case "etag":
                seen["etag"] = "weak" if value.startswith("W/") else "strong"
            case "expires":
                seen["expires"] = "<date>"
            case unseen if unseen in UNSEEN:
                pass
            case other:
                seen[other] = value
    seen["set-cookie"] = sorted(cookies)
    return seen


def ask(side: Side, method: str, path: str, **headers: str) -> Answer:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = side.send(method, path, headers=sent, body="a=b" if method == "POST" else None)
    side.log[-1] = [f"{method} {path} {sent}", facts(answer)]
    return answer


PREFLIGHT = {"Origin": "https://app.example", "Access_Control_Request_Method": "POST"}
HTTPS = {"X_Forwarded_Proto": "https"}
EVERY: list[tuple[str, str, dict[str, str]]] = [
    ("OPTIONS", "/o/token/", PREFLIGHT),
    ("OPTIONS", "/o/token", PREFLIGHT),
    ("OPTIONS", "/o/nosuch/", PREFLIGHT),
    ("OPTIONS", "/o/token/", {**PREFLIGHT, "Host": "evil.example"}),
    ("OPTIONS", LOGIN, {}),
    ("GET", LOGIN, {}),
    ("GET", LOGIN, {"Accept_Language": "de", "Accept_Encoding": "br, gzip"}),
    ("GET", LOGIN, {"Origin": "https://app.example"}),
    ("HEAD", LOGIN, {"Origin": "https://evil.example"}),
    ("GET", LOGIN, {"Host": "evil.example", "Accept_Language": "de", "Origin": "https://app.example"}),
    ("GET", LOGIN, {"Host": "evil.example", "Authorization": "Bearer good"}),
    ("GET", PROTECTED, {}),
    ("POST", LOGIN, {}),
    ("POST", PROTECTED, {}),
    ("GET", "/o/token", {"Accept_Language": "de"}),
    ("POST", "/o/token?a=1", {"Origin": "https://app.example"}),
    ("GET", "/o/token/", {"Accept_Encoding": "gzip"}),
    ("POST", "/o/token/", {"Origin": "https://app.example"}),
    ("GET", "/o/nosuch/", {"Accept_Encoding": "gzip"}),
    ("GET", "/o/nosuch", {}),
    ("GET", PROTECTED, {"Authorization": "Bearer good"}),
    ("GET", PROTECTED, {"Authorization": "Bearer gone"}),
    ("GET", LOGIN, {"Authorization": "Bearer good x"}),
    ("GET", "/o/nosuch/", {"Authorization": "Bearer good"}),
    ("GET", "/t/plain", {"Authorization": "Bearer good"}),
    ("GET", "/t/plain", {"Authorization": "Bearer gone"}),
    ("POST", "/o/introspect/", {"Authorization": "Bearer gone"}),
    ("GET", DOCUMENT, {}),
    ("GET", DOCUMENT, {"Accept_Encoding": "gzip"}),
    ("GET", DOCUMENT, {"If_Unmodified_Since": "Sun, 06 Nov 1994 08:49:37 GMT"}),
    ("GET", DOCUMENT, {"Accept_Encoding": "gzip", "If_None_Match": '"other"'}),
    ("POST", DOCUMENT, {}),
    ("GET", CONSENT, {}),
    ("GET", CONSENT, {"Authorization": "Bearer good"}),
]


def scenario(side: Side, middleware: list[str]) -> None:
    for method, path, headers in EVERY:
        # A route that a token opens never redirects (docs/differences.md).
        if path == "/t/plain" and LOGIN_REQUIRED in middleware:
            continue
        ask(side, method, path, **headers)
        ask(side, method, path, **headers, **HTTPS)
    for document in (DOCUMENT, DOCUMENT):
        etag = ask(side, "GET", document, **HTTPS).header("ETag")
        ask(side, "GET", document, If_None_Match=etag or '"none"', Accept_Encoding="gzip", **HTTPS)
        ask(side, "GET", document, If_Match='"none"', **HTTPS)
    for key in ("short", "d" * 32):
        side.cookies = {"sessionid": key}
        for path in ("/o/nosuch/", "/o/token", DOCUMENT, PROTECTED):
            side.cookies = {"sessionid": key}
            ask(side, "GET", path, **HTTPS)
            ask(side, "GET", path, Authorization="Bearer gone", **HTTPS)
    side.cookies = {}
    side.logged_in("bob")
    for path in (PROTECTED, CONSENT, CONSENT + CODE, "/o/nosuch/", LOGIN, "/accounts/password_change/", DOCUMENT):
        ask(side, "GET", path, Accept_Encoding="gzip", **HTTPS)
        ask(side, "GET", path, Authorization="Bearer good", **HTTPS)
    ask(side, "POST", PROTECTED, **HTTPS)
    ask(side, "POST", "/accounts/password_change/", **HTTPS)


def settings(middleware: list[str], folder: Path, **more: Any) -> dict[str, Any]:
    pages = folder / "pages"
    pages.mkdir(exist_ok=True)
    for name, text in PAGES.items():
        (pages / name).write_text(text)
    site = str(Path(__file__).parent.parent / "reference" / "reference_site" / "templates")
    templates = {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [str(pages), site],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": project.PROCESSORS},
    }
    backends = ["django.contrib.auth.backends.ModelBackend", "oauth2_provider.backends.OAuth2Backend"]
    return {
        "ALLOWED_HOSTS": ["site.example"],
        "MIDDLEWARE": middleware,
        "AUTHENTICATION_BACKENDS": backends,
        "CORS_ALLOWED_ORIGINS": ["https://app.example"],
        "SECURE_HSTS_SECONDS": 60,
        "SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"],
        "TEMPLATES": [templates],
        **more,
    }


def differing(pair: TwoSides, middleware: list[str]) -> list[str]:
    """What the two sides answer differently; where Django crashes, slash-o may do anything that is no crash."""
    for side in pair.sides:
        side.reset(ROWS)
        scenario(side, middleware)
    both = list(zip(*(side.log for side in pair.sides), strict=True))
    assert len(both) > 100, "too few requests"
    wrong = []
    for (name, django), (_, slash_o) in both:
        if django["status"] == 500 > slash_o["status"]:
            continue
        keys = [key for key in {**django, **slash_o} if django.get(key) != slash_o.get(key)]
        wrong += [f"{name}\n    {key}: Django {django.get(key)!r}, slash-o {slash_o.get(key)!r}" for key in keys]
    return wrong


@pytest.mark.parametrize("name", ORDERS)
def test_the_orders_of_projects(fleet: Fleet, folder: Path, name: str) -> None:
    more = {"SECURE_SSL_REDIRECT": "first" in name or "all" in name}
    wrong = differing(fleet(**settings(ORDERS[name], folder, **more)), ORDERS[name])
    assert not wrong, "\n" + "\n".join(wrong)


def test_random_orders(fleet: Fleet, folder: Path, pytestconfig: pytest.Config) -> None:
    for number in range(RANDOM[pytestconfig.getoption("--tier")]):
        middleware = shuffled(number)
        more = {"SECURE_SSL_REDIRECT": number % 2 == 1, "PREPEND_WWW": number % 4 == 3}
        # Django's own error pages need the session then.
        has_session = all(middleware.index(SESSION) < middleware.index(layer) for layer in (COMMON, CSRF, TOKEN) if layer in middleware)
        more |= {"CSRF_USE_SESSIONS": True} if number % 4 == 2 and has_session else {}
        wrong = differing(fleet(**settings(middleware, folder, **more)), middleware)
        assert not wrong, f"{number}: {middleware} {more}\n" + "\n".join(wrong)
