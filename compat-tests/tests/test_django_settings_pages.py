"""What the project's own pages show is the same after an export: values of context processors, translated scopes, labels."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import requests

from compat_tests.exported_project import Project
from compat_tests.html_form import Form
from compat_tests.team_project import Running

pytestmark = pytest.mark.slash_o_only("it is a command of slash-o")

MORE = """
from django.conf import global_settings
from django.utils.translation import gettext_lazy
INSTALLED_APPS += ["garden"]
AUTH_USER_MODEL = "garden.Person"
LANGUAGE_CODE = "de"
LANGUAGES = [("de", "German"), ("en", "English"), ("fr", "French")]
MIDDLEWARE = MIDDLEWARE[:2] + ["django.middleware.locale.LocaleMiddleware"] + MIDDLEWARE[2:]
TEMPLATES[0]["OPTIONS"]["context_processors"] += ["garden.processors.site"]
DEBUG = False
ALLOWED_HOSTS = ["*"]
OAUTH2_PROVIDER = {"SCOPES": {"read": gettext_lazy("Password"), "write": "Password"}, "PKCE_REQUIRED": False}
"""
MODELS = """
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy

class Person(AbstractUser):
    username = models.CharField(gettext_lazy("email address"), max_length=150, unique=True)
"""
PROCESSORS = """
def site(request):
    return {"site_title": "Garden & Co", "links": [{"to": "/a/", "name": "A"}], "count": 3, "unused": object()}
"""
LOGIN = "[{{ site_title }}|{% for link in links %}{{ link.name }}={{ link.to }}{% endfor %}|{{ count }}|{{ form.username.label }}]{{ form }}"
CONSENT = "[{% for text in scopes_descriptions %}{{ text }};{% endfor %}{{ site_title }}]"
ROWS = """
from garden.models import Person
from oauth2_provider.models import Application
user = Person.objects.create_user("ann", password="pass word 1")
Application.objects.create(client_id="web", client_type="public", authorization_grant_type="authorization-code",
                           redirect_uris="https://client.example/cb", name="Web")
"""
URL = "/o/authorize/?response_type=code&client_id=web&redirect_uri=https://client.example/cb&scope=read+write"
DJANGO = f"""
import json
from django.test import Client
pages = {{}}
for language in ("de", "en", "fr"):
    client = Client(headers={{"accept-language": language}})
    pages[language] = [client.get("/accounts/login/").content.decode()]
    client.login(username="ann", password="pass word 1")
    pages[language].append(client.get({URL!r}).content.decode())
print("PAGES" + json.dumps(pages))
"""


def _shown(page: str) -> str:
    return re.findall(r"\[(.*?)\](?:<|$|\s)", page, flags=re.S)[0]


def _slash_o(server: Running, language: str) -> list[str]:
    with requests.Session() as browser:
        browser.trust_env = False
        browser.headers["Accept-Language"] = language
        login = browser.get(f"{server.base_url}/accounts/login/").text
        form = {**Form.first_of(f"<form>{login}</form>").fields, "username": "ann", "password": "pass word 1"}
        form["csrfmiddlewaretoken"] = browser.cookies.get("csrftoken") or ""
        browser.post(f"{server.base_url}/accounts/login/", data=form, allow_redirects=False)
        return [login, browser.get(server.base_url + URL).text]


def test_pages_show_what_django_shows(tmp_path: Path, binary: str) -> None:
    files = {
        "more.py": MORE,
        "garden/__init__.py": "",
        "garden/models.py": MODELS,
        "garden/processors.py": PROCESSORS,
        "templates/registration/login.html": LOGIN + "{% csrf_token %}",
        "templates/oauth2_provider/authorize.html": CONSENT,
    }
    project = Project.of(tmp_path, "5.2", binary, files)
    for arguments, script in ((("migrate", "--verbosity", "0", "--run-syncdb"), ""), (("shell", "-v", "0"), ROWS)):
        done = project.manage(*arguments, script=script)
        assert done.returncode == 0, done.stderr
    exported = project.export()
    assert exported.returncode == 0, exported.stderr
    settings = project.file()
    assert settings["server"]["template_values"] == {"count": 3, "links": [{"to": "/a/", "name": "A"}], "site_title": "Garden & Co"}
    assert settings["server"]["scope_texts"] == {"en": {"read": "Password"}, "fr": {"read": "Mot de passe"}}
    expected = project.told(DJANGO)
    with project.served() as server:
        for language, pages in expected.items():
            ours = _slash_o(server, language)
            assert [_shown(page) for page in ours] == [_shown(page) for page in pages], language
    assert subprocess.run([binary, "check", "--config", str(tmp_path / "slash-o.toml")], capture_output=True).returncode == 0
