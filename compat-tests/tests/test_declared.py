"""What DOT asks of Python callables, said as data: each form has its effect, each wrong one is refused by name."""

import re
from pathlib import Path
from typing import Any

import pytest
import requests

from compat_tests import commands
from compat_tests.definitions.rows import access_token, grant, refresh_token
from compat_tests.places import CALLBACK, PASSWORD, SECRET, SETUP, Places
from compat_tests.server import Server

pytestmark = [
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
    pytest.mark.slash_o_only("Django takes Python code here"),
]
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
APPLICATIONS = [
    *SETUP["applications"],
    {
        "client_id": "legacy",
        "client_secret": SECRET,
        "client_type": "confidential",
        "authorization_grant_type": "password",
        "redirect_uris": "",
        "name": "Legacy",
    },
    {
        "client_id": "tv",
        "client_secret": "",
        "client_type": "public",
        "authorization_grant_type": DEVICE,
        "redirect_uris": "",
        "name": "TV",
    },
]
ROWS = {**SETUP, "applications": APPLICATIONS}


def _server(places: Places, rows: dict[str, Any] | None = None, **provider: Any) -> Server:
    places.set_up({**ROWS, **(rows or {})})
    return places.slash_o(places.site(provider))


def _token(server: Server, client: str = "machine", **form: str) -> requests.Response:
    form = form or {"grant_type": "client_credentials"}
    return requests.post(f"{server.base_url}/o/token/", data=form, auth=(client, SECRET), timeout=120)


def _password(server: Server, **more: str) -> requests.Response:
    return _token(server, "legacy", grant_type="password", username="alice", password=PASSWORD, **more)


def test_lifetimes_differ_by_application(places: Places) -> None:
    life = {"default": 100, "client_credentials": 200, "applications": {"machine": 300}}
    server = _server(places, ACCESS_TOKEN_EXPIRE_SECONDS=life)
    assert _token(server).json()["expires_in"] == 300
    assert _password(server).json()["expires_in"] == 100


def test_rotation_differs_by_application(places: Places) -> None:
    rows = {"access_tokens": [access_token()], "refresh_tokens": [refresh_token()]}
    server = _server(places, rows, ROTATE_REFRESH_TOKEN={"default": True, "except": ["web"]})
    kept = _token(server, "web", grant_type="refresh_token", refresh_token="RT1").json()
    assert kept["refresh_token"] == "RT1"
    first = _password(server).json()["refresh_token"]
    again = _token(server, "legacy", grant_type="refresh_token", refresh_token=first).json()
    assert again["refresh_token"] != first


def test_scopes_differ_by_application(places: Places) -> None:
    backend = {"applications": {"machine": {"available": ["read"]}, "tv": {"available": ["write"], "default": []}}}
    server = _server(places, SCOPES_BACKEND_CLASS=backend)
    assert _token(server).json()["scope"] == "read"
    refused = _token(server, grant_type="client_credentials", scope="write")
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_scope")
    assert _password(server, scope="write").json()["scope"] == "write"
    requests.post(f"{server.base_url}/o/device-authorization/", data={"client_id": "tv"}, timeout=120)
    assert places.database.value("SELECT scope FROM oauth2_provider_devicegrant") == ""


def test_scopes_of_an_application_hold_at_authorize(places: Places) -> None:
    server = _server(places, SCOPES_BACKEND_CLASS={"applications": {"web": {"available": ["read"]}}})
    query = {"client_id": "web", "response_type": "code", "redirect_uri": CALLBACK, "scope": "write"}
    query |= {"code_challenge": "x" * 43, "code_challenge_method": "S256"}
    answer = requests.get(f"{server.base_url}/o/authorize/", params=query, allow_redirects=False, timeout=120)
    assert answer.status_code == 302
    # Without a session DOT asks for a login first, whatever else is wrong.
    assert "/login/" in answer.headers["location"] or "invalid_scope" in answer.headers["location"]


def test_generators_make_what_they_say(places: Places, tmp_path: Path) -> None:
    settings: dict[str, Any] = {
        "ACCESS_TOKEN_GENERATOR": {"length": 64, "alphabet": "abcdef0123456789"},
        "REFRESH_TOKEN_GENERATOR": "uuid",
        "OAUTH_DEVICE_USER_CODE_GENERATOR": {"length": 8, "alphabet": "BCDFGHJKLMNPQRSTVWXZ", "group": 4},
        "CLIENT_ID_GENERATOR_CLASS": "uuid",
        "CLIENT_SECRET_GENERATOR_CLASS": {"length": 50},
        "CLIENT_SECRET_HASHER": "pbkdf2_sha1",
    }
    places.set_up(ROWS)
    site = places.site(settings)
    server = places.slash_o(site)
    tokens = _password(server).json()
    assert re.fullmatch("[a-f0-9]{64}", tokens["access_token"])
    uuid = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    assert re.fullmatch(uuid, tokens["refresh_token"])
    device = requests.post(f"{server.base_url}/o/device-authorization/", data={"client_id": "tv"}, timeout=120).json()
    assert re.fullmatch("[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}", device["user_code"])
    config = commands.config_file(tmp_path, site)
    done = commands.run(
        places.binary, "createapplication", "confidential", "client-credentials", "--config", str(config)
    )
    assert done.returncode == 0, done.stderr
    client_id = re.search(f"client_id: ({uuid})$", done.stdout, re.M)
    secret = re.search("client_secret: ([A-Za-z0-9]{50})$", done.stdout, re.M)
    assert client_id and secret, done.stdout
    stored = places.database.value(
        f"SELECT client_secret FROM oauth2_provider_application WHERE client_id='{client_id[1]}'"
    )
    assert str(stored).startswith("pbkdf2_sha1$")
    answer = requests.post(
        f"{server.base_url}/o/token/",
        data={"grant_type": "client_credentials"},
        auth=(client_id[1], secret[1]),
        timeout=120,
    )
    assert answer.status_code == 200


