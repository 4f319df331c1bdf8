"""Many rows: cleartokens while tokens are issued loses none in bounded memory; check takes less than a minute."""

import json
import subprocess
import time
from pathlib import Path

import pytest
import requests

from compat_tests import commands
from compat_tests.places import SECRET, Places

pytestmark = [
    pytest.mark.tier("full"),
    pytest.mark.slash_o_only("it is slash-o's command"),
    pytest.mark.parametrize("engine", ["postgresql"], indirect=True),
]
ROWS = 2_000_000
MOST_KIB = 150 * 1024


def _peak_kib(process: "subprocess.Popen[str]") -> int:
    try:
        status = Path(f"/proc/{process.pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    peaks = [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")]
    return peaks[0] if peaks else 0


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


def test_check_of_ten_million_tokens_takes_less_than_a_minute(places: Places, notes: list[str]) -> None:
    rows = places.set_up()
    places.database.run(
        "INSERT INTO oauth2_provider_accesstoken (user_id, token, token_checksum, application_id, expires, scope,"
        " created, updated, resource) SELECT NULL, 'token' || n, md5(n::text) || md5('x' || n::text), ?,"
        " now() + (mod(n, 4) - 1.5) * interval '1 day', 'read', now(), now(), '[]' FROM generate_series(1, 10000000) n",
        (rows.applications["machine"],),
    )
    config = str(commands.config_file(places.folder, places.site()))
    started = time.monotonic()
    done = commands.run(places.binary, "check", "--json", "--config", config)
    took = time.monotonic() - started
    share = json.loads(done.stdout)["tables"]["oauth2_provider_accesstoken"]
    assert (share["rows"], share["sampled"]) == (10_000_000, True)
    assert 45 <= share["dead_percent"] <= 55
    assert took < 60
    notes.append(f"check of ten million tokens: {took:.1f} s")
