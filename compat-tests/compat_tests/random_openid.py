"""Cases of random requests to logout, userinfo and registration, over hints and tokens in every state that matters."""

import json
from typing import Any

from compat_tests.case_file import Case
from compat_tests.definitions.openid.registry import DONE, HS256, SCOPES, app, get, hint, step, user
from compat_tests.random_cases import AS_DOT, Dice

Step = dict[str, Any]
ON = {"OIDC_RP_INITIATED_LOGOUT_ENABLED": True}
OPEN = ["oauth2_provider.dcr.AllowAllDCRPermission"]

SETTINGS: dict[str, dict[str, Any]] = {
    "logout asks": ON,
    "logout at once": {**ON, "OIDC_RP_INITIATED_LOGOUT_ALWAYS_PROMPT": False},
    "logout strict": {
        **ON,
        "OIDC_RP_INITIATED_LOGOUT_STRICT_REDIRECT_URIS": True,
        "OIDC_RP_INITIATED_LOGOUT_ACCEPT_EXPIRED_TOKENS": False,
        "OIDC_RP_INITIATED_LOGOUT_DELETE_TOKENS": False,
    },
    "registration": {"DCR_ENABLED": True, "DCR_REGISTRATION_PERMISSION_CLASSES": OPEN},
}
NAMES = ["alice", "bob", "carol", "dora", "eve", "fay", "gil", "hal"]
HINTS = {
    "good": hint("good"),
    "bobs": hint("bobs", "bob", jti="22222222-2222-4222-8222-222222222222"),
    "old": hint("old", jti="33333333-3333-4333-8333-333333333333", exp=-600),
    "other": hint("other", client_id="other", jti="44444444-4444-4444-8444-444444444444"),
    "foreign": hint("foreign", jti="55555555-5555-4555-8555-555555555555", iss="https://evil.example/o"),
    "unstored": hint("unstored", jti="66666666-6666-4666-8666-666666666666", stored=False),
    "shared": hint("shared", client_id="shared", jti="77777777-7777-4777-8777-777777777777", secret=HS256["client_secret"]),
}
URIS = [DONE, DONE + "/", DONE + "?a=1", DONE + "#f", "http://client.example/done", "https://evil.example/", "", "nonsense", "javascript:x"]
TOKENS = [
    {"token": "tok-openid", "user": "alice", "application": "web", "scope": "openid profile"},
    {"token": "tok-read", "user": "alice", "application": "web", "scope": "read"},
    {"token": "tok-old", "user": "alice", "application": "web", "scope": "openid", "expires": -5},
    {"token": "tok-nobody", "user": None, "application": "web", "scope": "openid"},
    {"token": "tok-bob", "user": "bob", "application": "other", "scope": "openid email"},
]
METADATA: dict[str, list[Any]] = {
    "redirect_uris": [["https://client.example/cb"], [], "https://client.example/cb", ["http://client.example/cb"], [""], [7], None, ["https://a/#f"]],
    "client_name": ["A client", "", 7, None, "x" * 300, "\u00e9"],
    "grant_types": [["authorization_code"], ["authorization_code", "refresh_token"], ["client_credentials"], ["implicit"], [], "implicit", ["nosuch"]],
    "response_types": [["code"], ["token"], ["id_token token"], [], "code", ["nosuch"]],
    "token_endpoint_auth_method": ["none", "client_secret_basic", "client_secret_post", "private_key_jwt", "", 7],
    "scope": ["read", "read write", "nosuch", "", 7],
    "post_logout_redirect_uris": [[DONE], "x", ["nonsense"], []],
    "id_token_signed_response_alg": ["RS256", "HS256", "none", "ES256"],
    "application_type": ["web", "native", "nosuch"],
    "logo_uri": ["https://client.example/l.png"],
}  # fmt: skip
BODIES = ["", "{", "[]", "null", "7", '"text"', '{"redirect_uris": ["https://a/"], "redirect_uris": []}']


def case(seed: int, settings: str, steps: int) -> Case:
    dice = Dice(f"{settings} {seed}")
    provider = {"OIDC_ENABLED": True, "OIDC_RSA_PRIVATE_KEY": "{{pem:rsa1}}", "SCOPES": SCOPES, "PKCE_REQUIRED": False}
    make = _registration if settings == "registration" else _logout
    return {
        "id": f"random {settings} {seed}",
        "title": "random requests",
        "settings": {
            "OAUTH2_PROVIDER": {**provider, **SETTINGS[settings]},
            "server": {"compat": {**dict.fromkeys(AS_DOT, "dot"), "logout_registration_tokens": "dot"}},
        },
        "setup": {
            "users": [user(name) for name in NAMES],
            "applications": [app(), app("other"), app("shared", **HS256), app("bare", post_logout_redirect_uris="")],
            "id_tokens": list(HINTS.values()),
            "access_tokens": TOKENS,
        },
        "steps": [_userinfo(dice) if dice.often(0.3) else make(dice) for _ in range(steps)],
    }


def _logout(dice: Dice) -> Step:
    choices: dict[str, list[str]] = {
        "id_token_hint": [*(f"{{{{{name}}}}}" for name in HINTS), "nonsense", "a.b.c", ""],
        "client_id": ["web", "other", "shared", "bare", "nobody", ""],
        "post_logout_redirect_uri": URIS,
        "state": ["s1", "a b&c", ""],
        "logout_hint": ["alice"],
        "ui_locales": ["fr"],
    }
    sent = {name: dice.choice(values) for name, values in choices.items() if dice.often(0.5)}
    who = dice.choice([*NAMES, None])
    parts: dict[str, Any] = {"session": who} if who else {}
    if dice.often(0.6):
        return get("/o/logout/", query=sent, **parts)
    if dice.often(0.7):
        sent["allow"] = dice.choice(["Logout", "Logout", "false", "", "0"])
    return step("POST", "/o/logout/", form=sent, **parts, **({"csrf": True} if dice.often(0.9) else {}))


def _userinfo(dice: Dice) -> Step:
    value = dice.choice([row["token"] for row in TOKENS] + ["nope", "", "tok-openid ", "{{good}}"])
    header = {"Authorization": dice.choice(["Bearer ", "bearer ", "Bearer  ", "Token ", "Basic "]) + str(value)}
    if dice.often(0.7):
        return step(dice.choice(["GET", "POST"]), "/o/userinfo/", headers=header, **({"form": {}} if dice.often(0.3) else {}))
    if dice.often(0.5):
        return get("/o/userinfo/", query={"access_token": value})
    return step("POST", "/o/userinfo/", form={"access_token": value}, **({"headers": header} if dice.often(0.3) else {}))


def _registration(dice: Dice) -> Step:
    sent = {name: dice.choice(values[:2] if dice.often(0.7) else values) for name, values in METADATA.items() if dice.often(0.45)}
    if dice.often(0.8):
        sent.setdefault("redirect_uris", ["https://client.example/cb"])
    body = json.dumps(sent) if dice.often(0.93) else dice.choice(BODIES)
    media = dice.choice(["application/json"] * 6 + ["application/json; charset=utf-8", "text/plain"])
    if dice.often(0.8):
        return step("POST", "/o/register/", body=body, headers={"Content-Type": media})
    headers = {"Authorization": "Bearer " + dice.choice(["tok-read", "nope", ""]), "Content-Type": media}
    method = dice.choice(["GET", "PUT", "DELETE"])
    return step(method, f"/o/register/{dice.choice(['web', 'nobody'])}/", headers=headers, **({"body": body} if method == "PUT" else {}))
