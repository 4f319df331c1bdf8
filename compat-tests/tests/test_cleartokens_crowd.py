"""Many rows: cleartokens while tokens are issued loses none in bounded memory; check takes less than a minute."""

import json
import shutil
import subprocess
import time
from pathlib import Path

import pytest
import requests

from compat_tests import commands
from compat_tests.database import Address, Database
from compat_tests.places import SECRET, Places

pytestmark = [pytest.mark.tier("full"), pytest.mark.slash_o_only("it is slash-o's command")]
ROWS = 2_000_000
MOST_KIB = 150 * 1024


def _peak_kib(process: "subprocess.Popen[str]") -> int:
    try:
        status = Path(f"/proc/{process.pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    peaks = [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")]
    return peaks[0] if peaks else 0


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_nothing_that_lives_is_lost(places: Places, notes: list[str]) -> None:
    rows = places.set_up()
    places.database.run(
        "INSERT INTO oauth2_provider_accesstoken (user_id, token, token_checksum, application_id, expires, scope,"
        " created, updated, resource) SELECT NULL, 'dead' || n, md5(n::text) || md5('x' || n::text), ?,"
        f" now() - interval '1 day', 'read', now(), now(), '[]' FROM generate_series(1, {ROWS}) n",
        (rows.applications["machine"],),
    )
    server = places.slash_o()
    command = [places.binary, "cleartokens", "--config", str(commands.config_file(places.folder, places.site()))]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    started, peak, issued = time.monotonic(), 0, []
    with requests.Session() as client:
        client.trust_env = False
        client.auth = ("machine", SECRET)
        while process.poll() is None:
            peak = max(peak, _peak_kib(process))
            answer = client.post(f"{server.base_url}/o/token/", data={"grant_type": "client_credentials"})
            assert answer.status_code == 200, answer.text
            issued.append(answer.json()["access_token"])
    _, told = process.communicate()
    assert process.returncode == 0, told
    assert f"expired access tokens: {ROWS} deleted" in told
    left = {row["token"] for row in places.database.run("SELECT token FROM oauth2_provider_accesstoken")}
    assert left == set(issued) and len(issued) > 10
    assert peak < MOST_KIB
    took = time.monotonic() - started
    notes.append(f"cleartokens: {ROWS} rows in {took:.0f} s, peak {peak // 1024} MiB, {len(issued)} tokens issued")


#: The n-th of many rows; `n` is a number of the engine's own series.
CROWD = {
    "sqlite": (
        "WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < {rows}) {insert} FROM series",
        "printf('%064d', n)",
        "CASE WHEN n & 1 THEN '2020-01-01 00:00:00' ELSE '2099-01-01 00:00:00' END",
    ),
    "postgresql": (
        "{insert} FROM generate_series(1, {rows}) n",
        "lpad(n::text, 64, '0')",
        "now() + (mod(n, 2) - 0.5) * interval '1 day'",
    ),
}
TIMES = "'2020-01-01 00:00:00', '2020-01-01 00:00:00'"


def _crowd(database: Database, engine: str, tokens: int, application: int) -> None:
    """Access tokens, every second one dead, and a refresh token for every tenth, all of users 1 and 2."""
    series, checksum, expires = CROWD[engine]
    if engine == "sqlite":
        database.run("PRAGMA journal_mode=OFF")
        database.run("PRAGMA cache_size=-500000")
    access = (
        "INSERT INTO oauth2_provider_accesstoken (user_id, token, token_checksum, application_id, expires, scope,"
        f" created, updated, resource) SELECT 1 + (n & 1), 'token-' || n, {checksum}, {application}, {expires}, 'read',"
        f" {TIMES}, '[]'"
    )
    database.run(series.format(rows=tokens, insert=access))
    refresh = (
        "INSERT INTO oauth2_provider_refreshtoken (user_id, token, token_checksum, application_id, access_token_id,"
        f" created, updated, resource) SELECT 1 + (n & 1), 'refresh-' || n, {checksum}, {application}, n * 10, {TIMES}, '[]'"
    )
    database.run(series.format(rows=tokens // 10, insert=refresh))


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"], indirect=True)
def test_check_of_ten_million_tokens_takes_less_than_a_minute(
    engine: str, places: Places, tmp_path: Path, notes: list[str]
) -> None:
    if engine == "sqlite":  # not in memory
        shutil.copyfile(places.address.name, tmp_path / "crowd.sqlite3")
        places = Places(Address("sqlite", str(tmp_path / "crowd.sqlite3")), places.folder, places.binary)
    rows = places.set_up()
    _crowd(places.database, engine, 10_000_000, rows.applications["machine"])
    config = str(commands.config_file(places.folder, places.site()))
    started = time.monotonic()
    done = commands.run(places.binary, "check", "--json", "--config", config)
    took = time.monotonic() - started
    report = json.loads(done.stdout)
    share = report["tables"]["oauth2_provider_accesstoken"]
    assert report["go"] and share["sampled"]
    assert share["rows"] == 10_000_000 or (share["rows_estimated"] and abs(share["rows"] - 10_000_000) < 1_000_000)
    # One in ten has a live refresh token and stays.
    assert 35 <= share["dead_percent"] <= 50
    assert took < 60
    notes.append(f"check of ten million tokens on {engine}: {took:.1f} s, {share}")
