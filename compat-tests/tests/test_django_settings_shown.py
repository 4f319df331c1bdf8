"""What pages show beside values: sites, URLs of static files, forms, rows. Exported, or named (B-4)."""

import json
import re
from pathlib import Path

import pytest
import requests

from compat_tests import commands
from compat_tests.exported_project import Project
from compat_tests.places import Places
from compat_tests.site import Site

pytestmark = pytest.mark.slash_o_only("it is a command of slash-o")

PAGE = (
    "{% load static %}[{{ site }}|{{ site.name }}|{{ site.domain }}|{{ site_name }}|{{ site.id }}|{% static './a.png' %}|{% static 'a b.css' %}"
    "|{% static '/c.js' %}|{{ request.LANGUAGE_CODE }}|{{ form.username.label_tag }}]"
)
SITES = """
INSTALLED_APPS += ["django.contrib.sites"]
MIDDLEWARE = MIDDLEWARE[:2] + ["django.middleware.locale.LocaleMiddleware"] + MIDDLEWARE[2:]
ALLOWED_HOSTS = ["*"]
DEBUG = False
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS += ["django.forms"]
OAUTH2_PROVIDER = {"PKCE_REQUIRED": False}
"""
#: What more stands in the settings.
KINDS = {
    "one site": "SITE_ID = 2\n",
    "sites by host": "",
    "no staticfiles": 'SITE_ID = 1\nINSTALLED_APPS.remove("django.contrib.staticfiles")\n',
    "an own storage": 'SITE_ID = 1\nSTORAGES = {"staticfiles": {"BACKEND": "own_storage.Storage"}, "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}}\n',
}
STORAGE = """
from django.contrib.staticfiles.storage import StaticFilesStorage

class Storage(StaticFilesStorage):
    def url(self, name):
        return "https://cdn.example/" + name.strip("./") + "?v=1&w=2"
"""
ROWS = """
from django.contrib.sites.models import Site
Site.objects.update_or_create(pk=1, defaults={"domain": "127.0.0.1", "name": "Here & now"})
Site.objects.update_or_create(pk=2, defaults={"domain": "two.example", "name": "Two"})
"""
DJANGO = """
import json
from django.test import Client
pages = {}
for language in ("en", "fr", "zh-hant"):
    pages[language] = Client(headers={"accept-language": language, "host": "127.0.0.1"}).get("/accounts/login/").content.decode()
print("PAGES" + json.dumps(pages))
"""


def _project(folder: Path, binary: str, files: dict[str, str]) -> Project:
    return Project.of(folder, "5.2", binary, files)


@pytest.mark.parametrize("kind", KINDS)
def test_pages_show_sites_and_static_files_as_django_does(kind: str, tmp_path: Path, binary: str) -> None:
    files = {"more.py": SITES + KINDS[kind], "own_storage.py": STORAGE, "templates/registration/login.html": PAGE}
    project = _project(tmp_path, binary, files)
    for arguments, script in ((("migrate", "--verbosity", "0"), ""), (("shell", "-v", "0"), ROWS)):
        done = project.manage(*arguments, script=script)
        assert done.returncode == 0, done.stderr
    exported = project.export()
    assert exported.returncode == 0, exported.stderr
    expected = project.told(DJANGO)
    with project.served() as server:
        for language, page in expected.items():
            with requests.Session() as browser:
                browser.trust_env = False
                assert browser.get(f"{server.base_url}/accounts/login/", headers={"Accept-Language": language}).text == page, (kind, language)
    checked = commands.run(binary, "check", "--templates", "--strict", "--config", str(tmp_path / "slash-o.toml"))
    assert checked.returncode == 0, checked.stdout


OWN_ROWS = """
INSTALLED_APPS += ["garden"]
OAUTH2_PROVIDER_APPLICATION_MODEL = "garden.App"
OAUTH2_PROVIDER = {"PKCE_REQUIRED": False}
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
"""
MODELS = """
from django.contrib.auth.models import User
from django.db import models
from oauth2_provider.models import AbstractApplication

class App(AbstractApplication):
    logo = models.CharField(max_length=100, default="")
    hidden = models.CharField(max_length=100, default="")

    @property
    def home(self):
        return "x"

class Profile(models.Model):
    user = models.OneToOneField(User, models.CASCADE, related_name="profile")
"""
CONSENT = """{{ application.logo }}{{ application.name }}{% with a=application %}{{ a.home }}{% endwith %}
{% if request.user.profile.phone %}x{% endif %}{{ form.hidden }}{# application.hidden #}hidden: application.hidden"""


