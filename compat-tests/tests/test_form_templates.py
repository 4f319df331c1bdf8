"""FORM_RENDERER with templates of the project's: forms, labels, errors and widgets are byte for byte those of Django."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import requests

from compat_tests import commands
from compat_tests.exported_project import Project

pytestmark = pytest.mark.slash_o_only("it is a command of slash-o")

MORE = """
ALLOWED_HOSTS = ["*"]
DEBUG = False
INSTALLED_APPS += ["django.forms"]
OAUTH2_PROVIDER = {"PKCE_REQUIRED": False, "SCOPES": {"read": "Reading"}}
AUTH_PASSWORD_VALIDATORS = []
"""
SETTING = 'FORM_RENDERER = "django.forms.renderers.TemplatesSetting"\n'
OWN = 'FORM_RENDERER = "garden.forms.Own"\n'
RENDERER = """
from django.forms.renderers import %s
class Own(%s):
    form_template_name = "garden/form.html"
    field_template_name = "garden/field.html"
"""
FIELD = '<p class="{{ field.css_classes }}">{{ field.label_tag }}|{{ field }}|{{ field.errors }}|{{ field.help_text|safe }}</p>\n'
WHOLE = (
    "{{ errors }}{% for field, errors in fields %}{{ field.as_field_group }}[{{ errors }}]{% endfor %}"
    "{% for field in hidden_fields %}{{ field }}{% endfor %}\n"
)
#: Settings, and the project's templates.
KINDS: dict[str, tuple[str, dict[str, str]]] = {
    "a widget": (SETTING, {"django/forms/widgets/text.html": '<b>{% include "django/forms/widgets/input.html" %}</b>\n'}),
    "attributes of widgets": (
        SETTING,
        {"django/forms/widgets/attrs.html": ' class="x{% if widget.required %} needed{% endif %}"{% for n, v in widget.attrs.items %} data-{{ n }}="{{ v }}"{% endfor %}'},
    ),
    "options": (
        SETTING,
        {
            "django/forms/widgets/select_option.html": "<option {{ widget.index }} {{ widget.value }} {{ widget.selected }} {{ widget.attrs }}>{{ widget.label }}</option>",
            "django/forms/widgets/select.html": "<select>{% for group, options, index in widget.optgroups %}{{ group }}{{ index }}{% for o in options %}{% include o.template_name with widget=o %}{% endfor %}{% endfor %}{{ widget.value }}</select>",
        },
    ),
    "errors and labels": (
        SETTING,
        {
            "django/forms/errors/list/ul.html": '<ol class="{{ error_class }}" id="{{ errors.field_id }}">{% for e in errors %}<li>{{ e }}{% endfor %}</ol>',
            "django/forms/label.html": "<{{ tag }} data-name='{{ field.name }}'{% include 'django/forms/attrs.html' %}>{{ label }} {{ use_tag }}</{{ tag }}>",
            "django/forms/errors/dict/default.html": "<dl>{% for name, e in errors %}{{ name }}{{ e }}{% endfor %}{{ error_class }}</dl>",
        },
    ),
    "forms": (SETTING, {"django/forms/div.html": WHOLE, "django/forms/field.html": FIELD, "django/forms/p.html": "<p>{{ errors }}{% for f, e in fields %}{{ f }}{{ e }}{% endfor %}</p>"}),
    "a renderer with names": (OWN, {"garden/form.html": WHOLE, "garden/field.html": FIELD}),
    "nothing of the project's": (SETTING, {}),
}  # fmt: skip
PAGE = """{% if csrf_token %}{% endif %}{{ form }}
-----
{{ form.as_p }}{{ form.as_table }}{{ form.as_ul }}{{ form.errors }}{{ form.non_field_errors }}
{% for field in form %}{{ field.errors }}{{ field.label_tag }}{{ field }}{% if field.name != "password" %}{{ field.as_hidden }}{{ field.as_textarea }}{% endif %}{% for w in field %}<{{ w }}>{{ w.tag }}{% endfor %}
{% endfor %}"""
FORM = {"username": "mira", "password": "wrong"}
APPLICATION = {"name": "A", "client_type": "odd", "authorization_grant_type": "authorization-code", "redirect_uris": "not a uri"}
DJANGO = """
import json
from django.contrib.auth.models import User
from django.test import Client
mira = User.objects.create_user("mira", "mira@example.com", "open sesame 1")
client = Client()
pages = {"get": client.get("/accounts/login/").content.decode(), "post": client.post("/accounts/login/", %r).content.decode()}
client.force_login(mira)
pages["register"] = client.get("/o/applications/register/").content.decode()
pages["registered"] = client.post("/o/applications/register/", %r).content.decode()
print("PAGES" + json.dumps(pages))
""" % (FORM, APPLICATION)


def _pages(origin: str) -> dict[str, str]:
    """As Django's script asks for them."""
    out: dict[str, str] = {}
    with requests.Session() as browser:
        browser.trust_env = False

        def post(path: str, form: dict[str, str]) -> Any:
            return browser.post(origin + path, {**form, "csrfmiddlewaretoken": browser.cookies["csrftoken"]}, allow_redirects=False)

        out["get"] = browser.get(origin + "/accounts/login/").text
        out["post"] = post("/accounts/login/", FORM).text
        assert post("/accounts/login/", {**FORM, "password": "open sesame 1"}).status_code == 302
        out["register"] = browser.get(origin + "/o/applications/register/").text
        out["registered"] = post("/o/applications/register/", APPLICATION).text
    return out


