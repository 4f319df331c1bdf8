"""The recorded cases replayed at RUST_LOG=trace: once in a run, for all tests that read that log."""

from collections.abc import Callable
from pathlib import Path

from compat_tests import case_file, paths
from compat_tests.case_file import Case
from compat_tests.databases import Databases
from compat_tests.differences import load_differences, load_waiting
from compat_tests.replay_group import replay_group
from compat_tests.replayer import Result

TRACE = {"RUST_LOG": "trace"}

#: The cases of a group, their results, and what the server wrote.
Traced = Callable[[str], tuple[list[Case], list[Result], str]]


def _groups() -> dict[str, list[Case]]:
    """The cases that are not waiting, those of one server together, by a name for each server."""
    waiting = load_waiting(paths.WAITING)
    cases = [case for case in case_file.load_all() if case["id"] not in waiting]
    found: dict[str, list[Case]] = {}
    for group in case_file.by_settings(cases):
        name = group[0]["group"]
        found[name if name not in found else f"{name}, {group[0]['id']}"] = group
    return found


GROUPS = _groups()


def traced_groups(databases: Databases, folder: Path, binary: str) -> Traced:
    known: dict[str, tuple[list[Case], list[Result], str]] = {}

    def of(name: str) -> tuple[list[Case], list[Result], str]:
        if name not in known:
            declared = load_differences(paths.DIFFERENCES)
            address = databases.migrated("sqlite")
            results, _ = replay_group(binary, GROUPS[name], address, folder, declared, TRACE)
            log = max(folder.glob("server-*.log"), key=lambda path: path.stat().st_mtime)
            known[name] = (GROUPS[name], results, log.read_text(errors="replace"))
        return known[name]

    return of
