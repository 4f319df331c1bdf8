"""slash-o with nothing given: its own folder, a first administrator, a curl line that works."""

import hashlib
import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from compat_tests import commands, schema_dump
from compat_tests.database import Address, Database
from compat_tests.databases import django_command
from compat_tests.server import INHERITED_NOT, free_port, wait_until_healthy

pytestmark = pytest.mark.slash_o_only("Django has no such start")
DEFAULT_PORT = 8000


class FirstStart:
    """`slash-o` in an empty folder; --bind picks a free port where serve has that flag."""

    def __init__(self, binary: str, folder: Path) -> None:
        self.binary = binary
        self.folder = folder
        self.data = folder / "data"
        offers_bind = "--bind" in commands.run(binary, "serve", "--help").stdout
        self.port = free_port() if offers_bind else DEFAULT_PORT
        if not offers_bind and _taken(DEFAULT_PORT):
            pytest.skip(f"port {DEFAULT_PORT} is in use and `serve` has no --bind")
        self.flags = ["--bind", f"127.0.0.1:{self.port}"] if offers_bind else []
        self.process: subprocess.Popen[bytes] | None = None
        self.output = folder / "output.txt"

    def start(self) -> str:
        """Start and wait; what it has printed."""
        environment = {k: v for k, v in os.environ.items() if k not in INHERITED_NOT}
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [self.binary, "serve", "--data", str(self.data), *self.flags],
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_until_healthy(self.process, self.port)
        return self.output.read_text()

    def stop(self) -> int:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def address(self) -> Address:
        return Address("sqlite", str(self.data / "db.sqlite3"))


@pytest.fixture
def first(binary: str) -> Iterator[FirstStart]:
    folder = Path(tempfile.mkdtemp(prefix="slash-o-first-"))
    made = FirstStart(binary, folder)
    yield made
    if made.process is not None and made.process.poll() is None:
        made.process.kill()
        made.process.wait()
    shutil.rmtree(folder)


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _curl_line(output: str) -> str:
    found = re.search(r"^\s*(?:\$ )?(curl .*)$", output, re.MULTILINE)
    assert found, f"no curl line in:\n{output}"
    return found.group(1)


def _token_by(line: str) -> str:
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return str(json.loads(done.stdout)["access_token"])


def test_folder_and_files_are_private(first: FirstStart) -> None:
    first.start()
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [first.data, *first.data.iterdir()]}
    assert modes.pop("data") == 0o700
    assert {"db.sqlite3", "secret_key"} <= modes.keys()
    assert set(modes.values()) == {0o600}, modes
    assert len((first.data / "secret_key").read_text().strip()) >= 50


def test_it_says_what_to_do_next_and_that_works(first: FirstStart) -> None:
    output = first.start()
    assert f"http://127.0.0.1:{first.port}" in output
    line = _curl_line(output)
    assert _token_by(line)
    assert first.stop() == 0
    again = first.start()
    assert _token_by(line), "the line must work after a restart"
    assert "assword" not in again, "the password is printed once"


def test_guesses_are_limited_by_default(first: FirstStart) -> None:
    """The twenty-first wrong secret of a client is not looked at; the first client goes on where it succeeded."""
    line = _curl_line(first.start())
    assert _token_by(line)
    url, form = f"http://127.0.0.1:{first.port}/o/token/", {"grant_type": "client_credentials"}
    answers = [requests.post(url, data=form, auth=("stranger", f"wrong{n}"), timeout=120) for n in range(22)]
    assert [answer.status_code for answer in answers] == [401] * 20 + [429] * 2
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 300
    assert _token_by(line), "others are unharmed"


def test_a_second_start_changes_nothing(first: FirstStart) -> None:
    first.start()
    assert first.stop() == 0
    database = Database(first.address())
    rows, key = schema_dump.all_rows(database), (first.data / "secret_key").read_bytes()
    first.start()
    assert first.stop() == 0
    assert schema_dump.all_rows(database) == rows
    assert hashlib.sha256((first.data / "secret_key").read_bytes()).digest() == hashlib.sha256(key).digest()


def test_django_takes_that_database(first: FirstStart) -> None:
    first.start()
    assert first.stop() == 0
    for arguments in (["migrate", "--check"], ["makemigrations", "--check", "--dry-run"], ["check"]):
        done = django_command(first.address(), first.folder, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
    database = Database(first.address())
    assert database.value("SELECT count(*) FROM auth_user WHERE is_superuser AND is_staff AND is_active") == 1
    applications = database.run("SELECT authorization_grant_type FROM oauth2_provider_application ORDER BY id")
    # The first client, and the one of the documentation.
    grants = ["client-credentials", "authorization-code"]
    assert [row["authorization_grant_type"] for row in applications] == grants


def test_a_taken_port_is_a_clear_error(first: FirstStart) -> None:
    first.start()
    other = first.folder / "other"
    done = commands.run(first.binary, "serve", "--data", str(other), *first.flags, folder=first.folder)
    assert done.returncode == 2
    assert str(first.port) in done.stderr
    assert "panicked" not in done.stderr


def test_sigterm_finishes_the_request_in_flight(first: FirstStart) -> None:
    line = _curl_line(first.start())
    assert _token_by(line)
    assert first.process is not None
    body = b"token=nothing"
    head = "POST /o/revoke_token/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    with socket.create_connection(("127.0.0.1", first.port), timeout=120) as client:
        client.sendall(f"{head}Content-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n".encode())
        assert client.recv(65536).startswith(b"HTTP/1.1 100"), "now the request is in flight"
        client.sendall(body[:5])
        threading.Timer(0.7, client.sendall, [body[5:]]).start()
        first.process.send_signal(signal.SIGTERM)
        assert client.recv(65536).startswith(b"HTTP/1.1 401")
    assert first.process.wait(60) == 0
