"""`slash-o compare` against the real Django + DOT on one database: what it asks, finds and leaves behind."""

import hashlib
import http.server
import json
import os
import socket
import stat
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from compat_tests import commands, paths, planted, project
from compat_tests.databases import Databases
from compat_tests.places import SETUP, Places
from compat_tests.server import Server
from compat_tests.site import Site
from compat_tests.two_sides import site_with

pytestmark = pytest.mark.slash_o_only("the reference has no such command")

#: One application of each grant that a browser comes back from, one that asks nobody, one of each client type.
ROWS: dict[str, Any] = {
    "users": SETUP["users"],
    "applications": [
        *({**application, "user": "alice"} for application in SETUP["applications"]),
        {**SETUP["applications"][0], "client_id": "spa", "client_type": "public", "user": "alice"},
        {**SETUP["applications"][0], "client_id": "old", "authorization_grant_type": "implicit"},
        {**SETUP["applications"][0], "client_id": "trusted", "skip_authorization": True},
    ],
}


class Compared:
    """One run: its exit status and its report."""

    def __init__(self, binary: str, django: str, site: Site, folder: Path, *arguments: str) -> None:
        config = str(commands.config_file(folder, site))
        fast = () if "--rate" in arguments or "--public" in arguments else ("--unbounded",)
        self.done = commands.run(
            binary, "compare", "--config", config, "--django", django, "--json", *fast, *arguments
        )
        self.report: dict[str, Any] = json.loads(self.done.stdout) if self.done.stdout.startswith("{") else {}

    @property
    def fields(self) -> list[str]:
        """What differs, each with its request."""
        return [
            f"{request['request']}: {field['field']}: {field['django']} | {field['slash_o']}"
            for url in self.report["urls"]
            for request in url["requests"]
            for field in request.get("fields", [])
        ]


class Stock:
    """A stock project's Django on a database of its own."""

    def __init__(
        self, places: Places, settings: dict[str, Any] | None = None, applications: list[dict[str, Any]] | None = None
    ) -> None:
        self.places = places
        more = [{**ROWS["applications"][0], **application} for application in applications or []]
        places.set_up({**ROWS, "applications": [*ROWS["applications"], *more]})
        self.site = site_with(places, settings or {})
        self.django: Server = places.django(self.site)

    @property
    def database(self) -> str:
        """The name that --write asks for."""
        return str(self.site.database.django_settings()["NAME"]).rsplit("/", 1)[-1]

    def compare(self, *arguments: str, **server: Any) -> Compared:
        return self.compare_with({}, *arguments)

    def compare_with(self, changed: dict[str, Any], *arguments: str) -> Compared:
        """slash-o is told something else than Django."""
        site = planted.changed(self.site, changed)
        return Compared(self.places.binary, self.django.base_url, site, self.places.folder, *arguments)


@pytest.fixture(scope="module")
def stock(databases: Databases, folder: Path, binary: str) -> Iterator[Stock]:
    places = Places(databases.migrated("sqlite"), folder, binary)
    yield Stock(places)
    places.close()


@pytest.fixture(scope="module")
def rich(databases: Databases, folder: Path, binary: str) -> Iterator[Callable[[str], Stock]]:
    """Projects in which most settings show, by what they have besides."""
    made: dict[str, Stock] = {}

    def on(base: str) -> Stock:
        if base not in made:
            places = Places(databases.migrated("sqlite"), folder, binary)
            more = planted.BASES[base]
            provider = {**planted.RICH["oauth2_provider"], **more.get("oauth2_provider", {})}
            made[base] = Stock(places, {**planted.RICH, **more, "oauth2_provider": provider}, planted.APPLICATIONS)
        return made[base]

    yield on
    for stock in made.values():
        stock.places.close()


def digest(places: Places) -> dict[str, str]:
    """Of all rows of all tables."""
    tables = [row["name"] for row in places.database.run("SELECT name FROM sqlite_master WHERE type='table'")]
    rows = {table: sorted(map(repr, places.database.run(f"SELECT * FROM {table}"))) for table in tables}
    return {table: hashlib.sha256("\n".join(all_rows).encode()).hexdigest() for table, all_rows in rows.items()}


# A stock project


