"""Every layout of URLs: exported, and slash-o started from the file answers where Django's views do, and nowhere else."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from compat_tests import commands
from compat_tests.exported_project import Project
from compat_tests.layouts import BASES, HEAD, LAYOUTS, Layout
from compat_tests.server import free_port
from compat_tests.team_project import Running

pytestmark = pytest.mark.slash_o_only("it is a command of slash-o")

#: Beside the login page a project has these of its own.
PROVIDER = '{"OIDC_ENABLED": True, "DCR_ENABLED": True, "OIDC_RP_INITIATED_LOGOUT_ENABLED": True, "PKCE_REQUIRED": False}'
MORE = f"""
OAUTH2_PROVIDER = {PROVIDER}
ALLOWED_HOSTS = ["testserver"]
DEBUG = False
LOGIN_URL = "/accounts/login/"
MIDDLEWARE = MIDDLEWARE[:2] + ["django.middleware.locale.LocaleMiddleware"] + MIDDLEWARE[2:]
LOGGING_CONFIG = None
"""
STOCK = [
    ".well-known/oauth-authorization-server", ".well-known/oauth-authorization-server/x", ".well-known/oauth-protected-resource",
    ".well-known/oauth-protected-resource/x", "authorize/", "token/", "revoke_token/", "introspect/", "device-authorization/", "device/",
    "device-confirm/a/b", "device-grant-status/a/b", "applications/", "applications/register/", "applications/1/",
    "applications/1/delete/", "applications/1/update/", "authorized_tokens/", "authorized_tokens/1/delete/",
    ".well-known/openid-configuration", ".well-known/openid-configuration/", ".well-known/jwks.json", "userinfo/", "logout/", "register/",
    "register/a/", "login/", "logout/", "password_change/", "password_change/done/", "token", "applications",
]  # fmt: skip


def _folder(name: str) -> str:
    return re.sub(r"\W", "_", name)


def _paths(layout: Layout) -> list[str]:
    bases = [*BASES, *(mount for mount in layout.mount if mount not in BASES)]
    return list(dict.fromkeys([*(base + end for base in bases for end in STOCK), *layout.asked]))


def _login_url(layout: Layout) -> dict[str, Any]:
    has_login = '"login"' in layout.patterns or "contrib.auth.urls" in layout.patterns
    return {"LOGIN_URL": "login"} if has_login or "ACCOUNTS" in layout.patterns else {}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, binary: str) -> Path:
    """One project, in which one process exports every layout and asks Django."""
    home = tmp_path_factory.mktemp("layouts")
    (home / "more.py").write_text(MORE)
    (home / "templates" / "registration").mkdir(parents=True)
    (home / "templates" / "registration" / "login.html").write_text("{{ form }}")
    listed = []
    for name, layout in LAYOUTS.items():
        folder = _folder(name)
        (home / folder).mkdir()
        (home / f"urls_{folder}.py").write_text(f"{HEAD}\nurlpatterns = {layout.patterns}\n")
        settings = {**_login_url(layout), **layout.settings}
        listed.append({"folder": folder, "module": f"urls_{folder}", "settings": settings, "paths": _paths(layout)})
    (home / "layouts.json").write_text(json.dumps(listed))
    script = commands.run(binary, "django-settings")
    assert script.returncode == 0, script.stderr
    (home / "export.py").write_text(script.stdout)
    project = Project(home, "5.2", binary, SITE_MORE=str(home / "more.py"), LAYOUTS_EXPORT=str(home / "export.py"))
    made = project.manage("migrate", "--verbosity", "0")
    assert made.returncode == 0, made.stderr
    program = (Path(__file__).parent.parent / "compat_tests" / "layouts_django.py").read_text()
    done = project.manage("shell", "-v", "0", script=f"exec(compile({program!r}, 'layouts_django.py', 'exec'), {{}})\n")
    assert done.returncode == 0 and (home / "answers.json").exists(), done.stdout + done.stderr
    return home


@pytest.fixture(scope="module")
def answers(home: Path) -> dict[str, Any]:
    done: dict[str, Any] = json.loads((home / "answers.json").read_text())
    return done


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_is_written_in_few_lines_and_what_cannot_be_is_named(name: str, home: Path, answers: dict[str, Any]) -> None:
    layout, done = LAYOUTS[name], answers[_folder(name)]
    told = [line.removeprefix("NOT TRANSLATED: ") for line in done["told"].splitlines() if line.startswith("NOT TRANSLATED: ")]
    unnamed = [line for line in told if not line.startswith(tuple(found + ": " for found in layout.findings))]
    assert not unnamed and len(told) == len(layout.findings) and done["status"] == bool(told), done["told"]
    server = tomllib.loads((home / _folder(name) / "slash-o.toml").read_text())["server"]
    assert (server["mount"], server.get("accounts", "/accounts/")) == (layout.mount, layout.accounts)
    assert server.get("endpoints", {}) == layout.endpoints
    assert {key: server.get(key) for key in layout.server} == layout.server
    assert "let the proxy answer 404" not in done["told"]


@pytest.fixture
def slash_o(request: pytest.FixtureRequest, home: Path, binary: str) -> Iterator[Running]:
    name: str = request.param
    folder = home / _folder(name)
    if LAYOUTS[name].findings:
        local = folder / "slash-o.local.toml"
        local.write_text(f"[server]\naccept = {json.dumps(LAYOUTS[name].findings)}\n")
        local.chmod(0o600)
    port = free_port()
    command = [binary, "serve", "--config", str(folder / "slash-o.toml"), "--bind", f"127.0.0.1:{port}"]
    with Running(command, port, folder, {"PATH": "/usr/bin:/bin"}) as server:
        yield server


def _expected(layout: Layout, django: dict[str, Any]) -> dict[str, Any]:
    """What slash-o is to answer where Django answers so: what is the project's own stays with Django."""
    nothing = {"status": 404, "location": None, "json": None}
    is_left = django["owner"] == "django" and not layout.accounts and "login" not in layout.endpoints
    if django["owner"] == "own" or is_left:
        return nothing
    return {key: django[key] for key in nothing}


