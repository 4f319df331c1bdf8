"""The toolkit's pages for people: applications, authorized tokens (rows D-110 to D-119)."""

from typing import Any

from compat_tests.definitions.registry import case
from compat_tests.definitions.requests import GET, Step, request
from compat_tests.definitions.rows import (
    DEVICE_GRANT_TYPE,
    PAIR,
    Rows,
    access_token,
    app,
    device_grant,
    grant,
    refresh_token,
)

LIST = "/o/applications/"
REGISTER = LIST + "register/"
TOKENS = "/o/authorized_tokens/"
#: A plain secret: a hash is another one at every registration.
FORM: dict[str, Any] = {
    "name": "Mine",
    "client_id": "mine",
    "client_secret": "s3cret",
    "client_type": "confidential",
    "authorization_grant_type": "authorization-code",
    "redirect_uris": "https://client.example/cb https://client.example/cb2",
    "post_logout_redirect_uris": "",
    "allowed_origins": "https://client.example",
    "algorithm": "",
}


def mine(client_id: str = "mine", user: str = "alice", **columns: Any) -> Rows:
    return app(client_id, "authorization-code", user=user, hash_client_secret=False, **columns)


def submit(path: str, session: str | None = "alice", **changes: Any) -> Step:
    """The application form, with `changes`; None leaves a field out."""
    fields = {**FORM, **changes}
    pairs = [[name, value] for name, value in fields.items() if value is not None]
    return request("POST", path, session, form=pairs, csrf=True)


def press(path: str, session: str | None = "alice", **parts: Any) -> Step:
    return request("POST", path, session, form=[], csrf=True, **parts)


OTHERS = [mine("first"), mine("second", name=""), mine("bobs", "bob"), app("nobodys", "client-credentials")]

case(
    "P-list",
    "own applications only, also without a name; anonymous, none, methods",
    "D-110",
    OTHERS,
    [
        GET(LIST, "alice"),
        GET(LIST, "bob"),
        GET(LIST),
        request("HEAD", LIST, "alice"),
        request("OPTIONS", LIST, "alice"),
        press(LIST),
    ],
)
case(
    "P-get-only",
    "a POST to pages that only show: with a good token 405, without one 403, for a stranger the login page",
    "D-110",
    OTHERS,
    [
        press(LIST, None),
        request("POST", LIST, "alice", form=[]),
        press(LIST, "alice", headers={"X-CSRFToken": "x"}),
        press(LIST + "1/"),
        press(TOKENS),
        request("POST", TOKENS, "alice", form=[["a", "b"]]),
    ],
)
case("P-list-none", "a user without applications", "D-110", [], [GET(LIST, "alice")])
case(
    "P-register-form",
    "the empty form; anonymous",
    "D-111 D-112",
    [],
    [GET(REGISTER, "alice"), GET(REGISTER), request("OPTIONS", REGISTER, "alice")],
)
case(
    "P-register",
    "an application is registered: its row, its owner, its page",
    "D-111 D-114",
    [],
    [
        submit(REGISTER),
        GET(LIST + "1/", "alice"),
        submit(REGISTER, client_id="second", skip_authorization="on", user="2", name=""),
        submit(REGISTER, client_id="third", name=" Blanks ", redirect_uris="https://a.example/\r\nhttps://b.example/"),
        GET(LIST, "alice"),
    ],
)
case(
    "P-register-csrf",
    "without a token, anonymous",
    "D-111",
    [],
    [
        request("POST", REGISTER, "alice", form=[["name", "x"]]),
        submit(REGISTER, None),
        request("PUT", REGISTER, "alice", headers={"X-CSRFToken": "a" * 32}, csrf=True),
    ],
)
WRONG: dict[str, dict[str, Any]] = {
    "empty": dict.fromkeys(FORM, ""),
    "nothing": dict.fromkeys(FORM),
    "taken": {"client_id": "taken"},
    "no-uris": {"redirect_uris": ""},
    "implicit": {"authorization_grant_type": "implicit", "redirect_uris": " "},
    "hybrid": {"authorization_grant_type": "openid-hybrid", "redirect_uris": ""},
    "scheme": {"redirect_uris": "ftp://x.example/ https://client.example/cb"},
    "fragment": {"redirect_uris": "https://x.example/#a"},
    "relative": {"redirect_uris": "/cb x"},
    "wildcard": {"redirect_uris": "https://*.x.example/cb"},
    "origins": {"allowed_origins": "http://x.example https://x.example/path https://x.example?q ftp://x https://ok.example"},
    "logout-uris": {"post_logout_redirect_uris": "ftp://x.example/"},
    "choices": {"client_type": "odd", "authorization_grant_type": "odd", "algorithm": "odd"},
    "rsa": {"algorithm": "RS256"},
    "hmac-public": {"algorithm": "HS256", "client_type": "public"},
    "hmac-hashed": {"algorithm": "HS256", "hash_client_secret": "on"},
    "hmac-empty": {"algorithm": "HS256", "client_secret": ""},
    "long": {"client_id": "x" * 256, "name": "y" * 256, "client_secret": "z" * 256},
    "null": {"name": "a\0b"},
}
for name, changes in WRONG.items():
    case(
        f"P-register-wrong-{name}",
        f"the form again, with what is wrong: {name}",
        "D-113",
        [mine("taken")],
        [submit(REGISTER, **changes)],
    )
