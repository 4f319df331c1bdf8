"""Where things are, and which binary is under test."""

import os
import shutil
import tempfile
from pathlib import Path

COMPAT_TESTS = Path(__file__).resolve().parent.parent
REPOSITORY = COMPAT_TESTS.parent
REFERENCE = COMPAT_TESTS / "reference"
WORK = COMPAT_TESTS / ".work"
CASES = COMPAT_TESTS / "cases"
#: Dumps of the tables that each DOT version leaves, `<engine>-<version>.json`.
SCHEMAS = COMPAT_TESTS / "schema"
#: Throw-away RSA keys of the cases.
KEYS = COMPAT_TESTS / "keys"
DIFFERENCES = COMPAT_TESTS / "differences.toml"
WAITING = COMPAT_TESTS / "waiting.toml"

#: Value of SLASH_O_BIN that lets the reference stand in for slash-o, to prove the tests themselves.
REFERENCE_STANDS_IN = "reference"


def slash_o_binary() -> str | None:
    """The binary under test, REFERENCE_STANDS_IN, or None when nothing is built."""
    given = os.environ.get("SLASH_O_BIN")
    if given:
        return given
    for profile in ("release", "debug"):
        candidate = REPOSITORY / "target" / profile / "slash-o"
        if candidate.exists():
            return str(candidate)
    return None


def scratch_folder(prefix: str, room: int = 500_000_000) -> Path:
    """A new folder for throw-away files, in memory where the machine has so many bytes of room for it."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > room
    return Path(tempfile.mkdtemp(prefix=f"slash-o-{prefix}-", dir=memory if roomy else None))
