"""`slash-o django-settings`: what slash-o cannot do is a finding by its name; a start is refused until each is accepted."""

import json
import subprocess
from pathlib import Path

import pytest

from compat_tests import commands
from compat_tests.exported_project import Project
from compat_tests.strange_projects import STRANGE

pytestmark = pytest.mark.slash_o_only("it is a command of slash-o")


def _export(folder: Path, binary: str, files: dict[str, str], *flags: str) -> "subprocess.CompletedProcess[str]":
    return Project.of(folder, "5.2", binary, files).export(*flags)


def _told(stderr: str) -> dict[str, bool]:
    """Each line that tells of a finding, and whether it is a danger."""
    lines = [line.removeprefix("NOT TRANSLATED: ") for line in stderr.splitlines() if line.startswith("NOT TRANSLATED: ")]
    return {line: line.endswith("LEAK A SECRET") for line in lines}


@pytest.mark.parametrize("kind", STRANGE)
def test_each_kind_is_named_and_stops_the_start(kind: str, tmp_path: Path, binary: str) -> None:
    strange = STRANGE[kind]
    done = _export(tmp_path, binary, strange.files)
    assert done.returncode == 1, done.stderr
    told = _told(done.stderr)
    unnamed = {line for line in told if not any(line.startswith(name + ":") for name in strange.names)}
    missing = {name for name in strange.names if not any(line.startswith(name + ":") for line in told)}
    assert not unnamed and not missing, f"unnamed: {unnamed}; missing: {missing}\n{done.stderr}"
    checked = json.loads(commands.run(binary, "check", "--json", "--config", str(tmp_path / "slash-o.toml")).stdout)
    found = {finding["name"]: finding["danger"] for finding in checked["not_translated"]}
    assert set(found) == strange.names and not checked["go"], set(found) ^ strange.names
    assert strange.dangers <= {name for name, danger in found.items() if danger}
    for line, danger in told.items():
        assert found[max((name for name in found if line.startswith(name + ":")), key=len)] == danger, line
    local = tmp_path / "slash-o.local.toml"
    local.write_text(f"[server]\naccept = {json.dumps(sorted(strange.names)[1:])}\n")
    started = commands.run(binary, "serve", "--config", str(tmp_path / "slash-o.toml"), "--bind", "127.0.0.1:0")
    assert started.returncode == 2 and f"  {sorted(strange.names)[0]}: " in started.stderr, started.stderr
    assert f"  {sorted(strange.names)[1]}: " not in started.stderr


def test_the_operators_file_stays_and_the_difference_is_told(tmp_path: Path, binary: str) -> None:
    local = "[server.limits]\nlogin = 3\n"
    (tmp_path / "slash-o.local.toml").write_text(local)
    first = _export(tmp_path, binary, {"more.py": 'SECRET_KEY = "first secret " * 5\nSESSION_COOKIE_AGE = 60\n'})
    assert first.returncode == 0 and "this export" not in first.stderr, first.stderr
    again = _export(tmp_path, binary, {"more.py": 'SECRET_KEY = "second secret " * 5\nSESSION_COOKIE_AGE = 61\n'})
    assert "-SESSION_COOKIE_AGE = 60\n+SESSION_COOKIE_AGE = 61\n" in again.stderr, again.stderr
    assert "-SECRET_KEY = (hidden, " in again.stderr and "secret secret" not in again.stderr and "first secret" not in again.stderr
    assert (tmp_path / "slash-o.local.toml").read_text() == local


CALLED = """
import sys
sys.modules["asked"] = []
def pkce(client_id):
    sys.modules["asked"].append(client_id)
    return True
OAUTH2_PROVIDER = {"PKCE_REQUIRED": pkce}
"""


def test_code_of_the_project_is_told_before_it_runs_or_left_alone(tmp_path: Path, binary: str) -> None:
    done = _export(tmp_path, binary, {"more.py": CALLED})
    assert done.returncode == 0 and "calls site_of_shop.settings.pkce\n" in done.stderr, done.stderr
    left = _export(tmp_path, binary, {"more.py": CALLED}, "--no-code")
    assert left.returncode == 1 and "calls " not in left.stderr, left.stderr
    assert "NOT TRANSLATED: PKCE_REQUIRED: site_of_shop.settings.pkce: " in left.stderr, left.stderr


SLOW = """
import time
def slow(code):
    while True:
        try:
            time.sleep(60)
        except Exception:
            pass
OAUTH2_PROVIDER = {"OAUTH_DEVICE_VERIFICATION_URI_COMPLETE": slow}
"""


@pytest.mark.tier("default")
def test_code_of_the_project_has_ten_seconds(tmp_path: Path, binary: str) -> None:
    done = _export(tmp_path, binary, {"more.py": SLOW})
    assert "site_of_shop.settings.slow: OAUTH2_PROVIDER.OAUTH_DEVICE_VERIFICATION_URI_COMPLETE: it wants more than 10 s" in done.stderr