case(
    "P-detail",
    "the own application; of another, of nobody, unknown",
    "D-114 D-117",
    OTHERS,
    [
        GET(LIST + "1/", "alice"),
        GET(LIST + "2/", "alice"),
        GET(LIST + "3/", "alice"),
        GET(LIST + "4/", "alice"),
        GET(LIST + "99/", "alice"),
        GET(LIST + "1/"),
        GET(LIST + "01/", "alice"),
        GET(LIST + "-1/", "alice"),
        press(LIST + "1/"),
        request("HEAD", LIST + "1/", "alice"),
    ],
)
case("P-detail-word", "a slug that is no number", "D-117", OTHERS, [GET(LIST + "word/", "alice")])
case(
    "P-update",
    "the form with the row's values; changed; of another; PUT",
    "D-115 D-117",
    [mine("first", algorithm=""), mine("bobs", "bob")],
    [
        GET(LIST + "1/update/", "alice"),
        submit(LIST + "1/update/", client_id="renamed"),
        GET(LIST + "1/", "alice"),
        submit(LIST + "1/update/", client_id="bobs"),
        submit(LIST + "2/update/", client_id="stolen"),
        submit(LIST + "1/update/", None),
        request("PUT", LIST + "1/update/", "alice", headers={"X-CSRFToken": "a" * 32}, csrf=True),
        GET(LIST + "2/update/", "alice"),
        GET(LIST + "1/update/"),
    ],
)
case(
    "P-update-hashed",
    "a hashed secret that comes back stays as it is",
    "D-115",
    [app("first", "authorization-code", user="alice", stored_secret="pbkdf2_sha256$1000$abcdefghijklmnopqrstuv$x=")],
    [
        GET(LIST + "1/update/", "alice"),
        submit(
            LIST + "1/update/",
            client_secret="pbkdf2_sha256$1000$abcdefghijklmnopqrstuv$x=",
            hash_client_secret="on",
        ),
        GET(LIST + "1/", "alice"),
    ],
)
WITH_ROWS: dict[str, Any] = {
    "access_tokens": [access_token(application="mine"), access_token("AT2", "second")],
    "refresh_tokens": [
        refresh_token(application="mine"),
        refresh_token("RT2", "mine", access_token=None),
        refresh_token("RT3", "second", access_token="AT2", token_family="22222222-2222-4222-8222-222222222222"),
    ],
    "grants": [grant(application="mine"), grant("CODE2", "second")],
    "device_grants": [device_grant(client_id="mine")],
}
case(
    "P-delete",
    "confirm, delete with everything that hangs on it, and nothing else",
    "D-116 D-176",
    [mine(), mine("second"), mine("bobs", "bob")],
    [
        GET(LIST + "1/delete/", "alice"),
        GET(LIST + "3/delete/", "alice"),
        press(LIST + "3/delete/"),
        press(LIST + "1/delete/", None),
        request("POST", LIST + "1/delete/", "alice", form=[]),
        press(LIST + "1/delete/"),
        press(LIST + "1/delete/"),
        GET(LIST, "alice"),
    ],
    **WITH_ROWS,
)
case(
    "P-delete-method",
    "DELETE does the same as POST",
    "D-116",
    [mine()],
    [
        request("DELETE", LIST + "1/delete/", "alice"),
        request("DELETE", LIST + "1/delete/", "alice", headers={"X-CSRFToken": "a" * 32}, csrf=True),
    ],
    **PAIR | {"access_tokens": [access_token(application="mine")], "refresh_tokens": [refresh_token(application="mine")]},
)
case(
    "P-tokens",
    "own tokens of all applications, also expired ones",
    "D-118",
    ["web", mine("unnamed", name=""), app("dev", DEVICE_GRANT_TYPE, "public", redirect="")],
    [GET(TOKENS, "alice"), GET(TOKENS, "bob"), GET(TOKENS, "idle"), GET(TOKENS), request("HEAD", TOKENS, "alice")],
    access_tokens=[
        access_token(),
        access_token("AT2", "unnamed", scope="read"),
        access_token("AT3", "dev", scope="", expires=-100),
        access_token("AT4", "web", "bob", scope="gone write"),
        access_token("AT5", "web", None),
    ],
)
case(
    "P-token-delete",
    "confirm and revoke; of another, of nobody, twice",
    "D-119",
    ["web"],
    [
        GET(TOKENS + "1/delete/", "alice"),
        GET(TOKENS + "2/delete/", "alice"),
        press(TOKENS + "2/delete/"),
        press(TOKENS + "3/delete/"),
        press(TOKENS + "99/delete/"),
        press(TOKENS + "1/delete/", None),
        request("POST", TOKENS + "1/delete/", "alice", form=[]),
        press(TOKENS + "1/delete/"),
        press(TOKENS + "1/delete/"),
        GET(TOKENS, "alice"),
    ],
    access_tokens=[access_token(), access_token("AT2", user="bob"), access_token("AT3", user=None)],
    refresh_tokens=[refresh_token(), refresh_token("RT2", user="bob", access_token="AT2")],
)
