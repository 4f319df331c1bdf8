"""Claims of a project's validator class become `[server.claims]`: what both servers send is equal, or the claim is named."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from compat_tests import commands
from compat_tests.databases import Databases
from compat_tests.exported_project import Project, export_files
from compat_tests.places import CALLBACK
from compat_tests.server import free_port
from compat_tests.team_project import Running
from conftest import server_of

pytestmark = pytest.mark.slash_o_only("it is a command of slash-o")

#: A key of HS256 has at least 32 bytes.
SECRET = "0123456789-0123456789-0123456789"
MODELS = """
from django.contrib.auth.models import AbstractUser
from django.db import models

class Member(AbstractUser):
    nickname = models.CharField(max_length=30, blank=True, db_column="nick_name")
    phone = models.CharField(max_length=30, null=True)
    points = models.IntegerField(default=0)
    height = models.FloatField(default=1.5)
    born = models.DateField(null=True)
    seen = models.DateTimeField(null=True)
    uid = models.UUIDField(null=True)
    prefs = models.JSONField(default=dict)
    is_vip = models.BooleanField(default=False)
    balance = models.DecimalField(max_digits=8, decimal_places=2, null=True)
"""
SETTINGS = """
INSTALLED_APPS += ["garden"]
AUTH_USER_MODEL = "garden.Member"
SCOPES = {"openid": "o", "profile": "p", "email": "e", "groups": "g"}
OAUTH2_PROVIDER = {"OIDC_ENABLED": True, "PKCE_REQUIRED": False, "SCOPES": SCOPES, "OAUTH2_VALIDATOR_CLASS": "garden.validators.Validator"}
"""
STOCK = SETTINGS.replace('AUTH_USER_MODEL = "garden.Member"\n', "")
HEAD = "import datetime\nfrom oauth2_provider.oauth2_validators import OAuth2Validator\n\nclass Validator(OAuth2Validator):\n"
#: Kinds of classes of which all is data. Each is asked of both servers.
KINDS = {
    "columns of every type": """
    oidc_claim_scope = {**OAuth2Validator.oidc_claim_scope, "role": "groups", "groups": "groups", **dict.fromkeys(
        ["is_vip", "points", "points_text", "height", "born", "seen", "uid", "prefs"], "profile")}

    def get_additional_claims(self, request):
        user = request.user
        text = lambda value: str(value) if value else None
        return {
            "email": user.email, "name": user.get_full_name() or user.username, "nickname": user.nickname or user.username,
            "phone_number": user.phone, "role": "admin" if user.is_superuser else "user", "is_vip": user.is_vip,
            "groups": [group.name for group in user.groups.all()], "points": user.points, "points_text": str(user.points),
            "height": user.height, "born": text(user.born), "seen": text(user.seen), "uid": text(user.uid), "prefs": user.prefs,
            "email_verified": True, "locale": {"of": ["de", 1, 2.0, True]}, "dropped": user.is_staff,
        }
""",
    "functions of the request, and claims of userinfo alone": """
    oidc_claim_scope = None

    def get_additional_claims(self):
        return {"given_name": lambda request: request.user.first_name, "mail": lambda request: request.user.email}

    def get_userinfo_claims(self, request):
        claims = super().get_userinfo_claims(request)
        claims["groups"] = list(request.user.groups.values_list("name", flat=True))
        if "profile" in request.scopes:
            claims["staff"] = request.user.is_staff
        return claims
""",
    "a column with the name of what Django puts together": """
    def get_additional_claims(self, request):
        return {"name": request.user.full_name, "email": request.user.email}
""",
    "another subject": """
    def get_additional_claims(self, request):
        return {"sub": request.user.email, "preferred_username": request.user.get_username()}
""",
}
ROWS = f"""
import datetime, uuid
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone
from oauth2_provider.models import AccessToken, Application, Grant
User = get_user_model()
groups = [Group.objects.create(name=name) for name in ("z & é", "alpha", "m")]
ann = User.objects.create(username="ann", first_name=" Ann", last_name="Ä. <b>", email="Ann@x.example", nickname="", phone=None, points=-7,
    height=0.1 + 0.2, born=datetime.date(1999, 12, 31), seen=datetime.datetime(2024, 2, 29, 23, 59, 59, 120, tzinfo=datetime.timezone.utc),
    uid=uuid.UUID(int=7), prefs={{"b": [1, 2.5, None, "ü"], "a": {{"x": True}}}}, is_superuser=True)
ann.groups.set([groups[2], groups[0]])
bob = User.objects.create(username="bob", nickname="Bö", phone="", points=2**31 - 1, height=1e16, is_vip=True, is_staff=True, prefs=[])
app = Application.objects.create(client_id="web", client_secret={SECRET!r}, client_type="confidential", name="Web", algorithm="HS256",
    hash_client_secret=False, authorization_grant_type="authorization-code", redirect_uris={CALLBACK!r}, user=ann)
