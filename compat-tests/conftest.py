"""Fixtures: folders, databases, services that start when the first test asks, and tiers."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from compat_tests import cpu_time, paths
from compat_tests.databases import Databases
from compat_tests.places import Places
from compat_tests.services import DatabaseServer, MariaDB, PostgreSQL, Redis, running
from compat_tests.traced import Traced, traced_groups

TIERS = ["quick", "default", "full"]
left_out: dict[str, int] = {}
pytest_notes: list[str] = []
cpu = cpu_time.ByFile()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--tier", choices=TIERS, default=os.environ.get("COMPAT_TIER", "default"))


def pytest_configure(config: pytest.Config) -> None:
    # A terminated run ends like an interrupted one: fixtures stop their servers.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    config.addinivalue_line("markers", "tier(name): the lowest tier that runs the test")
    config.addinivalue_line("markers", "slash_o_only(reason): pointless when the reference stands in for slash-o")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    tier = TIERS.index(config.getoption("--tier"))
    kept, dropped = [], []
    for item in items:
        needed = max((TIERS.index(mark.args[0]) for mark in item.iter_markers("tier")), default=0)
        (kept if needed <= tier else dropped).append(item)
    for item in dropped:
        name = item.nodeid.split("[")[0]
        left_out[name] = left_out.get(name, 0) + 1
    config.hook.pytest_deselected(items=dropped)
    items[:] = kept


def pytest_runtest_setup(item: pytest.Item) -> None:
    mark = item.get_closest_marker("slash_o_only")
    if mark and paths.slash_o_binary() == paths.REFERENCE_STANDS_IN:
        pytest.skip(f"the reference stands in for slash-o: {mark.args[0]}")


def pytest_runtest_logstart(nodeid: str) -> None:
    cpu.enter(nodeid.split("::")[0])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    write = terminalreporter.write_line
    for note in pytest_notes:
        write(note)
    for line in cpu.lines():
        write(line)
    for name, count in sorted(left_out.items()):
        write(f"left out by --tier {config.getoption('--tier')}: {name} ({count})")


@pytest.fixture(scope="session")
def notes() -> list[str]:
    """Lines for the end of the run."""
    return pytest_notes


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    path = paths.scratch_folder("tests")
    yield path
    if not os.environ.get("COMPAT_KEEP"):
        shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def databases(folder: Path) -> Databases:
    return Databases(folder)


@pytest.fixture(scope="session")
def binary() -> str:
    found = paths.slash_o_binary()
    if not found:
        pytest.exit("slash-o is not built: cargo build --release, or set SLASH_O_BIN", returncode=2)
    return found if found == paths.REFERENCE_STANDS_IN else str(Path(found).resolve())


@pytest.fixture(scope="session")
def traced(databases: Databases, folder: Path, binary: str) -> Traced:
    """The recorded cases at RUST_LOG=trace, a settings group at a time."""
    return traced_groups(databases, folder, binary)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    yield from running(PostgreSQL)


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDB]:
    yield from running(MariaDB)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    yield from running(Redis)


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgresql", marks=pytest.mark.tier("default")),
        pytest.param("mysql", marks=pytest.mark.tier("default")),
    ]
)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def places(
    request: pytest.FixtureRequest, engine: str, databases: Databases, folder: Path, binary: str
) -> Iterator[Places]:
    """A fresh migrated database of the engine, and servers on it."""
    made = Places(databases.migrated(engine, server_of(request, engine)), folder, binary)
    yield made
    made.close()


def server_of(request: pytest.FixtureRequest, engine: str) -> DatabaseServer | None:
    """The server that this engine needs, started when first asked for."""
    name = {"postgresql": "postgresql", "mysql": "mariadb"}.get(engine)
    return request.getfixturevalue(name) if name else None
