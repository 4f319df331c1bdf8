"""handler400, handler403, handler404 and handler500 of a project: data where they show a template as Django would, else named."""

import subprocess
from pathlib import Path

import pytest
import requests

from compat_tests import commands
from compat_tests.exported_project import Project

pytestmark = pytest.mark.slash_o_only("it is a command of slash-o")

MORE = """
INSTALLED_APPS += ["garden"]
ALLOWED_HOSTS = ["*"]
DEBUG = False
ROOT_URLCONF = "garden.urls"
LANGUAGES = [("en", "English"), ("de", "German")]
"""
URLS = """
from site_of_shop.urls import urlpatterns
handler404 = "garden.views.not_found"
handler403 = "garden.views.forbidden"
handler500 = "garden.views.failed"
handler400 = "garden.views.bad"
"""
VIEWS = """
import random
from urllib.parse import quote
from django.core.mail import send_mail
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.http import HttpResponse, HttpResponseNotFound

def not_found(request, exception):
    return render(request, "errors/missing.html", {"request_path": quote(request.path)}, status=404)

def forbidden(request, exception=None):
    return TemplateResponse(request, "errors/closed.html", status=403)

def failed(request):
    return HttpResponse("<h1>%s</h1>" % random.random(), status=500)

def bad(request, exception):
    response = render(request, "errors/bad.html", status=400)
    response["X-Own"] = "1"
    return response
"""
FILES = {
    "more.py": MORE,
    "garden/__init__.py": "",
    "garden/urls.py": URLS,
    "garden/views.py": VIEWS,
    "garden/templates/errors/base.html": "<html><body>{% block main %}{% endblock %}</body></html>",
    "garden/templates/errors/missing.html": '{% extends "errors/base.html" %}{% block main %}<p>nothing at {{ request_path }}</p>{% endblock %}',
    "garden/templates/errors/closed.html": "<p>closed</p>",
    "garden/templates/errors/bad.html": "<p>bad</p>",
}


def _project(folder: Path, binary: str, files: "dict[str, str] | None" = None) -> "tuple[Project, subprocess.CompletedProcess[str]]":
    project = Project.of(folder, "5.2", binary, {**FILES, **(files or {})})
    return project, project.export()


def test_a_page_that_django_would_show_is_data_and_another_one_is_named(tmp_path: Path, binary: str) -> None:
    _, done = _project(tmp_path, binary)
    for status in ("400", "500"):
        assert f"NOT TRANSLATED: handler{status}: garden.views." in done.stderr, done.stderr
    for status in ("403", "404"):
        assert f"handler{status}" not in done.stderr, done.stderr
    copy = (tmp_path / "slash-o.templates" / "404.html").read_text()
    assert copy.endswith('{% extends "errors/missing.html" %}')


PATHS = ["/o/nowhere/", "/o/%C3%A4%20b/", "/accounts/login/x/"]
DJANGO = """
import json
from django.test import Client
client = Client(raise_request_exception=False)
print("PAGES" + json.dumps([[page.status_code, page.content.decode()] for page in map(client.get, %r)]))
"""


@pytest.mark.parametrize(
    "body",
    [
        'return render(request, "errors/missing.html", {"request_path": request.path}, status=404)',
        'return render(request, "errors/missing.html", {"request_path": quote(request.path)})',
        'send_mail("x", "y", None, ["a@a.example"]); return render(request, "errors/closed.html", status=404)',
        'return render(request, "errors/closed.html" if request.user.is_staff else "errors/bad.html", status=404)',
        'return HttpResponseNotFound("<p>closed</p>")',
        'return render(request, "errors/closed.html", {"rows": list(request.user.__class__.objects.all())}, status=404)',
    ],
    ids=["a path as it is", "another status", "a mail", "one of two", "no template", "rows"],
)
def test_whatever_differs_is_named(body: str, tmp_path: Path, binary: str) -> None:
    own = VIEWS.split("def not_found")[0] + f"def not_found(request, exception):\n    {body}\n"
    rest = "\ndef forbidden" + VIEWS.split("def forbidden")[1]
    _, done = _project(tmp_path, binary, {"garden/views.py": own + rest})
    assert "NOT TRANSLATED: handler404: garden.views.not_found" in done.stderr, done.stderr


def test_slash_o_shows_what_the_project_shows(tmp_path: Path, binary: str) -> None:
    project, _ = _project(tmp_path, binary)
    assert project.manage("migrate", "-v", "0").returncode == 0
    expected = project.told(DJANGO % PATHS)
    (tmp_path / "slash-o.local.toml").write_text(
        '[server]\naccept = ["handler400: garden.views.bad", "handler500: garden.views.failed"]\n'
    )
    checked = commands.run(binary, "check", "--config", str(tmp_path / "slash-o.toml"))
    assert checked.returncode == 0, checked.stdout + checked.stderr
    with project.served() as server:
        for path, page in zip(PATHS, expected, strict=True):
            ours = requests.get(server.base_url + path, allow_redirects=False)
            assert [ours.status_code, ours.text] == page, path
    assert expected[0][0] == 404 and "nothing at" in expected[0][1]
