"""Cases of random requests: plausible ones with something changed, over rows in every state that matters."""

import random
from typing import Any
from urllib.parse import urlencode

from compat_tests.case_file import Case
from compat_tests.definitions.requests import request
from compat_tests.definitions.rows import (
    APPLICATIONS,
    CALLBACK,
    CHALLENGE,
    DEVICE_GRANT_TYPE,
    INTROSPECTION_TOKEN,
    VERIFIER,
    access_token,
    device_grant,
    grant,
    refresh_token,
)

Step = dict[str, Any]
Pairs = list[list[str]]
SPA = "https://spa.example/cb"
SCOPES = {"read": "R", "write": "W", "introspection": "I"}
#: The safe answers of slash-o are told in docs/differences.md; here both sides are to answer alike.
AS_DOT = ["json_errors", "device_code_reuse", "denial_to_any_uri", "id_token_as_bearer", "token_request_nonce"]

SETTINGS: dict[str, dict[str, Any]] = {
    "defaults": {},
    "loose": {"PKCE_REQUIRED": False, "ALLOW_URI_WILDCARDS": True, "ALLOW_LOCALHOST_LOOPBACK": True},
    "reuse protection": {"REFRESH_TOKEN_REUSE_PROTECTION": True, "REFRESH_TOKEN_GRACE_PERIOD_SECONDS": 3600},
    "no rotation, auto": {"ROTATE_REFRESH_TOKEN": False, "REQUEST_APPROVAL_PROMPT": "auto"},
    "RFC 9700": {
        f"COMPLIANT_BCP_RFC9700_{gate}": True
        for gate in ["IMPLICIT_GRANT", "PASSWORD_GRANT", "PKCE_METHOD", "ACCESS_TOKEN_TRANSPORT", "AUTHZ_RESPONSE_ISS"]
    },
    "OpenID Connect": {
        "OIDC_ENABLED": True,
        "OIDC_RSA_PRIVATE_KEY": "{{pem:rsa1}}",
        "SCOPES": {**SCOPES, "openid": "O"},
    },
}

USERS = [
    {"username": "alice", "password": "alice-pw", "iterations": 1000},
    {"username": "bob", "password": "bob-pw", "iterations": 1000},
    {"username": "idle", "password": "idle-pw", "is_active": False, "iterations": 1000},
]
SETUP: dict[str, Any] = {
    "users": USERS,
    "applications": list(APPLICATIONS.values()),
    "access_tokens": [
        access_token(),
        access_token("AT2", "other", "bob", scope="read"),
        access_token("ATX", "web", "alice", expires=-10),
        access_token("ATR", "web", "alice", resource=["https://api.example/v1"]),
        access_token("ATSPA", "spa", "alice"),
        access_token("ATIDLE", "web", "idle"),
        INTROSPECTION_TOKEN,
    ],
    "refresh_tokens": [
        refresh_token(),
        refresh_token("RT2", "other", "bob", "AT2"),
        refresh_token("RTREV", "web", "alice", None, revoked=-7200),
        refresh_token("RTORPH", "web", "alice", None),
        refresh_token("RTX", "web", "alice", "ATX", resource=["https://api.example/v1"]),
        refresh_token("RTSPA", "spa", "alice", "ATSPA", token_family=None),
        refresh_token("RTG", "web", "alice", None, revoked=-5),
        refresh_token("RTIDLE", "web", "idle", "ATIDLE"),
    ],
    "grants": [
        grant("C1"),
        grant("CX", expires=-5),
        grant("CO", "other"),
        grant("CP", "spa", code_challenge="abc", code_challenge_method="plain", redirect_uri=SPA),
        grant("CN", "spa", code_challenge="", code_challenge_method="", redirect_uri=SPA),
        grant("CBAD", code_challenge_method="S512"),
        grant("CRES", resource=["https://api.example/v1", "https://b.example/"]),
        grant("CES", scope=""),
        grant("CIDLE", user="idle"),
        grant("CODD", scope="read nosuch"),
    ],
    "device_grants": [
        device_grant(),
        device_grant(device_code="DCA", user_code="UCA", status="authorized", user="alice"),
        device_grant(device_code="DCD", user_code="UCD", status="denied"),
        device_grant(device_code="DCE", user_code="UCE", status="expired"),
    ],
}
#: Which client a code or token belongs to; `web` where nothing is said.
OWNERS = {"CO": "other", "CP": "spa", "CN": "spa", "RT2": "other", "RTSPA": "spa", "AT2": "other", "DC1": "dev", "DCA": "dev"}
SECRETS = {"web": "s3cret", "other": "other-secret"}

