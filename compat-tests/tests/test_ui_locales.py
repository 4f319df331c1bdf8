"""`ui_locales` (OpenID Connect Core 3.1.2.1) chooses the language of the pages; DOT takes it and does nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from compat_tests import project
from compat_tests.databases import Databases
from compat_tests.places import CALLBACK, SETUP
from compat_tests.two_sides import Side, TwoSides

pytestmark = pytest.mark.slash_o_only("DOT ignores ui_locales (docs/differences.md)")
AUTHORIZE = f"/o/authorize/?response_type=code&client_id=web&redirect_uri={CALLBACK}&scope=read"
CHALLENGE = "&code_challenge=" + "E" * 43 + "&code_challenge_method=S256"
GERMAN = "Gartenladen"


@pytest.fixture(scope="module")
def sides(databases: Databases, folder: Path, binary: str) -> Iterator[TwoSides]:
    settings = {
        **project.settings(),
        "MIDDLEWARE": project.MIDDLEWARE,
        "LANGUAGES": [["de", "German"], ["en", "English"]],
        "LOCALE_PATHS": [str(project.write_german(folder))],
    }
    made = TwoSides(databases, folder, binary, settings)
    yield made
    made.close()


def page(side: Side, wish: str, *, logged_in: bool) -> str:
    """The consent page, or the login page that stands before it."""
    side.reset(SETUP)
    if logged_in:
        side.logged_in()
    answer = side.get(AUTHORIZE + CHALLENGE + wish)
    if not logged_in:
        location = answer.header("location")
        assert location is not None
        answer = side.get(location)
    assert answer.status == 200
    return answer.body


@pytest.mark.parametrize("logged_in", [True, False], ids=["consent", "login"])
@pytest.mark.parametrize(("wish", "german"), [("tlh+de+en", True), ("en+de", False), ("", False)])
def test_the_first_language_that_the_site_has(sides: TwoSides, wish: str, german: bool, logged_in: bool) -> None:
    django, slash_o = sides.sides
    assert (GERMAN in page(slash_o, f"&ui_locales={wish}", logged_in=logged_in)) == german
    assert GERMAN not in page(django, f"&ui_locales={wish}", logged_in=logged_in)
