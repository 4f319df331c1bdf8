"""Tags of libraries that slash-o does not know: frozen by the exporter where they are the same for everybody, else named (B-5)."""

import subprocess
from pathlib import Path

import pytest
import requests

from compat_tests import commands
from compat_tests.exported_project import Project
from compat_tests.team_project import Running

pytestmark = pytest.mark.slash_o_only("it is a command of slash-o")

MORE = """
INSTALLED_APPS += ["widget_tweaks", "garden"]
ALLOWED_HOSTS = ["*"]
DEBUG = False
LANGUAGES = [("en", "English"), ("de", "German"), ("fr", "French")]
MIDDLEWARE = MIDDLEWARE[:2] + ["django.middleware.locale.LocaleMiddleware"] + MIDDLEWARE[2:] + ["garden.layers.Remember"]
OAUTH2_PROVIDER = {"PKCE_REQUIRED": False}
"""
LAYERS = """
import threading

local = threading.local()

class Remember:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        local.request = request
"""
TAGS = """
import datetime
import random

from django import template
from django.template import Node
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext

from garden.layers import local

register = template.Library()
counter = [0]

@register.simple_tag
def asset(path, kind="css"):
    return format_html('<link rel="{}" href="/assets/{}?v=1">', kind, path)

@register.simple_tag
def plain_text():
    return "{{ not a tag }} & <b>"

@register.simple_tag
def title():
    return "Garden"

@register.inclusion_tag("garden/footer.html")
def footer(year):
    return {"year": year, "names": ["a", "b"]}

@register.filter(name="loud")
def loud(value):
    return value.upper()

@register.simple_tag
def fault():
    return 1 / 0

@register.simple_tag
def weather():
    import socket
    try:
        socket.create_connection(("127.0.0.1", 9), 1)
    except Exception:
        pass
    return "fine"

@register.filter
def shout(value, mark="!"):
    return value.upper() + mark

class Squeezed(Node):
    def __init__(self, nodelist):
        self.nodelist = nodelist

    def render(self, context):
        return " ".join(self.nodelist.render(context).split())

@register.tag
def compress(parser, token):
    nodelist = parser.parse(("endcompress",))
    parser.delete_first_token()
    return Squeezed(nodelist)

@register.simple_tag(takes_context=True)
def who(context):
    return "x"

@register.simple_tag
def greeting():
    return "Hi " + str(getattr(local.request, "user", ""))

@register.simple_tag
def session():
    return local.request.session.get("probe", 0)

@register.simple_tag
def host():
    return local.request.get_host()

@register.simple_tag
def translated():
    return gettext("Password")

@register.simple_tag
def year():
    return datetime.date.today().year

@register.simple_tag
def django_year():
    return timezone.now().year

@register.inclusion_tag("garden/now.html")
def this_year():
    return {}

@register.simple_tag
def dice():
    return random.random()

@register.simple_tag
def count():
    counter[0] += 1
    return counter[0]

@register.simple_tag
def users():
    from django.contrib.auth import get_user_model
    return get_user_model().objects.count()

@register.inclusion_tag("garden/form.html")
def searching():
    return {}

@register.simple_tag
def numbers():
    return [1, 2]

@register.tag
def peek(parser, token):
    class Peek(Node):
        def render(self, context):
            return str(context.get("user", ""))
    return Peek()
"""
FILES = {
    "garden/__init__.py": "",
    "garden/layers.py": LAYERS,
    "garden/templatetags/__init__.py": "",
    "garden/templatetags/garden_tags.py": TAGS,
    "garden/templates/garden/footer.html": "<footer>{{ year }}{% for name in names %}, {{ name }}{% endfor %}</footer>\n",
    "garden/templates/garden/now.html": '{% now "Y" %}',
    "garden/templates/garden/form.html": "<form>{% csrf_token %}</form>",
}
#: Login page, and what it extends: tags that can be frozen, and django-widget-tweaks.
BASE = """<!DOCTYPE html>
{% load garden_tags static %}{% asset "a.css" %}{% asset "b.js" kind="script" %}
{% plain_text %}{% title as name %}<title>{{ name }}|{% if name == "Garden" %}same{% endif %}</title>
{% compress %}<b>
  <i>{% asset "inner" %}</i> </b>{% endcompress %}{# {% who %} #}{% comment %}{% who %}{% endcomment %}
{% block body %}{% endblock %}{% footer 2026 %}{{ "quiet"|shout }}{{ "low"|shout:"?" }}"""
LOGIN = """{% extends "base.html" %}{% load widget_tweaks i18n garden_tags %}
{% block body %}<h1>{% trans "Password" %}{% title %}</h1>
{% with WIDGET_ERROR_CLASS="bad" %}{% render_field form.username class+="wide" placeholder="Your name" %}{% endwith %}
{{ form.password|add_class:"wide"|attr:"data-x:1"|add_error_class:"bad" }}{{ form.username|field_type }}{{ form.password|widget_type }}
{% for field in form %}{{ field|append_attr:"class:all" }}{{ field.label_tag }}{{ field|add_label_class:"l" }}{% endfor %}
{% verbatim %}{% who %}{% endverbatim %}{% include "part.html" %}{% endblock %}"""
GOOD = {
    "templates/base.html": BASE,
    "templates/part.html": "{% load garden_tags %}part{% asset 'part' %}",
    "templates/registration/login.html": LOGIN,
    "templates/404.html": "{% load garden_tags widget_tweaks %}nothing here",
}
DJANGO = """
import json
from django.test import Client
pages = {}
for language in ("en", "de", "fr"):
    client = Client(headers={"accept-language": language})
    shown = [client.get("/accounts/login/"), client.post("/accounts/login/", {"username": "", "password": ""}), client.get("/o/nothing/")]
    pages[language] = [page.content.decode() for page in shown]
print("PAGES" + json.dumps(pages))
"""


