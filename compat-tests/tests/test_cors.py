"""CORS as django-cors-headers answers it, beside the package itself (D-100)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from compat_tests.databases import Databases
from compat_tests.places import SECRET
from compat_tests.two_sides import LOGIN, PROTECTED, Fleet, Side

HEADERS = [
    "Vary",
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Credentials",
    "Access-Control-Expose-Headers",
    "Access-Control-Allow-Headers",
    "Access-Control-Allow-Methods",
    "Access-Control-Max-Age",
    "Access-Control-Allow-Private-Network",
    "Content-Length",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
CORS = "corsheaders.middleware.CorsMiddleware"
ORIGINS = [
    "https://app.example",
    "https://app.example:8443",
    "http://app.example",
    "HTTPS://APP.EXAMPLE",
    "https://sub.team.example",
    "https://sub.team.example.evil.example",
    "https://evil.example",
    "https://app.example.evil.example",
    "null",
    "file://",
    "https://[bad",
    "",
    "rubbish",
]
SETTINGS: dict[str, dict[str, Any]] = {
    "all": {"CORS_ALLOW_ALL_ORIGINS": True},
    "all, the old name": {"CORS_ORIGIN_ALLOW_ALL": True},
    "the new name wins": {"CORS_ALLOW_ALL_ORIGINS": False, "CORS_ORIGIN_ALLOW_ALL": True},
    "all with credentials": {"CORS_ALLOW_ALL_ORIGINS": True, "CORS_ALLOW_CREDENTIALS": True},
    "some": {"CORS_ALLOWED_ORIGINS": ["https://app.example", "null"], "CORS_ALLOW_CREDENTIALS": True},
    "some, the old name": {"CORS_ORIGIN_WHITELIST": ["https://app.example:8443"]},
    "patterns": {"CORS_ALLOWED_ORIGIN_REGEXES": [r"^https://\w+\.team\.example$"]},
    "patterns, the old name": {"CORS_ORIGIN_REGEX_WHITELIST": [r"https://\w+\.team\.example"]},
    "some URLs": {"CORS_ALLOW_ALL_ORIGINS": True, "CORS_URLS_REGEX": r"^/o/token/"},
    "lists": {
        "CORS_ALLOW_ALL_ORIGINS": True,
        "CORS_ALLOW_HEADERS": ["x-own"],
        "CORS_ALLOW_METHODS": ["POST"],
        "CORS_EXPOSE_HEADERS": ["x-seen", "x-too"],
        "CORS_PREFLIGHT_MAX_AGE": 0,
        "CORS_ALLOW_PRIVATE_NETWORK": True,
    },
    "none": {},
}


@pytest.fixture(scope="module")
def fleet(databases: Databases, folder: Path, binary: str) -> Iterator[Fleet]:
    made = Fleet(databases, folder, binary)
    yield made
    made.close()


def ask(side: Side, method: str, path: str, headers: dict[str, str], body: str | None = None) -> None:
    answer = side.send(method, path, headers=headers, body=body)
    facts = {name: answer.header(name) for name in HEADERS}
    if answer.status != 200 or method != "OPTIONS":
        del facts["Content-Length"]
    side.note(f"{method} {path} {headers}", {"status": answer.status, **facts})


@pytest.mark.parametrize("name", SETTINGS)
def test_origins(fleet: Fleet, name: str) -> None:
    def scenario(side: Side) -> None:
        for origin in ORIGINS:
            sent = {"Origin": origin} if origin else {}
            ask(side, "GET", LOGIN, sent)
            ask(side, "OPTIONS", "/o/token/", {**sent, "Access-Control-Request-Method": "POST"})
        side.log = [entry for entry in side.log if "Access-Control-Max-Age" in entry[1]]

    fleet(MIDDLEWARE=[CORS, *MIDDLEWARE], **SETTINGS[name]).compare(scenario)


def test_every_kind_of_answer(fleet: Fleet) -> None:
    """Redirects, refusals, missing pages, and what the token endpoint itself says of origins."""

    def scenario(side: Side) -> None:
        origin = {"Origin": "https://app.example"}
        for method, path in [
            ("GET", PROTECTED),
            ("GET", "/o/nosuch/"),
            ("GET", "/o/token"),
            ("GET", "/o/token/"),
            ("POST", LOGIN),
            ("HEAD", LOGIN),
            ("OPTIONS", LOGIN),
            ("OPTIONS", "/o/nosuch/"),
            ("GET", "/o/authorize/"),
            ("GET", "/t/plain"),
        ]:
            ask(side, method, path, origin, body="" if method == "POST" else None)
        preflight = {**origin, "Access-Control-Request-Method": "PUT"}
        for path in (PROTECTED, "/o/nosuch/", "/o/token", "/t/plain"):
            ask(side, "OPTIONS", path, preflight)
        ask(side, "OPTIONS", "/t/plain", {**preflight, "Access-Control-Request-Private-Network": "true"})
        form = f"grant_type=client_credentials&client_id=machine&client_secret={SECRET}"
        ask(side, "POST", "/o/token/", origin, body=form)
        side.log = [entry for entry in side.log if "Access-Control-Max-Age" in entry[1]]

    settings = {"CORS_ALLOW_ALL_ORIGINS": True, "CORS_ALLOW_CREDENTIALS": True, "CORS_ALLOW_PRIVATE_NETWORK": True}
    fleet(MIDDLEWARE=[CORS, *MIDDLEWARE], **settings).compare(scenario)


def test_without_the_middleware_the_settings_do_nothing(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        ask(side, "GET", LOGIN, {"Origin": "https://app.example"})
        ask(side, "OPTIONS", LOGIN, {"Origin": "https://app.example", "Access-Control-Request-Method": "GET"})

    fleet(MIDDLEWARE=MIDDLEWARE, CORS_ALLOW_ALL_ORIGINS=True).compare(scenario)
