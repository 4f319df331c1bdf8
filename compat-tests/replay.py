#!/usr/bin/env python3
"""Replay the recorded cases against a server, without pytest.

replay.py --bin target/release/slash-o --only '^T-code'
replay.py --bin reference                  # the real Django stands in: proves the cases themselves
replay.py --declare --only T-auth          # prints entries for differences.toml
"""

import argparse
import re
import shutil
import sys
from pathlib import Path

from compat_tests import case_file, paths
from compat_tests.case_file import Case
from compat_tests.databases import Databases
from compat_tests.declaring import entries
from compat_tests.differences import load_differences, load_waiting
from compat_tests.replay_group import replay_group
from compat_tests.replayer import Result
from compat_tests.services import MariaDB, PostgreSQL


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default=paths.slash_o_binary(), help="a slash-o binary, or 'reference'")
    parser.add_argument("--only", default="", metavar="REGEX", help="case ids to replay")
    parser.add_argument("--rows", default="", metavar="REGEX", help="only cases with a parity row that matches")
    parser.add_argument("--engine", choices=["sqlite", "postgresql", "mysql"], default="sqlite")
    parser.add_argument("--cases", type=Path, nargs="+", default=sorted(paths.CASES.glob("*.json")))
    parser.add_argument("--declare", action="store_true", help="print mismatches as entries of differences.toml")
    parser.add_argument("--waiting", action="store_true", help="replay waiting cases like all others")
    parser.add_argument("--server-log", action="store_true", help="print what each server wrote")
    arguments = parser.parse_args()
    if not arguments.bin:
        parser.error("nothing is built: give --bin")
    every = [case for path in arguments.cases for case in case_file.load(path)]
    cases = [case for case in every if _chosen(case, arguments.only, arguments.rows)]
    return _replay(cases, arguments)


def _chosen(case: Case, only: str, rows: str) -> bool:
    return bool(re.search(only, case["id"])) and (not rows or any(re.search(rows, row) for row in case["rows"]))


def _replay(cases: list[Case], arguments: argparse.Namespace) -> int:
    binary = arguments.bin if arguments.bin == paths.REFERENCE_STANDS_IN else str(Path(arguments.bin).resolve())
    declared = [] if binary == paths.REFERENCE_STANDS_IN else load_differences(paths.DIFFERENCES)
    waiting = {} if arguments.waiting else load_waiting(paths.WAITING)
    folder = paths.scratch_folder("replay")
    service = {"postgresql": PostgreSQL, "mysql": MariaDB}.get(arguments.engine, lambda: None)()
    counts = {"ok": 0, "failed": 0, "waiting": 0}
    try:
        address = Databases(folder).migrated(arguments.engine, service)
        for case in cases:
            if reason := _left_out(case, binary, arguments.engine):
                print(f"left out: {case['id']}: {reason}")
        replayed = [case for case in cases if not _left_out(case, binary, arguments.engine)]
        for group in case_file.by_settings(replayed):
            results, log = replay_group(binary, group, address, folder, declared)
            for case, result in zip(group, results, strict=True):
                counts[_tell(case, result, waiting, arguments.declare)] += 1
            if arguments.server_log:
                print(log)
    finally:
        if service:
            service.stop()
        shutil.rmtree(folder)
    print("replay: {ok} ok, {failed} failed, {waiting} waiting".format(**counts))
    return 1 if counts["failed"] else 0


def _left_out(case: Case, binary: str, engine: str) -> str:
    return case_file.why_left_out(case, engine, binary == paths.REFERENCE_STANDS_IN)


def _tell(case: Case, result: Result, waiting: dict[str, str], declare: bool) -> str:
    if result.passed:
        if case["id"] in waiting:
            print(f"PASSES but is in waiting.toml: {case['id']}")
        return "ok"
    if case["id"] in waiting:
        return "waiting"
    for line in entries(result) if declare else [f"FAIL {line}" for line in result.lines()]:
        print(line)
    return "failed"


if __name__ == "__main__":
    sys.exit(main())
