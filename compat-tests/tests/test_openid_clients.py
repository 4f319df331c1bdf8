"""Unmodified client libraries, each in its own process, log in at slash-o and refuse forged answers.

requests-oauthlib does not look into ID tokens: its program verifies them with PyJWT, as its users do.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from compat_tests import paths, setup_rows
from compat_tests.database import Database
from compat_tests.databases import Databases
from compat_tests.server import Server
from compat_tests.site import Site
from compat_tests.tampering import FORGERIES, HYBRID_FORGERIES, Proxy

CLIENTS = paths.COMPAT_TESTS / "clients"
SECRET = "a secret of the client that is long enough"
#: A limit of the library: mozilla-django-oidc 5 checks signature, times and nonce of an ID token, and none of these.
NOT_LOOKED_AT = {"mozilla_client.py": {"issuer", "audience"}}
PYTHON = ["authlib_client.py", "requests_oauthlib_client.py", "social_client.py", "mozilla_client.py"]
NODE = ["openid_client.mjs", "oauth4webapi_client.mjs"]
PROVIDER = {
    "OIDC_ENABLED": True,
    # social-auth-core has no PKCE for OpenID Connect.
    "PKCE_REQUIRED": False,
    "OIDC_RSA_PRIVATE_KEY": "{{pem:rsa1}}",
    "SCOPES": {"openid": "Identity", "email": "Email", "introspection": "Introspect"},
}
CLAIMS = {"additional_claims": {"email": {"user": "email"}}, "request_agnostic": True}
APPLICATION = {
    "client_id": "web",
    "client_type": "confidential",
    "authorization_grant_type": "authorization-code",
    "client_secret": SECRET,
    "redirect_uris": "https://client.example/cb https://client.example/oidc/callback/",
    "algorithm": "RS256",
    "skip_authorization": True,
}
ROWS = {
    "users": [{"username": "alice", "password": "pw", "iterations": 1000, "email": "alice@example.org"}],
    "applications": [
        APPLICATION,
        {**APPLICATION, "client_id": "shared", "algorithm": "HS256", "hash_client_secret": False},
        {**APPLICATION, "client_id": "hybrid", "authorization_grant_type": "openid-hybrid"},
        {**APPLICATION, "client_id": "implicit", "authorization_grant_type": "implicit", "client_type": "public"},
    ],
}


@pytest.fixture(scope="module")
def provider(binary: str, databases: Databases, folder: Path) -> Iterator[tuple[Proxy, str]]:
    """The proxy in front of a provider, and the session of a user."""
    address = databases.migrated("sqlite")
    database = Database(address)
    rows = setup_rows.insert(database, ROWS)
    database.close()
    site = Site(address, PROVIDER, claims=CLAIMS)
    with Server(binary, site, folder) as server, Proxy(server.base_url, SECRET) as proxy:
        yield proxy, rows.sessions["alice"]


@pytest.fixture(scope="module")
def node_modules() -> Path:
    """The folder with the JavaScript clients and their libraries."""
    if not shutil.which("npm"):
        pytest.skip("npm is not installed")
    work = paths.WORK / "clients"
    shutil.copytree(CLIENTS, work, dirs_exist_ok=True)
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=work, check=True, capture_output=True)
    return work


def _run(
    command: list[str],
    provider: tuple[Proxy, str],
    client: str = "web",
    forgeries: Iterable[str] = FORGERIES,
    **environment: str,
) -> dict[str, str]:
    proxy, session = provider
    arguments = [proxy.base_url, session, client, SECRET, "good", "state", *forgeries]
    environment = {**os.environ, **environment}
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=120, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _check(program: str, results: dict[str, str]) -> None:
    assert results.pop("good") == "ok 1 alice@example.org", results
    not_looked_at = NOT_LOOKED_AT.get(program, set())
    accepted = {kind for kind, result in results.items() if not result.startswith("refused")}
    assert accepted == not_looked_at, results


@pytest.mark.tier("default")
@pytest.mark.parametrize("program", PYTHON)
def test_a_python_client_logs_in_and_refuses_forgeries(program: str, provider: tuple[Proxy, str]) -> None:
    _check(program, _run([sys.executable, str(CLIENTS / program)], provider))


@pytest.mark.tier("default")
def test_a_client_with_a_shared_key_logs_in_and_refuses_forgeries(provider: tuple[Proxy, str]) -> None:
    program = "mozilla_client.py"
    _check(program, _run([sys.executable, str(CLIENTS / program)], provider, "shared", ALGORITHM="HS256"))


@pytest.mark.tier("default")
@pytest.mark.parametrize("program", NODE)
def test_a_javascript_client_logs_in_and_refuses_forgeries(
    program: str, provider: tuple[Proxy, str], node_modules: Path
) -> None:
    _check(program, _run(["node", str(node_modules / program)], provider))


@pytest.mark.tier("default")
@pytest.mark.parametrize(("flow", "forgeries"), [("hybrid", HYBRID_FORGERIES), ("implicit", FORGERIES)])
def test_a_client_of_another_flow_logs_in_and_refuses_forgeries(
    flow: str, forgeries: Iterable[str], provider: tuple[Proxy, str], node_modules: Path
) -> None:
    program = f"openid_client_{flow}.mjs"
    _check(program, _run(["node", str(node_modules / program)], provider, flow, forgeries))
