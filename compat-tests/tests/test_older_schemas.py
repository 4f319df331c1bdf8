"""Databases of older (and newer) DOTs are served as they are: no DDL, nothing lost, clear errors for what they lack."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from compat_tests import commands, old_schema, schema_dump
from compat_tests.databases import Databases
from compat_tests.flow import STEPS, Flow
from compat_tests.old_schema import OldDatabase
from compat_tests.places import CALLBACK, SECRET, SETUP, Places
from compat_tests.server import Server
from conftest import server_of

pytestmark = pytest.mark.slash_o_only("Django serves its own DOT's schema only")
VERSIONS = ["1.7.1", "2.4.0", "3.0.1", "3.2.0", "3.4.1", "main"]
#: Every version on SQLite; the others have the oldest and one of the middle in the default tier.
SOME = ("1.7.1", "3.2.0")
everywhere = pytest.mark.parametrize(
    ("engine", "version"),
    [
        pytest.param(engine, version, marks=pytest.mark.tier(tier))
        for engine in ("sqlite", "postgresql", "mysql")
        for version in VERSIONS
        for tier in ["quick" if engine == "sqlite" else "default" if version in SOME else "full"]
    ],
    indirect=True,
)


@pytest.fixture
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def older(
    request: pytest.FixtureRequest, engine: str, version: str, databases: Databases, folder: Path, binary: str
) -> Iterator[Places]:
    address = databases.empty(engine, server_of(request, engine))
    database = old_schema.build(address, version)
    places = Places(address, folder, binary)
    places.database = database
    places.set_up(_setup(version))
    yield places
    places.close()


def _setup(version: str) -> dict[str, Any]:
    """DOT before 2.0 compares client secrets as they are."""
    plain = {"hash_client_secret": False} if version == "1.7.1" else {}
    public = {**SETUP["applications"][1], "client_id": "tv", "client_type": "public"}
    return {**SETUP, "applications": [{**row, **plain} for row in [*SETUP["applications"], public]]}


def _flow(server: Server) -> Flow:
    flow = Flow()
    for step in STEPS:
        step(flow, server)
    return flow


@everywhere
def test_the_main_job_runs_and_the_tables_stay(older: Places) -> None:
    before = schema_dump.tables(older.database)
    flow = _flow(older.slash_o())
    database = older.database
    assert database.value("SELECT count(*) FROM oauth2_provider_grant") == 0
    assert database.value("SELECT count(*) FROM oauth2_provider_accesstoken") == 0
    refreshes = database.run("SELECT token, revoked FROM oauth2_provider_refreshtoken ORDER BY id")
    assert [row["token"] for row in refreshes] == [flow.old_refresh_token, flow.refresh_token]
    assert all(row["revoked"] is not None for row in refreshes)
    assert schema_dump.tables(database) == before


@everywhere
def test_a_token_is_compared_by_its_bytes(older: Places) -> None:
    server, flow = older.slash_o(), Flow()
    for step in STEPS[:5]:
        step(flow, server)
    other = flow.access_token.swapcase()
    answer = flow.client.post(f"{server.base_url}/o/introspect/", data={"token": other})
    assert answer.json() == {"active": False}


@everywhere
def test_what_the_tables_lack_is_said(older: Places, version: str, binary: str, folder: Path) -> None:
    done = commands.run(binary, "check", "--json", "--config", str(commands.config_file(folder, older.site())))
    report = json.loads(done.stdout)
    assert (done.returncode, report["go"]) == (0, True), done.stdout + done.stderr
    has_resources = version in ("3.4.1", "main")
    lacking = " ".join(report["not_in_this_database"])
    assert ("resource indicators" in lacking, "device flow" in lacking) == (
        not has_resources,
        version in ("1.7.1", "2.4.0", "3.0.1"),
    )
    flow = Flow()
    form = {"grant_type": "client_credentials", "resource": "https://api.example/"}
    flow.client.auth = ("machine", SECRET)
    answer = flow.client.post(f"{older.slash_o().base_url}/o/token/", data=form)
    if has_resources:
        assert answer.status_code == 200, answer.text
    else:
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_target")
        assert older.database.value("SELECT count(*) FROM oauth2_provider_accesstoken") == 0


@everywhere
def test_the_device_flow_works_or_is_refused(older: Places, version: str) -> None:
    database = older.database
    assert isinstance(database, OldDatabase)
    answer = requests.post(f"{older.slash_o().base_url}/o/device-authorization/", data={"client_id": "tv"})
    if database.has_table("oauth2_provider_devicegrant"):
        assert answer.status_code == 200, answer.text
        assert database.value("SELECT count(*) FROM oauth2_provider_devicegrant") == 1
    else:
        assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")
    document = requests.get(f"{older.slash_o().base_url}/docs/openapi.json").json()
    grants = document["components"]["schemas"]["TokenForm"]["properties"]["grant_type"]["enum"]
    described = ["/device-authorization/" in document["paths"], any(grant.endswith("device_code") for grant in grants)]
    assert described == [database.has_table("oauth2_provider_devicegrant")] * 2


@everywhere
def test_an_application_is_stored_as_this_dot_reads_it(
    older: Places, version: str, binary: str, folder: Path
) -> None:
    config = str(commands.config_file(folder, older.site()))
    arguments = ["createapplication", "--config", config, "confidential", "client-credentials"]
    done = commands.run(binary, *arguments, "--client-id", "made", "--client-secret", "made-secret")
    assert done.returncode == 0, done.stderr
    (row,) = older.database.run("SELECT client_secret FROM oauth2_provider_application WHERE client_id='made'")
    hashed = row["client_secret"].startswith("pbkdf2_sha256$")
    assert hashed == (version != "1.7.1")
    flow = Flow()
    flow.client.auth = ("made", "made-secret")
    answer = flow.client.post(f"{older.slash_o().base_url}/o/token/", data={"grant_type": "client_credentials"})
    assert answer.status_code == 200, answer.text
    if version == "1.7.1":
        done = commands.run(binary, *arguments, "--post-logout-redirect-uris", CALLBACK)
        assert done.returncode == 1
        assert "post_logout_redirect_uris" in done.stderr


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("version", ["2.4.0"], indirect=True)
@pytest.mark.parametrize(
    "name", ["REFRESH_TOKEN_REUSE_PROTECTION", "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE", "DCR_ENABLED", "CIMD_ENABLED"]
)
def test_a_setting_that_needs_a_missing_column_stops_the_start(
    older: Places, name: str, binary: str, folder: Path
) -> None:
    config = str(commands.config_file(folder, older.site({name: True})))
    for command, code in (("serve", 2), ("check", 1)):
        done = commands.run(binary, command, "--config", config)
        assert done.returncode == code, done.stdout + done.stderr
        assert name in done.stdout + done.stderr


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("version", ["main"], indirect=True)
def test_a_column_that_nobody_knows_and_that_must_be_filled_is_named(
    older: Places, binary: str, folder: Path
) -> None:
    older.database.run("ALTER TABLE oauth2_provider_application RENAME COLUMN client_jwks TO tenant")
    done = commands.run(binary, "check", "--config", str(commands.config_file(folder, older.site())))
    assert done.returncode == 1
    assert "tenant" in done.stdout and done.stdout.rstrip().endswith("NO-GO")
