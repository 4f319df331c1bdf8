"""`slash-o django-settings`: whatever would change who comes in, or what is served, is named and ends with status 1."""

import ast
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from compat_tests import commands
from compat_tests.exported_project import PROJECT, Project

pytestmark = pytest.mark.slash_o_only("it is a command of slash-o")

USERS = """
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models

class Manager(BaseUserManager):
    def create_user(self, email):
        return self.create(email=email)

class Living(Manager):
    def get_queryset(self):
        return super().get_queryset().filter(deleted=False)

class Person(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(unique=True)
    banned = models.BooleanField(default=False)
    deleted = models.BooleanField(default=False)
    USERNAME_FIELD = "email"
    objects = Manager()
    class Meta:
        app_label = "people"
"""
BANNED = USERS + "\nPerson.is_active = property(lambda self: not self.banned)\n"
HIDDEN = USERS.replace("objects = Manager()", "objects = Living()")
LENIENT = USERS + "\nPerson.check_password = lambda self, raw: True\n"
URLS = """
from django.contrib import admin
from django.contrib.auth.views import LoginView
from django.http import HttpResponse
from django.urls import include, path, re_path
from oauth2_provider import views
from functools import wraps

def text(request, **more):
    return HttpResponse("ok")

def office_only(view):
    @wraps(view)
    def inner(request, *args, **more):
        return view(request, *args, **more)
    return inner

WHOLE = [path("o/", include("oauth2_provider.urls", namespace="oauth2_provider"))]
ACCOUNTS = [path("accounts/", include("django.contrib.auth.urls"))]
urlpatterns = %s
"""
PARTS = 'ACCOUNTS + [path("o/", include(([path("authorize/", views.AuthorizationView.as_view(), name="authorize"), path("token/", views.TokenView.as_view(), name="token")], "oauth2_provider"), namespace="oauth2_provider"))]'


def _people(models: str) -> dict[str, str]:
    settings = 'INSTALLED_APPS += ["people"]\nAUTH_USER_MODEL = "people.Person"\n'
    return {"more.py": settings, "people/__init__.py": "", "people/models.py": models}


def _urls(patterns: str) -> dict[str, str]:
    return {"more.py": 'ROOT_URLCONF = "own_urls"\n', "own_urls.py": URLS % patterns}


#: Files of the project, and what has to be named; nothing: it is exported with status 0.
CASES: dict[str, tuple[dict[str, str], list[str]]] = {
    "nothing odd about users": (_people(USERS + "\nPerson.add_to_class('is_active', models.BooleanField(default=True))\n"), []),
    "always active": (_people(USERS), []),
    "active by Python": (_people(BANNED), ["method: people.models.Person.is_active"]),
    "a manager that hides rows": (_people(HIDDEN), ["manager: people.models.Person.get_queryset"]),
    "passwords by Python": (_people(LENIENT), ["method: people.models.Person.check_password"]),
    "the whole provider": (_urls("WHOLE + ACCOUNTS"), []),
    "parts of the provider": (_urls(PARTS), []),
    "a decorator": (_urls('[path("o/token/", office_only(views.TokenView.as_view()))] + WHOLE + ACCOUNTS'), ["URL: /o/token/: inner"]),
    "an own view": (_urls('[path("o/applications/", text)] + WHOLE + ACCOUNTS'), ["URL: /o/applications/: own_urls.text"]),
    "an own view with a variable": (
        _urls('[path("o/applications/<slug:pk>/delete/", text)] + WHOLE + ACCOUNTS'), ["URL: /o/applications/<slug:pk>/delete/: own_urls.text"],
    ),
    "a decorated login": (
        _urls('[path("accounts/login/", office_only(LoginView.as_view()))] + WHOLE + ACCOUNTS'), ["URL: /accounts/login/: inner"],
    ),
    "an own password change": (
        _urls('[path("accounts/password_change/", text)] + WHOLE + ACCOUNTS'), ["URL: /accounts/password_change/: "],
    ),
    "an option of the database": (
        {"more.py": 'DATABASES["default"]["OPTIONS"]["isolation_level"] = "EXCLUSIVE"\n'},
        ["DATABASES.default.OPTIONS: isolation_level"],
    ),
    "a Redis with an option that is None": (
        {"more.py": 'SESSION_ENGINE = "django.contrib.sessions.backends.cache"\nCACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "rediss://127.0.0.1:1/1", "OPTIONS": {"ssl_cert_reqs": None, "db": 3}}}\n'},
        [],
    ),
    "harmless options": ({"more.py": 'DATABASES["default"]["OPTIONS"].update(check_same_thread=False, init_command="PRAGMA cache_size=2000")\n'}, []),
    "loaders": (
        {"more.py": 'TEMPLATES[0].pop("APP_DIRS")\nTEMPLATES[0]["OPTIONS"]["loaders"] = ["django.template.loaders.app_directories.Loader", "django.template.loaders.filesystem.Loader"]\n'},
        ["TEMPLATES.OPTIONS.loaders"],
    ),
}  # fmt: skip


def _exported(folder: Path, binary: str, files: dict[str, str]) -> "tuple[subprocess.CompletedProcess[str], Path]":
    project = Project.of(folder, "5.2", binary, files)
    return project.export(), folder / "slash-o.toml"


