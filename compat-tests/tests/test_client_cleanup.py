"""clearcimdapplications beside Django's own, and the settings that only tests may use."""

import datetime

import pytest

from compat_tests import commands
from compat_tests.databases import django_command
from compat_tests.definitions.rows import access_token, grant, refresh_token
from compat_tests.document_provider import CALLBACK, Provider
from compat_tests.document_server import DocumentServer
from compat_tests.places import SETUP, Places

pytestmark = pytest.mark.slash_o_only("its commands are other programs")


def test_clearcimdapplications_deletes_what_the_reference_deletes(places: Places) -> None:
    def rows() -> list[str]:
        kept = places.database.run("SELECT client_id FROM oauth2_provider_application ORDER BY client_id")
        return [row["client_id"] for row in kept]

    config = str(commands.config_file(places.folder, places.site()))
    _expired_clients(places)
    done = commands.run(places.binary, "clearcimdapplications", "--config", config, "--batch-size", "2")
    assert (done.returncode, done.stdout) == (0, "Deleted 3 expired CIMD application(s)\n"), done.stderr
    ours, tokens = rows(), places.database.value("SELECT count(*) FROM oauth2_provider_accesstoken")
    _expired_clients(places)
    said = django_command(places.address, places.folder, "clearcimdapplications", "--batch-size", "2")
    assert "Deleted 3 expired CIMD application(s)" in said.stdout
    assert (ours, tokens) == (rows(), places.database.value("SELECT count(*) FROM oauth2_provider_accesstoken"))
    for bad in ("0", "-1"):
        done = commands.run(places.binary, "clearcimdapplications", "--config", config, "--batch-size", bad)
        assert (done.returncode, "--batch-size must be a positive integer." in done.stderr) == (1, True)
    assert commands.run(places.binary, "clearcimdapplications", "--config", config, "--batch-size", "x").returncode == 2


def _expired_clients(places: Places) -> None:
    """Every kind of thing that keeps a client, and some that do not."""
    public = {"client_type": "public", "authorization_grant_type": "authorization-code", "redirect_uris": CALLBACK}
    names = ["empty", "dead", "token", "grant", "refresh", "revoked", "fresh", "manual", "forever"]
    of = {"user": "alice"}
    places.set_up(
        {
            **SETUP,
            "applications": [{**public, "client_id": name} for name in names],
            "access_tokens": [
                {**access_token("t1"), **of, "application": "token"},
                {**access_token("t2"), **of, "application": "dead", "expires": -5},
                {**access_token("t3"), **of, "application": "revoked", "expires": -5},
            ],
            "grants": [{**grant("g1"), **of, "application": "grant"}, {**grant("g2"), **of, "application": "dead", "expires": -5}],
            "refresh_tokens": [
                {**refresh_token("r1"), **of, "application": "refresh", "access_token": None},
                {**refresh_token("r2"), **of, "application": "revoked", "access_token": None, "revoked": -5},
            ],
        }
    )
    now = datetime.datetime.now(datetime.UTC)
    run, table = places.database.run, "oauth2_provider_application"
    run(f"UPDATE {table} SET registration_source='cimd', cimd_expires_at=?", (now - datetime.timedelta(seconds=5),))
    run(f"UPDATE {table} SET cimd_expires_at=? WHERE client_id='fresh'", (now + datetime.timedelta(hours=1),))
    run(f"UPDATE {table} SET cimd_expires_at=NULL WHERE client_id='forever'")
    run(f"UPDATE {table} SET registration_source='manual' WHERE client_id='manual'")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_testing_table_is_for_tests_only(places: Places) -> None:
    places.set_up()
    testing = {"resolve": {"app.example": ["127.0.0.1:8443", "::1"]}, "allow_weak_keys": False}
    for bind, debug, code in (("127.0.0.1:1", True, 0), ("127.0.0.1:1", False, 2), ("0.0.0.0:1", True, 2)):
        site = places.site({"CIMD_ENABLED": True}, DEBUG=debug)
        site.server["testing"] = testing
        config = str(commands.config_file(places.folder, site, bind))
        done = commands.run(places.binary, "check", "--config", config)
        assert done.returncode == code, done.stdout + done.stderr
        assert code == 0 or "server.testing" in done.stderr
        if code == 0:
            deploy = commands.run(places.binary, "check", "--deploy", "--config", config)
            assert (deploy.returncode, "server.testing" in deploy.stderr) == (1, True)
    for bad in ({"resolve": {"a": "b"}}, {"resolve": "x"}, {"resolve": {"a": [1]}}, {"nosuch": 1}, {"ca": 5}):
        site = places.site({"CIMD_ENABLED": True}, DEBUG=True)
        site.server["testing"] = bad
        done = commands.run(places.binary, "check", "--config", str(commands.config_file(places.folder, site)))
        assert (done.returncode, "server.testing." in done.stderr) == (2, True), bad
    site = places.site({"CIMD_ENABLED": True}, DEBUG=True)
    site.server["testing"] = {"ca": str(places.folder / "missing.pem")}
    done = commands.run(places.binary, "serve", "--config", str(commands.config_file(places.folder, site)))
    assert (done.returncode, "server.testing.ca: " in done.stderr) == (2, True), done.stderr
    with DocumentServer(places.folder, ["app.example"]) as listener:
        assert "server.testing" in Provider(places, listener, {}).server.output()
