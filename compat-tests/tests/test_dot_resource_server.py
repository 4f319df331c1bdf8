"""DOT as a resource server of another site: it asks slash-o about every bearer token."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from compat_tests import paths, setup_rows
from compat_tests.database import Database
from compat_tests.databases import Databases
from compat_tests.server import Server
from compat_tests.site import SCOPES, Site

ROWS = {
    "users": [{"username": "alice", "password": "pw", "iterations": 1000}],
    "applications": [
        {
            "client_id": "api",
            "client_secret": "s3cret",
            "client_type": "confidential",
            "authorization_grant_type": "client-credentials",
        },
        {
            "client_id": "pwd",
            "client_secret": "s3cret",
            "client_type": "confidential",
            "authorization_grant_type": "password",
        },
    ],
}


@pytest.fixture(scope="module")
def provider(binary: str, databases: Databases, folder: Path) -> Iterator[Server]:
    address = databases.migrated("sqlite")
    database = Database(address)
    setup_rows.insert(database, ROWS)
    database.close()
    with Server(binary, Site(address), folder) as server:
        yield server


@pytest.fixture(scope="module", params=["credentials", "token"])
def resource_server(
    request: pytest.FixtureRequest, provider: Server, databases: Databases, folder: Path
) -> Iterator[Server]:
    """Django with an empty database of its own; it authenticates at slash-o as a client, or by a token."""
    settings: dict[str, object] = {"RESOURCE_SERVER_INTROSPECTION_URL": provider.base_url + "/o/introspect/"}
    if request.param == "credentials":
        settings["RESOURCE_SERVER_INTROSPECTION_CREDENTIALS"] = ["api", "s3cret"]
    else:
        settings["RESOURCE_SERVER_AUTH_TOKEN"] = _token(provider, "api", scope="introspection")
    site = Site(databases.migrated("sqlite"), {"SCOPES": SCOPES, **settings})
    with Server(paths.REFERENCE_STANDS_IN, site, folder) as server:
        yield server


def _token(provider: Server, client: str, **parameters: str) -> str:
    grants = {"api": {"grant_type": "client_credentials"}, "pwd": {"grant_type": "password"}}
    form = {**grants[client], **parameters}
    answer = requests.post(provider.base_url + "/o/token/", form, auth=(client, "s3cret"), timeout=120)
    return str(answer.json()["access_token"])


def _status(server: Server, path: str, token: str) -> int:
    answer = requests.get(server.base_url + path, headers={"Authorization": "Bearer " + token}, timeout=120)
    return answer.status_code


def test_tokens_of_slash_o_open_djangos_resources(provider: Server, resource_server: Server) -> None:
    reader = _token(provider, "pwd", username="alice", password="pw", scope="read")
    writer = _token(provider, "pwd", username="alice", password="pw", scope="read write")
    headers = {"Authorization": "Bearer " + writer}
    answer = requests.get(resource_server.base_url + "/t/scoped", headers=headers, timeout=120)
    assert (answer.status_code, answer.json()) == (200, {"resource_owner": "alice"})
    assert _status(resource_server, "/t/plain", reader) == 200
    assert _status(resource_server, "/t/scoped", reader) == 403
    assert _status(resource_server, "/t/plain", "nobody's") == 403


def test_a_revoked_token_opens_nothing(provider: Server, resource_server: Server) -> None:
    token = _token(provider, "pwd", username="alice", password="pw", scope="read")
    form = {"token": token}
    done = requests.post(provider.base_url + "/o/revoke_token/", form, auth=("pwd", "s3cret"), timeout=120)
    assert done.status_code == 200
    assert _status(resource_server, "/t/plain", token) == 403
