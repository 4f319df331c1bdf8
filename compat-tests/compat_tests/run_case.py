"""Run the steps of a case against a server and watch what each does to the tables."""

import datetime
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from compat_tests import document_server, exchange, setup_rows, snapshot
from compat_tests.answer_view import body_view, headers_view, jwt_view
from compat_tests.case_file import Case
from compat_tests.database import UTC, Database


@dataclass(frozen=True)
class Outcome:
    """What one request brought about."""

    index: int
    step: dict[str, Any]
    answer: exchange.Answer
    effects: dict[str, Any]
    secrets: list[str]
    #: When the rows were set up, and when the answer was there: what a server wrote, it wrote between the two.
    begun: datetime.datetime
    now: datetime.datetime
    #: Documents that the server fetched meanwhile; None where it does not fetch any.
    fetched: list[str] | None = None

    def view(self) -> dict[str, Any]:
        """The compared parts by the names that an expectation uses."""
        parts = {
            "status": self.answer.status,
            "headers": headers_view(self.answer),
            "body": body_view(self.answer),
            "db": self.effects,
        }
        tokens = jwt_view(self.answer, self.secrets)
        if self.fetched is not None:
            parts["fetched"] = self.fetched
        return {**parts, "jwt": tokens} if tokens else parts

    @property
    def late(self) -> float:
        """Seconds by which a time that was written in this case may have come nearer since."""
        return (self.now - self.begun).total_seconds()


def outcomes(
    database: Database, base_url: str, case: Case, variables: Callable[[], dict[str, str]]
) -> Iterator[Outcome]:
    """Set up the rows, then yield the outcome of each request; `variables` is asked before each."""
    begun = datetime.datetime.now(UTC)
    rows = setup_rows.insert(database, case["setup"])
    variables().update(rows.minted)
    secrets = [app["client_secret"] for app in case["setup"].get("applications", []) if app.get("client_secret")]
    numbering = snapshot.Numbering()
    before = snapshot.take(database, numbering)
    documents = document_server.shared() if case["settings"].get("documents") else None
    if documents:
        documents.serve_all(case["setup"]["documents"])
    for index, step in enumerate(case["steps"]):
        if "sql" in step:
            for statement in step["sql"]:
                database.run(statement)
            before = snapshot.take(database, numbering)
            continue
        if "sleep" in step:
            time.sleep(step["sleep"])
        if documents:
            documents.asked = []
            if "documents" in step:
                documents.serve_all(step["documents"])
        answer = exchange.send(base_url, step, rows, variables())
        after = snapshot.take(database, numbering)
        fetched = list(documents.asked) if documents else None
        changes = snapshot.changes(before, after)
        yield Outcome(index, step, answer, changes, secrets, begun, datetime.datetime.now(UTC), fetched)
        before = after