def test_what_only_the_projects_rows_and_forms_have_is_named(tmp_path: Path, binary: str) -> None:
    files = {
        "more.py": OWN_ROWS,
        "garden/__init__.py": "",
        "garden/models.py": MODELS,
        "templates/oauth2_provider/authorize.html": CONSENT,
        "templates/django/forms/widgets/text.html": "<input>",
    }
    project = _project(tmp_path, binary, files)
    exported = project.export()
    assert project.file()["server"]["models"]["application"]["shown"] == {"logo": {"column": "logo", "kind": "text"}}
    told = [line.split("NOT TRANSLATED: ")[1].split("; ")[0] for line in exported.stderr.splitlines() if line.startswith("NOT TRANSLATED")]
    assert [line for line in told if line.startswith(("shown", "form"))] == [
        "shown: django.contrib.auth.models.User.profile: oauth2_provider/authorize.html: a OneToOneRel",
        "shown: garden.models.App.home: oauth2_provider/authorize.html: a property",
    ]


COLUMNS = """
INSTALLED_APPS += ["garden"]
AUTH_USER_MODEL = "garden.Person"
OAUTH2_PROVIDER_APPLICATION_MODEL = "garden.App"
OAUTH2_PROVIDER = {"PKCE_REQUIRED": False}
MEDIA_URL = "/files/"
ALLOWED_HOSTS = ["*"]
DEBUG = False
"""
COLUMN_MODELS = """
from django.contrib.auth.models import AbstractUser
from django.db import models
from oauth2_provider.models import AbstractApplication

class Person(AbstractUser):
    shown_as = models.CharField(max_length=100, db_column="display")
    picture = models.FileField(blank=True)
    points = models.BigIntegerField(null=True)

    def __str__(self):
        return "%s" % self.shown_as

    def get_full_name(self):
        return self.email

class App(AbstractApplication):
    logo = models.FileField(blank=True)
    about = models.TextField(default="", db_column="description")
    trusted = models.BooleanField(default=False)
    size = models.SmallIntegerField(default=3)
    hidden = models.CharField(max_length=100, default="secret")
    since = models.DateField(null=True)
    checked_at = models.DateTimeField(null=True)
    rating = models.FloatField(default=0.1)
    number = models.UUIDField(null=True)

    def __str__(self):
        return self.client_id
"""
COLUMN_PAGE = """[{{ application.logo.url }}|{{ application.logo }}|{{ application.about|linebreaksbr }}|{{ application.trusted|yesno }}|{{ application.size|add:1 }}
|{% if application.logo %}logo{% endif %}|{{ application }}|{{ user }}|{{ user.get_full_name }}|{% with u=request.user %}{{ u.shown_as }}{% endwith %}
|{% if user.picture %}{{ user.picture.url }}{% endif %}|{{ user.points }}|{{ user.points|default_if_none:"none" }}|{{ application.user.shown_as }}|{{ application.user }}
|{{ application.since }}|{{ application.since|date:"D d.m.Y" }}|{{ application.checked_at }}|{{ application.checked_at|date:"c" }}|{{ application.rating }}
|{{ application.rating|floatformat:3 }}|{{ application.number }}]"""
COLUMN_ROWS = """
import datetime, uuid
from django.conf import settings
from garden.models import App, Person
at = datetime.datetime(2025, 7, 3, 22, 5, 9, 123000, datetime.timezone.utc if settings.USE_TZ else None)
ann = Person.objects.create_user("ann", "ann@a.example", "pass word 1", shown_as="Ann <3", picture="a b/ü.png")
bob = Person.objects.create_user("bob", "bob@a.example", "pass word 1", shown_as="Bob", points=7)
for name, owner, more in (("web", bob, {"logo": "logos/w (1).png", "about": "One\\nTwo & three", "trusted": True, "since": datetime.date(2024, 2, 29), "checked_at": at,
                                         "rating": 1 / 3, "number": uuid.UUID(int=2**127 + 5)}), ("other", ann, {"size": -4, "logo": "x.png"})):
    App.objects.create(client_id=name, client_type="public", authorization_grant_type="authorization-code", user=owner,
                       redirect_uris="https://client.example/cb", name=name.title(), **more)
"""
COLUMN_PATHS = ["/o/authorize/?response_type=code&redirect_uri=https://client.example/cb&client_id=" + name for name in ("web", "other")]
COLUMN_DJANGO = f"""
import json
from django.test import Client
pages = []
for name in ("ann", "bob"):
    client = Client()
    client.login(username=name, password="pass word 1")
    pages.append([client.get(path).content.decode() for path in {COLUMN_PATHS!r}])
print("PAGES" + json.dumps(pages))
"""


