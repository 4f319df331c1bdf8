"""A site with everything that the description speaks of, and the rows that its examples name."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from compat_tests import signing
from compat_tests.html_form import Form
from compat_tests.places import ITERATIONS, Places
from compat_tests.server import Server

EXAMPLES: dict[str, Any] = json.loads(
    (Path(__file__).resolve().parents[2] / "openapi" / "examples.json").read_text()
)
USER, PASSWORD = "alice", "alice-password"
#: Whose logout takes nobody else's tokens along.
LEAVER = "bob"
SCOPES = {
    "openid": "OpenID Connect",
    "read": "Reading scope",
    "write": "Writing scope",
    "introspection": "Introspect token scope",
}
DOCS_CLIENT = "slash-o-docs"
#: The codes that the description's examples name.
DEVICES: list[dict[str, Any]] = [
    {"user_code": "B4DF67XQ", "user": USER},
    {"user_code": "K7MN34RT", "user": USER},
    {"user_code": "W2XY89ZV", "user": USER, "status": "authorized"},
]


def _application(client_id: str, kind: str, grant: str, redirect_uris: str = "") -> dict[str, Any]:
    return {
        "client_id": client_id,
        "client_secret": f"{client_id}-secret",
        "client_type": kind,
        "authorization_grant_type": grant,
        "redirect_uris": redirect_uris,
        "name": client_id.capitalize(),
    }


def provider() -> dict[str, Any]:
    """Every feature that adds operations."""
    return {
        "SCOPES": SCOPES,
        "OIDC_ENABLED": True,
        "OIDC_RSA_PRIVATE_KEY": signing.pem("rsa1"),
        "OIDC_RP_INITIATED_LOGOUT_ENABLED": True,
        "DCR_ENABLED": True,
        "DCR_REGISTRATION_PERMISSION_CLASSES": ["oauth2_provider.dcr.AllowAllDCRPermission"],
    }


def setup() -> dict[str, Any]:
    """Users and applications of the examples."""
    code, callback = "authorization-code", "https://client.example/cb"
    return {
        "users": [
            {"username": USER, "password": PASSWORD, "iterations": ITERATIONS, "email": "alice@example.org"},
            {"username": LEAVER, "password": PASSWORD, "iterations": ITERATIONS},
        ],
        "applications": [
            _application("web", "confidential", code, callback),
            _application("reports", "confidential", "client-credentials"),
            _application("resource-server", "confidential", "client-credentials"),
            _application("app", "public", code, callback),
            _application("cli", "confidential", "password"),
            _application("tv", "public", "urn:ietf:params:oauth:grant-type:device_code"),
        ],
        "device_grants": [_device(**row) for row in DEVICES],
    }


def _device(user_code: str, user: str | None, status: str = "authorization-pending") -> dict[str, Any]:
    names = {"device_code": f"device-{user_code}", "user_code": user_code, "client_id": "tv"}
    return {**names, "user": user, "status": status, "expires": 36000}


@dataclass
class Described:
    """A live server, its description in a file, and what a logged-in browser and an allowed client hold."""

    server: Server
    file: Path
    document: dict[str, Any]
    cookies: dict[str, str]
    token: str
    user_token: str

    @property
    def url(self) -> str:
        return f"{self.server.base_url}/o"


def start(places: Places) -> Described:
    """Seeds the database, starts slash-o and logs in."""
    places.set_up(setup())
    server = places.slash_o(places.site(provider()))
    answer = requests.get(f"{server.base_url}/docs/openapi.json", timeout=120)
    answer.raise_for_status()
    file = places.folder / f"openapi-{server.port}.json"
    file.write_bytes(answer.content)
    token = get_token(server, "reports", grant_type="client_credentials")
    by_password = {"grant_type": "password", "username": USER, "password": PASSWORD, "scope": "openid read"}
    return Described(server, file, answer.json(), log_in(server), token, get_token(server, "cli", **by_password))


def get_token(server: Server, client_id: str, **form: str) -> str:
    auth = (client_id, f"{client_id}-secret")
    answer = requests.post(f"{server.base_url}/o/token/", data=form, auth=auth, timeout=120)
    answer.raise_for_status()
    return str(answer.json()["access_token"])


def register(server: Server) -> tuple[str, str]:
    """A client of its own, and the token that manages it."""
    body = {"redirect_uris": ["https://client.example/cb"], "client_name": "Registered"}
    answer = requests.post(f"{server.base_url}/o/register/", json=body, timeout=120)
    answer.raise_for_status()
    return str(answer.json()["client_id"]), str(answer.json()["registration_access_token"])


def log_in(server: Server, username: str = USER) -> dict[str, str]:
    """The cookies of a browser in which a user is logged in."""
    browser = requests.Session()
    browser.trust_env = False
    page = f"{server.base_url}/accounts/login/"
    form = Form.first_of(browser.get(page, params={"next": "/o/device/"}, timeout=120).text)
    fields = {**form.fields, "username": username, "password": PASSWORD}
    answer = browser.post(page, data=fields, allow_redirects=False, timeout=120)
    assert answer.status_code == 302, answer.text
    return {str(cookie.name): str(cookie.value) for cookie in browser.cookies}