@pytest.mark.parametrize("user", [(), ("--user", "alice")], ids=["nobody", "alice"])
def test_a_stock_project_is_equal_or_declared_and_no_row_changes(stock: Stock, user: tuple[str, ...]) -> None:
    before = digest(stock.places)
    compared = stock.compare(*user)
    assert compared.fields == []
    report = compared.report
    assert compared.done.returncode == 0, compared.done.stderr
    assert report["requests"] >= 400
    assert report["score"] == 100 and report["equal"] > report["declared"] > 0
    assert digest(stock.places) == before
    assert bool(user) == any("One row was added and removed" in note for note in report["notes"])
    # Everything that is not asked is named.
    told = "\n".join(report["left_out"])
    for what in ["user code", "log somebody out", "registrations", "skip_authorization", "approval_prompt=auto"]:
        assert what in told
    asked = json.dumps(report["urls"])
    assert "trusted" not in "".join(line for line in asked.split('"') if "with the session" in line)


def test_with_a_session_consent_pages_are_compared(stock: Stock) -> None:
    consent = stock.compare("--user", "alice", "--only", "client_id=web").report
    nobody = stock.compare("--only", "client_id=web").report
    assert consent["requests"] > nobody["requests"] > 10
    assert consent["different"] == 0
    (url,) = consent["urls"]
    assert any("Pages are slash-o's own" in line for request in url["requests"] for line in request["lines"])


@pytest.mark.parametrize("engine", ["postgresql", "mysql"], indirect=True)
@pytest.mark.tier("full")
def test_other_engines_are_read_only_too(places: Places) -> None:
    stock = Stock(places, planted.RICH)
    compared = stock.compare("--user", "alice")
    assert compared.fields == [] and compared.done.returncode == 0, compared.done.stderr


def test_the_session_of_a_run_that_was_killed_goes_with_the_next(stock: Stock) -> None:
    key = "slashocompare" + "k" * 27
    stock.places.database.run(
        "INSERT INTO django_session (session_key, session_data, expire_date) VALUES (?, 'x', '2099-01-01 00:00:00')", (key,)
    )
    compared = stock.compare("--user", "alice", "--only", "/o/token/")
    assert "1 sessions of earlier runs were removed" in compared.report["notes"]
    assert stock.places.database.run("SELECT session_key FROM django_session WHERE session_key LIKE 'slashocompare%'") == []


# Whole flows on a copy


def digest_of_rows(places: Places) -> dict[str, str]:
    """Without SQLite's own count of the keys that were given."""
    return {table: text for table, text in digest(places).items() if table != "sqlite_sequence"}


def test_whole_flows_are_equal_and_nothing_stays(stock: Stock) -> None:
    before = digest_of_rows(stock.places)
    compared = stock.compare("--write", "--database", stock.database, "--only", "/o/token/?")
    assert compared.fields == [] and compared.done.returncode == 0, compared.done.stderr
    flows = {url["url"].split(":")[0] for url in compared.report["urls"] if ": " in url["url"]}
    assert flows == {
        "authorization-code code, confidential client", "authorization-code code, public client", "implicit token, public client",
        "password, confidential client", "client-credentials, confidential client", "device_code, public client", "login",
    }  # fmt: skip
    assert sum(url["url"].endswith(": rows and claims") for url in compared.report["urls"]) == len(flows)
    assert digest_of_rows(stock.places) == before
    assert "added and removed" in "".join(compared.report["notes"])


@pytest.mark.parametrize("engine", ["sqlite", "postgresql", "mysql"], indirect=True)
@pytest.mark.tier("full")
def test_whole_flows_of_openid_connect_are_equal_on_each_engine(places: Places) -> None:
    stock = Stock(places, planted.RICH)
    compared = stock.compare("--write", "--database", stock.database, "--only", "/o/token/?")
    assert compared.fields == [] and compared.done.returncode == 0, compared.done.stderr
    assert any("openid-hybrid" in url["url"] for url in compared.report["urls"])


def test_flows_of_a_user_who_is_named_leave_out_what_needs_a_password(stock: Stock) -> None:
    before = digest_of_rows(stock.places)
    compared = stock.compare("--write", "--database", stock.database, "--only", "/o/token/?", "--user", "alice")
    assert compared.fields == [] and compared.done.returncode == 0, compared.done.stderr
    told = "\n".join(compared.report["left_out"])
    assert "the flow of password, confidential client: the password of --user is not known" in told
    assert digest_of_rows(stock.places) == before


