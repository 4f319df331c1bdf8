"""PgBouncer between slash-o and PostgreSQL, with its default configuration: sessions, transactions, statements."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from compat_tests import commands
from compat_tests.database import Address
from compat_tests.databases import Databases
from compat_tests.flow import STEPS, Flow
from compat_tests.places import SECRET, SETUP, Places
from compat_tests.server import Server, StartFailed
from compat_tests.services import PgBouncer, PostgreSQL, Unavailable, running

pytestmark = [pytest.mark.tier("default"), pytest.mark.slash_o_only("about the pooler")]
#: Each with a scope of its own: an answer that belongs to another request is seen.
CLIENTS = [
    {**SETUP["applications"][1], "client_id": f"machine-{number}", "name": f"Machine {number}"} for number in range(8)
]
SCOPES = {f"scope-{number}": f"Scope {number}" for number in range(8)}


@pytest.fixture(scope="module")
def postgresql() -> Iterator[PostgreSQL]:
    yield from running(PostgreSQL)


class Pooled:
    """A database behind a pooler; rows are looked at without it."""

    def __init__(self, server: PostgreSQL, folder: Path, binary: str, mode: str, **more: str) -> None:
        try:
            self.pooler = PgBouncer(server, mode, **more)
        except Unavailable as reason:
            pytest.skip(str(reason))
        self.places = Places(Databases(folder).migrated("postgresql", server), folder, binary)
        self.places.set_up({**SETUP, "applications": [*SETUP["applications"], *CLIENTS]})

    def site(self, **server: Any) -> Any:
        site = self.places.site({"SCOPES": {"read": "Reading scope", "write": "Writing scope", **SCOPES}})
        return replace(site, database=self.address, server={**site.server, **server})

    @property
    def address(self) -> Address:
        return self.pooler.address(self.places.address)

    def close(self) -> None:
        self.places.close()
        self.pooler.stop()


@pytest.fixture(params=["session", "transaction"])
def pooled(request: pytest.FixtureRequest, postgresql: PostgreSQL, folder: Path, binary: str) -> Iterator[Pooled]:
    made = Pooled(postgresql, folder, binary, request.param)
    yield made
    made.close()


@pytest.fixture
def narrow(postgresql: PostgreSQL, folder: Path, binary: str) -> Iterator[Pooled]:
    """Many connections over two of the server's, in turns."""
    made = Pooled(postgresql, folder, binary, "transaction", default_pool_size="2", server_round_robin="1")
    yield made
    made.close()


def test_a_whole_flow_goes_through_the_pooler(pooled: Pooled) -> None:
    flow = Flow()
    server = pooled.places.slash_o(pooled.site())
    for step in STEPS:
        step(flow, server)
    assert requests.get(f"{server.base_url}/readyz").status_code == 200


def test_the_flow_changes_between_slash_o_and_a_django_behind_the_same_pooler(pooled: Pooled) -> None:
    site = pooled.site()
    ours, django = pooled.places.slash_o(site), pooled.places.django(site)
    for first in (0, 1):
        flow = Flow(username="alice")
        for number, step in enumerate(STEPS):
            step(flow, (ours, django)[(number + first) % 2])


def _mixed(server: Server, client: int, rounds: int, wrong: list[str]) -> None:
    """A token, and what others say of it: each answer must be this client's."""
    name, scope = CLIENTS[client]["client_id"], f"scope-{client}"
    session = requests.Session()
    session.auth = (name, SECRET)
    for _ in range(rounds):
        form = {"grant_type": "client_credentials", "scope": scope}
        made = session.post(f"{server.base_url}/o/token/", data=form)
        token = made.json().get("access_token") if made.status_code == 200 else None
        if made.status_code != 200 or made.json()["scope"] != scope:
            wrong.append(f"token for {name}: {made.status_code} {made.text[:200]}")
            continue
        told = session.post(f"{server.base_url}/o/introspect/", data={"token": token})
        if (told.status_code, told.json().get("client_id"), told.json().get("scope")) != (200, name, scope):
            wrong.append(f"introspection for {name}: {told.status_code} {told.text[:200]}")
        gone = session.post(f"{server.base_url}/o/revoke_token/", data={"token": token})
        again = session.post(f"{server.base_url}/o/introspect/", data={"token": token})
        if (gone.status_code, again.json()) != (200, {"active": False}):
            wrong.append(f"revocation for {name}: {gone.status_code} {again.text[:200]}")


