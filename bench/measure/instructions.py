"""Instructions of a request, counted by callgrind: what a busy machine cannot change."""

import argparse
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from compat_tests import setup_rows
from compat_tests.database import Database
from compat_tests.databases import Databases
from compat_tests.scenarios import SETUP, Visit

from measure.sides import Side

STEPS: dict[str, Callable[[Visit], None]] = {
    "token": Visit.plain_secret,
    "introspect": Visit.introspect,
    "userinfo": Visit.userinfo,
    "consent page": Visit.consent_page,
}
#: Not counted: first uses fill caches and open connections.
WARM = 30
TOTAL = re.compile(r"^(?:totals|summary): (\d+)", re.MULTILINE)


def _total(binary: str, databases: Databases, folder: Path, step: Callable[[Visit], None], requests: int) -> int:
    """Instructions of a server's whole life with so many requests, one after the other on one connection."""
    address = databases.migrated("sqlite")
    database = Database(address)
    session = setup_rows.insert(database, SETUP).sessions["alice"]
    database.close()
    side = Side("slash-o", address, folder, binary, environment={"TOKIO_WORKER_THREADS": "1"})
    counted = folder / f"callgrind-{side.port}"
    side.under = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={counted}"]
    side.start()
    try:
        visit = Visit(f"http://127.0.0.1:{side.port}")
        visit.browser.cookies.set("sessionid", session)
        for _ in range(WARM + requests):
            step(visit)
    finally:
        side.stop()
    found = TOTAL.findall(counted.read_text())
    assert found, f"callgrind counted nothing: {side.log.read_text()[-500:]}"
    return max(int(total) for total in found)


def of_a_request(binary: str, databases: Databases, folder: Path, step: Callable[[Visit], None], requests: int) -> float:
    """Without the start and the stop, which both runs have."""
    once = _total(binary, databases, folder, step, requests)
    twice = _total(binary, databases, folder, step, 2 * requests)
    return (twice - once) / requests


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench/instructions", description=__doc__)
    parser.add_argument("binaries", nargs="+", metavar="BIN", help="one slash-o, or two to compare")
    parser.add_argument("--requests", type=int, default=1000)
    arguments = parser.parse_args()
    binaries = [str(Path(binary).resolve()) for binary in arguments.binaries[:2]]
    folder = Path(tempfile.mkdtemp(prefix="slash-o-instructions-"))
    print("| request | " + " | ".join(arguments.binaries[:2]) + (" | ratio |" if binaries[1:] else " |"))
    print("|---|" + "---|" * (len(binaries) + len(binaries[1:])))
    try:
        databases = Databases(folder)
        for name, step in STEPS.items():
            counts = [of_a_request(binary, databases, folder, step, arguments.requests) for binary in binaries]
            ratio = [f"{counts[1] / counts[0]:.3f}"] if counts[1:] else []
            print(f"| {name} | " + " | ".join([*(f"{count:,.0f}" for count in counts), *ratio]) + " |", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0
