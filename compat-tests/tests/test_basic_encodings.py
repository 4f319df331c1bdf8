"""Parameter `encoding`: the codec of the Basic header (T-18), asked of both servers."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from compat_tests.databases import Databases
from compat_tests.places import SETUP
from compat_tests.two_sides import TwoSides

SECRET = "s\u00e9cret"
APPLICATION = {
    "client_id": "accent",
    "client_secret": SECRET,
    "hash_client_secret": False,
    "client_type": "confidential",
    "authorization_grant_type": "client-credentials",
    "redirect_uris": "",
}
CODECS = ["utf-8", "UTF8", "utf-8-sig", "latin-1", "iso-8859-1", "iso-8859-15", "cp1252", "windows-1252", "ascii", "utf-16", "mac-roman"]


@pytest.fixture(scope="module")
def sides(databases: Databases, folder: Path, binary: str) -> Iterator[TwoSides]:
    made = TwoSides(databases, folder, binary, {})
    for side in made.sides:
        side.reset({**SETUP, "applications": [APPLICATION]})
    yield made
    made.close()


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("sent_as", ["utf-8", "latin-1", "the codec itself"])
def test_the_header_is_read_with_the_codec(sides: TwoSides, codec: str, sent_as: str) -> None:
    header = f"accent:{SECRET}".encode(codec if sent_as == "the codec itself" and codec != "ascii" else sent_as.replace("the codec itself", "utf-8"))
    headers = {
        "Authorization": "Basic " + base64.b64encode(header).decode(),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    body = f"grant_type=client_credentials&encoding={codec}"
    django, slash_o = (side.send("POST", "/o/token/", body=body, headers=headers) for side in sides.sides)
    if django.status == 500:  # bytes that the codec has not: slash-o refuses the client
        assert slash_o.status == 401
    else:
        assert slash_o.status == django.status
