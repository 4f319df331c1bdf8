"""clearsessions: the same sessions go as with Django's own command."""

import os
from pathlib import Path

import pytest

from compat_tests import commands, session_text
from compat_tests.databases import django_command
from compat_tests.places import Places
from compat_tests.site import SECRET_KEY

# Django's keys have eight characters at least; some of these are nobody's.
FILES = ["old-key", "sessionid" + "old" * 9, "sessionid" + "young" * 9, "sessionid" + "bad" * 9, "sessionid" + "empty" * 9]
FILES += ["sessionidshort", "sessionid" + "." * 9, "sessionid" + "old" * 9 + "_out_"]
pytestmark = pytest.mark.slash_o_only("it compares the commands of both")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_clearsessions_looks_where_sessions_are(places: Places, folder: Path) -> None:
    """Files by the engine `file`, rows by the engines with rows, nothing by the others; as Django's command."""
    rows = "SELECT count(*) FROM django_session"
    for where in ("file", "cached_db", "signed_cookies"):
        kept = []
        for who in ("django", "slash-o"):
            places.set_up()
            places.database.run("UPDATE django_session SET expire_date='2020-01-01 00:00:00'")
            files = folder / f"{where}-{who}"
            files.mkdir()
            for name in ("sessionidold", "sessionidyoung", "sessionid..", "elsewhere", "sessionidbad", "sessionidempty"):
                text = session_text.encode({"a": 1}, SECRET_KEY) if "bad" not in name else "bad"
                (files / name).write_text("" if "empty" in name else text)
                if "young" not in name:
                    os.utime(files / name, (1_600_000_000, 1_600_000_000))
            caches = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1"}}
            site = places.site(
                SESSION_ENGINE=f"django.contrib.sessions.backends.{where}", SESSION_FILE_PATH=str(files), CACHES=caches
            )
            if who == "django":
                done = django_command(places.address, places.folder, "clearsessions", site=site)
            else:
                config = str(commands.config_file(places.folder, site))
                done = commands.run(places.binary, "clearsessions", "--config", config)
            assert (done.returncode, done.stdout) == (0, ""), done.stderr
            kept.append((sorted(file.name for file in files.iterdir()), places.database.value(rows)))
        assert kept[0] == kept[1], where


def test_clearsessions_deletes_the_expired_ones(places: Places) -> None:
    places.set_up()
    places.database.run("UPDATE django_session SET expire_date='2020-01-01 00:00:00' WHERE session_key IN (SELECT k FROM (SELECT min(session_key) AS k FROM django_session) s)")
    config = str(commands.config_file(places.folder, places.site()))
    done = commands.run(places.binary, "clearsessions", "--config", config)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert places.database.value("SELECT count(*) FROM django_session") == 1
