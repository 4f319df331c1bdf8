"""The exporter on Django 3.2 to 6.0 with a DOT of its days: a stock project and some of the corpus; slash-o serves what it wrote."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import requests

from compat_tests import commands
from compat_tests.corpus import CORPUS, SAMPLE
from compat_tests.exported_project import Project, export_files, findings_of
from compat_tests.team_project import Running

pytestmark = pytest.mark.slash_o_only("it is a command of slash-o")
VERSIONS = ["3.2", "4.2", "5.0", "5.1", "5.2", "6.0"]
MORE = """
ALLOWED_HOSTS = ["*"]
DEBUG = False
OAUTH2_PROVIDER = {"SCOPES": {"write": "Writing scope", "read": "Reading scope"}, "PKCE_REQUIRED": False}
"""
#: What each version renders in its own way: a form, its errors, a static file, the visitor.
FORM = """[{{ form }}|{{ form.as_table }}|{{ form.as_p }}|{{ form.as_ul }}|{{ form.as_div }}|{{ form.errors }}|{{ form.non_field_errors }}
{% for field in form %}{{ field.label_tag }}{{ field.errors }}{{ field }}{{ field.as_field_group }}{{ field.help_text }}{% endfor %}
{% load static i18n %}{% static 'a.css' %}|{{ user }}|{% trans 'Password' %}]{% csrf_token %}"""
PAGES = ["registration/login.html", "registration/password_change_form.html", "oauth2_provider/application_registration_form.html"]
ROWS = """
from django.contrib.auth.models import User
from oauth2_provider.models import Application
User.objects.create_user("ann", password="pass word 1")
Application.objects.create(client_id="app", client_secret="secret", client_type="confidential", authorization_grant_type="client-credentials", name="App")
Application.objects.create(client_id="web", client_type="public", authorization_grant_type="authorization-code", redirect_uris="https://client.example/cb", name="Web")
"""
#: Method, path, fields; the last ones behind a login.
ASKED: list[tuple[str, str, dict[str, str]]] = [
    ("GET", "/accounts/login/", {}),
    ("GET", "/o/nothing/", {}),
    ("GET", "/o/token/", {}),
    ("POST", "/o/token/", {"grant_type": "client_credentials", "client_id": "app", "client_secret": "secret", "scope": "read"}),
    ("POST", "/o/token/", {"grant_type": "client_credentials", "client_id": "app", "client_secret": "wrong"}),
    ("POST", "/o/token/", {"grant_type": "magic", "client_id": "app", "client_secret": "secret"}),
    ("POST", "/o/introspect/", {"token": "x"}),
    ("POST", "/o/revoke_token/", {"token": "x", "client_id": "app", "client_secret": "secret"}),
    ("GET", "/o/authorize/?client_id=nobody&response_type=code", {}),
    ("GET", "/o/authorize/?client_id=web&response_type=code&redirect_uri=https://client.example/cb&state=s", {}),
    ("POST", "/accounts/login/", {"username": "ann", "password": "wrong"}),
    ("POST", "/accounts/login/", {"username": "", "password": ""}),
    ("POST", "/accounts/login/?next=/o/applications/", {"username": "ann", "password": "pass word 1"}),
    ("GET", "/o/authorize/?client_id=web&response_type=magic&redirect_uri=https://client.example/cb&state=s", {}),
    ("GET", "/o/authorize/?client_id=web&response_type=code&redirect_uri=https://client.example/cb&state=s&prompt=x", {}),
    ("GET", "/o/applications/99/", {}),
    ("GET", "/o/applications/register/", {}),
    ("POST", "/o/applications/register/", {"name": "New", "client_id": "", "client_type": "public", "authorization_grant_type": "x"}),
    ("GET", "/accounts/password_change/", {}),
    ("POST", "/accounts/password_change/", {"old_password": "", "new_password1": "a", "new_password2": "b"}),
]
DJANGO = f"""
import json
from django.test import Client
client, told = Client(HTTP_HOST="127.0.0.1"), []
for method, path, fields in json.loads({json.dumps(json.dumps(ASKED))}):
    answer = client.post(path, fields) if method == "POST" else client.get(path)
    told.append([answer.status_code, answer.get("Location"), answer.get("Content-Type"), answer.content.decode()])
print("TOLD" + json.dumps(told))
"""


def _slash_o(server: Running) -> list[list[Any]]:
    told = []
    with requests.Session() as browser:
        browser.trust_env = False
        for method, path, fields in ASKED:
            # A form of a page needs its token; Django's own test client leaves it out.
            form = {**fields, "csrfmiddlewaretoken": browser.cookies.get("csrftoken") or ""} if path.startswith(("/accounts/", "/o/applications/")) else fields
            answer = browser.request(method, server.base_url + path, data=form if method == "POST" else None, allow_redirects=False)
            told.append([answer.status_code, answer.headers.get("Location"), answer.headers.get("Content-Type"), answer.text])
    return told


def _plain(answer: list[Any]) -> list[Any]:
    """Without what is another one each time, and without texts of pages that only the reference's or slash-o's templates have."""
    status, location, kind, body = answer
    if (kind or "").startswith("application/json") and body:
        body = {name: "" if name == "access_token" else value for name, value in json.loads(body).items()}
    elif body.startswith("["):
        body = re.sub(r'value="\w{40,}"', "", body)
    else:
        body = ""
    # Django's own error page says no charset before 4.0.
    return [status, location, (kind or "").split(";")[0], body]


@pytest.mark.parametrize("version", [pytest.param(one, marks=pytest.mark.tier("default" if one == "3.2" else "full")) for one in VERSIONS])
def test_a_stock_project_is_exported_and_served(version: str, tmp_path: Path, binary: str) -> None:
    files = {"more.py": MORE, **{f"templates/{page}": FORM for page in PAGES}}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    project = Project(tmp_path, version, binary, SITE_MORE=str(tmp_path / "more.py"))
    for arguments, script in ((("migrate", "--verbosity", "0"), ""), (("shell", "-v", "0"), ROWS)):
        done = project.manage(*arguments, script=script)
        assert done.returncode == 0, done.stderr
    exported = project.export()
    assert exported.returncode == 0, exported.stderr
    checked = commands.run(binary, "check", "--templates", "--config", str(tmp_path / "slash-o.toml"))
    assert checked.returncode == 0 and checked.stdout.rstrip().endswith("GO"), checked.stdout
    told = project.manage("shell", "-v", "0", script=DJANGO)
    assert told.returncode == 0, told.stderr
    expected = json.loads(re.findall("^TOLD(.*)$", told.stdout, flags=re.M)[0])
    with project.served() as server:
        ours = _slash_o(server)
    for asked, here, there in zip(ASKED, ours, expected, strict=True):
        assert _plain(here) == _plain(there), (asked, here, there)


@pytest.mark.tier("full")
@pytest.mark.parametrize("name", SAMPLE)
@pytest.mark.parametrize("version", VERSIONS)
def test_projects_of_the_corpus_are_named_as_on_5_2(version: str, name: str, tmp_path: Path, binary: str) -> None:
    strange = CORPUS[name]
    done = export_files(tmp_path, version, binary, strange.files)
    assert findings_of(done.stderr, strange.names) == strange.names, done.stderr
    assert done.returncode == (1 if strange.names else 0), done.stderr
