"""docs/switch-over.md tried as written: its commands in their order, and what it says that one sees."""

import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
import requests

from compat_tests import paths
from compat_tests.databases import Databases
from compat_tests.flow import STEPS, Flow
from compat_tests.server import free_port
from compat_tests.team_project import Running, TeamProject
from test_switch_over import _sh, team  # noqa: F401
from test_team_project import EMAIL

pytestmark = pytest.mark.slash_o_only("it is a page about slash-o")

PAGE = (paths.REPOSITORY / "docs" / "switch-over.md").read_text()


def _commands() -> list[str]:
    return re.findall(r"^\$ (.+?)(?: +# .*)?$", PAGE, re.MULTILINE)


def _compared(team: TeamProject, command: str, port: int, typed: str = "") -> str:  # noqa: F811
    """As written, but for the port and the user's name, and as fast as Django answers."""
    assert "http://127.0.0.1:8000" in command
    command = command.replace("127.0.0.1:8000", f"127.0.0.1:{port}").replace("NAME", EMAIL)
    done = subprocess.run(
        ["bash", "-c", f"{command} --unbounded"], cwd=team.folder, env=team.environment, input=typed, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    last = done.stdout.splitlines()[-1]
    assert re.fullmatch(r"\d+ requests: \d+ equal, \d+ declared\. Score: 100 of 100", last), last
    return done.stdout + done.stderr


def test_the_commands_of_the_page(team: TeamProject) -> None:  # noqa: F811
    export, script, check, *compares, serve, ready, lines = _commands()
    for command in (export, script, check):
        done = _sh(team, command)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    assert "\nGO\n" in done.stdout
    nobody, user, write = compares
    database = next((team.folder.parent).rglob("*.sqlite3"), None) or Path(_database(team))
    with team.django() as django:
        assert "Left out, because it writes" in _compared(team, nobody, django.port)
        assert "One row was added and removed" in _compared(team, user, django.port)
        assert (team.folder / "report.html").stat().st_mode & 0o777 == 0o600
        told = _compared(team, write, django.port, f"{database.name}\n")
        assert "The name of this database" in told and "added and removed" in told
        port = free_port()
        command = serve.replace("8001", str(port))
        with Running(["bash", "-c", f"exec {command}"], port, team.folder, team.environment) as slash_o:
            done = _sh(team, ready.replace("8001", str(port)))
            assert done.stdout.replace(" ", "") == '{"status":"ok"}', done
            _one_hour(team, django, slash_o, lines)


def _database(team: TeamProject) -> str:  # noqa: F811
    return re.findall(r'NAME = "(.+?)"', (team.folder / "slash-o.toml").read_text())[0]


def _one_hour(team: TeamProject, django: Running, slash_o: Running, lines: str) -> None:  # noqa: F811
    """Step 5 to 7: the lines, one client at slash-o behind a real nginx, and what the log says."""
    printed = _sh(team, lines).stdout
    assert "location = /auth/o/token/ {" in printed
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    if not Path(nginx).exists():
        pytest.skip("there is no nginx")
    map_line, location = re.findall(r"^(map .+|location = /o/authorize/ .+)$", PAGE, re.MULTILINE)
    map_line = map_line.replace("CLIENT-ID", "web")
    location = location.replace("/o/", "/auth/o/").replace("…", "proxy_set_header Host $http_host;")
    port, folder = free_port(), team.folder / "nginx"
    folder.mkdir()
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log;\nevents {{}}\nhttp {{ access_log off;\n"
        + "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        + f"upstream django {{ server 127.0.0.1:{django.port}; }}\nupstream slash_o {{ server 127.0.0.1:{slash_o.port}; }}\n"
        + f"{map_line}\nserver {{ listen 127.0.0.1:{port};\n{location}\n"
        + "location / { proxy_pass http://django; proxy_set_header Host $http_host; }\n} }\n"
    )
    with subprocess.Popen([nginx, "-c", str(folder / "nginx.conf"), "-p", str(folder)], stderr=subprocess.DEVNULL) as running:
        try:
            base = f"http://127.0.0.1:{port}"
            _until(lambda: requests.get(f"{base}/accounts/login/").status_code == 200)
            flow = Flow(mount="/auth/o/", username=EMAIL)
            for step in STEPS:
                step(flow, _At(base))  # type: ignore[arg-type]
            requests.get(f"{base}/auth/o/authorize/", params={"client_id": "legacy"})
        finally:
            running.terminate()
    log = slash_o.output()
    answered = [line for line in log.splitlines() if "answered" in line and "z\"}" not in line]
    moved = [line for line in answered if 'path="/auth/o/authorize/"' in line]
    assert moved == answered and moved
    assert any("method=GET" in line and "answered status=200" in line for line in moved)
    for absent in ["answered status=5", "request failed", "not ready"]:
        assert absent in PAGE and absent not in log, absent
    requests.post(f"{slash_o.base_url}/auth/o/token/", data={"grant_type": "client_credentials"}, auth=("legacy", "wrong"))
    assert "slash_o::token: refused" in slash_o.output() and "slash_o::token: refused" in PAGE


class _At:
    """What the flow asks of a server."""

    is_reference = False

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url


def _until(holds) -> None:  # type: ignore[no-untyped-def]
    for _ in range(100):
        try:
            if holds():
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.1)
    raise AssertionError("nginx does not answer")


def test_the_page_says_what_is_there() -> None:
    for name in re.findall(r"\]\((\w[\w.-]*\.md)", PAGE):
        assert (paths.REPOSITORY / "docs" / name).exists(), name
    assert len(PAGE.splitlines()) < 200