later = timezone.now() + datetime.timedelta(hours=1)
for user in (ann, bob):
    for number, scope in enumerate(("openid profile email groups", "openid", "openid groups")):
        AccessToken.objects.create(token="%s-%d" % (user.username, number), user=user, application=app, scope=scope, expires=later)
        for side in ("django", "slash-o"):
            Grant.objects.create(code="%s-%s-%d" % (side, user.username, number), user=user, application=app, scope=scope, expires=later,
                redirect_uri={CALLBACK!r})
"""
#: Claims of an ID token that hang on the moment.
OF_THE_MOMENT = {"iat", "exp", "jti", "at_hash", "auth_time", "iss"}


def _files(kind: str, settings: str = SETTINGS) -> dict[str, str]:
    models = MODELS + ('    full_name = models.CharField(max_length=60, default="of my own")\n' if "user.full_name" in KINDS.get(kind, "") else "")
    return {"more.py": settings, "garden/__init__.py": "", "garden/models.py": models, "garden/validators.py": HEAD + KINDS.get(kind, kind)}


@pytest.fixture
def project(
    request: pytest.FixtureRequest, kind: str, engine: str, databases: Databases, tmp_path: Path, binary: str
) -> Iterator[Project]:
    address = databases.empty(engine, server_of(request, engine))
    files = _files(kind)
    if engine == "mysql":
        files["more.py"] += "import pymysql\npymysql.version_info = (2, 2, 1, 'final', 0)\npymysql.install_as_MySQLdb()\n"
    files["more.py"] += f"DATABASES = {{'default': {address.django_settings()!r}}}\n"
    made = Project.of(tmp_path, "5.2", binary, files)
    for arguments in (("makemigrations", "garden", "-v", "0"), ("migrate", "-v", "0")):
        done = made.manage(*arguments)
        assert done.returncode == 0, done.stderr
    done = made.manage("shell", "-v", "0", script=ROWS)
    assert done.returncode == 0, done.stderr
    yield made


def _django(project: Project) -> Running:
    port = free_port()
    command, environment = project.command("runserver", "--noreload", f"127.0.0.1:{port}")
    return Running(command, port, project.folder, environment)


def _sent(server: Running, side: str) -> dict[str, Any]:
    """What the server says about each user with each scope."""
    out: dict[str, Any] = {}
    with requests.Session() as client:
        client.trust_env = False
        supported = client.get(f"{server.base_url}/o/.well-known/openid-configuration").json()["claims_supported"]
        # DOT names them in the order of a set.
        out["claims_supported"] = sorted(supported)
        for token in (f"{user}-{number}" for user in ("ann", "bob") for number in range(3)):
            answer = client.get(f"{server.base_url}/o/userinfo/", headers={"Authorization": f"Bearer {token}"})
            out[f"userinfo {token}"] = answer.json() if answer.status_code == 200 else answer.status_code
            data = {"grant_type": "authorization_code", "code": f"{side}-{token}", "redirect_uri": CALLBACK}
            redeemed = client.post(f"{server.base_url}/o/token/", data=data, auth=("web", SECRET))
            out[f"id_token {token}"] = _claims(redeemed.json()["id_token"]) if redeemed.status_code == 200 else redeemed.text
    return out


def _claims(token: str) -> dict[str, Any]:
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    return {name: value for name, value in claims.items() if name not in OF_THE_MOMENT}


@pytest.mark.parametrize("kind", [pytest.param(kind, marks=pytest.mark.tier("default" if "every" in kind else "full")) for kind in KINDS])
def test_both_servers_send_the_same_claims(kind: str, project: Project, binary: str) -> None:
    done = project.export()
    assert "NOT TRANSLATED: OAUTH2_VALIDATOR_CLASS" not in done.stderr, done.stderr
    dropped = "NOTE: claim dropped of garden.validators.Validator: DOT drops it" in done.stderr
    assert dropped == ("dropped" in KINDS[kind]), done.stderr
    accepted = [line.split(": ", 1)[1].split(":")[0] for line in done.stderr.splitlines() if line.startswith("NOT TRANSLATED: ")]
    assert not accepted, done.stderr
    with _django(project) as django:
        expected = _sent(django, "django")
    with project.served() as slash_o:
        found = _sent(slash_o, "slash-o")
    # A user without a subject: DOT sends an empty one, slash-o refuses it (a declared difference).
    empty = [name for name, claims in expected.items() if isinstance(claims, dict) and claims.get("sub") == ""]
    for name in empty:
        refused = found.pop(name)
        assert name.split()[1].startswith("bob") and (refused == 401 or "This user has no subject." in refused), name
        del expected[name]
    differing = {name: (found.get(name), expected[name]) for name in expected if found.get(name) != expected[name]}
    assert not differing, json.dumps(differing)[:3000]
    assert found.keys() == expected.keys()
    assert all(isinstance(claims, (dict, list)) for claims in expected.values()), expected
    assert any(claims.get("email") or claims.get("mail") or "@" in claims["sub"] for name, claims in expected.items() if name.endswith("-0"))


CLAIM = "    def get_additional_claims(self, request):\n        user = request.user\n        return {}\n"
#: What a claim is made of, and why it is no data.
NAMED = {
    "a part of a text": ('user.email.split("@")[0]', "user.email holds"),
    "another case": ("user.email.lower()", "user.email holds"),
    "one user": ('user.email if user.username != "root" else ""', "user.username holds"),
    "a pattern": ('bool(__import__("re").match("^a", user.username))', "it looks for a pattern"),
    "the length of a text": ("len(user.username)", "user.username holds"),
    "the end of a text": ('user.email.endswith("@team.example")', "user.email holds"),
    "a limit": ("user.points > 100", "user.points holds"),
    "a name of a group": ('"staff" in [group.name for group in user.groups.all()]', "user.groups holds"),
    "sorted groups": ("sorted(group.name for group in user.groups.all())", "user.groups holds"),
    "keys of groups": ("[group.pk for group in user.groups.all()]", "it looks at group.pk"),
    "some groups": ('[group.name for group in user.groups.filter(name="a")]', "it looks at user.groups.filter"),
    "permissions": ('user.has_perm("garden.add_member")', "a query"),
    "another table": ("user.oauth2_provider_accesstoken.count()", "a query"),
    "the client": ("request.client.client_id", "it looks at request.client"),
    "a header": ('request.headers.get("Host")', "it looks at request.headers"),
    "two flags": ("user.is_staff and not user.is_superuser", "it is no column"),
    "the hash": ("user.password", "it looks at user.password"),
    "a decimal": ("str(user.balance)", "it looks at user.balance"),
    "the day": ('datetime.date.today().isoformat()', "it is no column"),
    "chance": ('__import__("random").random()', "it is no column"),
    "two scopes": ('1 if True else 0', "no single scope releases it"),
}  # fmt: skip


IN_DEFAULT = {"a part of a text", "a limit", "one user", "permissions", "the day", "two scopes"}


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.tier("default" if name in IN_DEFAULT else "full")) for name in NAMED])
def test_a_claim_that_is_more_than_a_column_is_named(name: str, tmp_path: Path, binary: str) -> None:
    code, why = NAMED[name]
    body = f'    oidc_claim_scope = None\n\n    def get_additional_claims(self, request):\n        user = request.user\n        return {{"claim": {code}}}\n'
    if name == "two scopes":
        body = body.replace("return {", 'return {} if not {"profile", "email"} <= set(request.scopes) else {')
        body = body.replace('"profile", "email"} <=', '"profile", "email"} &')
    done = export_files(tmp_path, "5.2", binary, _files(body))
    line = next((line for line in done.stderr.splitlines() if line.startswith("NOT TRANSLATED: OAUTH2_VALIDATOR_CLASS")), "")
    assert why in line and done.returncode == 1, done.stderr
    assert "\nclaim = " not in (tmp_path / "slash-o.toml").read_text()


def test_a_class_with_rules_beside_its_claims_keeps_them_apart(tmp_path: Path, binary: str) -> None:
    body = KINDS["another subject"] + "\n    def validate_scopes(self, *args, **more):\n        return True\n"
    done = export_files(tmp_path, "5.2", binary, _files(body, STOCK))
    assert "NOT TRANSLATED: OAUTH2_VALIDATOR_CLASS: garden.validators.Validator: OAUTH2_PROVIDER.OAUTH2_VALIDATOR_CLASS; validate_scopes" in done.stderr
    text = (tmp_path / "slash-o.toml").read_text()
    assert 'sub = { from = ["email"], scope = "openid" }' in text and "OAUTH2_VALIDATOR_CLASS" in text


def test_columns_that_are_not_there_or_of_another_type_stop_the_start(tmp_path: Path, binary: str) -> None:
    project = Project.of(tmp_path, "5.2", binary, _files("another subject"))
    for arguments in (("makemigrations", "garden", "-v", "0"), ("migrate", "-v", "0")):
        assert project.manage(*arguments).returncode == 0
    assert project.export().returncode == 0
    wrong = {
        "absent": ('from = ["colour"]', "the users' table has no column colour; it has id, "),
        "a decimal": ('from = ["balance"]', "balance is of type decimal; a claim shows text, number"),
        "another kind": ('from = ["points"], kind = "json"', 'points is of type integer, and kind says "json"'),
        "the password": ('from = ["password"]', "no claim shows password"),
    }
    for line, told in wrong.values():
        (tmp_path / "slash-o.local.toml").write_text(f"[server.claims]\nodd = {{ {line}, scope = 'openid' }}\n")
        checked = commands.run(binary, "check", "--config", str(tmp_path / "slash-o.toml"))
        assert checked.returncode != 0 and told in checked.stdout + checked.stderr, checked.stdout + checked.stderr
    (tmp_path / "slash-o.local.toml").write_text('[server.claims]\nopen = { from = ["nick_name"] }\n')
    checked = commands.run(binary, "check", "--config", str(tmp_path / "slash-o.toml"))
    assert "server.claims.open: has no scope, so that each client gets it" in checked.stdout, checked.stdout
