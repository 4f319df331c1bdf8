"""Rounds: one scenario, one side, a few seconds. Sides take turns, so that a busy machine is busy for all of them."""

import json
import statistics
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from measure.places import BUILT
from measure.sides import Side


@dataclass(frozen=True)
class Measured:
    """A scenario of the load generator and the targets of its CPU time."""

    name: str
    what: str
    connections: int
    #: On SQLite DOT must take at least so many times as much.
    dot: float
    #: At most so many times the floor; None: the floor does not have it.
    floor: float | None = None


SCENARIOS = [
    Measured("token_hashed", "client_credentials, hashed secret (known)", 8, 600, 1.5),
    Measured("token", "client_credentials", 16, 6.5, 1.5),
    Measured("introspect", "introspect", 16, 11, 1.5),
    Measured("introspect_hashed", "introspect, hashed secret (known)", 8, 1000, 1.5),
    Measured("userinfo", "userinfo", 16, 17, 1.5),
    Measured("discovery", "openid-configuration", 16, 40, 2),
    Measured("jwks", "jwks.json", 16, 40, 2),
    Measured("consent", "consent page", 16, 15),
    Measured("flow", "flow: consent, approval, code, refresh, revoke (openid)", 8, 15),
    # One connection: equal checks at one moment would be one hash on slash-o.
    Measured("login", "login, 1,000,000 rounds of PBKDF2", 1, 3.3),
]
#: The floor's target on PostgreSQL where it is 1.5 on SQLite.
POSTGRESQL_FLOOR = 1.7


@dataclass
class Figures:
    """What one side's rounds of one scenario came to."""

    cpu_us: list[float] = field(default_factory=list)
    database_us: list[float] = field(default_factory=list)
    rps: list[float] = field(default_factory=list)
    p50_ms: list[float] = field(default_factory=list)
    p99_ms: list[float] = field(default_factory=list)
    wrong: dict[str, int] = field(default_factory=dict)

    def median(self, name: str) -> float:
        values = getattr(self, name)
        return statistics.median(values) if values else 0.0

    @property
    def total_us(self) -> float:
        """Server and database together."""
        return self.median("cpu_us") + self.median("database_us")


def load(side: Side, scenario: str, connections: int, seconds: float) -> dict[str, Any]:
    """Runs the load generator; its figures, or what was wrong."""
    options = {
        "--host": f"127.0.0.1:{side.port}",
        "--scenario": scenario,
        "--connections": connections,
        "--seconds": seconds,
        "--seed": side.folder / "seed.json",
        "--jar": side.folder / f"jar-{side.name}-{side.port}",
    }
    words = [str(word) for pair in options.items() for word in pair]
    done = subprocess.run([str(BUILT / "loadgen"), *words], capture_output=True, text=True)
    lines = done.stdout.strip().splitlines()
    figures: dict[str, Any] = json.loads(lines[-1]) if lines else {"n": 0, "wrong": {done.stderr[-300:]: 1}}
    return figures


def measure(side: Side, scenario: Measured, seconds: float, into: Figures, database: "Cpu") -> None:
    before, database_before = side.cpu_seconds(), database.seconds()
    figures = load(side, scenario.name, scenario.connections, seconds)
    after, database_after = side.cpu_seconds(), database.seconds()
    for what, count in figures["wrong"].items():
        into.wrong[what] = into.wrong.get(what, 0) + count
    if figures["wrong"] or not figures["n"]:
        return  # a wrong answer makes the round void
    into.cpu_us.append((after - before) / figures["n"] * 1e6)
    into.database_us.append((database_after - database_before) / figures["n"] * 1e6)
    into.rps.append(figures["rps"])
    into.p50_ms.append(figures["p50_ms"])
    into.p99_ms.append(figures["p99_ms"])


@dataclass
class Cpu:
    """The CPU time of the database's own processes; none on SQLite."""

    root: int | None = None

    def seconds(self) -> float:
        from measure import processes

        return processes.cpu_seconds(self.root) if self.root else 0.0


def supports(side: Side, scenario: Measured) -> bool:
    return side.name != "floor" or scenario.floor is not None


def compare(
    sides: list[Side], scenarios: list[Measured], count: int, seconds: float, database: Cpu
) -> dict[str, dict[str, Figures]]:
    """Scenario by scenario, round by round, side by side."""
    results: dict[str, dict[str, Figures]] = {}
    for scenario in scenarios:
        taking_part = [side for side in sides if supports(side, scenario)]
        results[scenario.name] = {side.name: Figures() for side in taking_part}
        for side in taking_part:  # not measured: first uses, and the login
            warm = load(side, scenario.name, 2, 0.5)
            results[scenario.name][side.name].wrong.update(warm["wrong"])
        for number in range(count):
            for side in taking_part:
                figures = results[scenario.name][side.name]
                measure(side, scenario, seconds, figures, database)
                last = f"{figures.cpu_us[-1]:.0f} us" if figures.cpu_us else "void"
                print(f"  {scenario.name} {side.name} round {number + 1}: {last} {figures.wrong or ''}", flush=True)
    return results


def scratch(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    return folder
