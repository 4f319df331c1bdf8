"""A project with its own user model (UUID key, email login, own table), its own application model and mount."""

import re
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from compat_tests.database import Database
from compat_tests.databases import Databases
from compat_tests.flow import STEPS, Flow
from compat_tests.places import CALLBACK, PASSWORD, SECRET
from compat_tests.team_project import Running, TeamProject
from conftest import server_of

pytestmark = pytest.mark.slash_o_only("it is about commands of slash-o")

EMAIL = "ann@team.example"
ROWS = f"""
from people.models import Person
from myauth.models import App
Person.objects.create_user({EMAIL!r}, {PASSWORD!r}, given_name="Ann")
App.objects.create(client_id="web", client_secret={SECRET!r}, client_type="confidential", name="Web",
                   authorization_grant_type="authorization-code", redirect_uris={CALLBACK!r}, tenant="blue")
App.objects.create(client_id="legacy", client_secret={SECRET!r}, client_type="confidential",
                   authorization_grant_type="client-credentials")
"""
TOKENS = ["oauth2_provider_accesstoken", "oauth2_provider_refreshtoken", "oauth2_provider_grant"]


@pytest.fixture
def project(
    request: pytest.FixtureRequest, engine: str, databases: Databases, tmp_path: Path, binary: str
) -> Iterator[tuple[TeamProject, Database]]:
    address = databases.empty(engine, server_of(request, engine))
    made = TeamProject(address, tmp_path, binary)
    made.must("migrate", "--verbosity", "0")
    made.must("shell", script=ROWS)
    database = Database(address)
    yield made, database
    database.close()


def _run(servers: list[Running], order: list[int], database: Database) -> dict[str, Any]:
    """The flow in this order of servers; the rows that it leaves, without what is random."""
    for table in [*TOKENS[1:2], *TOKENS[:1], *TOKENS[2:], "django_session"]:
        if table == "oauth2_provider_refreshtoken":
            database.run("UPDATE oauth2_provider_accesstoken SET source_refresh_token_id=NULL")
        database.run(f"DELETE FROM {table}")
    database.run("UPDATE people SET last_login=NULL")
    flow = Flow(mount="/auth/o/", username=EMAIL)
    for step, choice in zip(STEPS, order, strict=True):
        step(flow, servers[choice])  # type: ignore[arg-type]
    rows = {table: database.run(f"SELECT * FROM {table} ORDER BY id") for table in [*TOKENS, "myauth_clients"]}
    rows["people"] = database.run("SELECT * FROM people")
    return {table: [{k: _shape(k, v) for k, v in row.items()} for row in found] for table, found in rows.items()}


def _shape(column: str, value: Any) -> str:
    if column in ("token", "token_checksum", "code", "id") or column.endswith("token_id"):
        return f"{type(value).__name__} of {len(str(value)) if column != 'id' and isinstance(value, str) else ''}"
    if column == "token_family":
        return re.sub("[0-9a-f]", "9", f"{type(value).__name__} {value}")
    if isinstance(value, str) and not re.match(r"\d{4}-\d\d-\d\d ", value):
        return f"str {value}"
    kind = type(value).__name__
    return re.sub(r"\d", "9", f"{kind} {value}") if isinstance(value, str) else f"{kind} {value if kind == 'int' else ''}"


def test_exported_served_and_mixed_with_django(project: tuple[TeamProject, Database]) -> None:
    team, database = project
    config = team.export()
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    check = team.slash_o_command("check", "--config", str(config))
    assert check.returncode == 0, check.stdout + check.stderr
    with team.django() as django, team.slash_o(config) as slash_o:
        servers, numbers = [django, slash_o], range(len(STEPS))
        expected = _run(servers, [0 for _ in numbers], database)
        assert expected["people"][0]["last_login"] != "NoneType "
        for order in ([1 for _ in numbers], [n % 2 for n in numbers], [(n + 1) % 2 for n in numbers]):
            assert _run(servers, order, database) == expected, order
        assert "others can read it" not in slash_o.output()
        page = Flow(mount="/auth/o/").browser.get(f"{slash_o.base_url}/accounts/login/").text
        theirs = Flow(mount="/auth/o/").browser.get(f"{django.base_url}/accounts/login/").text
        hidden = re.compile(r'value="[A-Za-z0-9]{64}"')
        assert hidden.sub("", page) == hidden.sub("", theirs)


def test_what_the_file_says(project: tuple[TeamProject, Database]) -> None:
    team, database = project
    text = team.export().read_text()
    settings = tomllib.loads(text)
    assert settings["AUTH_USER_MODEL"] == "people.Person"
    user = settings["server"]["user"]
    assert (user["table"], user["key"], user["username"]) == ("people", "uuid", "email")
    assert user["columns"]["is_active"] == "" and user["label"] == "email address"
    application = settings["server"]["models"]["application"]
    assert application == {"table": "myauth_clients", "insert": {"tenant": "main", "seats": 3, "is_internal": False}}
    assert settings["server"]["mount"] == ["/auth/o/"]
    # Neither a template nor a setting uses the project's own name.
    assert "register" not in settings["server"].get("urls", {})
    assert settings["server"]["hashers"]["pbkdf2_sha256"]["iterations"] == 1000
    assert settings["OAUTH2_PROVIDER"]["PKCE_REQUIRED"] == {"default": True, "except": ["legacy"]}
    again = team.slash_o_command("django-settings", "--stdout")
    printed = team.must("shell", "-v", "0", script=again.stdout)
    assert tomllib.loads(printed) == settings


def test_rows_that_slash_o_makes_are_filled(project: tuple[TeamProject, Database]) -> None:
    team, database = project
    config = str(team.export())
    made = team.slash_o_command(
        "createapplication", "--config", config, "--client-id", "new", "confidential", "client-credentials"
    )
    assert made.returncode == 0, made.stderr
    row = database.run("SELECT tenant, seats, is_internal FROM myauth_clients WHERE client_id='new'")[0]
    assert (row["tenant"], row["seats"], bool(row["is_internal"])) == ("main", 3, False)
    changed = team.slash_o_command("application", "set", "--config", config, "web", "--owner", EMAIL)
    assert changed.returncode == 0, changed.stderr
    row = database.run("SELECT tenant, user_id FROM myauth_clients WHERE client_id='web'")[0]
    assert row["tenant"] == "blue" and row["user_id"] == database.value("SELECT id FROM people")
    owner = "from myauth.models import App; print(App.objects.get(client_id='web').user.email)"
    assert EMAIL in team.must("shell", "-v", "0", "-c", owner)
    team.environment["DJANGO_SUPERUSER_PASSWORD"] = PASSWORD
    second = team.slash_o_command("createsuperuser", "--config", config, "--noinput", "--username", "bea@team.example")
    assert second.returncode == 0, second.stderr
    login = "from django.contrib.auth import authenticate as a; u = a(username='bea@team.example', password={!r})"
    printed = team.must("shell", "-v", "0", "-c", f"{login.format(PASSWORD)}; print(u.pk.version, u.team)")
    assert printed.strip() == "4 all"
    refused = team.slash_o_command("user", "deactivate", "--config", config, EMAIL)
    assert refused.returncode == 1 and "no column is_active" in refused.stderr
    migrate = team.slash_o_command("migrate", "--config", config)
    assert migrate.returncode == 2 and "manage.py migrate" in migrate.stderr