@pytest.mark.parametrize(("name", "slash_o"), [(name, name) for name in LAYOUTS], indirect=["slash_o"])
def test_each_url_answers_as_in_django(name: str, slash_o: Running, answers: dict[str, Any]) -> None:
    layout, wrong = LAYOUTS[name], {}
    named = [re.sub("<[^>]*>", "[^/]+", found.partition(": ")[2].removesuffix(" and others")) for found in layout.findings]
    with requests.Session() as browser:
        browser.trust_env = False
        for path, django in answers[_folder(name)]["answers"].items():
            answer = browser.get(slash_o.base_url + path, headers={"Host": "testserver"}, allow_redirects=False)
            is_json = answer.headers.get("Content-Type", "").startswith("application/json")
            ours = {"status": answer.status_code, "location": answer.headers.get("Location"), "json": None}
            ours["json"] = answer.json() if is_json and answer.status_code == 200 else None
            theirs = _expected(layout, django)
            absent = next((names for start, names in layout.without.items() if path.startswith(start)), None)
            if absent is not None:
                assert theirs["status"] == 500 and ours["status"] == 200 and not set(absent) & set(ours["json"])
                continue
            if layout.findings and theirs["status"] == 302 and not django["owner"]:
                # The path of a language.
                theirs, ours = ({name: one[name] for name in ("status", "location")} for one in (theirs, ours))
            elif layout.findings:
                # What is named may differ in more than where it is.
                theirs = {"is there": bool(django["owner"]) and theirs["status"] != 404}
                ours = {"is there": ours["status"] not in (301, 404)}
            if ours != theirs and not any(re.match(name, path) for name in named):
                wrong[path] = (theirs, ours)
    assert not wrong, "\n".join(f"{path}\n  Django:  {theirs}\n  slash-o: {ours}" for path, (theirs, ours) in wrong.items())
