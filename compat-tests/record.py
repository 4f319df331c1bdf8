#!/usr/bin/env python3
"""Record the cases of a file against the pinned reference: `record.py [--file NAME] [--only REGEX] [--out FILE]`."""

import argparse
import re
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

from compat_tests import case_file, paths, recorder
from compat_tests.databases import Databases
from compat_tests.definitions import FILES
from compat_tests.site import SECRET_KEY


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="record only cases whose id matches")
    parser.add_argument("--file", choices=sorted(FILES), default="oauth2", help="which file of cases/")
    parser.add_argument("--out", type=Path, help="where to write instead")
    arguments = parser.parse_args()
    chosen = [case for case in FILES[arguments.file]() if re.search(arguments.only, case["id"])]
    folder = paths.scratch_folder("record")
    try:
        address = Databases(folder).migrated("sqlite")
        cases = recorder.record(chosen, address, folder, progress=print)
    finally:
        shutil.rmtree(folder)
    packages = ("Django", "django-oauth-toolkit", "oauthlib")
    reference = ", ".join(f"{name} {version(name)}" for name in packages)
    meta = {"reference": reference, "secret_key": SECRET_KEY, "count": len(cases)}
    case_file.save(arguments.out or paths.CASES / f"{arguments.file}.json", meta, cases)
    requests = sum("expect" in step for case in cases for step in case["steps"])
    print(f"{len(cases)} cases, {requests} requests, {len(case_file.by_settings(cases))} settings groups")
    return 0


if __name__ == "__main__":
    sys.exit(main())