def test_a_database_that_is_not_named_or_looks_used_is_not_written_to(databases: Databases, folder: Path, binary: str) -> None:
    places = Places(databases.migrated("sqlite"), folder, binary)
    try:
        stock = Stock(places)
        before = digest(places)
        assert "Nothing was written" in _refused(stock, "--write", "--database", "production")
        # Nobody answers: standard input is empty.
        asked = stock.compare("--write")
        assert asked.done.returncode == 1 and "name of this database" in asked.done.stderr
        assert digest(places) == before
        rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10001) "
        names = "(token, token_checksum, expires, scope, created, updated, resource)"
        day = "'2026-01-01 00:00:00'"
        places.database.run(
            f"INSERT INTO oauth2_provider_accesstoken {names} {rows} SELECT 't' || i, 't' || i, {day}, '', {day}, {day}, '[]' FROM n"
        )
        assert "--this-is-a-copy" in _refused(stock, "--write", "--database", stock.database)
        copy = stock.compare("--write", "--database", stock.database, "--this-is-a-copy", "--only", "/o/token/?")
        assert copy.fields == [] and copy.done.returncode == 0, copy.done.stderr
    finally:
        places.close()


def test_what_a_killed_run_left_goes_with_the_next(stock: Stock) -> None:
    before = digest_of_rows(stock.places)
    config = str(commands.config_file(stock.places.folder, stock.site))
    command = [stock.places.binary, "compare", "--config", config, "--django", stock.django.base_url]
    command += ["--write", "--database", stock.database, "--only", "/o/token/?"]
    left = "SELECT client_id FROM oauth2_provider_application WHERE client_id LIKE 'slashocompare%'"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as killed:
        for _ in range(400):
            tokens = stock.places.database.run("SELECT count(*) AS n FROM oauth2_provider_accesstoken")
            if tokens[0]["n"]:
                break
            time.sleep(0.05)
        killed.kill()
    assert stock.places.database.run(left) and digest_of_rows(stock.places) != before
    compared = stock.compare("--write", "--database", stock.database, "--only", "/o/token/?")
    assert any("rows of earlier runs with --write were removed" in note for note in compared.report["notes"])
    assert digest_of_rows(stock.places) == before


def test_an_attempt_to_write_is_a_difference(stock: Stock) -> None:
    """slash-o would keep CSRF secrets in sessions, and Django does not."""
    compared = stock.compare_with({"CSRF_USE_SESSIONS": True}, "--only", "/accounts/login/?")
    assert compared.done.returncode == 1
    assert any("attempt to write" in field for field in compared.fields), compared.fields


# Planted faults: slash-o is told something else than Django


Rich = Callable[[str], Stock]


@pytest.mark.parametrize("name", planted.REPRESENTATIVE)
def test_a_setting_that_differs_is_found(rich: Rich, tmp_path: Path, name: str) -> None:
    _a_fault_is_found(rich, tmp_path, name)


@pytest.mark.tier("full")
@pytest.mark.parametrize("name", [name for name in planted.FAULTS if name not in planted.REPRESENTATIVE])
def test_each_setting_that_differs_is_found(rich: Rich, tmp_path: Path, name: str) -> None:
    _a_fault_is_found(rich, tmp_path, name)


@pytest.mark.tier("full")
@pytest.mark.parametrize("base", planted.BASES)
def test_without_a_fault_the_same_projects_are_equal(rich: Rich, base: str) -> None:
    compared = rich(base).compare("--user", "alice")
    assert compared.fields == [] and compared.done.returncode == 0, compared.done.stderr
    written = rich(base).compare("--write", "--database", rich(base).database, "--only", "/o/token/?")
    assert written.fields == [] and written.done.returncode == 0, written.done.stderr


def _a_fault_is_found(rich: Rich, tmp_path: Path, name: str) -> None:
    fault = planted.FAULTS[name]
    stock = rich(fault.base)
    german = str(project.write_german(tmp_path))
    value = json.loads(json.dumps(fault.value).replace("{{german}}", german))
    who = ["--database", stock.database] if "--write" in fault.arguments else ["--user", "alice"]
    compared = stock.compare_with(value, *fault.arguments, *who)
    assert compared.report, compared.done.stderr
    assert compared.report["different"] > 0, name
    assert compared.done.returncode == 1


def test_each_setting_is_planted_or_named_as_missed() -> None:
    """Each row of docs/settings.md is a fault that is found, or stands in docs/proof.md as one that is not."""
    rows = planted.settings_of_the_page()
    known = set(planted.FAULTS) | set(planted.MISSED) | set(planted.NO_ANSWER)
    assert rows - known == set()
    assert known - rows == set()


