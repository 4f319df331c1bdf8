"""A start from the environment alone, secrets from files, and a database password that changes while slash-o serves."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from compat_tests import commands
from compat_tests.databases import Databases
from compat_tests.flow import STEPS, Flow
from compat_tests.places import SECRET, SETUP, Places
from compat_tests.server import free_port
from compat_tests.services import PostgreSQL, running
from compat_tests.site import SECRET_KEY
from compat_tests.team_project import Running

pytestmark = pytest.mark.slash_o_only("the environment is slash-o's")


def test_three_variables_are_a_whole_start(databases: Databases, folder: Path, binary: str) -> None:
    places = Places(databases.migrated("sqlite"), folder, binary)
    places.set_up(SETUP)
    environment = {
        "DATABASE_URL": f"sqlite:///{places.address.name}",
        "SECRET_KEY": SECRET_KEY,
        "ALLOWED_HOSTS": "127.0.0.1,site.example",
        "SLASH_O__OAUTH2_PROVIDER__SCOPES": '{"read": "Reading scope", "write": "Writing scope"}',
        "SLASH_O__SERVER__HASHERS__PBKDF2_SHA256__ITERATIONS": "1000",
    }
    port = free_port()
    environment["SLASH_O__SERVER__BIND"] = f"127.0.0.1:{port}"
    flow = Flow()
    with Running([binary, "serve"], port, folder, environment) as server:
        for step in STEPS:
            step(flow, server)  # type: ignore[arg-type]
        answer = requests.get(f"{server.base_url}/o/authorize/", headers={"Host": "other.example"})
        assert answer.status_code == 400
        assert not any(secret in server.output() for secret in flow.secrets().values() if secret)
    places.close()


def test_a_start_without_hosts_is_refused_by_serve_and_check(databases: Databases, folder: Path, binary: str) -> None:
    address = databases.migrated("sqlite")
    environment = {"DATABASE_URL": f"sqlite:///{address.name}", "SECRET_KEY": SECRET_KEY, "DEBUG": "1"}
    for command in (["serve"], ["check"]):
        done = commands.run(binary, *command, folder=folder, environment=environment)
        assert done.returncode != 0 and "ALLOWED_HOSTS: is empty" in done.stdout + done.stderr, done


def test_check_lists_what_came_from_the_environment(databases: Databases, folder: Path, binary: str) -> None:
    address = databases.migrated("sqlite")
    environment = {
        "DATABASE_URL": f"sqlite:///{address.name}",
        "SECRET_KEY": SECRET_KEY,
        "ALLOWED_HOSTS": "a.example",
        "SLASH_O__LOGIN_URL": "/login/",
    }
    done = commands.run(binary, "check", folder=folder, environment=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    for name in ("DATABASE_URL", "SECRET_KEY", "ALLOWED_HOSTS", "SLASH_O__LOGIN_URL"):
        assert f"is from the environment's {name}" in done.stdout, done.stdout
    assert SECRET_KEY not in done.stdout


@pytest.fixture
def strict() -> Iterator[PostgreSQL]:
    """A PostgreSQL that asks for passwords."""
    yield from running(PostgreSQL)


@pytest.mark.tier("default")
@pytest.mark.parametrize("form", ["file", "passfile"])
def test_a_password_that_changes_is_read_for_each_new_connection(
    strict: PostgreSQL, form: str, folder: Path, binary: str
) -> None:
    places = Places(Databases(folder).migrated("postgresql", strict), folder, binary)
    places.set_up(SETUP)
    places.database.run("CREATE ROLE site LOGIN SUPERUSER PASSWORD 'first'")
    rules = strict.folder / "data" / "pg_hba.conf"
    rules.write_text("host all site all scram-sha-256\nhost all all all trust\nlocal all all trust\n")
    places.database.run("SELECT pg_reload_conf()")
    password = folder / f"password-{form}"

    def write(text: str) -> None:
        password.write_text(f"{text}\n" if form == "file" else f"127.0.0.1:*:*:site:{text}\n")
        password.chmod(0o600)

    write("first")
    site = places.site()
    site = replace(site, database=replace(places.address, user="site"))
    document = site.document("127.0.0.1:1")
    default = document["DATABASES"]["default"]
    if form == "file":
        default["PASSWORD"] = {"file": str(password)}
    else:
        default.update(PASSWORD="", OPTIONS={"passfile": str(password)})
    site = replace(site, django={**site.django, "DATABASES": document["DATABASES"]})
    server = places.slash_o(site)
    form_data = {"grant_type": "client_credentials", "client_id": "machine", "client_secret": SECRET}

    def ask() -> int:
        return requests.post(f"{server.base_url}/o/token/", data=form_data).status_code

    assert ask() == 200
    places.database.run("ALTER ROLE site PASSWORD 'second'")
    write("second")
    places.database.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'site'")
    assert [ask() for _ in range(3)] == [200] * 3
    # The other way round: a password that is no longer right is refused, and told without being shown.
    write("third")
    places.database.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'site'")
    assert ask() == 503
    assert "password authentication failed" in server.output()
    for hidden in ("first", "second", "third"):
        assert f"'{hidden}'" not in server.output()
    places.close()
