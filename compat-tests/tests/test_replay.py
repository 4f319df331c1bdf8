"""Every recorded case, answered by slash-o as by the reference."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from compat_tests import case_file, paths
from compat_tests.case_file import Case
from compat_tests.database import Address, Database
from compat_tests.databases import Databases
from compat_tests.definitions import FILES
from compat_tests.differences import load_differences, load_waiting
from compat_tests.replay_group import refused
from compat_tests.replayer import replay
from compat_tests.server import Server, StartFailed

RECORDED = [case for path in sorted(paths.CASES.glob("*.json")) for case in case_file.load(path)]
CASES = [case for group in case_file.by_settings(RECORDED) for case in group]
WAITING = load_waiting(paths.WAITING)
DIFFERENCES = load_differences(paths.DIFFERENCES)


class OneServer:
    """Keeps the server of the latest settings group running."""

    def __init__(self, binary: str, address: Address, folder: Path) -> None:
        self.database = Database(address)
        self._binary, self._address, self._folder = binary, address, folder
        self._key = ""
        self._server: Server | None = None
        self._refusal = ""

    def for_case(self, case: Case) -> Server | str:
        """The running server, or why it does not start."""
        if case_file.settings_key(case) != self._key:
            self.stop()
            self._key, self._refusal = case_file.settings_key(case), ""
            site, environment = case_file.site_of(case, self._address), case_file.environment_of(case)
            self._server = Server(self._binary, site, self._folder, environment)
            try:
                self._server.start()
            except StartFailed as failure:
                self._refusal = str(failure)
        assert self._server is not None
        return self._refusal or self._server

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()
            self._server = None


@pytest.fixture(scope="module")
def on_sqlite(databases: Databases, folder: Path, binary: str) -> Iterator[OneServer]:
    server = OneServer(binary, databases.migrated("sqlite"), folder)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def on_postgresql(
    request: pytest.FixtureRequest, databases: Databases, folder: Path, binary: str
) -> Iterator[OneServer]:
    service = request.getfixturevalue("postgresql")
    server = OneServer(binary, databases.migrated("postgresql", service), folder)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def on_mariadb(
    request: pytest.FixtureRequest, databases: Databases, folder: Path, binary: str
) -> Iterator[OneServer]:
    service = request.getfixturevalue("mariadb")
    server = OneServer(binary, databases.migrated("mysql", service), folder)
    yield server
    server.stop()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_case_on_sqlite(case: Case, on_sqlite: OneServer, binary: str, notes: list[str]) -> None:
    _check(case, on_sqlite, binary, notes)


@pytest.mark.tier("default")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_case_on_postgresql(case: Case, on_postgresql: OneServer, binary: str, notes: list[str]) -> None:
    _check(case, on_postgresql, binary, notes)


@pytest.mark.tier("default")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_case_on_mariadb(case: Case, on_mariadb: OneServer, binary: str, notes: list[str]) -> None:
    _check(case, on_mariadb, binary, notes)


def _check(case: Case, servers: OneServer, binary: str, notes: list[str]) -> None:
    is_reference = binary == paths.REFERENCE_STANDS_IN
    if reason := case_file.why_left_out(case, servers.database.engine, is_reference):
        pytest.skip(reason)
    declared = [] if is_reference else DIFFERENCES
    server = servers.for_case(case)
    if isinstance(server, str):
        result = refused(case, server, declared)
    else:
        result = replay(servers.database, server.base_url, case, declared)
    waits = "" if is_reference else WAITING.get(case["id"], "")
    if result.passed and waits:
        notes.append(f"passes and can leave waiting.toml: {case['id']} ({servers.database.engine})")
    if not result.passed and waits:
        pytest.xfail(waits)
    assert result.passed, "\n".join(result.lines())


def test_the_recorded_cases_are_the_defined_ones() -> None:
    def unrecorded(case: Case) -> Case:
        steps = [{key: value for key, value in step.items() if key != "expect"} for step in case["steps"]]
        return {**{key: value for key, value in case.items() if key != "vars"}, "steps": steps}

    recorded = {case["id"]: unrecorded(case) for case in CASES}
    defined = [case for definitions in FILES.values() for case in definitions()]
    assert recorded == {case["id"]: case for case in defined}, "run ./record.py"


def test_declarations_name_existing_cases() -> None:
    steps = {case["id"]: len(case["steps"]) for case in CASES}
    unknown = sorted(set(WAITING) - set(steps))
    unknown += [str(d) for d in DIFFERENCES if d.step >= steps.get(d.case, 0)]
    assert not unknown
