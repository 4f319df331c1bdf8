"""The table, for people and for machines."""

import datetime
import json
import subprocess
from dataclasses import asdict
from pathlib import Path
from typing import Any

from measure import processes
from measure.once import Once
from measure.places import BENCH, RESULTS
from measure.rounds import POSTGRESQL_FLOOR, SCENARIOS, Figures

Results = dict[str, dict[str, Figures]]
#: DOT must take at least so many times as much, on SQLite.
ONCE = {"cleartokens_s": 5.0, "pss_mb": 5.0, "pss_unmapped_mb": 5.0, "cold_ms": 20.0}
ONCE_NAMES = {
    "cleartokens_s": "cleartokens, 100,000 expired of 200,000 (CPU s)",
    "pss_mb": "memory after load, PSS of all processes (MB), `mmap_size` and a cache of 20 MB set",
    "pss_unmapped_mb": "the same without both (MB)",
    "cold_ms": "cold start to the first 200 (ms)",
}


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _verdict(ratio: float, target: float, at_least: bool) -> str:
    if ratio <= 0:
        return "-"
    met = ratio >= target if at_least else ratio <= target
    word = "met" if met else f"missed by {abs(ratio / target - 1) * 100:.0f} %"
    return f"{_number(ratio)} ({'≥' if at_least else '≤'} {_number(target)}: {word})"


def _row(engine: str, name: str, sides: dict[str, Figures]) -> str:
    scenario = next(one for one in SCENARIOS if one.name == name)
    own, dot, floor = (sides.get(side, Figures()) for side in ("slash-o", "DOT", "floor"))
    against_dot = dot.total_us / own.total_us if own.total_us else 0.0
    against_floor = own.total_us / floor.total_us if floor.total_us else 0.0
    target = scenario.floor or 0.0
    if engine == "postgresql" and target == 1.5:
        target = POSTGRESQL_FLOOR
    verdict = _verdict(against_dot, scenario.dot, True) if engine == "sqlite" else _number(against_dot)
    cells = [
        scenario.what,
        *(_number(one.total_us) if one.cpu_us else "-" for one in (own, dot, floor)),
        verdict,
        _verdict(against_floor, target, False) if target else "-",
        f"{_number(own.median('rps'))} / {_number(own.median('p99_ms'))}",
        f"{_number(dot.median('rps'))} / {_number(dot.median('p99_ms'))}",
    ]
    return "| " + " | ".join(cells) + " |"


def _once_rows(once: dict[str, Once]) -> list[str]:
    own, dot = once["slash-o"], once["DOT"]
    rows = ["", "| once | slash-o | DOT | DOT / slash-o |", "|---|---|---|---|"]
    for name, target in ONCE.items():
        mine, theirs = getattr(own, name), getattr(dot, name)
        if mine and theirs:
            cells = [ONCE_NAMES[name], _number(mine), _number(theirs), _verdict(theirs / mine, target, True)]
            rows.append("| " + " | ".join(cells) + " |")
    return rows


def table(engine: str, results: Results, once: dict[str, Once]) -> str:
    head = [
        f"### {engine}",
        "",
        "| scenario | slash-o us | DOT us | floor us | DOT / slash-o | slash-o / floor | slash-o rps / p99 ms | DOT rps / p99 ms |",
        "|---|---|---|---|---|---|---|---|",
    ]
    rows = [_row(engine, name, sides) for name, sides in results.items()]
    return "\n".join([*head, *rows, *(_once_rows(once) if once else [])])


def heading(rounds: int, seconds: float, tokens: int) -> str:
    today = datetime.date.today().isoformat()
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=BENCH, capture_output=True, text=True)
    return (
        f"{today}, commit {commit.stdout.strip() or 'unknown'}; {processes.machine()}.\n"
        f"CPU time per request of the server's process tree (on PostgreSQL plus the database's), median of {rounds}\n"
        f"interleaved rounds of {seconds:g} s, {tokens:,} access and refresh tokens. DOT: gunicorn gthread."
    )


def wrong(results: Results) -> list[str]:
    """Every wrong answer; a round with one is void."""
    return [
        f"{scenario}, {side}: {what} ({count})"
        for scenario, sides in results.items()
        for side, figures in sides.items()
        for what, count in figures.wrong.items()
    ]


def store(text: str, everything: dict[str, tuple[Results, dict[str, Once]]]) -> Path:
    RESULTS.mkdir(exist_ok=True)
    name = datetime.datetime.now().strftime("%Y-%m-%d-%H%M")
    data: dict[str, Any] = {
        engine: {
            "scenarios": {name: {side: asdict(f) for side, f in sides.items()} for name, sides in results.items()},
            "once": {side: asdict(figures) for side, figures in once.items()},
        }
        for engine, (results, once) in everything.items()
    }
    (RESULTS / f"{name}.json").write_text(json.dumps(data, indent=1))
    path = RESULTS / f"{name}.md"
    path.write_text(text + "\n")
    return path