def test_the_page_of_proof_tells_which_faults_are_missed() -> None:
    """`WRITE_DOCS=1` writes it."""
    page = paths.REPOSITORY / "docs" / "proof.md"
    text = page.read_text()
    before, rest = text.split("## What compare does not find\n")
    after = "".join(f"\n## {part}" for part in rest.split("\n## ")[1:])
    wanted = f"{before}{planted.page()}{after}"
    if os.environ.get("WRITE_DOCS"):
        page.write_text(wanted)
    assert page.read_text() == wanted, "WRITE_DOCS=1 python -m pytest tests/test_compare.py -k proof"


# Refusals and bad input


def _refused(stock: Stock, *arguments: str, django: str | None = None) -> str:
    config = str(commands.config_file(stock.places.folder, stock.site))
    django = django or stock.django.base_url
    done = commands.run(stock.places.binary, "compare", "--config", config, "--django", django, *arguments)
    assert done.returncode == 2 and "panicked" not in done.stderr, done.stderr
    return done.stderr


def test_what_cannot_be_compared_is_refused_with_a_sentence(stock: Stock) -> None:
    assert "--public" in _refused(stock, django="http://8.8.8.8")
    assert "http://127.0.0.1:8000" in _refused(stock, django="https://127.0.0.1:1")
    assert "http://127.0.0.1:8000" in _refused(stock, django="nonsense")
    assert "no such user" in _refused(stock, "--user", "nobody-here")
    assert "--rate" in _refused(stock, "--rate", "11")
    assert "--rate" in _refused(stock, "--rate", "0")
    assert "--only" in _refused(stock, "--only", "no request holds this")


def test_a_django_that_is_not_there_is_told_and_the_run_stops(stock: Stock) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        django = f"http://127.0.0.1:{unused.getsockname()[1]}"
        compared = Compared(stock.places.binary, django, stock.site, stock.places.folder)
    assert compared.done.returncode == 1
    assert compared.report["unreachable"] == compared.report["requests"] == 10
    assert "stopped" in compared.report["stopped"]


class _Broken(http.server.BaseHTTPRequestHandler):
    status = 500

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.mark.parametrize("status", [500, 503, 429])
def test_ten_errors_in_a_row_end_the_run(stock: Stock, status: int) -> None:
    handler = type("Broken", (_Broken,), {"status": status})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        django = f"http://127.0.0.1:{server.server_port}"
        compared = Compared(
            stock.places.binary, django, stock.site, stock.places.folder, "--only", "/accounts/login/?"
        )
        several = Compared(stock.places.binary, django, stock.site, stock.places.folder)
        server.shutdown()
    assert compared.done.returncode == 1
    assert several.report["requests"] == 10 and "stopped" in several.report["stopped"]


def test_a_server_that_speaks_no_http_is_told(stock: Stock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(100)
                    connection.sendall(b"220 mail.example ESMTP\r\n")

        threading.Thread(target=answer, daemon=True).start()
        django = f"http://127.0.0.1:{listener.getsockname()[1]}"
        compared = Compared(stock.places.binary, django, stock.site, stock.places.folder, "--only", "/o/token/?")
    text = json.dumps(compared.report)
    assert compared.done.returncode == 1 and "does not answer as a web server" in text


# Output


def test_lines_and_page_say_the_same_and_hold_no_secret(stock: Stock, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    site = planted.changed(stock.site, {"X_FRAME_OPTIONS": "SAMEORIGIN"})
    config = str(commands.config_file(stock.places.folder, site))
    arguments = ["--config", config, "--django", stock.django.base_url, "--unbounded", "--only", "/o/authorize/"]
    done = commands.run(stock.places.binary, "compare", *arguments, "--user", "alice", "--html", str(page))
    assert done.returncode == 1
    assert "header x-frame-options\n      Django:  DENY\n      slash-o: SAMEORIGIN" in done.stdout
    assert "Score: " in done.stdout
    assert stat.S_IMODE(os.stat(page).st_mode) == 0o600
    html = page.read_text()
    assert "header x-frame-options" in html
    for hidden in ["SAMEORIGIN", "alice", "client.example", "slashocompare", "web"]:
        assert hidden not in html, hidden
    assert "slashocompare" not in done.stdout.replace("session_key slashocompare", "")


def test_it_is_slow_unless_told_otherwise(stock: Stock) -> None:
    begun = os.times().elapsed
    compared = stock.compare("--rate", "10", "--only", "/o/.well-known/jwks.json")
    assert compared.done.returncode == 0
    assert os.times().elapsed - begun >= (compared.report["requests"] - 1) / 10
