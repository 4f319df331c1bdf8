#!/usr/bin/env python3
"""Send a case to the live reference and to slash-o, on two copies of one database, and show both.

twin T-code                one case (or several, by REGEX)
twin --bin PATH --engine postgresql '^R-'
twin --all T-code          also the steps that are equal
"""

import argparse
import re
import shutil
import sys
from pathlib import Path

from compat_tests import paths, twins
from compat_tests.databases import Databases
from compat_tests.definitions import every_case
from compat_tests.server import StartFailed
from compat_tests.services import PostgreSQL


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="twin", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("case", metavar="REGEX", help="case ids")
    parser.add_argument("--bin", default=paths.slash_o_binary())
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--all", action="store_true", help="show equal steps too")
    arguments = parser.parse_args()
    whole = [case for case in every_case() if case["id"] == arguments.case]
    cases = whole or [case for case in every_case() if re.search(arguments.case, case["id"])]
    if not cases or not arguments.bin:
        parser.error("no such case" if arguments.bin else "nothing is built: give --bin")
    binary = arguments.bin if arguments.bin == paths.REFERENCE_STANDS_IN else str(Path(arguments.bin).resolve())
    folder = paths.scratch_folder("twin")
    service = PostgreSQL() if arguments.engine == "postgresql" else None
    differing = 0
    try:
        databases = Databases(folder)
        for case in cases:
            addresses = databases.migrated(arguments.engine, service), databases.migrated(arguments.engine, service)
            try:
                pairs = twins.compare(case, (paths.REFERENCE_STANDS_IN, binary), addresses, folder)
            except StartFailed as failure:
                print(f"{case['id']}: a server does not start: {failure}")
                differing += 1
                continue
            shown = [pair for pair in pairs if arguments.all or not pair.equal]
            differing += any(not pair.equal for pair in pairs)
            print(
                f"{case['id']}: {case['title']}: {'differs' if shown and not all(p.equal for p in shown) else 'equal'}"
            )
            for pair in shown:
                print("\n".join(twins.side_by_side(pair)))
    finally:
        if service:
            service.stop()
        shutil.rmtree(folder)
    print(f"{len(cases)} cases, {differing} differ (left: the reference, right: slash-o)")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
