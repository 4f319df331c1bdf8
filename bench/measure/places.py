"""Where everything is."""

import sys
from pathlib import Path

BENCH = Path(__file__).resolve().parent.parent
COMPAT_TESTS = BENCH.parent / "compat-tests"
WORK = BENCH / ".work"
RESULTS = BENCH / "results"
BUILT = WORK / "target" / "release"
VENV = Path(sys.prefix)
