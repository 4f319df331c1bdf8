"""What is measured once or a few times: cleartokens, cold start, memory."""

import os
import resource
import statistics
import subprocess
from dataclasses import dataclass
from typing import Any

from compat_tests import paths
from compat_tests.database import Address, Database

from measure import processes, rounds
from measure.places import VENV
from measure.sides import Side

EXPIRED = "SELECT count(*) FROM oauth2_provider_accesstoken WHERE expires < '2021-01-01'"
LIVE = "SELECT count(*) FROM oauth2_provider_accesstoken WHERE expires > '2021-01-01'"
STARTS = 3


@dataclass
class Once:
    """Figures of one side; cleartokens in CPU seconds."""

    cleartokens_s: float = 0.0
    cold_ms: float = 0.0
    pss_mb: float = 0.0
    pss_unmapped_mb: float = 0.0
    wrong: str = ""


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _count(address: Address, sql: str) -> int:
    database = Database(address)
    count = int(database.value(sql))
    database.close()
    return count


def cleartokens(side: Side) -> tuple[float, str]:
    """CPU seconds of the command on the side's database, and what is wrong with what it left."""
    live = _count(side.address, LIVE)
    config = str(side.config())
    environment: dict[str, Any] = dict(os.environ)
    if side.name == "DOT":
        command = [str(VENV / "bin/python"), str(paths.REFERENCE / "manage.py"), "cleartokens"]
        environment["SITE_CONFIG"] = config
    else:
        command = [side.binary, "cleartokens", "--config", config]
    before = _children()
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    used = _children() - before
    if done.returncode:
        return used, done.stderr[-300:]
    left, still = _count(side.address, EXPIRED), _count(side.address, LIVE)
    return used, "" if (left, still) == (0, live) else f"{left} expired rows left, {still} of {live} live ones"


def memory(side: Side, seconds: float) -> float:
    """PSS in MB after a load, with nothing of the database file mapped."""
    unmapped = Side(side.name, side.address, side.folder, side.binary, mapped=False).start()
    try:
        for scenario in ("token", "introspect", "userinfo", "consent", "flow"):
            figures = rounds.load(unmapped, scenario, 16, seconds)
            if figures["wrong"]:
                raise RuntimeError(f"{side.name}, {scenario}: {figures['wrong']}")
        return processes.pss_megabytes(unmapped.pid)
    finally:
        unmapped.stop()


def cold_start(side: Side) -> float:
    """Milliseconds from the start of the process to its first 200, on a database that is there."""
    times = []
    for _ in range(STARTS):
        one = Side(side.name, side.address, side.folder, side.binary)
        times.append(one.start().cold_ms)
        one.stop()
    return statistics.median(times)
