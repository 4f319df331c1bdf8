"""Replay a recorded case and hold the answers against the reference's."""

import http.client
from dataclasses import dataclass, field
from typing import Any

from compat_tests import differences, run_case
from compat_tests.case_file import Case
from compat_tests.database import Database
from compat_tests.differences import Difference
from compat_tests.exchange import Answer
from compat_tests.matching import Matcher, Mismatch


@dataclass
class Result:
    """The first step that went wrong, declared differences that did not occur, and the values of the run."""

    case: str
    step: int = 0
    mismatches: list[Mismatch] = field(default_factory=list)
    gone: list[Difference] = field(default_factory=list)
    broken: str = ""
    values: dict[str, str] = field(default_factory=dict)
    #: Each step that was sent, and its answer.
    answers: list[tuple[dict[str, Any], Answer]] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return not (self.mismatches or self.gone or self.broken)

    def lines(self) -> list[str]:
        where = f"{self.case} step {self.step}"
        found = [f"{where}: {mismatch}" for mismatch in self.mismatches]
        found += [f"{gone}: declared in differences.toml but no longer different" for gone in self.gone]
        return found + ([f"{where}: {self.broken}"] if self.broken else [])


def replay(database: Database, base_url: str, case: Case, declared: list[Difference]) -> Result:
    """Run the case up to its first failing step."""
    result = Result(case["id"])
    matcher = Matcher(base_url, case["vars"])
    declared = [d for d in declared if d.case == case["id"] and d.engine in ("", database.engine)]
    try:
        for outcome in run_case.outcomes(database, base_url, case, lambda: matcher.values):
            result.step = outcome.index
            result.answers.append((outcome.step, outcome.answer))
            here = [d for d in declared if d.step == outcome.index]
            _judge(outcome, here, matcher, result)
            if not result.passed:
                break
        result.values = matcher.values
    except (OSError, http.client.HTTPException) as error:
        result.broken = f"no answer: {error!r}"
    return result


def _judge(outcome: run_case.Outcome, declared: list[Difference], matcher: Matcher, result: Result) -> None:
    original, actual = outcome.step["expect"], outcome.view()
    expected = original
    for difference in declared:
        expected = differences.patched(expected, difference)
    known = dict(matcher.values)
    matcher.late = outcome.late
    for part in ("status", "headers", "body", "db", "jwt", "fetched"):
        wanted, got = differences.at(expected, part), differences.at(actual, part)
        if wanted != {"html": "any"} or "text" in got:
            result.mismatches += matcher.compare(wanted, got, part, outcome.now)
    for difference in declared:
        probe = Matcher(known["base_url"], matcher.shapes)
        probe.values, probe.late = dict(known), outcome.late
        theirs, ours = differences.at(original, difference.field), differences.at(actual, difference.field)
        if not probe.compare(theirs, ours, difference.field, outcome.now):
            result.gone.append(difference)
