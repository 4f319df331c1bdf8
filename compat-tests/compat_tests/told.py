"""What the log of a server tells of its decisions, by request."""

import re
from dataclasses import dataclass

from compat_tests.exchange import Answer

LINE = re.compile(r'request\{id="?(\w+)"? .*?\}: slash_o::(\w+): (refused|done|failed) (.*)')
FIELD = re.compile(r'\b(outcome|why|client_id|grant)="([^"]*)"')


@dataclass(frozen=True)
class Told:
    """One event: what was decided, how it ended (an error code, or a word), and the name of the reason."""

    decision: str
    is_refused: bool
    outcome: str
    why: str


def by_request(log: str) -> dict[str, list[Told]]:
    """The events of each request id."""
    found: dict[str, list[Told]] = {}
    for request, decision, word, rest in LINE.findall(log):
        fields = dict(reversed(FIELD.findall(rest)))
        told = Told(decision, word == "refused", fields["outcome"], fields.get("why", ""))
        found.setdefault(request, []).append(told)
    return found


def of_answer(answer: Answer, log: dict[str, list[Told]]) -> list[Told]:
    return log.get(answer.header("X-Request-Id") or "", [])