def _project(folder: Path, binary: str, files: dict[str, str]) -> Project:
    return Project.of(folder, "5.2", binary, {"more.py": MORE, **FILES, **files})


def _ours(server: Running, language: str) -> list[str]:
    with requests.Session() as browser:
        browser.trust_env = False
        browser.headers["Accept-Language"] = language
        login = browser.get(f"{server.base_url}/accounts/login/").text
        fields = {"username": "", "password": "", "csrfmiddlewaretoken": "x" * 32}
        wrong = browser.post(f"{server.base_url}/accounts/login/", data=fields, cookies={"csrftoken": "x" * 32}).text
        return [login, wrong, browser.get(f"{server.base_url}/o/nothing/").text]


def test_frozen_pages_show_what_django_shows(tmp_path: Path, binary: str) -> None:
    project = _project(tmp_path, binary, GOOD)
    assert project.manage("migrate", "--verbosity", "0").returncode == 0
    exported = project.export()
    assert "NOT TRANSLATED: template" not in exported.stderr, exported.stderr
    assert "calls garden.templatetags.garden_tags.asset" in exported.stderr
    frozen = tmp_path / "slash-o.templates"
    assert project.file()["TEMPLATES"][0]["DIRS"] == [str(frozen), str(tmp_path / "templates")]
    assert {str(path.relative_to(frozen)) for path in frozen.rglob("*.html")} == {"base.html", "part.html", "registration/login.html"}
    assert frozen.stat().st_mode & 0o777 == 0o700 and (frozen / "base.html").stat().st_mode & 0o777 == 0o600
    expected = project.told(DJANGO)
    (tmp_path / "slash-o.local.toml").write_text('[server]\naccept = ["MIDDLEWARE: garden.layers.Remember"]\n')
    with project.served() as server:
        for language, pages in expected.items():
            for ours, page in zip(_ours(server, language), pages, strict=True):
                assert ours == page, language
    checked = commands.run(binary, "check", "--templates", "--config", str(tmp_path / "slash-o.toml"))
    assert checked.returncode == 0, checked.stdout
    # A library of which nothing is used is no error.
    assert "garden_tags is no library of slash-o; nothing of it is used" in checked.stdout
    (tmp_path / "templates" / "base.html").write_text(BASE + "new")
    checked = commands.run(binary, "check", "--templates", "--config", str(tmp_path / "slash-o.toml"))
    assert f"{tmp_path}/templates/base.html has changed since the export" in checked.stdout
    # The folder is the exporter's own: what is gone is gone.
    (tmp_path / "templates" / "part.html").write_text("part")
    assert "NOT TRANSLATED: template" not in project.export().stderr
    assert not (frozen / "part.html").exists() and (frozen / "base.html").read_text().endswith("LOW?new")


