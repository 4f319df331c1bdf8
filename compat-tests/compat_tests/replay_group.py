"""Replay the cases of one settings group on one server."""

from pathlib import Path

from compat_tests import case_file
from compat_tests.case_file import Case
from compat_tests.database import Address, Database
from compat_tests.differences import START, Difference
from compat_tests.replayer import Result, replay
from compat_tests.server import Server, StartFailed


def replay_group(
    binary: str,
    group: list[Case],
    address: Address,
    folder: Path,
    declared: list[Difference],
    environment: dict[str, str] | None = None,
) -> tuple[list[Result], str]:
    """A result for each case, in order, and what the server wrote."""
    environment = {**case_file.environment_of(group[0]), **(environment or {})}
    server = Server(binary, case_file.site_of(group[0], address), folder, environment)
    try:
        server.start()
    except StartFailed as failure:
        return [refused(case, str(failure), declared) for case in group], server.output()
    database = Database(address)
    try:
        results = [replay(database, server.base_url, case, declared) for case in group]
        return results, server.output()
    finally:
        database.close()
        server.stop()


def refused(case: Case, message: str, declared: list[Difference]) -> Result:
    """The result of a case whose settings the server refuses: fine where differences.toml says so."""
    for difference in declared:
        if difference.case == case["id"] and difference.field == START and difference.ours in message:
            return Result(case["id"])
    return Result(case["id"], broken=f"the server does not start: {message.strip()[-600:]}")