def test_a_thousand_mixed_requests_over_two_connections_have_their_own_answers(narrow: Pooled) -> None:
    servers = [narrow.places.slash_o(narrow.site(max_connections=4)) for _ in range(2)]
    wrong: list[str] = []
    with ThreadPoolExecutor(8) as pool:
        for client in range(8):
            pool.submit(_mixed, servers[client % 2], client, 32, wrong)
    assert wrong == []
    rows = narrow.places.database.value("SELECT count(*) FROM oauth2_provider_accesstoken")
    assert rows == 0, "each token was revoked"
    assert "a pooler hands out connections by transaction" in servers[0].output()


def test_a_pooler_that_is_named_or_found_out_gets_go(narrow: Pooled) -> None:
    """Django's own name, slash-o's, and none."""
    for django, server in [({"DISABLE_SERVER_SIDE_CURSORS": True}, {}), ({}, {"database_pooler": "transaction"}), ({}, {})]:
        document = narrow.site(**server).document("127.0.0.1:1")
        document["DATABASES"]["default"].update(django)
        config = commands.config_file(narrow.places.folder, document)
        done = commands.run(narrow.places.binary, "check", "--config", str(config))
        assert done.returncode == 0, done.stdout + done.stderr


def test_cleartokens_leaves_no_lock_with_the_pooler(narrow: Pooled) -> None:
    config = commands.config_file(narrow.places.folder, narrow.site())
    direct = commands.config_file(narrow.places.folder, narrow.places.site())
    for _ in range(3):
        for file in (config, direct):
            done = commands.run(narrow.places.binary, "cleartokens", "--config", str(file))
            assert done.returncode == 0, done.stderr
    assert narrow.places.database.value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 0


def test_one_clearing_at_a_time_through_the_pooler_and_beside_it(narrow: Pooled) -> None:
    import psycopg

    address = narrow.places.address
    config = commands.config_file(narrow.places.folder, narrow.site())
    dsn = f"host={address.host} port={address.port} user={address.user} dbname={address.name}"
    with psycopg.connect(dsn) as holder:
        holder.execute("SELECT pg_advisory_xact_lock(8316291812)")
        done = commands.run(narrow.places.binary, "cleartokens", "--config", str(config))
        assert done.returncode != 0 and "another process" in done.stderr, done.stderr


def test_statement_mode_is_refused_with_a_sentence(postgresql: PostgreSQL, folder: Path, binary: str) -> None:
    made = Pooled(postgresql, folder, binary, "statement")
    try:
        with pytest.raises(StartFailed, match="pool_mode is statement: it takes no transactions"):
            made.places.slash_o(made.site())
        with pytest.raises(StartFailed, match="pool_mode is statement"):
            made.places.slash_o(made.site(database_pooler="transaction"))
    finally:
        made.close()


def test_migrate_asks_for_the_server_itself(narrow: Pooled) -> None:
    config = commands.config_file(narrow.places.folder, narrow.site())
    done = commands.run(narrow.places.binary, "migrate", "--config", str(config))
    assert done.returncode == 2 and "name PostgreSQL itself in DATABASE_URL" in done.stderr, done.stderr


def test_a_pooler_that_restarts_costs_no_answer_once_it_is_back(pooled: Pooled) -> None:
    server = pooled.places.slash_o(pooled.site())
    form = {"grant_type": "client_credentials", "scope": "scope-0"}

    def ask() -> int:
        auth = (CLIENTS[0]["client_id"], SECRET)
        return requests.post(f"{server.base_url}/o/token/", data=form, auth=auth, timeout=30).status_code

    assert ask() == 200
    pooled.pooler.restart()
    answers: list[int] = []
    threads = [threading.Thread(target=lambda: answers.append(ask())) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 16
