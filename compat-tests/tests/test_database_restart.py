"""A database that restarts or ends connections while slash-o serves: no 500 once it is back."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from compat_tests.crowd import post_all
from compat_tests.database import Address
from compat_tests.databases import Databases
from compat_tests.exchange import Answer
from compat_tests.places import SECRET, SETUP, Places
from compat_tests.server import Server
from compat_tests.services import MariaDB, PostgreSQL, running

pytestmark = [pytest.mark.tier("default"), pytest.mark.slash_o_only("Django answers 500 on a connection that ended")]
TOKEN = {"grant_type": "client_credentials", "client_id": "machine", "client_secret": SECRET}
KILL = {
    "postgresql": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    "mysql": "SELECT id FROM information_schema.processlist WHERE db = database() AND id <> connection_id()",
}


@pytest.fixture(scope="module", params=["postgresql", "mysql"])
def own_service(request: pytest.FixtureRequest) -> Iterator[PostgreSQL | MariaDB]:
    """A database server that nobody else uses."""
    yield from running({"postgresql": PostgreSQL, "mysql": MariaDB}[request.param])


@pytest.fixture
def own(own_service: PostgreSQL | MariaDB, folder: Path, binary: str) -> Iterator[Places]:
    engine = "postgresql" if isinstance(own_service, PostgreSQL) else "mysql"
    made = Places(Databases(folder).migrated(engine, own_service), folder, binary)
    made.set_up(SETUP)
    yield made
    made.close()


def _crowd(server: Server) -> list[Answer]:
    """Enough at one moment that all connections of slash-o are open."""
    return post_all([server.port], "/o/token/", [TOKEN] * 24, {})


def _complaints(server: Server) -> str:
    return "\n".join(line for line in server.output().splitlines() if " INFO " not in line)


def _end_all_connections(address: Address, places: Places) -> None:
    rows = places.database.run(KILL[address.engine])
    if address.engine == "mysql":
        for row in rows:
            places.database.run(f"KILL {row['id']}")


def test_a_connection_that_the_database_ended_costs_no_answer(own: Places) -> None:
    server = own.slash_o()
    assert {answer.status for answer in _crowd(server)} == {200}
    for _ in range(3):
        _end_all_connections(own.address, own)
        assert {answer.status for answer in _crowd(server)} == {200}, _complaints(server)


def test_a_restart_costs_no_answer_once_the_database_is_back(
    own: Places, own_service: PostgreSQL | MariaDB
) -> None:
    server = own.slash_o()
    assert {answer.status for answer in _crowd(server)} == {200}
    answers: list[tuple[float, int]] = []
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            begun = time.monotonic()
            (answer,) = post_all([server.port], "/o/token/", [TOKEN], {})
            answers.append((begun, answer.status))

    askers = [threading.Thread(target=ask) for _ in range(8)]
    for asker in askers:
        asker.start()
    time.sleep(0.5)
    own_service.restart()
    back = time.monotonic()
    end = back + 120
    while sum(begun > back for begun, _ in answers) <= 40 and time.monotonic() < end:
        time.sleep(0.1)
    over.set()
    for asker in askers:
        asker.join()
    after = [status for begun, status in answers if begun > back]
    assert len(after) > 8 and set(after) == {200}, after
    assert {answer.status for answer in _crowd(server)} == {200}
