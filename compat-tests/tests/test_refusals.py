"""Each refusal of the recorded cases has a reason in the log, and the client never reads it. docs/refusals.md lists them."""

import html
import json
import os
import re
import urllib.parse
from collections import defaultdict
from typing import Any

import pytest

from compat_tests import paths, told
from compat_tests.exchange import Answer
from compat_tests.traced import GROUPS, Traced

DOCUMENT = paths.REPOSITORY / "docs/refusals.md"
ROW = re.compile(r"^\| `(\w+)` \| (.+) \| (.+) \|$", re.MULTILINE)
#: Where something is decided, by the first part of the path below the mount.
DECIDING = {
    "token", "revoke_token", "introspect", "device-authorization", "authorize", "register", "userinfo", "logout",
    "device", "device-confirm", "applications",
}  # fmt: skip
LEAST = 60


@pytest.mark.slash_o_only("Django writes no log here")
@pytest.mark.tier("default")
def test_every_refusal_of_the_recorded_cases_has_a_reason_of_its_own(traced: Traced, notes: list[str]) -> None:
    texts = {name: text for name, text, _ in ROW.findall(DOCUMENT.read_text())}
    silent, sent, seen = [], [], defaultdict(set)
    for group in GROUPS:
        _, results, log = traced(group)
        events = told.by_request(log)
        for result in results:
            for number, (step, answer) in enumerate(result.answers):
                refusals = [event for event in told.of_answer(answer, events) if event.is_refused]
                where = f"{result.case} step {number}: {step['method']} {step['path'][:60]} {answer.status}"
                if not refusals and is_refusal(step, answer):
                    silent.append(where)
                for event in refusals:
                    seen[event.why].add(event.outcome)
                    said = description(answer)
                    if event.why in received(answer) or texts[event.why] in received(answer) or said == event.why:
                        sent.append(f"{where}: {event.why}")
    assert silent == [], "refused without a reason in the log"
    assert sent == [], "the client reads the reason"
    assert len(seen) >= LEAST, sorted(seen)
    notes.append(f"{len(seen)} of {len(texts)} reasons of refusals occur in the recorded cases")
    compare_with_the_document(seen)


def compare_with_the_document(seen: dict[str, set[str]]) -> None:
    """The last column of docs/refusals.md is what was seen; WRITE_DOCS=1 writes it."""

    def row(found: re.Match[str]) -> str:
        codes = ", ".join(f"`{code}`" for code in sorted(seen.get(found[1], ()))) or "-"
        return f"| `{found[1]}` | {found[2]} | {codes} |"

    old = DOCUMENT.read_text()
    new = ROW.sub(row, old)
    if os.environ.get("WRITE_DOCS"):
        DOCUMENT.write_text(new)
    assert new == old, "docs/refusals.md: run this test again with WRITE_DOCS=1"


def is_refusal(step: dict[str, Any], answer: Answer) -> bool:
    """An answer by which one of the deciding endpoints says no."""
    path = step["path"].partition("?")[0].split("/")
    if path[1:2] != ["o"] or path[2:3] == [] or path[2] not in DECIDING or answer.status == 405:
        return False
    if answer.status == 302:
        return "error=" in (answer.header("Location") or "")
    if answer.status == 200:
        return "errorlist" in answer.body
    return answer.status in (400, 401, 403, 404, 429) and not is_refused_before(answer)


def is_refused_before(answer: Answer) -> bool:
    """Django's middleware and resolver, which decide nothing: a bad host or form, CSRF, a path or page that is off."""
    is_plain_400 = answer.status == 400 and "<h1>Bad Request (400)</h1>" in answer.body
    never_arrived = answer.header("X-Request-Id") is None
    is_off = answer.status == 404 and '"not_found"' in answer.body
    is_csrf = answer.status == 403 and "CSRF" in answer.body
    if never_arrived or is_off or is_plain_400 or is_csrf:
        return True
    return (answer.status == 404 and "json" not in (answer.header("Content-Type") or ""))


def received(answer: Answer) -> str:
    """All that the client reads, unescaped."""
    head = "\n".join(value for _, value in answer.headers)
    return html.unescape(answer.body) + "\n" + urllib.parse.unquote_plus(head)


def description(answer: Answer) -> str:
    try:
        return str(json.loads(answer.body).get("error_description", ""))
    except (ValueError, AttributeError):
        found = re.search(r"error_description=([^&]*)", answer.header("Location") or "")
        return urllib.parse.unquote_plus(found[1]) if found else ""
