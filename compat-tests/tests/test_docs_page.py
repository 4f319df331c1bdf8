"""The documentation's page in a real Chromium: its Authorize button logs in, its operations run."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from compat_tests import api_site, api_tools, commands
from compat_tests.databases import Databases
from compat_tests.places import Places
from compat_tests.server import Server

pytestmark = [
    pytest.mark.slash_o_only("DOT has no documentation page"),
    pytest.mark.tier("default"),
]


@pytest.fixture
def server(databases: Databases, folder: Path, binary: str) -> Iterator[Server]:
    places = Places(databases.migrated("sqlite"), folder, binary)
    places.set_up(api_site.setup())
    server = places.slash_o(places.site(api_site.provider()))
    made = commands.run(binary, "createapplication", "--docs", "--config", str(server.config))
    assert made.returncode == 0, made.stderr
    assert f"redirect_uris: {server.base_url}/docs/oauth2-redirect.html" in made.stdout, made.stdout
    yield server
    places.close()


def test_a_browser_logs_in_through_the_authorize_button_and_tries_operations(server: Server) -> None:
    api_tools.SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    done = api_tools.run(
        api_tools.python_tool("python"),
        str(api_tools.FOLDER / "browse.py"),
        *(api_tools.chromium(), f"{server.base_url}/docs/", api_site.USER, api_site.PASSWORD),
        *(str(api_tools.SCREENSHOTS), "introspect=token:{token}", "userinfo"),
    )
    assert done.returncode == 0, done.stderr + server.output()[-3000:]
    seen: dict[str, Any] = json.loads(done.stdout)
    assert seen["console"] == [], "the page's own policy or a script complained"
    assert {url.split("/")[2] for url in seen["urls"] if url.startswith("http")} == {server.base_url.split("/")[2]}
    assert "introspection" in seen["token"]["scope"].split()
    introspected = seen["tried"]["introspect"]
    assert introspected["status"] == 200 and introspected["shown"] == "200", introspected
    body = json.loads(introspected["body"])
    assert body["active"] is True and body["username"] == api_site.USER
    assert body["client_id"] == api_site.DOCS_CLIENT
    told = seen["tried"]["userinfo"]
    assert told["status"] == 200 and told["shown"] == "200", told
    assert set(json.loads(told["body"])) == {"sub"}
    assert seen["token"]["id_token"].count(".") == 2


def test_the_client_of_the_page_is_made_once(server: Server, binary: str) -> None:
    again = commands.run(binary, "createapplication", "--docs", "--config", str(server.config))
    assert again.returncode == 1
    assert "Application with this Client ID already exists." in again.stderr
    wrong = commands.run(binary, "createapplication", "--docs", "--name", "x", "--config", str(server.config))
    assert wrong.returncode == 2
