"""One case on two servers with two copies of one database; what they did, side by side."""

import difflib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compat_tests import case_file, placeholders, run_case
from compat_tests.case_file import Case
from compat_tests.database import Address, Database
from compat_tests.server import Server
from compat_tests.templating import Templater

WIDTH = 78


@dataclass(frozen=True)
class Pair:
    """A step and what each server made of it, with placeholders for values that vary."""

    index: int
    request: str
    theirs: dict[str, Any]
    ours: dict[str, Any]
    #: Seconds that the two took up to here: so much may the times that they tell differ.
    late: float = 0.0

    @property
    def equal(self) -> bool:
        return same(self.theirs, self.ours, self.late)


def same(theirs: Any, ours: Any, late: float) -> bool:
    """Equal but for times, told in seconds from now: they may be `late` apart, and as much as is rounded."""
    match theirs, ours:
        case dict(), dict():
            return theirs.keys() == ours.keys() and all(same(theirs[name], ours[name], late) for name in theirs)
        case list(), list():
            return len(theirs) == len(ours) and all(same(*pair, late) for pair in zip(theirs, ours, strict=True))
        case str(), str():
            return _same_text(theirs, ours, late)
        case _:
            return type(theirs) is type(ours) and bool(theirs == ours)


def _same_text(theirs: str, ours: str, late: float) -> bool:
    if placeholders.TIME.sub(r"{{\1}}", theirs) != placeholders.TIME.sub(r"{{\1}}", ours):
        return False
    pairs = zip(placeholders.TIME.findall(theirs), placeholders.TIME.findall(ours), strict=True)
    most = placeholders.TOLERANCE + 2 + late
    return all(abs(int(one or 0) - int(other or 0)) <= most for (_, one), (_, other) in pairs)


def compare(case: Case, binaries: tuple[str, str], addresses: tuple[Address, Address], folder: Path) -> list[Pair]:
    theirs, ours = (_run(case, binary, address, folder) for binary, address in zip(binaries, addresses, strict=True))
    return [
        Pair(index, request, view, other, late + later)
        for (index, request, view, late), (_, _, other, later) in zip(theirs, ours, strict=True)
    ]


def side_by_side(pair: Pair) -> list[str]:
    """Lines "theirs | ours"; a "*" before lines that differ."""
    left, right = _lines(pair.theirs), _lines(pair.ours)
    lines = [f"step {pair.index}: {pair.request}"]
    for kind, i1, i2, j1, j2 in difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        for row in range(max(i2 - i1, j2 - j1)):
            one = left[i1 + row] if i1 + row < i2 else ""
            other = right[j1 + row] if j1 + row < j2 else ""
            lines += _row("  " if kind == "equal" else "* ", one, other)
    return lines


def _run(case: Case, binary: str, address: Address, folder: Path) -> list[tuple[int, str, dict[str, Any], float]]:
    database = Database(address)
    done = []
    site, environment = case_file.site_of(case, address), case_file.environment_of(case)
    with Server(binary, site, folder, environment) as server:
        templater = Templater(server.base_url, case["setup"], rounded_to=1)
        for outcome in run_case.outcomes(database, server.base_url, case, lambda: templater.values):
            templater.learn(outcome.answer)
            request = f"{outcome.step['method']} {outcome.step['path']}"
            done.append((outcome.index, request, templater.template(outcome.view(), outcome.now), outcome.late))
    database.close()
    return done


def _lines(view: dict[str, Any]) -> list[str]:
    return json.dumps(view, indent=1, ensure_ascii=False).splitlines()


def _row(mark: str, left: str, right: str) -> list[str]:
    """One line, or several where a text is wider than its column."""
    parts = max(1, -(-len(left) // WIDTH), -(-len(right) // WIDTH))
    cut = [(left[n * WIDTH : (n + 1) * WIDTH], right[n * WIDTH : (n + 1) * WIDTH]) for n in range(parts)]
    return [f"{mark}{one:<{WIDTH}} | {other}".rstrip() for one, other in cut]
