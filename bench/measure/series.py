"""Series of slash-o alone: more tokens, more connections, more processes on one database."""

import concurrent.futures
from pathlib import Path

from measure.databases import Originals
from measure.rounds import Cpu, Figures, Measured, load, measure
from measure.seeding import write_seed
from measure.sides import Side

TOKENS = [1_000, 1_000_000, 10_000_000]
CONNECTIONS = [1, 4, 16, 64, 256]
PROCESSES = [1, 2, 3, 4]
WATCHED = ["token", "introspect"]


def _line(name: str, figures: Figures) -> str:
    void = f" VOID {figures.wrong}" if figures.wrong else ""
    rps, p99 = figures.median("rps"), figures.median("p99_ms")
    return f"| {name} | {figures.total_us:.0f} | {rps:.0f} | {p99:.1f} |{void}"


def _head(title: str) -> list[str]:
    return ["", f"#### {title}", "", "| | CPU us per request | rps | p99 ms |", "|---|---|---|---|"]


def _rounds(side: Side, scenario: Measured, seconds: float, count: int, database: Cpu) -> Figures:
    figures = Figures()
    load(side, scenario.name, scenario.connections, 0.5)
    for _ in range(count):
        measure(side, scenario, seconds, figures, database)
    return figures


def tokens(binary: str, folder: Path, seconds: float, count: int) -> list[str]:
    lines = _head("Tokens in the table, SQLite")
    for number in TOKENS:
        here = folder / f"tokens-{number}"
        here.mkdir()
        write_seed(here / "seed.json")
        originals = Originals(here, number)
        side = Side("slash-o", originals.original("sqlite"), here, binary).start()
        try:
            for name in WATCHED:
                figures = _rounds(side, Measured(name, name, 16, 0), seconds, count, Cpu())
                lines.append(_line(f"{name}, {number:,}", figures))
        finally:
            side.stop()
            originals.close()
        for file in here.glob("*.sqlite3*"):
            file.unlink()
    return lines


def connections(side: Side, seconds: float, count: int) -> list[str]:
    lines = _head(f"Connections, {side.address.engine}")
    for number in CONNECTIONS:
        for name in WATCHED:
            figures = _rounds(side, Measured(name, name, number, 0), seconds, count, Cpu())
            lines.append(_line(f"{name}, {number} connections", figures))
    return lines


def processes(side: Side, seconds: float) -> list[str]:
    """Requests per second of several slash-o on one PostgreSQL, a load generator for each."""
    lines = ["", "#### Processes on one PostgreSQL", "", "| | rps together |", "|---|---|"]
    sides = [Side("slash-o", side.address, side.folder, side.binary).start() for _ in PROCESSES]
    try:
        with concurrent.futures.ThreadPoolExecutor(len(sides)) as pool:
            for number in PROCESSES:
                for name in WATCHED:
                    done = list(pool.map(lambda one: load(one, name, 8, seconds), sides[:number]))
                    void = [figures["wrong"] for figures in done if figures["wrong"]]
                    rps = sum(figures.get("rps", 0.0) for figures in done)
                    lines.append(f"| {name}, {number} processes | {rps:.0f} | {void or ''}")
    finally:
        for one in sides:
            one.stop()
    return lines
