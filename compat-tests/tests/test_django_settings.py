"""`slash-o django-settings` in projects on Django 2.2 to 6.0; the file that it writes is accepted as it is."""

import ast
import stat
import tomllib
from pathlib import Path

import pytest

from compat_tests import commands
from compat_tests.exported_project import PROJECT, Project

pytestmark = pytest.mark.slash_o_only("it is a command of slash-o")

VERSIONS = [pytest.param(v, marks=pytest.mark.tier("default")) for v in ("2.2", "3.2", "4.2", "6.0")] + ["5.2"]
LEGACY = """
from oauth2_provider.models import Application
for name in ("legacy-a", "web"):
    Application.objects.create(client_id=name, client_type="public", authorization_grant_type="client-credentials")
"""


@pytest.mark.parametrize("version", VERSIONS)
def test_a_project_is_exported(version: str, tmp_path: Path, binary: str) -> None:
    project = Project(tmp_path, version, binary)
    made = project.manage("migrate", "--verbosity", "0")
    assert made.returncode == 0, made.stderr
    made = project.manage("shell", "-v", "0", script=LEGACY)
    assert made.returncode == 0, made.stderr
    page = tmp_path / "templates" / "registration" / "login.html"
    page.parent.mkdir(parents=True)
    page.write_text("{% url 'register' %}{% url 'home' %}{% url 'item' 3 %}{% url 'admin:login' %}{{ form }}")
    done = project.export()
    assert done.returncode == 0, done.stdout + done.stderr
    path = tmp_path / "slash-o.toml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    settings = project.file()
    assert settings["SECRET_KEY"] == "key with \"quotes\", \\ and ünicode 0123456789-0123456789-0123456789"
    assert settings["DEBUG"] is True and "ALLOWED_HOSTS" not in settings
    assert settings["SESSION_COOKIE_AGE"] == 3600 and "SESSION_COOKIE_NAME" not in settings
    assert settings["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]
    assert settings["DATABASES"]["default"]["NAME"] == str(tmp_path / "db.sqlite3")
    server = settings["server"]
    assert (server["django_version"], server["mount"]) == (version, ["/o/"])
    assert server["template_dirs_of_apps"] == [str(PROJECT / "shop" / "templates")]
    assert settings["TEMPLATES"][0]["DIRS"] == [str(tmp_path / "templates")]
    assert len(settings["TEMPLATES"][0]["OPTIONS"]["context_processors"]) == 3
    names = server["urls"]
    assert (names["register"], names["home"], names["admin:login"]) == ("/register/", "/", "/admin/login/")
    assert names["item"] == "/items/<int:pk>/" and set(names) == {"register", "home", "admin:login", "item", "login"}
    iterations = {"2.2": 150_000, "3.2": 260_000, "4.2": 600_000, "5.2": 1_000_000, "6.0": 1_200_000}
    assert server["hashers"]["pbkdf2_sha256"]["iterations"] == iterations[version]
    provider = settings["OAUTH2_PROVIDER"]
    assert list(provider["SCOPES"]) == ["write", "read"]
    assert provider["PKCE_REQUIRED"] == {"default": True, "except": ["legacy-a"]}
    assert provider["ACCESS_TOKEN_EXPIRE_SECONDS"] == {"default": 36000, "client_credentials": 600}
    complete = "https://shop.example/o/device?user_code={user_code}"
    assert provider["OAUTH_DEVICE_VERIFICATION_URI_COMPLETE"] == complete
    if version in ("2.2", "3.2"):
        # They have no such header; slash-o's default would send it.
        assert settings["SECURE_CROSS_ORIGIN_OPENER_POLICY"] is False
    check = commands.run(binary, "check", "--config", str(path))
    assert "settings    ok" in check.stdout, check.stdout + check.stderr
    if version == "2.2":
        assert "it is at django-oauth-toolkit 1.3; 1.5 to 3.4.1 can be served (upgrade it: slash-o migrate" in check.stdout
    elif version != "3.2":
        assert check.returncode == 0, check.stdout + check.stderr
    printed = project.export("--stdout")
    assert tomllib.loads(printed.stdout) == settings


def test_python_that_changes_answers_is_named_and_ends_with_1(tmp_path: Path, binary: str) -> None:
    project = Project(tmp_path, "5.2", binary, SITE_HOOKS="1")
    assert project.manage("migrate", "--verbosity", "0").returncode == 0
    done = project.export()
    assert done.returncode == 1
    path = tmp_path / "slash-o.toml"
    names = ["MIDDLEWARE: site_of_shop.hooks.stranger", "OAUTH2_VALIDATOR_CLASS: site_of_shop.validators.Validator"]
    for name in names:
        assert f"NOT TRANSLATED: {name}: " in done.stderr, done.stderr
    # They stand in the file: nothing is served until each is mended or accepted.
    check = commands.run(binary, "check", "--config", str(path))
    assert check.returncode == 1 and all(f"not translated: {name}: " in check.stdout for name in names), check.stdout
    started = commands.run(binary, "serve", "--config", str(path), "--bind", "127.0.0.1:0")
    assert started.returncode == 2 and all(name in started.stderr for name in names), started.stderr
    line = next(line.strip() for line in check.stdout.splitlines() if line.strip().startswith("accept = "))
    (tmp_path / "slash-o.local.toml").write_text(f"[server]\n{line}\n")
    check = commands.run(binary, "check", "--config", str(path))
    assert check.returncode == 0 and "server.accept is from" in check.stdout, check.stdout + check.stderr
    assert all(f"WARNING     server.accept: {name}: " in check.stdout for name in names), check.stdout
    before = path.read_text()
    (tmp_path / "slash-o.toml").chmod(0o644)
    assert project.export().returncode == 1
    old = tmp_path / "slash-o.toml.old"
    assert old.read_text() == before and stat.S_IMODE(old.stat().st_mode) == 0o600


def test_a_project_without_oauth2_provider(tmp_path: Path, binary: str) -> None:
    project = Project(tmp_path, "5.2", binary, SITE_PROVIDER="none")
    assert project.manage("migrate", "--verbosity", "0").returncode == 0
    done = project.export()
    assert done.returncode == 0, done.stderr
    assert "OAUTH2_PROVIDER" not in project.file()
    assert commands.run(binary, "check", "--config", str(tmp_path / "slash-o.toml")).returncode == 0


def _bound_twice(program: ast.Module) -> set[str]:
    """Names that two statements of the module bind: its parts share one namespace, and the second would take the place of the first."""
    seen: set[str] = set()
    twice: set[str] = set()
    for statement in program.body:
        bound = set()
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            bound.add(statement.name)
        elif not isinstance(statement, (ast.Import, ast.ImportFrom)):
            bound |= {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        twice |= seen & bound
        seen |= bound
    return twice


def test_the_script_is_one_of_python_3_6_and_its_own_library(binary: str) -> None:
    """Its grammar and its imports; test_django_settings_honest.py compiles it with the interpreters that are here."""
    script = commands.run(binary, "django-settings").stdout
    outer = ast.parse(script, feature_version=(3, 6))
    source = outer.body[0]
    assert isinstance(source, ast.Assign) and isinstance(source.value, ast.Constant)
    program = ast.parse(source.value.value, feature_version=(3, 6))
    assert not _bound_twice(program)
    names = set()
    for node in ast.walk(program):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    own = set("ast base64 collections contextlib datetime difflib functools hashlib importlib itertools json logging os re shutil signal socket subprocess sys sysconfig threading time types urllib uuid".split())
    assert names <= own | {"django", "oauth2_provider", "oauthlib"}, names


def test_serve_warns_of_a_file_that_others_can_read(tmp_path: Path, binary: str) -> None:
    """The database is missing, so the server ends after its warnings."""
    for mode, warned in ((0o644, True), (0o640, True), (0o600, False)):
        config = commands.config_file(tmp_path, _least(tmp_path / "none.sqlite3"), suffix="toml")
        config.chmod(mode)
        done = commands.run(binary, "serve", "--config", str(config), "--bind", "127.0.0.1:0")
        assert done.returncode == 2
        assert ("others can read it" in done.stderr) == warned, done.stderr


def _least(database: Path) -> str:
    return f'SECRET_KEY = "{"k" * 60}"\nALLOWED_HOSTS = ["*"]\n[DATABASES.default]\nENGINE = "django.db.backends.sqlite3"\nNAME = "{database}"\n'
