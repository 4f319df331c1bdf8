"""Dates in rows that others wrote: read as Django reads them, and no row makes an error of our side."""

import datetime
from typing import Any

import pytest
import requests

from compat_tests import paths
from compat_tests.database import UTC
from compat_tests.flow import Flow
from compat_tests.places import SECRET, SETUP, Places
from compat_tests.server import Server

DATES = [
    tuple(line.split("\t"))
    for line in (paths.REPOSITORY / "entity" / "tests" / "dates.txt").read_text().splitlines()
    if not line.startswith("#")
]
TOKEN = {"token": "T", "application": "web", "user": "alice", "scope": "read"}
sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def _introspect(server: Server) -> tuple[int, Any]:
    answer = requests.post(
        f"{server.base_url}/o/introspect/", data={"token": "T"}, auth=("machine", SECRET), timeout=20
    )
    return answer.status_code, answer.json() if answer.status_code == 200 else None


def test_the_list_of_texts_is_what_django_reads() -> None:
    from django.utils.dateparse import parse_datetime

    def read(text: str) -> str:
        try:
            at = parse_datetime(text)
            at = at and (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            return "-"
        return f"{at.year:04}-{at:%m-%d %H:%M:%S.%f}" if at else "-"

    assert [(text, read(text)) for text, _ in DATES] == DATES


@sqlite
def test_a_token_lives_as_long_as_for_django(places: Places) -> None:
    places.set_up({**SETUP, "access_tokens": [TOKEN]})
    theirs, ours = places.django(), places.slash_o()
    refused = 0
    texts = [text for text, _ in DATES]
    # The same forms in a year to come.
    for text in [*texts, *(text.replace("2026", "2096").replace("2020", "2090") for text in texts), 5, 1.5, b"\xff"]:
        places.database.run("UPDATE oauth2_provider_accesstoken SET expires=?", (text,))
        (status, wanted), got = _introspect(theirs), _introspect(ours)
        assert got[0] == 200, text
        if status == 200:
            # Of a text with an offset DOT tells the wall clock there, as if it were UTC.
            told = {"exp": got[1]["exp"]} if wanted["active"] and str(text)[19:].strip("Z") else {}
            assert got[1] == {**wanted, **told}, text
        else:
            refused += 1
            assert got[1] == {"active": False}, text
    assert refused < len(DATES)


@sqlite
@pytest.mark.parametrize("text", ["2090-01-01", "2090-01-01T00:00:00.5+02:00", "no date", "2090-13-01"])
def test_pages_show_rows_with_such_dates(places: Places, text: str) -> None:
    places.set_up({**SETUP, "access_tokens": [TOKEN]})
    for table, columns in {
        "auth_user": ["date_joined", "last_login"],
        "oauth2_provider_application": ["created", "updated"],
        "oauth2_provider_accesstoken": ["created", "updated", "expires"],
    }.items():
        for column in columns:
            places.database.run(f"UPDATE {table} SET {column}=?", (text,))
    server, flow = places.slash_o(), Flow()
    flow.login_page(server)
    flow.log_in(server)
    for path in ("/o/applications/", "/o/authorized_tokens/"):
        assert flow.browser.get(server.base_url + path).status_code == 200, path


def test_a_date_out_of_range_is_no_error(places: Places, engine: str) -> None:
    if engine == "sqlite":
        pytest.skip("its columns hold texts")
    places.set_up({**SETUP, "access_tokens": [TOKEN]})
    server = places.slash_o()
    dates = {"postgresql": ["infinity", "-infinity", "0044-03-15 BC", "20000-01-01"], "mysql": ["0000-00-00 00:00:00"]}
    if engine == "mysql":
        places.database.run("SET SESSION sql_mode=''")
    for text in dates[engine]:
        places.database.run("UPDATE oauth2_provider_accesstoken SET expires=?", (text,))
        lives = text in ("infinity", "20000-01-01")
        status, answer = _introspect(server)
        assert (status, answer["active"]) == (200, lives), text
        if lives:
            assert answer["exp"] == datetime.datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp()
