"""`slash-o check --templates` and the start: overrides that work, and the exact tags of those that do not (D-151)."""

import http.client
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from compat_tests import commands, project
from compat_tests.databases import Databases
from compat_tests.places import Places
from compat_tests.server import Server, StartFailed
from compat_tests.site import Site
from compat_tests.two_sides import PROJECT_URLS

pytestmark = pytest.mark.slash_o_only("a command of its own")

BROKEN = """{% extends "oauth2_provider/base.html" %}
{% load i18n crispy_forms_tags %}
{% block content %}
  <p>ü {% crispy form %} {% trans "x" %}</p>{{ application.name }}
  {% url 'nowhere' %}{% url 'nowhere:else' 1 %}{% include "gone.html" %}
{% endblock %}
"""


@pytest.fixture
def places(databases: Databases, folder: Path, binary: str) -> Any:
    made = Places(databases.migrated("sqlite"), folder, binary)
    yield made
    made.close()


def site(places: Places, templates: Path, **server: Any) -> Site:
    made = places.site(**project.settings(templates))
    return Site(made.database, made.oauth2_provider, made.django, {**made.server, "urls": PROJECT_URLS, **server})


def check(places: Places, made: Site, *arguments: str) -> tuple[int, str]:
    config = commands.config_file(places.folder, made)
    done = commands.run(places.binary, "check", "--templates", "--config", str(config), *arguments)
    return done.returncode, done.stdout + done.stderr


def test_the_teams_site_is_a_go(places: Places) -> None:
    code, told = check(places, site(places, project.TEMPLATES))
    assert code == 0, told
    assert told.splitlines()[-1] == "GO"
    assert f"oauth2_provider/authorize.html ({project.TEMPLATES}/oauth2_provider/authorize.html)" in told
    warnings = [line for line in told.splitlines() if line.startswith("WARNING")]
    assert len(warnings) == 2, told
    assert "partials/navigation.html, line 5" in warnings[0] and "nothing here knows user.profile.image;" in warnings[0]
    assert "nothing here knows user.profile.image.url;" in warnings[1]
    assert check(places, site(places, project.TEMPLATES), "--strict")[0] == 1


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return folder


def test_the_exact_tags_are_told(places: Places, tmp_path: Path) -> None:
    write(tmp_path, "oauth2_provider/authorize.html", BROKEN)
    write(tmp_path, "registration/login.html", "{% if form %}\n{{ form|nofilter }}")
    write(tmp_path, "unrelated.html", "{% load never_looked_at %}")
    code, told = check(places, site(places, tmp_path))
    assert code == 1 and told.splitlines()[-1] == "NO-GO", told
    errors = [line for line in told.splitlines() if line.startswith("ERROR")]
    file = f"{tmp_path}/oauth2_provider/authorize.html"
    for place, tag, what in [
        ("line 2, column 1", "{% load i18n crispy_forms_tags %}", "'crispy_forms_tags' is not a registered tag library"),
        ("line 4, column 8", "{% crispy form %}", "crispy"),
        ("line 5, column 3", "{% url 'nowhere' %}", "no URL has the name nowhere"),
        ("line 5, column 22", "{% url 'nowhere:else' 1 %}", "no URL has the name nowhere:else"),
        ("line 5, column 48", '{% include "gone.html" %}', "there is no template gone.html"),
    ]:
        found = [e for e in errors if file in e and place in e and tag in e and what in e]
        assert len(found) == 1, (tag, told)
    assert any("nofilter" in e and "line 2, column 1" in e for e in errors), told
    # It goes on after an unknown filter.
    assert any("Unclosed tag" in e for e in errors) and len(errors) == 7, told
    assert "never_looked_at" not in told


def test_a_start_with_broken_templates_is_refused_or_shows_our_own(places: Places, tmp_path: Path) -> None:
    write(tmp_path, "registration/login.html", "theirs {% load own %}{% own %}")
    write(tmp_path, "registration/logged_out.html", "theirs, gone")
    with pytest.raises(StartFailed) as refused:
        Server(places.binary, site(places, tmp_path), places.folder).start()
    assert "{% load own %}" in str(refused.value) and "broken_templates" in str(refused.value)
    places.set_up()
    server = places.slash_o(site(places, tmp_path, broken_templates="built-in"))
    page = requests.get(server.base_url + "/accounts/login/").text
    assert "Log in" in page and "theirs" not in page
    assert "{% load own %}" in server.output()


def test_changes_are_seen_under_debug_only(places: Places, tmp_path: Path) -> None:
    places.set_up()
    write(tmp_path, "registration/login.html", "{% include 'part.html' %}")
    for debug in (False, True):
        write(tmp_path, "part.html", "before")
        made = site(places, tmp_path)
        server = places.slash_o(Site(made.database, made.oauth2_provider, {**made.django, "DEBUG": debug}, made.server))
        texts = [requests.get(server.base_url + "/accounts/login/").text]
        write(tmp_path, "part.html", "after")
        texts.append(requests.get(server.base_url + "/accounts/login/").text)
        assert texts == ["before", "after" if debug else "before"]


def test_a_page_that_runs_away_is_a_clear_error(places: Places, tmp_path: Path) -> None:
    places.set_up()
    write(tmp_path, "registration/login.html", "{% include 'registration/login.html' %}")
    write(tmp_path, "registration/logged_out.html", "x")
    server = places.slash_o(site(places, tmp_path))
    assert requests.get(server.base_url + "/accounts/login/").status_code == 500
    assert "nested deeper than" in server.output()


@pytest.mark.parametrize("kind", ["latin-1", "a folder"])
def test_an_override_that_cannot_be_read_is_no_absent_one(places: Places, tmp_path: Path, kind: str) -> None:
    """Django raises at the request; here nobody gets our page in the place of theirs without a word."""
    file = tmp_path / "registration/login.html"
    file.parent.mkdir()
    if kind == "a folder":
        file.mkdir()
    else:
        file.write_bytes(b"caf\xe9")
    code, told = check(places, site(places, tmp_path))
    assert code == 1 and told.splitlines()[-1] == "NO-GO", told
    assert any(line.startswith("ERROR") and str(file) in line for line in told.splitlines()), told
    with pytest.raises(StartFailed) as refused:
        Server(places.binary, site(places, tmp_path), places.folder).start()
    assert str(file) in str(refused.value)


def test_a_page_that_takes_long_stops_nobody_else(places: Places, tmp_path: Path) -> None:
    """Each page is rendered for some seconds before it is given up; as many at once as the server has threads."""
    places.set_up()
    text = "{% with x=x|add:x %}" * 12 + "{% for a in x %}{{ x|length }}{% endfor %}" + "{% endwith %}" * 12
    write(tmp_path, "registration/login.html", "{% with x='some text' %}" + text + "{% endwith %}")
    server = places.slash_o(site(places, tmp_path))
    pages = [threading.Thread(target=requests.get, args=(server.base_url + "/accounts/login/",)) for _ in range(6)]
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)
    for page in pages:
        page.start()
    begun, meanwhile = time.monotonic(), 0
    while any(page.is_alive() for page in pages) and time.monotonic() - begun < 300:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        assert (answer.status, len(answer.read()) > 0) == (200, True)
        meanwhile += 1
    connection.close()
    assert not any(page.is_alive() for page in pages)
    # If a page kept the others waiting, one or two answers would come after each.
    assert meanwhile > 2 * len(pages), meanwhile
    assert "copied more than" in server.output()