def _made_at_random(text: str) -> str:
    """The client's id and secret that a new application's form proposes."""
    return re.sub(r"\b[A-Za-z0-9]{40}\b|\b[A-Za-z0-9]{128}\b", "(random)", text)


@pytest.mark.parametrize("base", ["TemplatesSetting", "DjangoTemplates"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("version", ["5.2", pytest.param("4.2", marks=pytest.mark.tier("full"))])
def test_forms_by_templates_of_the_project_are_those_of_django(version: str, kind: str, base: str, tmp_path: Path, binary: str) -> None:
    setting, templates = KINDS[kind]
    if setting != OWN and base != "TemplatesSetting" or version == "4.2" and kind == "forms":
        pytest.skip("the renderer is no part of it")
    if kind == "a renderer with names":
        templates = {f"../garden/templates/{name}": text for name, text in templates.items()}
        setting += 'INSTALLED_APPS += ["garden"]\n'
    page = PAGE if version == "5.2" else PAGE.replace("{{ form.as_ul }}", "")
    templates = {**templates, "registration/login.html": page, "oauth2_provider/application_registration_form.html": page}
    files = {f"templates/{name}": text for name, text in templates.items()}
    files |= {"more.py": MORE + setting, "garden/__init__.py": "", "garden/forms.py": RENDERER % (base, base)}
    project = Project.of(tmp_path, version, binary, files)
    assert project.manage("migrate", "--verbosity", "0").returncode == 0
    done = project.export()
    assert done.returncode == 0, done.stderr
    assert ("form_templates" in project.file()["server"]) == bool(kind != "nothing of the project's")
    expected = project.told(DJANGO)
    with project.served() as server:
        found = _pages(server.base_url)
    for name, text in expected.items():
        assert _made_at_random(found[name]) == _made_at_random(text), (kind, name)
    checked = commands.run(binary, "check", "--templates", "--strict", "--config", str(tmp_path / "slash-o.toml"))
    assert checked.returncode == 0, checked.stdout


CODE = {
    "a method": "class Own(DjangoTemplates):\n    def render(self, *args): return 'x'\n",
    "Jinja": "from django.forms.renderers import Jinja2 as Own\n",
    "a class of bound fields": "class Own(TemplatesSetting):\n    bound_field_class = object\n",
}


@pytest.mark.parametrize("kind", CODE)
def test_a_renderer_with_code_is_named(kind: str, tmp_path: Path, binary: str) -> None:
    code = "from django.forms.renderers import DjangoTemplates, TemplatesSetting\n" + CODE[kind]
    files = {"more.py": MORE + OWN, "garden/__init__.py": "", "garden/forms.py": code}
    done = Project.of(tmp_path, "5.2", binary, files).export()
    assert "NOT TRANSLATED: setting: FORM_RENDERER: garden.forms.Own: " in done.stderr, done.stderr


def test_a_template_of_a_form_that_cannot_be_read_stops_the_check(tmp_path: Path, binary: str) -> None:
    files = {"more.py": MORE + SETTING, "templates/django/forms/widgets/text.html": "{% load garden %}{% flower %}"}
    project = Project.of(tmp_path, "5.2", binary, files)
    assert project.manage("migrate", "--verbosity", "0").returncode == 0
    assert project.export().returncode == 0
    checked = commands.run(binary, "check", "--config", str(tmp_path / "slash-o.toml"))
    assert checked.returncode == 1 and "widgets/text.html" in checked.stdout, checked.stdout
    assert json.dumps(project.file()["server"]["form_templates"])