VALUES: dict[str, list[str]] = {
    "grant_type": ["authorization_code", "refresh_token", "client_credentials", "password", DEVICE_GRANT_TYPE, "implicit", ""],
    "client_id": [*APPLICATIONS, "nobody", "", "WEB", " web", "web\0"],
    "client_secret": ["s3cret", "other-secret", "wrong", "", "s3cret "],
    "code": ["C1", "CX", "CO", "CP", "CN", "CBAD", "CRES", "CES", "CIDLE", "CODD", "c1", "", "nope", "C1\0"],
    "code_verifier": [VERIFIER, "abc", "", "wrong", "\u00e9", VERIFIER + " "],
    "redirect_uri": [
        CALLBACK, SPA, CALLBACK + "2", CALLBACK + "/", CALLBACK + "?x=1", CALLBACK + "#f", "http://127.0.0.1:5000/cb",
        "http://localhost:99/cb", "http://[::1]:1/cb", "com.example.app:/cb", "https://a.c.example/cb",
        "HTTPS://CLIENT.example/cb", "https://client.example:443/cb", "https://u@client.example/cb", "//client.example/cb",
        "", "/cb", CALLBACK + "\n", "https://client.example/%63b", "javascript:alert(1)", "https://evil.example/",
    ],
    "refresh_token": ["RT1", "RT2", "RTREV", "RTORPH", "RTX", "RTSPA", "RTG", "RTIDLE", "", "nope", "AT1", "rt1"],
    "scope": [
        "read", "write", "read write", "write read", "", "  ", "read  write", "nosuch", "read nosuch", " read ",
        "read read", "READ", "read\twrite", "introspection", "openid", "openid read",
    ],
    "username": ["alice", "bob", "idle", "nobody", "", " alice", "ALICE"],
    "password": ["alice-pw", "bob-pw", "idle-pw", "", "alice-pw "],
    "device_code": ["DC1", "DCA", "DCD", "DCE", "", "nope"],
    "state": ["xyz", "", "\u00e9 \u20ac", "a&b=c", "<script>", "~*'"],
    "resource": [
        "https://api.example/v1", "https://api.example/v1/x", "https://b.example/", "https://evil/", "bad", "https://u@x/",
        "https://x/#f", "https://x:99999/", "", " ", "HTTPS://API.example/v1",
    ],
    "token": ["AT1", "AT2", "ATX", "ATR", "RT1", "RT2", "RTREV", "RTG", "ATIDLE", "INT", "", "nope", "at1"],
    "token_type_hint": ["access_token", "refresh_token", "x", ""],
    "nonce": ["n", ""],
    "response_type": ["code", "token", "id_token", "code token", "none", "", "CODE", "code id_token", "token code"],
    "code_challenge": [CHALLENGE, "", "short", "\u00e9"],
    "code_challenge_method": ["S256", "plain", "", "s256", "S512"],
    "prompt": ["login", "consent", "select_account", "", "login consent", "x"],
    "approval_prompt": ["auto", "force", ""],
    "response_mode": ["fragment", "query", "form_post", ""],
    "allow": ["Authorize", "false", "0", "", "on"],
    "claims": ["{}", "null", "{", "[]", '{"userinfo":{}}'],
    "access_token": ["AT1", "nope", "INT", ""],
    "foo": ["bar", ""],
}  # fmt: skip
#: What belongs into a request of each grant, and what may come besides.
OF_GRANT = {
    "authorization_code": ["code", "redirect_uri", "code_verifier"],
    "refresh_token": ["refresh_token"],
    "password": ["username", "password"],
    DEVICE_GRANT_TYPE: ["device_code"],
}
BESIDES = {
    "/o/token/": ["scope", "state", "resource", "nonce", "response_type", "foo", "redirect_uri", "code"],
    "/o/revoke_token/": ["token_type_hint", "state", "foo"],
    "/o/introspect/": ["token_type_hint", "access_token", "foo"],
    "/o/authorize/": ["state", "nonce", "prompt", "approval_prompt", "resource", "response_mode", "claims", "foo"],
}


class Dice(random.Random):
    def often(self, share: float) -> bool:
        return self.random() < share

    def value(self, name: str, likely: str | None = None, share: float = 0.75) -> list[str]:
        """A pair: the likely value, else any."""
        return [name, likely if likely is not None and self.often(share) else self.choice(VALUES[name])]


