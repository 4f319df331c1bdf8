"""What the exporter asks project code: values that hang on something that the export does not have are named."""

from pathlib import Path

import pytest

from compat_tests.exported_project import export_files

pytestmark = pytest.mark.slash_o_only("it is a command of slash-o")

PROCESSOR = """
import datetime
from oauth2_provider.models import Application

def shop(request):
    return {"shop_name": "Shop", "value": %s}
"""
PROCESSORS = {
    "a cookie": 'request.COOKIES.get("sidebar", "open")',
    "a parameter": 'request.GET.get("partner", "")',
    "a header": 'request.headers.get("HX-Request", "no")',
    "the session": 'len(request.session.get("cart", []))',
    "the user's name": "request.user.get_username()",
    "the path": 'request.path.startswith("/accounts/login")',
    "the clock": "datetime.date.today().year",
    "rows": "Application.objects.count()",
}
MORE = """
INSTALLED_APPS += ["garden"]
TEMPLATES[0]["OPTIONS"]["context_processors"] += ["garden.processors.shop"]
"""


@pytest.mark.parametrize("name", PROCESSORS)
def test_a_context_processor_that_looks_at_the_request_the_clock_or_rows_is_named(name: str, tmp_path: Path, binary: str) -> None:
    files = {
        "more.py": MORE,
        "garden/__init__.py": "",
        "garden/processors.py": PROCESSOR % PROCESSORS[name],
        "templates/registration/login.html": "{{ shop_name }} {{ value }} {{ form }}",
    }
    done = export_files(tmp_path, "5.2", binary, files)
    if name == "rows":
        # There is no table yet: none of its values is known.
        assert "NOT TRANSLATED: context processor: garden.processors.shop: it was not asked" in done.stderr, done.stderr
        return
    assert "NOT TRANSLATED: context processor: garden.processors.shop.value" in done.stderr, done.stderr
    assert "garden.processors.shop.shop_name" not in done.stderr, done.stderr


PKCE = {
    "a start": 'lambda client_id: client_id.startswith("mobile")',
    "a part": 'lambda client_id: "mobile" in client_id',
    "a length": "lambda client_id: len(client_id) > 100",
    "a pattern": 'lambda client_id: bool(__import__("re").match("^mobile", client_id))',
    "a slice": 'lambda client_id: client_id[:3] == "mob"',
}


@pytest.mark.parametrize("name", PKCE)
def test_pkce_by_the_spelling_of_a_client_id_is_named(name: str, tmp_path: Path, binary: str) -> None:
    more = f"def required(client_id):\n    return ({PKCE[name]})(client_id)\nOAUTH2_PROVIDER['PKCE_REQUIRED'] = {PKCE[name]}\n"
    done = export_files(tmp_path, "5.2", binary, {"more.py": more})
    assert "NOT TRANSLATED: PKCE_REQUIRED" in done.stderr, done.stderr


def test_pkce_by_a_list_of_clients_is_data(tmp_path: Path, binary: str) -> None:
    more = "OAUTH2_PROVIDER['PKCE_REQUIRED'] = lambda client_id: client_id not in ('web', 'old')\n"
    done = export_files(tmp_path, "5.2", binary, {"more.py": more})
    assert "NOT TRANSLATED: PKCE_REQUIRED" not in done.stderr, done.stderr


BACKEND = """
from oauth2_provider.scopes import SettingsScopes

class ByType(SettingsScopes):
    def get_available_scopes(self, application=None, request=None, *args, **kwargs):
        every = super().get_available_scopes(application, request, *args, **kwargs)
        return every[:1] if application is not None and %s else every
"""


@pytest.mark.parametrize("test", ['application.client_type == "public"', "application.skip_authorization", "application.name"])
def test_scopes_that_a_client_of_tomorrow_would_not_have_are_named(test: str, tmp_path: Path, binary: str) -> None:
    files = {
        "more.py": 'INSTALLED_APPS += ["garden"]\nOAUTH2_PROVIDER["SCOPES_BACKEND_CLASS"] = "garden.scopes.ByType"\n'
        'OAUTH2_PROVIDER["SCOPES"] = {"read": "R", "write": "W"}\n',
        "garden/__init__.py": "",
        "garden/scopes.py": BACKEND % test,
    }
    done = export_files(tmp_path, "5.2", binary, files)
    assert "NOT TRANSLATED: SCOPES_BACKEND_CLASS: garden.scopes.ByType" in done.stderr, done.stderr
