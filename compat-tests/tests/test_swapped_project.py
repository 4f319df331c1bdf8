"""A project that swapped every model of DOT, with columns of its own, an integer user key and wall clock times."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from compat_tests import signing
from compat_tests.database import Database
from compat_tests.databases import Databases
from compat_tests.flow import STEPS, Flow
from compat_tests.places import CALLBACK, PASSWORD, SECRET
from compat_tests.team_project import Running, TeamProject
from conftest import server_of

pytestmark = pytest.mark.slash_o_only("it is about commands of slash-o")

ROWS = f"""
from members.models import Member
from tokens.models import Client
Member.objects.create_user("ann", password={PASSWORD!r}, level=7)
Client.objects.create(client_id="web", client_secret={SECRET!r}, client_type="confidential", name="Web",
                      authorization_grant_type="authorization-code", redirect_uris={CALLBACK!r}, tenant="blue",
                      algorithm="RS256")
Client.objects.create(client_id="box", client_type="public", name="Box",
                      authorization_grant_type="urn:ietf:params:oauth:grant-type:device_code")
"""
#: In an order in which their rows can be deleted.
TABLES = ["refresh_tokens", "access_tokens", "id_tokens", "grants", "device_grants", "django_session"]
MODELS = {
    "application": {"table": "tokens_client", "insert": {"tenant": "main"}},
    "access_token": {"table": "access_tokens", "insert": {"uses": 0}},
    "refresh_token": {"table": "refresh_tokens", "insert": {"device": "unknown"}},
    "grant": {"table": "grants", "insert": {"is_first": True}},
    "id_token": {"table": "id_tokens", "insert": {"weight": 1.5}},
    "device_grant": {"table": "device_grants", "insert": {"place": ""}},
}


@pytest.fixture
def use_tz() -> bool:
    return False


@pytest.fixture
def project(
    request: pytest.FixtureRequest, engine: str, databases: Databases, tmp_path: Path, binary: str, use_tz: bool
) -> Iterator[tuple[TeamProject, Database]]:
    address = databases.empty(engine, server_of(request, engine))
    environment = {"SITE_KEY": signing.pem("rsa1"), "SITE_USE_TZ": "1" if use_tz else "0"}
    made = TeamProject(address, tmp_path, binary, "swapped", **environment)
    made.must("migrate", "--verbosity", "0")
    made.must("shell", script=ROWS)
    database = Database(address)
    yield made, database
    database.close()


def shape(column: str, value: Any) -> str:
    """What two runs have in common: type, length, and digits as 9."""
    if column in ("token", "token_checksum", "code", "id", "jti") or column.endswith("token_id"):
        return f"{type(value).__name__} of {len(str(value)) if column != 'id' and isinstance(value, str) else ''}"
    text = str(value)
    varies = column == "token_family" or re.match(r"\d{4}-\d\d-\d\d ", text)
    return f"{type(value).__name__} " + (re.sub("[0-9a-f]", "9", text) if varies else text)


def run(servers: list[Running], order: list[int], database: Database) -> dict[str, Any]:
    """The flow in this order of servers; the rows that it leaves."""
    database.run("UPDATE access_tokens SET source_refresh_token_id=NULL")
    for table in TABLES:
        database.run(f"DELETE FROM {table}")
    flow = Flow(username="ann", scope="openid read")
    for step, choice in zip(STEPS, order, strict=True):
        step(flow, servers[choice])  # type: ignore[arg-type]
    rows = {table: database.run(f"SELECT * FROM {table} ORDER BY id") for table in TABLES[:-1]}
    return {table: [{k: shape(k, v) for k, v in row.items()} for row in found] for table, found in rows.items()}


@pytest.mark.parametrize("use_tz", [True, False], ids=["zoned", "wall clock"])
def test_exported_served_and_mixed_with_django(project: tuple[TeamProject, Database], use_tz: bool) -> None:
    team, database = project
    config = team.export()
    settings = tomllib.loads(config.read_text())
    assert settings["server"]["models"] == MODELS
    assert settings["server"]["user"]["key"] == "int" and settings["server"]["user"]["table"] == "members"
    assert (settings.get("USE_TZ", True), settings["TIME_ZONE"]) == (use_tz, "Europe/Berlin")
    check = team.slash_o_command("check", "--config", str(config))
    assert check.returncode == 0, check.stdout + check.stderr
    with team.django() as django, team.slash_o(config) as slash_o:
        servers, numbers = [django, slash_o], range(len(STEPS))
        expected = run(servers, [0 for _ in numbers], database)
        assert expected["id_tokens"] and expected["access_tokens"] == []
        for order in ([1 for _ in numbers], [n % 2 for n in numbers], [(n + 1) % 2 for n in numbers]):
            assert run(servers, order, database) == expected, order


@pytest.mark.parametrize("use_tz", [True], ids=["zoned"])
def test_a_device_of_a_swapped_table(project: tuple[TeamProject, Database]) -> None:
    """With USE_TZ = False DOT's device flow is a 500: it compares with a time that has a zone."""
    team, database = project
    with team.django() as django, team.slash_o(team.export()) as slash_o:
        rows = []
        for asked, polled in [(django, django), (slash_o, slash_o), (django, slash_o), (slash_o, django)]:
            database.run("DELETE FROM device_grants")
            client = Flow().client
            client.auth = None
            codes = client.post(f"{asked.base_url}/o/device-authorization/", data={"client_id": "box"}).json()
            form = {
                "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
                "device_code": codes["device_code"],
                "client_id": "box",
            }
            answer = client.post(f"{polled.base_url}/o/token/", data=form)
            assert (answer.status_code, answer.json()["error"]) == (400, "authorization_pending")
            found = database.run("SELECT * FROM device_grants")
            hidden = ("id", "device_code", "user_code")
            rows.append([{k: shape(k, v) for k, v in row.items() if k not in hidden} for row in found])
        assert rows[1:] == rows[:1] * 3
