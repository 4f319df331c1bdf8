"""What pages show beside values: sites, URLs of static files, forms, rows. Exported, or named (B-4)."""

import json
import re
from pathlib import Path

import pytest
import requests

from compat_tests import commands
from compat_tests.exported_project import Project
from compat_tests.team_project import Running, free_port

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
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return Project(folder, "5.2", binary, SITE_MORE=str(folder / "more.py"))


@pytest.mark.parametrize("kind", KINDS)
def test_pages_show_sites_and_static_files_as_django_does(kind: str, tmp_path: Path, binary: str) -> None:
    files = {"more.py": SITES + KINDS[kind], "own_storage.py": STORAGE, "templates/registration/login.html": PAGE}
    project = _project(tmp_path, binary, files)
    for arguments, script in ((("migrate", "--verbosity", "0"), ""), (("shell", "-v", "0"), ROWS)):
        done = project.manage(*arguments, script=script)
        assert done.returncode == 0, done.stderr
    exported = project.export()
    assert exported.returncode == 0, exported.stderr
    told = project.manage("shell", "-v", "0", script=DJANGO)
    assert told.returncode == 0, told.stderr
    expected = json.loads(re.findall("^PAGES(.*)$", told.stdout, flags=re.M)[0])
    port = free_port()
    command = [binary, "serve", "--config", str(tmp_path / "slash-o.toml"), "--bind", f"127.0.0.1:{port}"]
    with Running(command, port, tmp_path, {"PATH": "/usr/bin:/bin"}) as server:
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
    exported = _project(tmp_path, binary, files).export()
    told = [line.split("NOT TRANSLATED: ")[1].split("; ")[0] for line in exported.stderr.splitlines() if line.startswith("NOT TRANSLATED")]
    assert [line for line in told if line.startswith(("shown", "form"))] == [
        f"form template: django/forms/widgets/text.html: {tmp_path}/templates",
        "shown: django.contrib.auth.models.User.profile: oauth2_provider/authorize.html: a OneToOneRel",
        "shown: garden.models.App.logo: oauth2_provider/authorize.html: a CharField",
        "shown: garden.models.App.home: oauth2_provider/authorize.html: a property",
    ]