#: What stands in the page, the tag that is named, and why.
REFUSED = {
    "the context": ("{% who %}", "who", "it takes the page's context"),
    "a look-up": ("{% peek %}", "peek", "it looks up user"),
    "a variable argument": ("{% asset form.x %}", "asset", "it looks up form"),
    "a variable in a block": ("{% compress %}{{ user }}{% endcompress %}", "compress", "it looks up user"),
    "a filter of a variable": ("{{ next|shout }}", "shout", "it looks up next"),
    "a filter in a tag": ('{% if next|loud == "X!" %}{% endif %}', "loud", "it is a filter in another tag"),
    "the user's name": ("{% greeting %}", "greeting", "it shows something else with another user or host"),
    "the session": ("{% session %}", "session", "it shows something else with another request"),
    "the host": ("{% host %}", "host", "it shows something else with another user or host"),
    "the language": ("{% translated %}", "translated", "it shows something else with another language"),
    "the date": ("{% year %}", "year", "it shows something else with another time"),
    "Django's date": ("{% django_year %}", "django_year", "it shows something else with another time"),
    "a template's date": ("{% this_year %}", "this_year", "it shows something else with another time"),
    "chance": ("{% dice %}", "dice", "it shows something else each time"),
    "a counter": ("{% count %}", "count", "it shows something else each time"),
    "rows": ("{% users %}", "users", "it wants a query"),
    "a socket": ("{% weather %}", "weather", "it wants a socket"),
    "a CSRF token": ("{% searching %}", "searching", "it shows something else with another request"),
    "a list": ("{% numbers as n %}", "numbers", "it sets n to what no template can say"),
    "a fault": ("{% fault %}", "fault", "it raises ZeroDivisionError"),
}


def test_tags_that_are_not_the_same_for_everybody_are_named(tmp_path: Path, binary: str) -> None:
    page = "{% load garden_tags %}" + "".join(f"\n{tag}" for tag, _, _ in REFUSED.values())
    project = _project(tmp_path, binary, {"templates/registration/login.html": page, "templates/404.html": "{% load garden_tags %}{% title %}"})
    exported = project.export()
    assert exported.returncode == 1
    told = [line for line in exported.stderr.splitlines() if line.startswith("NOT TRANSLATED: template tag")]
    for number, (name, (tag, function, why)) in enumerate(REFUSED.items()):
        start = f"NOT TRANSLATED: template tag: garden.templatetags.garden_tags.{function}: registration/login.html, line {number + 2}: "
        line = next((line for line in told if line.startswith(start)), None)
        assert line is not None, (name, told)
        assert tag.split("%}")[0] in line and f"cannot be frozen: {why}" in line and "DIRS" in line, (name, line)
    assert len(told) == len(REFUSED)
    # The other page does not suffer.
    assert (tmp_path / "slash-o.templates" / "404.html").read_text().endswith("Garden")
    assert not (tmp_path / "slash-o.templates" / "registration").exists()
    checked = commands.run(binary, "check", "--config", str(tmp_path / "slash-o.toml"))
    assert checked.returncode == 1 and "template tag: garden.templatetags.garden_tags.greeting" in checked.stdout


@pytest.mark.parametrize("flag", ["--no-code", "--stdout"])
def test_without_code_or_files_every_unknown_tag_is_named(flag: str, tmp_path: Path, binary: str) -> None:
    project = _project(tmp_path, binary, GOOD)
    exported = project.export(flag)
    assert isinstance(exported, subprocess.CompletedProcess) and exported.returncode == 1
    assert "NOT TRANSLATED: template tag: garden.templatetags.garden_tags.asset: " in exported.stderr
    assert not (tmp_path / "slash-o.templates").exists()
