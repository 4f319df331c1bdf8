"""Wrong configuration: exit code 2, a text that names the key or the path, and nothing created."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from compat_tests import commands
from compat_tests.database import Address
from compat_tests.places import SECRET, Places
from compat_tests.server import StartFailed, free_port, wait_until_healthy
from compat_tests.services import PostgreSQL
from compat_tests.site import Site

pytestmark = pytest.mark.slash_o_only("Django reads its settings from Python")
on_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def empty_folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="slash-o-config-"))
    yield path
    shutil.rmtree(path)


def _refused(binary: str, config: Path, *names: str, codes: tuple[int, ...] = (2,)) -> None:
    before = sorted(config.parent.iterdir())
    done = commands.run(binary, "serve", "--config", str(config), folder=config.parent)
    assert done.returncode in codes, (done.returncode, done.stdout, done.stderr)
    assert [name for name in names if name not in done.stderr] == [], done.stderr
    assert "panicked" not in done.stderr
    assert sorted(config.parent.iterdir()) == before


@on_sqlite
@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"NOSUCH_KEY": 1}, ["NOSUCH_KEY"]),
        ({"OAUTH2_PROVIDER": {"NOSUCH_KEY": 1}}, ["OAUTH2_PROVIDER", "NOSUCH_KEY"]),
        ({"server": {"nosuch_key": 1}}, ["server", "nosuch_key"]),
        ({"OAUTH2_PROVIDER": {"ACCESS_TOKEN_EXPIRE_SECONDS": "soon"}}, ["ACCESS_TOKEN_EXPIRE_SECONDS"]),
        ({"OAUTH2_PROVIDER": {"SCOPES": ["read"]}}, ["SCOPES"]),
        ({"ALLOWED_HOSTS": "example.org"}, ["ALLOWED_HOSTS"]),
        ({"server": {"bind": "nowhere"}}, ["bind"]),
        ({"server": {"mount": ["o"]}}, ["mount"]),
        ({"server": {"mount": ["/o/", "/o/"]}}, ["mount", "/o/", "twice"]),
        ({"server": {"django_version": "9.9"}}, ["django_version", "9.9", "5.2"]),
        ({"SECRET_KEY": ""}, ["SECRET_KEY"]),
        ({"DATABASES": {"default": {"ENGINE": "django.db.backends.oracle", "NAME": "x"}}}, ["ENGINE", "oracle"]),
        ({"AUTH_USER_MODEL": "shop.Customer"}, ["AUTH_USER_MODEL"]),
        ({"SESSION_ENGINE": "nosuch.sessions"}, ["SESSION_ENGINE"]),
        ({"PASSWORD_HASHERS": ["nosuch.Hasher"]}, ["PASSWORD_HASHERS"]),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_key_is_named(places: Places, empty_folder: Path, change: dict[str, Any], names: list[str]) -> None:
    document = places.site().document("127.0.0.1:1")
    for key, value in change.items():
        nested = key in ("OAUTH2_PROVIDER", "server")
        document[key] = {**document[key], **value} if nested else value
    before = places.database.counts()
    _refused(places.binary, commands.config_file(empty_folder, document), *names)
    assert places.database.counts() == before


def test_a_missing_or_broken_file_is_named(binary: str, empty_folder: Path) -> None:
    _refused(binary, empty_folder / "missing.toml", "missing.toml")
    _refused(binary, commands.config_file(empty_folder, "SECRET_KEY = ", suffix="toml"), ".toml")
    _refused(binary, commands.config_file(empty_folder, "{", suffix="json"), ".json")


def test_a_missing_sqlite_file_is_not_created(binary: str, empty_folder: Path) -> None:
    missing = empty_folder / "nosuch.sqlite3"
    config = commands.config_file(empty_folder, Site(Address("sqlite", str(missing))))
    _refused(binary, config, str(missing), "slash-o migrate")
    assert not missing.exists()


def test_an_empty_sqlite_file_stays_empty(binary: str, empty_folder: Path) -> None:
    empty = empty_folder / "empty.sqlite3"
    empty.touch()
    config = commands.config_file(empty_folder, Site(Address("sqlite", str(empty))))
    _refused(binary, config, str(empty), "slash-o migrate")
    assert empty.stat().st_size == 0


def test_an_unreachable_server_is_named(binary: str, empty_folder: Path) -> None:
    port = free_port()
    address = Address("postgresql", "site", "127.0.0.1", port, "nobody", "the-database-password")
    config = commands.config_file(empty_folder, Site(address))
    _refused(binary, config, "127.0.0.1", codes=(1, 2))
    done = commands.run(binary, "serve", "--config", str(config))
    assert "the-database-password" not in done.stdout + done.stderr


@pytest.mark.parametrize("option", ["sslrootcert", "sslcert", "sslkey"])
def test_a_certificate_that_is_not_there_is_named(option: str, binary: str, empty_folder: Path) -> None:
    address = Address("postgresql", "site", "127.0.0.1", free_port(), "nobody", "the-database-password")
    options = {"sslmode": "verify-full", option: "/nowhere/ca.pem"}
    document = Site(address).document("127.0.0.1:0")
    document["DATABASES"]["default"]["OPTIONS"] = options
    config = commands.config_file(empty_folder, document)
    _refused(binary, config, f"DATABASES.default.OPTIONS.{option}: /nowhere/ca.pem cannot be read", codes=(1, 2))


@pytest.mark.tier("default")
def test_an_unknown_database_is_named(binary: str, empty_folder: Path, postgresql: PostgreSQL) -> None:
    address = Address("postgresql", "nosuch_site", "127.0.0.1", postgresql.port, postgresql.USER)
    _refused(binary, commands.config_file(empty_folder, Site(address)), "nosuch_site", codes=(1, 2))


@on_sqlite
@pytest.mark.parametrize("is_meant", [False, True])
@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("runuser"), reason="needs root to drop its rights")
def test_a_read_only_sqlite_file_is_named(is_meant: bool, places: Places, empty_folder: Path) -> None:
    """The start is refused at once; with read_only_ok it serves, and each write fails without a half answer."""
    places.set_up()
    file = empty_folder / "readonly.sqlite3"
    shutil.copyfile(places.address.name, file)
    port = free_port()
    site = Site(Address("sqlite", str(file)), server={"read_only_ok": True} if is_meant else {})
    config = commands.config_file(empty_folder, site, bind=f"127.0.0.1:{port}")
    binary = empty_folder / "slash-o"
    shutil.copyfile(places.binary, binary)
    for path, mode in ((binary, 0o555), (config, 0o444), (file, 0o444), (empty_folder, 0o555)):
        path.chmod(mode)
    content = file.read_bytes()
    command = ["runuser", "-u", "nobody", "--", str(binary), "serve", "--config", str(config)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    try:
        wait_until_healthy(process, port)
        form = {"grant_type": "client_credentials"}
        answer = requests.post(f"http://127.0.0.1:{port}/o/token/", data=form, auth=("machine", SECRET))
        assert (answer.status_code >= 500, "access_token" in answer.text) == (True, False), answer.text
        assert is_meant, "it serves what it cannot write to"
    except StartFailed:
        assert process.poll() == 2 and not is_meant
    finally:
        process.terminate()
    _, output = process.communicate(timeout=35)
    assert file.name in output or "read-only" in output.lower() or "readonly" in output.lower(), output
    assert "panicked" not in output
    assert file.read_bytes() == content


@on_sqlite
@pytest.mark.parametrize("arguments", [["--plan"], ["--dry-run"]])
def test_a_plan_for_a_file_that_is_not_there_makes_none(places: Places, empty_folder: Path, arguments: list[str]) -> None:
    missing = empty_folder / "missing.sqlite3"
    config = commands.config_file(empty_folder, Site(Address("sqlite", str(missing))))
    done = commands.run(places.binary, "migrate", *arguments, "--config", str(config))
    assert str(missing) in done.stdout + done.stderr and not missing.exists()
    assert done.returncode == (0 if arguments == ["--plan"] else 2)
    assert "slash-o migrate" in done.stdout + done.stderr
