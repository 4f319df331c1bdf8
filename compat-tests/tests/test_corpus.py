"""The corpus: each small project is exported; what slash-o does not do in it is named, and a project without that has no finding."""

import json
import tomllib
from pathlib import Path

import pytest

from compat_tests import commands
from compat_tests.corpus import CORPUS, SAMPLE
from compat_tests.exported_project import Project, export_files, findings_of

pytestmark = pytest.mark.slash_o_only("it is a command of slash-o")
TIERS = [pytest.param(name, marks=pytest.mark.tier("default" if name in SAMPLE else "full")) for name in CORPUS]


@pytest.mark.parametrize("name", TIERS)
def test_each_project_is_named_or_equal(name: str, tmp_path: Path, binary: str) -> None:
    strange = CORPUS[name]
    done = export_files(tmp_path, "5.2", binary, strange.files)
    assert findings_of(done.stderr, strange.names) == strange.names, done.stderr
    assert done.returncode == (1 if strange.names else 0), done.stderr
    checked = json.loads(commands.run(binary, "check", "--json", "--config", str(tmp_path / "slash-o.toml")).stdout)
    found = {finding["name"] for finding in checked.get("not_translated", [])}
    # What slash-o cannot even read stops a start by itself.
    assert found == strange.names or not checked["go"] and checked["errors"], checked


def test_the_sample_is_of_the_corpus() -> None:
    assert set(SAMPLE) <= set(CORPUS) and len(CORPUS) >= 40


PKCE = """
def pkce(client_id):
    from oauth2_provider.models import Application
    %s
OAUTH2_PROVIDER = {"PKCE_REQUIRED": pkce}
"""
CLIENTS = """
from oauth2_provider.models import Application
for name, kind in (%s):
    Application.objects.create(client_id=name, client_type=kind, authorization_grant_type="client-credentials")
"""
BOTH = '("a", "public"), ("b", "confidential"), ("c", "public")'
LOOKED_UP = 'return Application.objects.get(client_id=client_id).client_type == "public"'
#: The function's end, the clients, and what it becomes; none: a finding.
ASKED = {
    "the type of a client": (LOOKED_UP, BOTH, {"client_types": ["public"]}),
    "the type of a client, if there is one": (
        'return Application.objects.filter(client_id=client_id, client_type="public").exists()', BOTH, {"client_types": ["public"]},
    ),
    "the type of a client, with no client of one type": (LOOKED_UP, '("a", "public"),', None),
    "more than the type": ('return Application.objects.get(client_id=client_id).client_id == "a"', BOTH, None),
    "a list of clients": ('return client_id in ("a", "c")', BOTH, {"default": False, "except": ["a", "c"]}),
    "everybody who is there": ("return bool(Application.objects.get(client_id=client_id))", BOTH, True),
}  # fmt: skip


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.tier("default")
def test_pkce_by_a_function(name: str, tmp_path: Path, binary: str) -> None:
    end, clients, wanted = ASKED[name]
    (tmp_path / "more.py").write_text(PKCE % end)
    project = Project(tmp_path, "5.2", binary, SITE_MORE=str(tmp_path / "more.py"))
    for made in (project.manage("migrate", "--verbosity", "0"), project.manage("shell", "-v", "0", script=CLIENTS % clients)):
        assert made.returncode == 0, made.stderr
    done = project.export()
    assert done.returncode == (wanted is None), done.stderr
    if wanted is None:
        assert "NOT TRANSLATED: PKCE_REQUIRED: site_of_shop.settings.pkce: " in done.stderr, done.stderr
    else:
        assert project.file()["OAUTH2_PROVIDER"]["PKCE_REQUIRED"] == wanted


def test_own_columns_hold_what_django_would_write(tmp_path: Path, binary: str) -> None:
    strange = CORPUS["fields of an application"]
    export_files(tmp_path, "5.2", binary, strange.files)
    models = tomllib.loads((tmp_path / "slash-o.toml").read_text())["server"]["models"]
    assert models["application"]["insert"] == {"logo": "", "size": 3}
    assert models["grant"]["insert"] == {"kind": "abc"}


def test_a_subclass_of_oauth2backend_ends_the_login_by_bearer(tmp_path: Path, binary: str) -> None:
    export_files(tmp_path, "5.2", binary, CORPUS["a class between OAuth2Backend and the session"].files)
    checked = commands.run(binary, "check", "--config", str(tmp_path / "slash-o.toml")).stdout
    assert "bearer tokens no longer log in by OAuth2TokenMiddleware" in checked, checked
