"""The exporter names what a project changes in place: attributes, defaults, fields, Meta and forms of Django and DOT."""

from pathlib import Path

import pytest

from compat_tests.exported_project import export_files

pytestmark = pytest.mark.slash_o_only("it is a command of slash-o")

APP = """
from django.apps import AppConfig

class Garden(AppConfig):
    name = "garden"
    default = True

    def ready(self):
        import garden.changes
"""


def files(changes: str, more: str = "") -> dict[str, str]:
    return {
        "more.py": 'INSTALLED_APPS += ["garden"]\n' + more,
        "garden/__init__.py": "",
        "garden/apps.py": APP,
        "garden/changes.py": changes,
    }


#: What is changed, and the finding.
CHANGES = {
    "a mark on a view of DOT's": (
        "from oauth2_provider import urls\nnext(p for p in urls.urlpatterns if p.name == 'authorize').callback.csrf_exempt = True",
        "patch: oauth2_provider.urls.authorize",
    ),
    "defaults of a function": (
        "from django.utils import crypto\ncrypto.salted_hmac.__kwdefaults__ = {'algorithm': 'sha256'}",
        "patch: django.utils.crypto.salted_hmac",
    ),
    "positional defaults": (
        "from oauthlib import common\ncommon.generate_token.__defaults__ = (10, 'abc')",
        "patch: oauthlib.common.generate_token",
    ),
    "defaults of a method": (
        "from django.contrib.auth.base_user import AbstractBaseUser as U\nU.check_password.__defaults__ = (1,)",
        "patch: django.contrib.auth.base_user.AbstractBaseUser.check_password",
    ),
    "a validator of a column": (
        "from oauth2_provider.models import AbstractApplication as A, Application\n"
        "def odd(value): raise ValueError\nApplication._meta.get_field('name').validators.append(odd)",
        "patch: oauth2_provider.models.Application.name",
    ),
    "a default of a column": (
        "from oauth2_provider.models import Application\nApplication._meta.get_field('skip_authorization').default = True",
        "patch: oauth2_provider.models.Application.skip_authorization",
    ),
    "the name of a column": (
        "from oauth2_provider.models import AccessToken\nAccessToken._meta.get_field('scope').column = 'scopes'",
        "patch: oauth2_provider.models.AccessToken.scope",
    ),
    "a label": (
        "from oauth2_provider.models import Application\nApplication._meta.get_field('name').verbose_name = 'Title'",
        "patch: oauth2_provider.models.Application.name",
    ),
    "the name of a table": (
        "from oauth2_provider.models import Grant\nGrant._meta.db_table = 'grants'",
        "patch: oauth2_provider.models.Grant._meta.db_table",
    ),
    "an order of rows": (
        "from oauth2_provider.models import Application\nApplication._meta.ordering = ['-id']",
        "patch: oauth2_provider.models.Application._meta.ordering",
    ),
    "a field of a form": (
        "from oauth2_provider.forms import AllowForm\nAllowForm.base_fields['allow'].initial = True",
        "patch: oauth2_provider.forms.AllowForm.base_fields.allow",
    ),
    "a field more": (
        "from django import forms\nfrom django.contrib.auth.forms import AuthenticationForm as F\nF.base_fields['code'] = forms.CharField()",
        "patch: django.contrib.auth.forms.AuthenticationForm.base_fields.code",
    ),
    "a widget": (
        "from django.contrib.auth.forms import AuthenticationForm as F\nF.base_fields['password'].widget.attrs['class'] = 'big'",
        "patch: django.contrib.auth.forms.AuthenticationForm.base_fields.password",
    ),
    "a lookup": (
        "from django.db.models import CharField\nfrom django.db.models.lookups import Exact\n"
        "class Loose(Exact): pass\nCharField.register_lookup(Loose, 'exact')",
        "patch: django.db.models.fields.CharField.class_lookups",
    ),
    "the digest of a hasher": (
        "import hashlib\nfrom django.contrib.auth.hashers import PBKDF2PasswordHasher as P\nP.digest = hashlib.sha1",
        "patch: django.contrib.auth.hashers.PBKDF2PasswordHasher.digest",
    ),
    "a filter of Django's": (
        "from django.template import defaultfilters as d\nd.register.filters['upper'] = lambda text: 'x'",
        "patch: django.template.defaultfilters.register.filters.upper",
    ),
    "an attribute of a class": (
        "from django.http import HttpResponse\nHttpResponse.charset_of_ours = 'x'\nfrom django.contrib.sessions.backends.db import SessionStore\n"
        "SessionStore.key_salt_of_ours = 'x'",
        "patch: django.contrib.sessions.backends.db.SessionStore.key_salt_of_ours",
    ),
}


#: One of each kind; the others with --full.
OFTEN = ("defaults of a function", "a default of a column", "a field of a form", "an attribute of a class")


@pytest.mark.parametrize("name", [name if name in OFTEN else pytest.param(name, marks=pytest.mark.tier("full")) for name in CHANGES])
def test_what_is_changed_in_place_is_named(name: str, tmp_path: Path, binary: str) -> None:
    changes, named = CHANGES[name]
    done = export_files(tmp_path, "5.2", binary, files(changes))
    assert f"NOT TRANSLATED: {named}: " in done.stderr and "export: " not in done.stderr, done.stderr
    assert done.returncode == 1


