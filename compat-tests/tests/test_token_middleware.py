"""DOT's OAuth2TokenMiddleware: a bearer token logs its user in for one request, at every page."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from compat_tests.databases import Databases
from compat_tests.places import SETUP
from compat_tests.site import SCOPES
from compat_tests.two_sides import Fleet, Side

BACKENDS = ["django.contrib.auth.backends.ModelBackend", "oauth2_provider.backends.OAuth2Backend"]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "oauth2_provider.middleware.OAuth2TokenMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TOKEN = {"user": "alice", "application": "web", "scope": "read"}
ROWS: dict[str, Any] = {
    **SETUP,
    "access_tokens": [
        {**TOKEN, "token": "good"},
        {**TOKEN, "token": "gone", "expires": -10},
        {**TOKEN, "token": "of-bob", "user": "bob"},
        {**TOKEN, "token": "nobodys", "user": None},
        {**TOKEN, "token": "elsewhere", "resource": ["https://api.example/"]},
    ],
}
HEADERS = ["Bearer good", "bearer  good ", "Bearer gone", "Bearer of-bob", "Bearer nobodys", "Bearer elsewhere"]
HEADERS += ["Bearer", "Bearer good x", "Basic good", "Bearer unknown"]
PAGES = ["/o/applications/", "/o/authorized_tokens/", "/o/device/", "/o/authorize/?client_id=nobody", "/accounts/login/"]


@pytest.fixture(scope="module")
def fleet(databases: Databases, folder: Path, binary: str) -> Iterator[Fleet]:
    made = Fleet(databases, folder, binary)
    yield made
    made.close()


@pytest.mark.parametrize("backends", [BACKENDS, BACKENDS[:1]])
@pytest.mark.parametrize("middleware", [MIDDLEWARE, [name for name in MIDDLEWARE if "oauth2" not in name]])
def test_a_token_logs_in_where_the_settings_say_so(fleet: Fleet, middleware: list[str], backends: list[str]) -> None:
    def scenario(side: Side) -> None:
        for header in HEADERS:
            for page in PAGES:
                side.get(page, headers={"Authorization": header})
            body = json.dumps({"grant_types": ["client_credentials"], "client_name": header})
            sent = {"Authorization": header, "Content-Type": "application/json"}
            side.send("POST", "/o/register/", body=body, headers=sent)
        side.logged_in("bob")
        side.get("/o/applications/", headers={"Authorization": "Bearer good"})
        query = "SELECT name, user_id FROM oauth2_provider_application ORDER BY id"
        side.note("owners", side.database.run(query))
        side.note("sessions", side.database.value("SELECT count(*) FROM django_session"))

    provider = {"DCR_ENABLED": True, "SCOPES": SCOPES}
    fleet(oauth2_provider=provider, MIDDLEWARE=middleware, AUTHENTICATION_BACKENDS=backends).compare(scenario, ROWS)