@pytest.mark.parametrize("use_tz", [True, False])
def test_own_columns_are_shown_as_django_shows_them(use_tz: bool, tmp_path: Path, binary: str) -> None:
    files = {
        "more.py": COLUMNS + f'USE_TZ = {use_tz}\nTIME_ZONE = "Europe/Berlin"\n',
        "garden/__init__.py": "",
        "garden/models.py": COLUMN_MODELS,
        "templates/oauth2_provider/authorize.html": COLUMN_PAGE,
        "templates/registration/login.html": "{% csrf_token %}{{ user }}",
    }
    project = _project(tmp_path, binary, files)
    for arguments, script in ((("migrate", "--verbosity", "0", "--run-syncdb"), ""), (("shell", "-v", "0"), COLUMN_ROWS)):
        done = project.manage(*arguments, script=script)
        assert done.returncode == 0, done.stderr
    exported = project.export()
    assert exported.returncode == 0, exported.stderr
    server = project.file()["server"]
    assert set(server["models"]["application"]["shown"]) == {"logo", "about", "trusted", "size", "__str__", "since", "checked_at", "rating", "number"}
    assert server["user"]["shown"]["__str__"] == {"column": "display", "kind": "text"}
    checked = commands.run(binary, "check", "--templates", "--strict", "--config", str(tmp_path / "slash-o.toml"))
    assert checked.returncode == 0, checked.stdout
    expected = project.told(COLUMN_DJANGO)
    with project.served() as server:
        for name, pages in zip(("ann", "bob"), expected, strict=True):
            with requests.Session() as browser:
                browser.trust_env = False
                browser.get(f"{server.base_url}/accounts/login/")
                form = {"username": name, "password": "pass word 1", "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
                browser.post(f"{server.base_url}/accounts/login/", data=form, allow_redirects=False)
                assert [browser.get(server.base_url + path).text for path in COLUMN_PATHS] == pages
    # A column that is gone is told at the start.
    config = tmp_path / "slash-o.toml"
    config.write_text(config.read_text().replace('"description"', '"descr"'))
    started = commands.run(binary, "serve", "--config", str(config), "--bind", "127.0.0.1:0")
    assert started.returncode == 2 and "[server.models.application.shown.about] names the column descr, " in started.stderr, started.stderr


@pytest.mark.tier("default")
def test_columns_are_read_on_each_engine(places: Places, tmp_path: Path) -> None:
    inserted = places.set_up()
    (tmp_path / "registration").mkdir()
    (tmp_path / "registration" / "login.html").write_text("[{{ user }}|{{ user.number|add:1 }}|{{ user.staff|yesno }}|{{ user.active|yesno }}|{{ user.get_full_name }}|{{ user.joined|date:'Y' }}]")
    shown = {
        "joined": {"column": "date_joined", "kind": "time"},
        "__str__": {"column": "email"},
        "number": {"column": "id", "kind": "number"},
        "staff": {"column": "is_staff", "kind": "flag"},
        "active": {"column": "is_active", "kind": "flag"},
        "get_full_name": {"column": "last_name"},
    }
    processors = ["django.template.context_processors.request", "django.contrib.auth.context_processors.auth"]
    site = places.site(TEMPLATES=[{"DIRS": [str(tmp_path)], "OPTIONS": {"context_processors": processors}}], AUTH_USER_MODEL="people.Person")
    site = Site(site.database, site.oauth2_provider, site.django, {**site.server, "user": {"table": "auth_user", "shown": shown}})
    server = places.slash_o(site)
    page = requests.get(server.base_url + "/accounts/login/", cookies={"sessionid": inserted.sessions["alice"]})
    number = places.database.value("SELECT id FROM auth_user WHERE username = 'alice'")
    assert re.fullmatch(rf"\[alice@example\.org\|{number + 1}\|no\|yes\|\|20\d\d\]", page.text), page.text