def case(seed: int, settings: str, steps: int) -> Case:
    dice = Dice(f"{settings} {seed}")
    provider = {"SCOPES": SCOPES, "ALLOWED_REDIRECT_URI_SCHEMES": ["http", "https", "com.example.app"], **SETTINGS[settings]}
    return {
        "id": f"random {settings} {seed}",
        "title": "random requests",
        "settings": {
            "OAUTH2_PROVIDER": {**provider, "OAUTH_DEVICE_VERIFICATION_URI": "https://s.example/d"},
            "server": {"compat": dict.fromkeys(AS_DOT, "dot")},
        },
        "setup": {**SETUP, "applications": [_signing(row) for row in APPLICATIONS.values()]},
        "steps": [_step(dice) for _ in range(steps)],
    }


def _signing(row: dict[str, Any]) -> dict[str, Any]:
    """What cannot be signed is a 500 of the reference (docs/differences.md): here everything can."""
    return {"algorithm": "RS256", **row}


def _step(dice: Dice) -> Step:
    if dice.often(0.4):
        return _authorize(dice)
    path = dice.choice(["/o/token/", "/o/token/", "/o/token/", "/o/revoke_token/", "/o/introspect/"])
    pairs = _token(dice) if path == "/o/token/" else [dice.value("token")]
    named = next((value for _, value in pairs if value in OWNERS), "")
    client = OWNERS.get(named, "web") if dice.often(0.8) else dice.choice(list(APPLICATIONS))
    step = request("POST", path, form=pairs)
    secret = SECRETS.get(client, "s3cret") if dice.often(0.85) else dice.choice(VALUES["client_secret"])
    if dice.often(0.5):
        step["basic"] = [client, secret]
    if "basic" not in step or dice.often(0.2):
        pairs += [["client_id", client]] + ([["client_secret", secret]] if dice.often(0.75) else [])
    _spoil(dice, pairs, path)
    if dice.often(0.1):
        step["headers"] = {"Origin": dice.choice(["https://spa.example", "http://spa.example", "null", "https://evil"])}
    return step


def _token(dice: Dice) -> Pairs:
    grant_type = dice.choice(VALUES["grant_type"][:5] if dice.often(0.9) else VALUES["grant_type"])
    pairs = [["grant_type", grant_type]]
    for name in OF_GRANT.get(grant_type, []):
        likely = {"redirect_uri": CALLBACK, "code_verifier": VERIFIER, "username": "alice", "password": "alice-pw"}
        pairs += [dice.value(name, likely.get(name))] if dice.often(0.93) else []
    return pairs


def _authorize(dice: Dice) -> Step:
    client = dice.choice(["web", "spa", "multi", "none", "skip", "imp"]) if dice.often(0.9) else dice.choice(VALUES["client_id"])
    known = APPLICATIONS.get(client, {}).get("redirect_uris", "").split()
    pairs = [
        dice.value("client_id", client, 1),
        dice.value("redirect_uri", dice.choice(known or [CALLBACK]), 0.7),
        dice.value("response_type", "token" if client == "imp" else "code", 0.85),
        dice.value("code_challenge", CHALLENGE, 0.85),
        dice.value("code_challenge_method", "S256", 0.85),
    ]
    pairs = [pair for pair in pairs if dice.often(0.95)]
    session = "alice" if dice.often(0.9) else None
    if dice.often(0.6):
        pairs += [dice.value("scope")] if dice.often(0.7) else []
        _spoil(dice, pairs, "/o/authorize/")
        return request("GET", f"/o/authorize/?{urlencode([tuple(pair) for pair in pairs])}", session)
    pairs += [dice.value("scope", "read", 0.7), dice.value("allow", "Authorize", 0.8)]
    _spoil(dice, pairs, "/o/authorize/")
    query = [dice.value(dice.choice(["nonce", "response_mode", "prompt", "scope", "state"]))] if dice.often(0.25) else []
    path = "/o/authorize/" + ("?" + urlencode([tuple(pair) for pair in query]) if query else "")
    return request("POST", path, session, form=pairs, csrf=dice.often(0.97))


def _spoil(dice: Dice, pairs: Pairs, path: str) -> None:
    """Something besides, something twice, another order."""
    pairs += [dice.value(name) for name in dice.choices(BESIDES[path], k=dice.choice([0, 0, 1, 2]))]
    if pairs and dice.often(0.06):
        pairs.append(list(dice.choice(pairs)))
    dice.shuffle(pairs)