@pytest.mark.parametrize(
    ("more", "backend"),
    [
        ('SESSION_ENGINE = "django.contrib.sessions.backends.cache"\n', "default.BACKEND: django.core.cache.backends.locmem.LocMemCache"),
        (
            'SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"\nSESSION_CACHE_ALIAS = "shared"\n'
            'CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}, "shared": {"BACKEND": '
            '"django.core.cache.backends.memcached.PyMemcacheCache", "LOCATION": "127.0.0.1:1"}}\n',
            "shared.BACKEND: django.core.cache.backends.memcached.PyMemcacheCache",
        ),
    ],
)
def test_sessions_where_slash_o_cannot_read_them_are_named_by_the_exporter_and_by_check(
    more: str, backend: str, tmp_path: Path, binary: str
) -> None:
    done, file = _exported(tmp_path, binary, {"more.py": more})
    assert done.returncode != 0 and f"CACHES.{backend}" in done.stdout + done.stderr, done.stderr
    checked = subprocess.run([binary, "check", "--config", str(file)], capture_output=True, text=True)
    assert checked.returncode != 0 and "sessions in a cache need a Redis" in checked.stderr, checked.stderr


@pytest.mark.parametrize("name", CASES)
def test_what_would_change_answers_is_named(name: str, tmp_path: Path, binary: str) -> None:
    files, named = CASES[name]
    done, written = _exported(tmp_path, binary, files)
    assert done.returncode == (1 if named else 0), done.stderr
    for found in named:
        assert f"NOT TRANSLATED: {found}" in done.stderr, done.stderr
    checked = commands.run(binary, "check", "--templates", "--config", str(written))
    assert checked.returncode == 0, checked.stdout + checked.stderr


def _file(folder: Path, binary: str, files: dict[str, str]) -> dict[str, Any]:
    done, written = _exported(folder, binary, files)
    assert done.returncode == 0, done.stderr
    return tomllib.loads(written.read_text())


def test_url_names_keep_their_arguments(tmp_path: Path, binary: str) -> None:
    patterns = (
        'WHOLE + ACCOUNTS + [path("admin/", admin.site.urls), path("items/<int:pk>/", text, name="item"),'
        ' path("items/", text, name="item"), re_path(r"^old/(?P<year>[0-9]{4})/$", text, name="old"),'
        ' re_path(r"^any/(a|b)/$", text, name="any")]'
    )
    page = tmp_path / "templates" / "registration" / "login.html"
    page.parent.mkdir(parents=True)
    page.write_text("{% url 'item' 5 %}{% url 'item' %}{% url 'old' year=2020 %}{% url 'admin:auth_user_change' 3 %}")
    names = _file(tmp_path, binary, _urls(patterns))["server"]["urls"]
    assert names["item"] == ["/items/<int:pk>/", "/items/"]
    assert names["old"] == "/old/<year>/" and names["admin:auth_user_change"] == "/admin/auth/user/<path:object_id>/change/"
    # No template names it: it changes nothing.
    assert "any" not in names
    checked = commands.run(binary, "check", "--templates", "--config", str(tmp_path / "slash-o.toml"))
    assert checked.returncode == 0, checked.stdout


def test_catalogues_of_apps_are_named(tmp_path: Path, binary: str) -> None:
    (tmp_path / "garden" / "locale").mkdir(parents=True)
    more = 'LANGUAGE_CODE = "de"\nINSTALLED_APPS += ["garden"]\n'
    folders = _file(tmp_path, binary, {"more.py": more, "garden/__init__.py": ""})["server"]["locale_dirs_of_apps"]
    assert str(tmp_path / "garden" / "locale") in folders
    assert folders[-1].endswith("/django/conf/locale") and any(f.endswith("/contrib/auth/locale") for f in folders)


def test_values_are_the_ones_that_django_serves(tmp_path: Path, binary: str) -> None:
    more = """
import enum
class Scope(str, enum.Enum):
    READ = "read"
device = "urn:ietf:params:oauth:grant-type:device_code"
OAUTH2_PROVIDER = {
    "SCOPES_BACKEND_CLASS": "own_scopes.Backend",
    "SCOPES": {Scope.READ: "Reading"},
    "DEFAULT_SCOPES": [Scope.READ],
    "ACCESS_TOKEN_EXPIRE_SECONDS": lambda request: 60 if request.grant_type == device else 36000,
}
"""
    backend = "from oauth2_provider.scopes import SettingsScopes\nclass Backend(SettingsScopes):\n    pass\n"
    assert PROJECT.is_dir()
    project = Project(tmp_path, "5.2", binary, SITE_MORE=str(tmp_path / "more.py"))
    (tmp_path / "more.py").write_text(more)
    (tmp_path / "own_scopes.py").write_text(backend)
    assert project.manage("migrate", "--verbosity", "0").returncode == 0
    done = project.export()
    assert done.returncode == 0, done.stderr
    provider = project.file()["OAUTH2_PROVIDER"]
    assert provider["SCOPES"] == {"read": "Reading"} and provider["DEFAULT_SCOPES"] == ["read"]
    assert provider["ACCESS_TOKEN_EXPIRE_SECONDS"] == {"default": 36000, "device_code": 60}


OLDER_PYTHONS = ["3.6", "3.7", "3.8", "3.9", "3.10", "3.12", "3.13"]


@pytest.mark.parametrize("version", OLDER_PYTHONS)
def test_the_script_compiles_on_every_python(version: str, tmp_path: Path, binary: str) -> None:
    """Where that interpreter is installed, by itself; its grammar everywhere."""
    script = commands.run(binary, "django-settings").stdout
    outer = ast.parse(script, feature_version=tuple(int(part) for part in version.split(".")))
    source = outer.body[0]
    assert isinstance(source, ast.Assign) and isinstance(source.value, ast.Constant)
    places = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    if not places:
        pytest.skip(f"no Python {version} is installed here: only its grammar was looked at")
    (tmp_path / "program.py").write_text(source.value.value)
    done = subprocess.run([str(places[0]), "-m", "py_compile", "program.py"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