def test_refresh_tokens_follow_the_access_tokens_generator(places: Places) -> None:
    server = _server(places, ACCESS_TOKEN_GENERATOR={"length": 20, "alphabet": "0123456789"})
    tokens = _password(server).json()
    assert re.fullmatch("[0-9]{20}", tokens["access_token"])
    assert re.fullmatch("[0-9]{20}", tokens["refresh_token"])


@pytest.mark.parametrize(
    "server_class",
    [{"grants": ["authorization_code", "refresh_token"]}, "oauthlib.oauth2.WebApplicationServer"],
    ids=["data", "oauthlib"],
)
def test_grants_that_are_left_out_do_not_exist(places: Places, server_class: Any) -> None:
    server = _server(places, {"grants": [grant("CODE1")]}, OAUTH2_SERVER_CLASS=server_class)
    for answer in (_token(server), _password(server)):
        assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")
    device = requests.post(f"{server.base_url}/o/device-authorization/", data={"client_id": "tv"}, timeout=120)
    assert (device.status_code, device.json()["error"]) == (400, "unsupported_grant_type")
    assert places.database.counts()["oauth2_provider_accesstoken"] == 0
    wrong_code = _token(server, "web", grant_type="authorization_code", code="nosuch", redirect_uri=CALLBACK)
    assert wrong_code.json()["error"] == "invalid_grant"


def test_a_json_backend_with_members_of_its_own(places: Places) -> None:
    server = _server(places, OAUTH2_BACKEND_CLASS={"body": "json", "extra": {"source": "slash", "level": 3}})
    answer = requests.post(
        f"{server.base_url}/o/token/", json={"grant_type": "client_credentials"}, auth=("machine", SECRET), timeout=20
    )
    assert answer.status_code == 200, answer.text
    assert list(answer.json().items())[-2:] == [("source", "slash"), ("level", 3)]


def test_a_gate_that_is_open_warns_at_each_use(places: Places) -> None:
    server = _server(places, {"access_tokens": [access_token()]})
    assert _password(server).status_code == 200
    for _ in range(2):
        requests.get(f"{server.base_url}/o/introspect/?token=AT1&access_token=AT1", timeout=120)
    output = server.output()
    assert output.count("PASSWORD_GRANT") == 1, output
    assert output.count("ACCESS_TOKEN_TRANSPORT") == 2, output
    assert "AT1" not in output


@pytest.mark.parametrize(
    ("setting", "names"),
    [
        ({"ACCESS_TOKEN_GENERATOR": "site.tokens.make"}, "ACCESS_TOKEN_GENERATOR"),
        ({"ACCESS_TOKEN_GENERATOR": {"length": 10}}, "bits"),
        ({"ACCESS_TOKEN_GENERATOR": {"length": 300}}, "255"),
        ({"ACCESS_TOKEN_GENERATOR": {"alphabet": "abc"}}, "length"),
        ({"CLIENT_ID_GENERATOR_CLASS": {"length": 40, "alphabet": "ab:"}}, "alphabet"),
        ({"OAUTH_DEVICE_USER_CODE_GENERATOR": {"length": 8, "alphabet": "aab"}}, "alphabet"),
        ({"CLIENT_SECRET_HASHER": "argon3"}, "CLIENT_SECRET_HASHER"),
        ({"SCOPES_BACKEND_CLASS": "site.Scopes"}, "applications"),
        ({"SCOPES_BACKEND_CLASS": {"applications": {"web": {"available": ["nosuch"]}}}}, "nosuch"),
        ({"SCOPES_BACKEND_CLASS": {"applications": {"web": {"available": [], "default": ["read"]}}}}, "default"),
        ({"OAUTH2_SERVER_CLASS": {"grants": ["magic"]}}, "magic"),
        ({"OAUTH2_SERVER_CLASS": "site.Server"}, "grants"),
        ({"OAUTH2_BACKEND_CLASS": {"extra": {"access_token": 1}}}, "access_token"),
        ({"ROTATE_REFRESH_TOKEN": "yes"}, "ROTATE_REFRESH_TOKEN"),
        ({"ACCESS_TOKEN_EXPIRE_SECONDS": {"applications": {"web": -1}}}, "applications.web"),
        ({"RESOURCE_SERVER_TOKEN_RESOURCE_VALIDATOR": "site.check"}, "exact"),
        ({"OAUTH2_VALIDATOR_CLASS": "site.Validator"}, "[server.claims]"),
        ({"EXTRA_SERVER_KWARGS": {"x": 1}}, "DEVICE_FLOW_INTERVAL"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_wrong_form_is_refused_by_name(
    places: Places, tmp_path: Path, setting: dict[str, Any], names: str
) -> None:
    config = commands.config_file(tmp_path, places.site(setting))
    done = commands.run(places.binary, "serve", "--config", str(config))
    assert done.returncode == 2, done.stdout + done.stderr
    assert f"OAUTH2_PROVIDER.{next(iter(setting))}" in done.stderr
    assert names in done.stderr
    assert "panicked" not in done.stderr
