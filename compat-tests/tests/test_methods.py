"""Every method at every path: status, Location and Allow are the reference's, for visitors and for strangers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from compat_tests.databases import Databases
from compat_tests.exchange import CSRF_SECRET
from compat_tests.places import SETUP
from compat_tests.two_sides import TwoSides

PATHS = [
    "/o/authorize/", "/o/device/", "/o/device-confirm/web/X", "/o/device-grant-status/web/X", "/o/applications/",
    "/o/applications/1/", "/o/applications/1/delete/", "/o/authorized_tokens/", "/accounts/login/", "/accounts/logout/",
    "/accounts/password_change/", "/o/token/", "/o/introspect/", "/o/revoke_token/", "/o/userinfo/", "/o/logout/",
    "/o/register/", "/o/device-authorization/", "/o/.well-known/openid-configuration", "/nosuch", "/o",
]  # fmt: skip
#: Django takes methods in small letters for those in capitals.
METHODS = ["GET", "HEAD", "OPTIONS", "TRACE", "PATCH", "DELETE", "PUT", "FOO", "get", "post", "Options"]


@pytest.fixture(scope="module")
def sides(databases: Databases, folder: Path, binary: str) -> Iterator[TwoSides]:
    made = TwoSides(databases, folder, binary, {})
    yield made
    made.close()


@pytest.mark.parametrize("logged_in", [False, True], ids=["stranger", "alice"])
@pytest.mark.parametrize("method", METHODS)
def test_a_method_at_every_path(sides: TwoSides, method: str, logged_in: bool) -> None:
    seen: list[dict[str, tuple[int, str | None, str | None]]] = []
    for side in sides.sides:
        side.reset(SETUP)
        if logged_in:
            side.logged_in()
        body = "" if method.upper() in {"POST", "PUT", "PATCH", "DELETE"} else None
        answers = {path: side.send(method, path, body=body) for path in PATHS}
        seen.append({path: (a.status, a.header("location"), a.header("allow")) for path, a in answers.items()})
    assert seen[1] == seen[0]


FORMS = ["/accounts/login/", "/o/authorize/", "/o/device/", "/o/applications/register/", "/accounts/password_change/"]
TOO_MUCH = {"too many fields": "&".join(f"f{n}=1" for n in range(1001)), "too large": "a=" + "x" * 2_700_000}


@pytest.mark.parametrize("kind", TOO_MUCH)
@pytest.mark.parametrize("path", FORMS)
def test_the_csrf_check_comes_before_a_form_that_is_too_much(sides: TwoSides, path: str, kind: str) -> None:
    """Django looks at the cookie before it reads the form."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    seen = []
    for side in sides.sides:
        side.reset(SETUP)
        side.logged_in()
        without = side.send("POST", path, body=TOO_MUCH[kind], headers=headers).status
        side.cookies["csrftoken"] = CSRF_SECRET
        seen.append((without, side.send("POST", path, body=TOO_MUCH[kind], headers=headers).status))
    assert seen[1] == seen[0] == (403, 400)
