"""`slash-o check`: what it finds in a database and in the settings, against the reference where it has such a check."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from compat_tests import commands, paths, schema_dump
from compat_tests.databases import django_command
from compat_tests.flow import STEPS, Flow
from compat_tests.places import SETUP, Places
from compat_tests.services import Redis
from compat_tests.site import SCOPES, Site

pytestmark = pytest.mark.slash_o_only("its check looks at more than Django's")


def _check(places: Places, *arguments: str, site: Site | None = None) -> "subprocess.CompletedProcess[str]":
    config = str(commands.config_file(places.folder, site or places.site()))
    return commands.run(places.binary, "check", "--config", config, *arguments)


def _json(places: Places, *arguments: str, site: Site | None = None) -> dict[str, Any]:
    done = _check(places, "--json", *arguments, site=site)
    report: dict[str, Any] = json.loads(done.stdout)
    assert (done.returncode == 0) == report["go"], done.stderr
    return report


def test_a_sound_database_is_a_go_and_stays_as_it_is(places: Places) -> None:
    plain = {**SETUP["applications"][1], "client_id": "plain", "hash_client_secret": False}
    tokens = [
        {"token": f"T{n}", "application": "web", "user": "alice", "expires": -60 if n else 3600} for n in range(4)
    ]
    places.set_up({**SETUP, "applications": [*SETUP["applications"], plain], "access_tokens": tokens})
    before = schema_dump.all_rows(places.database)
    report = _json(places)
    assert schema_dump.all_rows(places.database) == before
    assert (report["errors"], report["orphans"], report["migrate_would_apply"]) == ([], [], [])
    assert report["django_oauth_toolkit"] == "3.4.1"
    assert report["secrets"]["pbkdf2_sha256 1000"] == 2
    assert [n for name, n in report["secrets"].items() if name.startswith("plain")] == [1]
    assert report["passwords"] == {"pbkdf2_sha256 1000": 2}
    shares = report["tables"]["oauth2_provider_accesstoken"]
    assert shares == {"rows": 4, "rows_estimated": False, "dead_percent": 75, "sampled": False}
    assert "\nGO\nNext:\n" in _check(places).stdout


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_rows_that_point_at_nothing_are_counted(places: Places) -> None:
    places.set_up({**SETUP, "access_tokens": [{"token": "T", "application": "web", "user": "alice"}]})
    places.database.run("UPDATE oauth2_provider_accesstoken SET application_id=999")
    orphans = _json(places)["orphans"]
    assert orphans == [
        {"table": "oauth2_provider_accesstoken", "column": "application_id", "rows": 1, "sampled": False}
    ]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_large_table_is_sampled_and_the_sample_is_named(places: Places) -> None:
    places.set_up()
    places.database.run(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 210000)"
        " INSERT INTO oauth2_provider_grant (user_id, code, application_id, expires, redirect_uri, scope, created,"
        " updated, code_challenge, code_challenge_method, nonce, claims, resource)"
        " SELECT 1, 'c' || i, 1, CASE WHEN i % 2 THEN '2020-01-01' ELSE '2099-01-01' END, '', '', '2020-01-01',"
        " '2020-01-01', '', '', '', '', '[]' FROM n"
    )
    share = _json(places)["tables"]["oauth2_provider_grant"]
    assert (share["rows"], share["sampled"]) == (210_000, True)
    assert 45 <= share["dead_percent"] <= 55
    assert "of a sample" in _check(places).stdout


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_authority_of_a_test_is_read(places: Places, folder: Path) -> None:
    places.set_up()
    site = places.site(DEBUG=True)
    for text, why in ((None, "No such file"), ("nothing", "holds no certificate")):
        file = folder / "check-authority.pem"
        file.unlink(missing_ok=True)
        if text:
            file.write_text(text)
        site.server["testing"] = {"ca": str(file)}
        done = _check(places, site=site)
        assert done.returncode == 2 and f"server.testing.ca: {file}: {why}" in done.stderr, done.stderr


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_of_many_passwords_the_newest_and_the_oldest_are_told(places: Places) -> None:
    places.set_up()
    places.database.run("UPDATE auth_user SET password='md5$salt$aaaa' WHERE id=1")
    columns = "password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined"
    places.database.run(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)"
        f" INSERT INTO auth_user ({columns}) SELECT 'scrypt$16384$s$8$5$h', 0, 'u' || i, '', '', '', 0, 1, '2020-01-01'"
        " FROM n"
    )
    report = _json(places)
    assert sum(report["passwords"].values()) == 2000 and report["hashes_sampled"] == ["passwords"]
    assert report["passwords"]["scrypt 16384"] == 1998
    assert "(of the newest 1000 and the oldest 1000)" in _check(places).stdout


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_an_empty_database_is_a_no_go(places: Places, folder: Path) -> None:
    empty = folder / "check-empty.sqlite3"
    empty.touch()
    site = Site(type(places.address)("sqlite", str(empty)))
    done = _check(places, "--json", site=site)
    assert (done.returncode, json.loads(done.stdout)["go"]) == (1, False)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_table_that_cannot_be_read_hides_nothing_of_the_others(places: Places) -> None:
    places.set_up({**SETUP, "access_tokens": [{"token": "T", "application": "web", "user": "alice"}]})
    database = places.database
    names = [row["name"] for row in database.run("PRAGMA table_info('oauth2_provider_grant')")]
    columns = ", ".join("abs(-9223372036854775808) AS expires" if name == "expires" else name for name in names)
    database.run("INSERT INTO oauth2_provider_grant SELECT 1, 'c', '', '', '', 1, 1, '', '', '', '', '', '', '[]'")
    database.run("ALTER TABLE oauth2_provider_grant RENAME TO kept")
    database.run(f"CREATE VIEW oauth2_provider_grant AS SELECT {columns} FROM kept")
    report = _json(places)
    assert not report["go"] and "oauth2_provider_grant cannot be looked at" in " ".join(report["errors"])
    assert report["tables"]["oauth2_provider_accesstoken"]["rows"] == 1 and report["secrets"]
    lines = _check(places).stdout
    assert "oauth2_provider_accesstoken: 1 rows" in lines and lines.endswith("NO-GO\n")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_templates_are_looked_at_too(places: Places, tmp_path: Path) -> None:
    page = tmp_path / "oauth2_provider" / "authorize.html"
    page.parent.mkdir()
    page.write_text("{% url 'nowhere' %}")
    settings = {"TEMPLATES": [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [str(tmp_path)]}]}
    config = {**places.site().document("127.0.0.1:1"), **settings}
    done = commands.run(places.binary, "check", "--json", "--config", str(commands.config_file(places.folder, config)))
    report = json.loads(done.stdout)
    assert (done.returncode, report["go"]) == (1, False)
    assert report["templates"] == {"oauth2_provider/authorize.html": str(page)}
    assert "no URL has the name nowhere" in report["errors"][0] and report["tables"]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_wrong_settings_are_json_too(places: Places) -> None:
    config = {**places.site().document("127.0.0.1:1"), "ALLOWED_HOST": []}
    done = commands.run(places.binary, "check", "--json", "--config", str(commands.config_file(places.folder, config)))
    report = json.loads(done.stdout)
    assert (done.returncode, report["go"]) == (2, False) and "ALLOWED_HOST" in report["errors"][0]


@pytest.mark.tier("default")
@pytest.mark.parametrize("engine", ["mysql"], indirect=True)
def test_uuids_as_texts_on_mariadb_are_named_with_the_way_to_mend_them(places: Places) -> None:
    """D-181: a database of Django before 5.0; Django 5 itself fails to write there."""
    places.set_up()
    database = places.database
    assert not [text for text in _json(places)["warnings"] if "char(32)" in text]
    columns = {"oauth2_provider_idtoken": "jti", "oauth2_provider_refreshtoken": "token_family"}
    for table, column in columns.items():
        database.run(f"ALTER TABLE {table} MODIFY {column} char(32) {'NOT NULL' if column == 'jti' else 'NULL'}")
    flow = Flow()
    for step in STEPS[:5]:
        step(flow, places.slash_o())
    family = str(database.value("SELECT token_family FROM oauth2_provider_refreshtoken"))
    told = [text for text in _json(places)["warnings"] if "char(32)" in text]
    assert re.fullmatch("[0-9a-f]{32}", family) and len(told) == 2
    for text in told:
        database.run(re.findall(r"ALTER TABLE [^)]*", text)[0])
    assert str(database.value("SELECT token_family FROM oauth2_provider_refreshtoken")).replace("-", "") == family
    assert not [text for text in _json(places)["warnings"] if "char(32)" in text]
    servers = [places.django(), places.slash_o()]
    for number, step in enumerate(STEPS[5:]):
        step(flow, servers[number % 2])


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_go_in_the_document_is_the_exit_status(places: Places) -> None:
    places.set_up()
    for arguments in (["--strict"], ["--deploy", "--fail-level", "WARNING"]):
        assert _json(places, *arguments)["go"] is False


DEPLOY: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {}),
    ({"DEBUG": True, "ALLOWED_HOSTS": [], "X_FRAME_OPTIONS": "SAMEORIGIN"}, {}),
    ({"SECRET_KEY": "k" * 60, "SECRET_KEY_FALLBACKS": ["django-insecure-" + "abcdefgh" * 8]}, {}),
    ({"SECURE_HSTS_SECONDS": 60, "SECURE_SSL_REDIRECT": True, "SECURE_CONTENT_TYPE_NOSNIFF": False}, {}),
    ({"SESSION_COOKIE_SECURE": True, "SESSION_COOKIE_HTTPONLY": False, "CSRF_COOKIE_SECURE": True}, {}),
    ({"SILENCED_SYSTEM_CHECKS": ["security.W004", "oauth2_provider.W006"]}, {}),
    (
        {},
        {
            "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
            "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
            "PKCE_REQUIRED": False,
            "ALLOW_URI_WILDCARDS": True,
        },
    ),
    ({}, {"COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True, "REFRESH_TOKEN_GRACE_PERIOD_SECONDS": 5}),
    ({}, {"REFRESH_TOKEN_REUSE_PROTECTION": True, "ALLOWED_REDIRECT_URI_SCHEMES": ["https"]}),
]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("settings", DEPLOY)
def test_deploy_finds_what_the_reference_finds(places: Places, settings: tuple[dict[str, Any], dict[str, Any]]) -> None:
    django, provider = settings
    site = Site(places.address, {"SCOPES": SCOPES, **provider}, django)
    theirs = django_command(places.address, places.folder, "check", "--deploy", site=site)
    ours = _check(places, "--deploy", site=site)
    assert _ids(ours.stderr) == _ids(theirs.stderr) and _ids(theirs.stderr)
    assert ours.returncode == theirs.returncode
    assert re.findall(r"\d+ silenced", ours.stderr) == re.findall(r"\d+ silenced", theirs.stderr)
    strict = _check(places, "--deploy", "--fail-level", "WARNING", site=site)
    assert strict.returncode == 1


def _ids(text: str) -> list[str]:
    return sorted(re.findall(r"\(((?:security|oauth2_provider)\.[A-Z]\d+)\)", text))


VALIDATORS = [{"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"}]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("answers", "code"),
    [
        (["a new password", "a new password"], 0),
        (["one password", "another one", "a new password", "a new password"], 0),
        (["short", "short", "a new password", "a new password"], 0),
        (["short", "short"] * 3, 1),
        (["one password", "another one"] * 3, 1),
        ([""], 1),
    ],
)
def test_changepassword_asks_as_django_does(places: Places, answers: list[str], code: int) -> None:
    site = places.site(AUTH_PASSWORD_VALIDATORS=VALIDATORS)
    config = str(commands.config_file(places.folder, site))
    sides = []
    for program in ("slash-o", "django"):
        places.set_up()
        before = places.database.value("SELECT password FROM auth_user WHERE username='alice'")
        if program == "slash-o":
            command, environment = [places.binary, "changepassword", "--config", config, "alice"], {}
        else:
            command, environment = _manage(), {"SITE_CONFIG": config}
        done = subprocess.run(
            command,
            input="".join(answer + "\n" for answer in answers),
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            start_new_session=True,
            timeout=60,
        )
        after = places.database.value("SELECT password FROM auth_user WHERE username='alice'")
        assert (done.returncode, before != after) == (code, code == 0), done.stdout + done.stderr
        sides.append([line for line in done.stdout.splitlines() if line])
    assert sides[0] == sides[1]


def _manage() -> list[str]:


    return [sys.executable, "-W", "ignore", str(paths.REFERENCE / "manage.py"), "changepassword", "alice"]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_changepassword_of_nobody_is_an_error(places: Places) -> None:
    places.set_up()
    config = str(commands.config_file(places.folder, places.site()))
    done = commands.run(places.binary, "changepassword", "--config", config, "nobody")
    assert done.returncode == 1
    assert "user 'nobody' does not exist" in done.stderr


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_caches_that_are_used_are_asked(places: Places, redis_server: Redis) -> None:
    """Sessions need theirs, limits can do without; one that nobody uses is left alone."""
    backend = {"BACKEND": "django.core.cache.backends.redis.RedisCache"}
    up, down = {**backend, "LOCATION": redis_server.url}, {**backend, "LOCATION": "redis://:pass-word@127.0.0.1:1/0"}
    cached = {"SESSION_ENGINE": "django.contrib.sessions.backends.cached_db"}
    assert _json(places, site=places.site(CACHES={"default": up}, **cached))["caches"] == {"CACHES.default": True}
    report = _json(places, site=places.site(CACHES={"default": down}, **cached))
    assert not report["go"] and "CACHES.default" in report["errors"][0]
    lines = _check(places, site=places.site(CACHES={"default": down}, **cached))
    assert "NO-GO" in lines.stdout and "pass-word" not in lines.stdout + lines.stderr
    assert _json(places, site=places.site(CACHES={"default": down}))["caches"] == {}
    limited = replace(places.site(CACHES={"default": down}), server={"limits": {}})
    report = _json(places, site=limited)
    assert report["go"] and report["caches"] == {"CACHES.default": False} and "CACHES" in report["warnings"][-1]
