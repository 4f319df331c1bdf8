"""README's "switch over from Django" and "switch back", tried as written: its commands, its order, under a live flow."""

import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from compat_tests import paths
from compat_tests.databases import Databases
from compat_tests.flow import STEPS, Flow
from compat_tests.proxy import Proxy
from compat_tests.server import free_port
from compat_tests.team_project import PROJECTS, Running, TeamProject
from test_team_project import EMAIL, ROWS

pytestmark = pytest.mark.slash_o_only("it is README's page about slash-o")

README = (paths.REPOSITORY / "README.md").read_text()


def _section(title: str) -> str:
    start = README.index(f"## {title}\n")
    return README[start : README.index("\n## ", start + 4)]


def _commands(title: str) -> list[str]:
    """The lines of the section's blocks that start with `$ `."""
    return re.findall(r"^\$ (.+?)(?: +# .*)?$", _section(title), re.MULTILINE)


@pytest.fixture
def team(databases: Databases, tmp_path: Path, binary: str) -> Iterator[TeamProject]:
    """The project as the team has it in its folder, with `slash-o` and `python` on the PATH."""
    shutil.copytree(PROJECTS / "custom", tmp_path / "project")
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "slash-o").symlink_to(binary)
    (programs / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (programs / "python").chmod(0o755)
    made = TeamProject(databases.empty("sqlite"), tmp_path / "project", binary)
    made.environment |= {"PATH": f"{programs}:{os.environ['PATH']}"}
    made.must("migrate", "--verbosity", "0")
    made.must("shell", script=ROWS)
    yield made


def _sh(team: TeamProject, command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", command], cwd=team.folder, env=team.environment, capture_output=True, text=True
    )


def test_the_commands_of_the_readme(team: TeamProject) -> None:
    export, script, check, serve, refused, lines = _commands("Switch over from Django")
    assert serve.startswith("slash-o serve ") and refused == check
    for command in (export, script, check):
        done = _sh(team, command)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    assert "\nGO\nNext:\n" in done.stdout and "NO-GO" not in done.stdout
    assert stat.S_IMODE((team.folder / "slash-o.toml").stat().st_mode) == 0o600
    # The port of the README may be taken on this machine; nothing else is changed.
    port = free_port()
    assert "--bind 127.0.0.1:8001" in serve
    command = ["bash", "-c", "exec " + serve.replace("8001", str(port))]
    flow = Flow(mount="/auth/o/", username=EMAIL)
    with team.django() as django, Running(command, port, team.folder, team.environment) as slash_o, Proxy() as proxy:
        everything, ours = [("/", django.port)], _locations(_sh(team, lines).stdout, slash_o.port)
        for number, step in enumerate(STEPS):
            # Over at the login, back in the middle, over and back again: nobody notices.
            proxy.routes = [*ours, *everything] if number % 3 else everything
            proxy_server = _Behind(proxy)
            step(flow, proxy_server)  # type: ignore[arg-type]
        assert {port for _, port in proxy.went} == {django.port, slash_o.port}
        proxy.routes = everything
        proxy.went.clear()
        assert requests.get(f"{proxy.base_url}/accounts/login/").status_code == 200
        assert proxy.went == [("/accounts/login/", django.port)]


def _locations(lines: str, port: int) -> list[tuple[re.Pattern[str], int]]:
    """What nginx would send to slash-o by the lines that `slash-o check --proxy nginx` prints."""
    found = re.findall(r"^location (=|~) (\S+) ", lines, re.MULTILINE)
    assert ("=", "/auth/o/token/") in found and ("=", "/accounts/login/") in found, lines
    return [(re.compile(re.escape(text) if kind == "=" else text), port) for kind, text in found]


class _Behind:
    """What the flow asks of a server."""

    is_reference = False

    def __init__(self, proxy: Proxy) -> None:
        self.base_url = proxy.base_url


def test_switch_back_needs_no_command() -> None:
    text = _section("Switch back")
    assert _commands("Switch back") == []
    assert "nothing to convert" in text