@pytest.mark.parametrize("version", ["5.2", "3.2"])
def test_a_project_that_changes_nothing_has_no_such_finding(version: str, tmp_path: Path, binary: str) -> None:
    harmless = (
        "from django.db.models import CharField, Transform\nclass Up(Transform): lookup_name = 'up'\nCharField.register_lookup(Up)\n"
    )
    done = export_files(tmp_path, version, binary, files(harmless))
    assert "NOT TRANSLATED" not in done.stderr and done.returncode == 0, done.stderr


MARKS = {
    "csrf_exempt": "urlpatterns[0].callback.csrf_exempt = True",
    "login_required": "urlpatterns[0].callback.login_required = True",
    "login_url": 'urlpatterns[0].callback.login_url = "/elsewhere/"',
}
OWN_URLS = """
from django.urls import path, include
from oauth2_provider import views
urlpatterns = [path("o/authorize/", views.AuthorizationView.as_view(), name="authorize")]
%s
urlpatterns += [path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")), path("accounts/", include("django.contrib.auth.urls"))]
"""


@pytest.mark.parametrize("name", MARKS)
def test_a_mark_on_a_view_is_named(name: str, tmp_path: Path, binary: str) -> None:
    middleware = 'MIDDLEWARE += ["django.contrib.auth.middleware.LoginRequiredMiddleware"]\n'
    own = {"more.py": 'ROOT_URLCONF = "garden.urls"\n' + middleware, "garden/__init__.py": "", "garden/urls.py": OWN_URLS % MARKS[name]}
    done = export_files(tmp_path, "5.2", binary, own)
    assert f"NOT TRANSLATED: URL: /o/authorize/: {name} = " in done.stderr, done.stderr
    plain = export_files(tmp_path, "5.2", binary, {**own, "garden/urls.py": OWN_URLS % ""})
    assert "NOT TRANSLATED: URL: /o/authorize/" not in plain.stderr, plain.stderr


OWN_ANSWERS = {
    "a list": ("class Own(list):\n    def __contains__(self, one): return True\nINTERNAL_IPS = Own()\n", "setting: INTERNAL_IPS"),
    "a dict": (
        "class Own(dict):\n    def items(self): return []\nOAUTH2_PROVIDER['SCOPES'] = Own(read='x')\n", "setting: OAUTH2_PROVIDER.SCOPES",
    ),
    "a number": (
        "class Own(int):\n    def __add__(self, one): return 5\nOAUTH2_PROVIDER['AUTHORIZATION_CODE_EXPIRE_SECONDS'] = Own(60)\n",
        "setting: OAUTH2_PROVIDER.AUTHORIZATION_CODE_EXPIRE_SECONDS",
    ),
    "a text": (
        "class Own(str):\n    def __mod__(self, one): return 'x'\nTEMPLATES[0]['OPTIONS']['string_if_invalid'] = Own('y')\n",
        "TEMPLATES.OPTIONS: string_if_invalid",
    ),
    "a text of a package": ("from django.utils.safestring import SafeString\nLANGUAGE_CODE = SafeString('de')\n", ""),
    "a member of an enumeration": (
        "import enum\nclass Age(enum.IntEnum):\n    SHORT = 60\n    def words(self): return 'x'\nSESSION_COOKIE_AGE = Age.SHORT\n", "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OWN_ANSWERS)
def test_a_value_that_answers_by_code_of_its_own_is_named(name: str, tmp_path: Path, binary: str) -> None:
    more, named = OWN_ANSWERS[name]
    done = export_files(tmp_path, "5.2", binary, {"more.py": more})
    assert (f"NOT TRANSLATED: {named}: " in done.stderr) if named else done.returncode == 0, done.stderr


PKCE = {
    "a thread": "import threading\n    t = threading.Thread(target=write)\n    t.start()\n    t.join()",
    "a process": "import subprocess\n    subprocess.run(['touch', 'made'])",
    "a name": "import socket\n    socket.gethostbyname('localhost')",
}


@pytest.mark.parametrize("name", PKCE)
def test_what_project_code_does_elsewhere_is_refused(name: str, tmp_path: Path, binary: str) -> None:
    code = (
        "def write():\n    from django.db import connection\n    connection.cursor().execute('CREATE TABLE made (id int)')\n"
        f"def required(client_id):\n    {PKCE[name]}\n    return True\nOAUTH2_PROVIDER['PKCE_REQUIRED'] = required\n"
    )
    done = export_files(tmp_path, "5.2", binary, {"more.py": code})
    assert "NOT TRANSLATED: PKCE_REQUIRED" in done.stderr, done.stderr
    assert not (tmp_path / "made").exists()


def test_an_expression_without_a_path_is_a_finding_not_a_traceback(tmp_path: Path, binary: str) -> None:
    own_urls = OWN_URLS.replace('path("o/authorize/"', 're_path(r"(?i)^o/authorize/$"').replace("import path,", "import path, re_path,") % ""
    own_urls = own_urls.replace('urlpatterns += [path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")), ', "urlpatterns += [")
    done = export_files(tmp_path, "5.2", binary, {"more.py": 'ROOT_URLCONF = "garden.urls"\n', "garden/__init__.py": "", "garden/urls.py": own_urls})
    assert "Traceback" not in done.stderr and "NOT TRANSLATED: " in done.stderr, done.stderr
