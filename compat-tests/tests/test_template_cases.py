"""What the Rust tests of the template engine compare with is what the installed Django gives."""

import json
import os
import subprocess
import sys
from pathlib import Path

from compat_tests import paths

REPOSITORY = Path(paths.REFERENCE).parent.parent
CASES = REPOSITORY / "crates" / "django-template" / "tests"


def test_the_conformance_cases_can_be_made_again(tmp_path: Path) -> None:
    """`conformance.py` writes the file of the repository again, byte for byte."""
    made = tmp_path / "conformance.json"
    command = [sys.executable, str(CASES / "conformance.py"), str(made)]
    # Django joins CSS classes out of a set, whose order hangs on the hashes of texts.
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    subprocess.run(command, check=True, timeout=120, capture_output=True, env=environment)
    kept = json.loads((CASES / "conformance.json").read_text())
    assert json.loads(made.read_text()) == kept
    assert len(kept["cases"]) >= 600


def test_shipped_templates_are_refused_where_django_refuses_them() -> None:
    """With the libraries that the engine has; the Rust test `shipped` compares with the same list."""
    command = [sys.executable, "-m", "compat_tests.shipped", "expected"]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "compat-tests")}
    done = subprocess.run(command, check=True, timeout=120, capture_output=True, text=True, env=environment)
    kept = json.loads((REPOSITORY / "compat-tests" / "shipped-templates.json").read_text())
    assert json.loads(done.stdout) == kept
