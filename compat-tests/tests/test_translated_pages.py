"""Every text that Django and DOT mark for translation comes from the team's catalogue, also in forms and their errors."""

import ast
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_templates import AUTHORIZE, CHALLENGE, FULL, PAGES, filled, posted, same_page

from compat_tests import probes, project
from compat_tests.databases import Databases
from compat_tests.two_sides import Fleet, Side

#: Django's, as far as these pages show them.
DJANGOS = [
    "This field is required.",
    "Null characters are not allowed.",
    "Select a valid choice. %(value)s is not one of the available choices.",
    "%(model_name)s with this %(field_label)s already exists.",
    "Please enter a correct %(username)s and password. Note that both fields may be case-sensitive.",
    "username",
    "Password",
    "Password change",
    "Old password",
    "New password",
    "New password confirmation",
    "Your old password was entered incorrectly. Please enter it again.",
    "Logged out",
]
LONG = "Ensure this value has at most %(limit_value)d character (it has %(show_value)d)."
LONGS = LONG.replace("character ", "characters ")


def source(module: str) -> Path:
    """A module of DOT, which cannot be imported without settings."""
    found = importlib.util.find_spec("oauth2_provider")
    assert found is not None and found.origin is not None
    return Path(found.origin).parent / f"{module}.py"


def marked(source: Path) -> Iterator[str]:
    """The texts of `_(…)` in a module."""
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
            argument = node.args[0]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.value


def in_template(name: str) -> list[str]:
    """The texts of `{% trans %}` in a template of DOT's."""
    text = (source("models").parent / "templates" / f"{name}.html").read_text()
    return re.findall(r"""{% trans ["'](.*?)["']""", text)


@pytest.fixture(scope="module")
def translated(folder: Path) -> dict[str, Any]:
    """Settings of a site whose catalogue has a word of its own for everything."""
    texts = [*DJANGOS, *marked(source("models")), *marked(source("forms"))]
    texts += [text for template in OWN_PAGES for text in in_template(template)]
    catalogue = {text: f"ü {text.swapcase()}" if "%(" not in text and "{" not in text else f"ü {text}" for text in texts}
    catalogue[""] = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
    catalogue[f"{LONG}\0{LONGS}"] = f"ü1 {LONG}\0ü2 {LONGS}"
    target = folder / "locale" / "de" / "LC_MESSAGES"
    target.mkdir(parents=True, exist_ok=True)
    (target / "django.mo").write_bytes(project.compiled(catalogue))
    assert "client ID" in catalogue and "Confidential" in catalogue
    chosen = project.settings(probes.write(folder / "probes"))
    return {**chosen, "LANGUAGE_CODE": "de", "LOCALE_PATHS": [str(folder / "locale")]}


@pytest.fixture(scope="module")
def fleet(databases: Databases, folder: Path, binary: str) -> Iterator[Fleet]:
    made = Fleet(databases, folder, binary)
    yield made
    made.close()


NEW = {"name": "n", "client_id": "new", "client_type": "public", "authorization_grant_type": "implicit", "algorithm": ""}
MORE = {
    "a name that is too long": posted("/o/applications/register/", {**NEW, "name": "n" * 300, "client_id": "i" * 256}),
    "a client_id that is taken": posted("/o/applications/register/", {**NEW, "client_id": "web", "redirect_uris": "https://a.example/"}),
    "no redirect URI": posted("/o/applications/register/", NEW),
    "RS256 without a key": posted("/o/applications/register/", {**NEW, "redirect_uris": "https://a/", "algorithm": "RS256"}),
    "HS256 of a public client": posted("/o/applications/register/", {**NEW, "redirect_uris": "https://a/", "algorithm": "HS256"}),
    "a hashed HS256 secret": posted(
        "/o/applications/register/",
        {
            **NEW,
            "client_type": "confidential",
            "authorization_grant_type": "authorization-code",
            "redirect_uris": "https://a.example/",
            "algorithm": "HS256",
            "client_secret": "s",
            "hash_client_secret": "on",
        },
    ),
    "a NUL": posted("/o/applications/register/", {**NEW, "name": "\0", "redirect_uris": "https://a/"}),
}


@pytest.mark.parametrize("name", [*PAGES, *MORE])
def test_the_forms_speak_the_catalogues_language(fleet: Fleet, translated: dict[str, Any], name: str) -> None:
    page = same_page(fleet(**translated), {**PAGES, **MORE}[name])
    if name in MORE:
        assert "ü " in page.body or "ü2 " in page.body


OWN_PAGES = {
    "oauth2_provider/application_form": "/o/applications/{web}/update/",
    "oauth2_provider/application_list": "/o/applications/",
    "oauth2_provider/application_detail": "/o/applications/{web}/",
    "oauth2_provider/application_confirm_delete": "/o/applications/{web}/delete/",
    "oauth2_provider/authorized-tokens": "/o/authorized_tokens/",
    "oauth2_provider/authorized-token-delete": "/o/authorized_tokens/{token}/delete/",
    "oauth2_provider/authorize": AUTHORIZE + CHALLENGE,
}
#: Shown only when there is nothing to list.
NOTHING_THERE = {
    "No applications defined",
    "Click here",
    "if you want to register a new one",
    "There are no authorized tokens yet.",
}


@pytest.mark.slash_o_only("pages of its own")
@pytest.mark.parametrize("template", OWN_PAGES)
def test_our_own_pages_have_dots_texts(fleet: Fleet, translated: dict[str, Any], template: str) -> None:
    """Where the team has no template, its catalogue still has the words of DOT's."""
    side: Side = fleet(**{**translated, "TEMPLATES": []}).sides[1]
    side.reset(FULL)
    side.logged_in()
    page = side.get(filled(side, OWN_PAGES[template])).body
    texts = set(in_template(template)) - NOTHING_THERE
    assert texts
    assert [text for text in texts if f"ü {text.swapcase()}" not in page] == []
