"""`i18n_patterns` of the project: slash-o chooses an answer's language by path, cookie and header as the Django beside it does."""

import itertools
import json
import re
from pathlib import Path

import pytest
import requests

from compat_tests.exported_project import Project
from compat_tests.server import free_port
from compat_tests.team_project import Running

pytestmark = pytest.mark.slash_o_only("it is a command of slash-o")

URLS = """
from django.conf.urls.i18n import i18n_patterns
from django.http import HttpResponse
from django.urls import include, path

PROVIDER = path("o/", include("oauth2_provider.urls", namespace="oauth2_provider"))
ACCOUNTS = path("accounts/", include("django.contrib.auth.urls"))
PAGE = path("news/", lambda request: HttpResponse("news"))
urlpatterns = %s
"""
MORE = """
ROOT_URLCONF = "garden.urls"
MIDDLEWARE.insert(2, "django.middleware.locale.LocaleMiddleware")
LANGUAGE_CODE = "%s"
LANGUAGES = %s
"""
SEVERAL = [("en", "English"), ("de", "German"), ("pt-br", "Portuguese")]
PAGE = "{{ form }} {{ LANGUAGE_CODE }} {% load i18n %}{% get_current_language as code %}{{ code }}"
#: URLs, LANGUAGE_CODE and LANGUAGES, the findings.
SITES = {
    "languages beside the provider": ("[PROVIDER, ACCOUNTS, *i18n_patterns(PAGE)]", "en", SEVERAL, 0),
    "beside it, the default without a prefix": (
        "[PROVIDER, ACCOUNTS, *i18n_patterns(PAGE, prefix_default_language=False)]", "de", SEVERAL, 0,
    ),
    "one language": ("i18n_patterns(PROVIDER, ACCOUNTS, PAGE)", "de", [("de", "German")], 0),
    "one language of another country": ("i18n_patterns(PROVIDER, ACCOUNTS)", "pt-br", [("pt-br", "Portuguese")], 0),
    "several languages": ("i18n_patterns(PROVIDER, ACCOUNTS)", "de", SEVERAL, 2),
    "several, the default without a prefix": ("i18n_patterns(PROVIDER, ACCOUNTS, prefix_default_language=False)", "de", SEVERAL, 2),
    "several, the login outside": ("[*i18n_patterns(PROVIDER), ACCOUNTS]", "en", SEVERAL, 1),
    "several, the login outside, the default without a prefix": (
        "[*i18n_patterns(PROVIDER, prefix_default_language=False), ACCOUNTS]", "en", SEVERAL, 1,
    ),
    "no languages in paths": ("[PROVIDER, ACCOUNTS]", "de", SEVERAL, 0),
}  # fmt: skip
PATHS = ["accounts/login/", "o/token/", "o/token", "o/authorize/?client_id=nobody&response_type=code", "o/nothing/", "accounts/login",
         "o/.well-known/oauth-authorization-server", "o/applications/"]
LANGUAGES = ["", "de/", "en/", "pt-br/", "pt/", "fr/", "xx/"]
VISITORS: list[dict[str, str]] = [
    {}, {"Accept-Language": "de"}, {"Accept-Language": "en"}, {"Accept-Language": "pt"}, {"Cookie": "django_language=en"},
    {"Cookie": "django_language=de", "Accept-Language": "en"},
]  # fmt: skip
#: What the language of an answer changes.
HEADERS = ("content-language", "vary", "location", "allow")


def _answer(origin: str, path: str, headers: dict[str, str]) -> tuple[object, ...]:
    told = requests.get(f"{origin}/{path}", headers=headers, allow_redirects=False, timeout=20)
    label = told.text.split("<label", 1)[-1].split("</label>", 1)[0] if "<label" in told.text else ""
    shown = {name: sorted(told.headers.get(name, "").split(", ")) if name == "vary" else told.headers.get(name) for name in HEADERS}
    if told.headers.get("content-type", "").startswith("application/json"):
        # What a document names.
        label = "".join(sorted(set(re.findall(r"https?://[^/]+(/[^\"]*)", told.text))))
    # What nobody has here is a page of Django's with DEBUG off, in both.
    return told.status_code, json.dumps(shown), label.rsplit(">", 1)[-1]


@pytest.mark.parametrize("name", SITES)
def test_the_language_of_an_answer_is_that_of_django(name: str, tmp_path: Path, binary: str) -> None:
    patterns, code, languages, findings = SITES[name]
    more = MORE % (code, languages) + 'DEBUG = False\nALLOWED_HOSTS = ["127.0.0.1"]\n'
    files = {"more.py": more, "garden/__init__.py": "", "garden/urls.py": URLS % patterns, "templates/registration/login.html": PAGE}
    project = Project.of(tmp_path, "5.2", binary, files)
    assert project.manage("migrate", "--verbosity", "0").returncode == 0
    done = project.export()
    told = [line for line in done.stderr.splitlines() if line.startswith("NOT TRANSLATED")]
    assert len(told) == findings, done.stderr
    if findings:
        assert all(line.startswith("NOT TRANSLATED: i18n_patterns: ") for line in told), told
        names = [line.removeprefix("NOT TRANSLATED: ").split(": it stands")[0] for line in told]
        (tmp_path / "slash-o.local.toml").write_text(f"[server]\naccept = {json.dumps(names)}\n")
    port = free_port()
    command, environment = project.command("runserver", "--noreload", f"127.0.0.1:{port}")
    with Running(command, port, tmp_path, environment) as theirs, project.served() as ours:
        for path, headers in itertools.product([language + path for language in LANGUAGES for path in PATHS], VISITORS):
            expected, found = _answer(theirs.base_url, path, headers), _answer(ours.base_url, path, headers)
            if findings and expected[0] == found[0] and (found[0] == 302 or "well-known" in path):
                # The login page and the endpoints that they name are those of the first language: that is the finding.
                continue
            assert found == expected, (path, headers)
