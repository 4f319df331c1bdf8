"""How many SQL statements each request costs: no more than it needs."""

from collections.abc import Iterator

import pytest

from compat_tests import scenarios, statements
from compat_tests.places import Places
from compat_tests.scenarios import SCENARIOS, Visit
from compat_tests.server import Server

pytestmark = pytest.mark.slash_o_only("Django's own counts are two to four times as many")


@pytest.fixture
def watched(request: pytest.FixtureRequest, places: Places, engine: str) -> Iterator[tuple[Server, statements.Log]]:
    places.set_up(scenarios.SETUP)
    site = places.site(scenarios.PROVIDER)
    if engine == "postgresql":
        log: statements.Log = statements.PostgreSQLLog(request.getfixturevalue("postgresql"), places.address)
        yield places.slash_o(site), log
    elif engine == "mysql":
        general = statements.GeneralLog(places.address)
        yield places.slash_o(site), general
        general.close()
    else:
        server = places.slash_o(site, statements.ENVIRONMENT)
        yield server, statements.DriverEvents(server.log)


def test_no_request_asks_the_database_more_than_it_needs(watched: tuple[Server, statements.Log]) -> None:
    server, log = watched
    visit = Visit(server.base_url)
    for scenario in SCENARIOS:  # what a new connection asks first
        scenario.step(visit)
    wrong = []
    for scenario in SCENARIOS:
        log.mark()
        scenario.step(visit)
        asked = log.since()
        if len(asked.work) > scenario.least or len(asked.control) > scenario.control:
            wrong.append("\n  ".join([f"{scenario.name}: at most {scenario.least} + {scenario.control}", *asked.statements]))
        assert bool(asked.work) == bool(scenario.least), f"{scenario.name}: the log does not work: {asked}"
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_look_ups_by_a_key_go_around_the_drivers_thread(watched: tuple[Server, statements.Log]) -> None:
    server, log = watched
    assert isinstance(log, statements.DriverEvents)
    visit = Visit(server.base_url)
    for scenario in SCENARIOS:
        log.mark()
        scenario.step(visit)
        in_transaction = bool(log.since().control)
        assert in_transaction or log.look_ups_by_the_driver() == [], scenario.name


def test_no_statement_has_a_value_in_its_text(watched: tuple[Server, statements.Log]) -> None:
    """A text that is the same each time is prepared once."""
    server, log = watched
    visit = Visit(server.base_url)
    texts: list[set[str]] = []
    for _ in range(2):
        log.mark()
        for scenario in SCENARIOS:
            scenario.step(visit)
        texts.append(set(log.since().statements))
    if type(log) is not statements.GeneralLog:  # which puts the values into the text itself
        assert texts[0] >= texts[1]
