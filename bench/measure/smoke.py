"""Answers and statement counts, never times: what CI looks at."""

from pathlib import Path

from compat_tests import statements
from compat_tests.scenarios import SCENARIOS, Visit
from compat_tests.services import Unavailable

from measure.databases import Originals
from measure.rounds import SCENARIOS as LOADS
from measure.rounds import load
from measure.seeding import write_seed
from measure.sides import Side


def _watched(engine: str, originals: Originals, side: Side) -> statements.Log:
    if engine == "postgresql":
        server = originals.server(engine)
        assert server is not None
        return statements.PostgreSQLLog(server, side.address)
    return statements.DriverEvents(side.log)


def _counts(visit: Visit, log: statements.Log) -> list[str]:
    wrong = []
    for scenario in SCENARIOS:
        log.mark()
        scenario.step(visit)
        asked = log.since()
        if len(asked.work) > scenario.least or len(asked.control) > scenario.control:
            told = "; ".join(asked.statements)
            wrong.append(f"{scenario.name}: {len(asked.statements)} statements, at most {scenario.least}: {told}")
    return wrong


def _walk(side: Side, log: statements.Log | None) -> list[str]:
    visit = Visit(f"http://127.0.0.1:{side.port}")
    try:
        for scenario in SCENARIOS:
            scenario.step(visit)
        return _counts(visit, log) if log else []
    except AssertionError as answer:
        return [f"{side.name} on {side.address.engine}: {answer}"]


def _loads(side: Side) -> list[str]:
    """One answer per connection of each scenario that is measured."""
    told = {scenario.what: load(side, scenario.name, 1, 0.1)["wrong"] for scenario in LOADS}
    return [f"{side.name}, {what}: {wrong}" for what, wrong in told.items() if wrong]


def run(binary: str, folder: Path) -> list[str]:
    """What is wrong."""
    wrong: list[str] = []
    write_seed(folder / "seed.json")
    originals = Originals(folder, 0)
    try:
        for engine in ("sqlite", "postgresql"):
            try:
                sides = [Side(name, originals.bare(engine), folder, binary) for name in ("slash-o", "DOT")]
            except Unavailable as reason:
                print(f"left out: {reason}")
                continue
            sides[0].environment = statements.ENVIRONMENT
            log = _watched(engine, originals, sides[0])
            for side in sides:
                side.start()
                try:
                    wrong += _walk(side, log if side.name == "slash-o" else None)
                    wrong += _loads(side)
                finally:
                    side.stop()
            print(f"{engine}: {len(SCENARIOS)} requests, {len(LOADS)} loads on both sides")
    finally:
        originals.close()
    return wrong

