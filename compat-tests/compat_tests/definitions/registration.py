"""Dynamic client registration and client ID metadata documents: rows O-500 to O-620."""

import json
from collections.abc import Sequence
from typing import Any

from compat_tests.definitions.requests import GET, Step, authorize, bearer, consent, redeem, request, token_request
from compat_tests.definitions.rows import CALLBACK, USERS, Rows, access_token, app
from compat_tests.definitions.settings_groups import SCOPES

CASES: list[dict[str, Any]] = []
REGISTER = "/o/register/"
ITEM = "/o/register/{{client_id}}/"
PRESENTED = bearer("{{registration_access_token}}")
ON = {"DCR_ENABLED": True}
OPEN = {**ON, "DCR_REGISTRATION_PERMISSION_CLASSES": ["oauth2_provider.dcr.AllowAllDCRPermission"]}
SCOPE = "oauth2_provider:registration"
GOOD = {"redirect_uris": [CALLBACK]}


def _case(id: str, title: str, rows: str, steps: Sequence[Step], settings: dict[str, Any], **setup: Any) -> None:
    documents = setup.get("documents")
    case: dict[str, Any] = {
        "id": id,
        "title": title,
        "rows": rows.split(),
        "group": "registration",
        "settings": {"OAUTH2_PROVIDER": {"SCOPES": SCOPES, "PKCE_REQUIRED": False, **settings}},
        "setup": {"users": USERS, "applications": setup.pop("applications", []), **setup},
        "steps": list(steps),
    }
    if documents is not None:
        case["settings"]["documents"] = True
    CASES.append(json.loads(json.dumps(case)))


def _json(method: str, path: str, body: Any, headers: dict[str, str] | None = None, **parts: Any) -> Step:
    text = body if isinstance(body, str) else json.dumps(body)
    return request(method, path, body=text, headers={"Content-Type": "application/json", **(headers or {})}, **parts)


def reg(headers: dict[str, str] | None = None, session: str | None = None, csrf: bool = False, **members: Any) -> Step:
    parts: dict[str, Any] = {"csrf": True} if csrf else {}
    return _json("POST", REGISTER, members, headers, session=session, **parts)


def put(**members: Any) -> Step:
    return _json("PUT", ITEM, members, PRESENTED)


def dcr(
    id: str, title: str, rows: str, steps: Sequence[Step], settings: dict[str, Any] = OPEN, **setup: Any
) -> None:
    _case("dcr-" + id, title, rows, steps, settings, **setup)


def _managed(source: str, scope: str, grant: str = "authorization-code", **token: Any) -> dict[str, Any]:
    row = access_token("rat-1234567890", application="web", user=None, scope=scope, **token)
    return {"applications": [app("web", grant, registration_source=source)], "access_tokens": [row]}


WEB = [GET("/o/register/web/", headers=bearer("rat-1234567890"))]
dcr("disabled", "DCR off", "O-500", [reg(**GOOD), GET("/o/register/x/"), request("PATCH", REGISTER)], {})
dcr("anon", "default permission, no session: 401", "O-501", [reg(**GOOD)], ON)
dcr("session-no-csrf", "session without CSRF token: 401", "O-502", [reg(session="alice", **GOOD)], ON)
CSRF = {"X-CSRFToken": "a" * 32}
dcr("session-csrf", "session and CSRF header: 201, owner set", "O-502 O-510", [reg(CSRF, "alice", True, **GOOD)], ON)
dcr("session-bearer", "session and any Bearer header", "O-502", [reg(bearer("x"), "alice", **GOOD)], ON)
NOBODY = {**ON, "DCR_REGISTRATION_PERMISSION_CLASSES": []}
dcr("no-permission-class", "empty permission list denies", "O-503", [reg(**GOOD)], NOBODY)
dcr("minimal", "open registration, minimal", "O-504 O-510 O-511", [reg(**GOOD)])
PUBLIC = reg(token_endpoint_auth_method="none", client_name="SPA", **GOOD)
dcr("public", "public client: a secret is stored and not told", "O-512 O-513", [PUBLIC])
dcr("post-method", "read back as client_secret_basic", "O-512", [reg(token_endpoint_auth_method="client_secret_post", **GOOD)])
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
dcr(
    "grants",
    "each grant",
    "O-514",
    [reg(**GOOD, grant_types=["authorization_code", "refresh_token"]), reg(**GOOD, grant_types=["implicit"])]
    + [reg(grant_types=[grant]) for grant in ("password", "client_credentials", DEVICE)],
)
GRANTS: list[Any] = [[], ["refresh_token"], ["authorization_code", "implicit"], ["openid-hybrid"], "implicit", [1], None]
dcr("grant-errors", "grant_types errors", "O-515", [reg(**GOOD, grant_types=grants) for grants in GRANTS])
URIS: list[Any] = [CALLBACK, [1], [], ["myapp://cb"], [CALLBACK + "#f"], ["https://*.example/cb"], ["not a uri"]]
dcr(
    "uri-errors",
    "redirect_uris errors",
    "O-516 O-522",
    [reg(), *[reg(redirect_uris=uris) for uris in URIS], reg(redirect_uris=["https://client.example/a", "http://b"])],
)
FORM = request("POST", REGISTER, form=[["redirect_uris", CALLBACK]])
dcr("body-errors", "body errors", "O-517", [_json("POST", REGISTER, "{"), _json("POST", REGISTER, [1]), FORM, _json("POST", REGISTER, "")])
dcr("content-type", "Content-Type is not looked at", "O-517", [reg({"Content-Type": "text/plain"}, **GOOD)])
METHODS = ["private_key_jwt", None]
dcr("auth-method-error", "unsupported method", "O-518", [reg(**GOOD, token_endpoint_auth_method=m) for m in METHODS])
dcr("name", "client_name: long, number, null", "O-519", [reg(**GOOD, client_name=n) for n in ("x" * 256, 12, None)])
IGNORED: dict[str, Any] = {"client_id": "mine", "client_secret": "s", "scope": "read", "contacts": ["a@b"]}
IGNORED |= {"response_types": ["token"], "id_token_signed_response_alg": "RS256", "jwks_uri": "https://x/j"}
dcr("ignored", "other members are ignored and not echoed", "O-520", [reg(**GOOD, **IGNORED)])
dcr("methods", "GET on the collection, POST without slash", "O-505", [GET(REGISTER), _json("POST", "/o/register", GOOD)])
dcr("expire", "lifetime of the token", "O-511", [reg(**GOOD)], {**OPEN, "DCR_REGISTRATION_TOKEN_EXPIRE_SECONDS": 600})
dcr("scope-setting", "scope of the token", "O-511", [reg(**GOOD)], {**OPEN, "DCR_REGISTRATION_SCOPE": "regscope"})
HASHED = {**OPEN, "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True}
dcr("hashed-storage", "token column empty", "O-511 O-530", [reg(**GOOD), GET(ITEM, headers=PRESENTED)], HASHED)
ISSUER = {**OPEN, "OIDC_ISS_ENDPOINT": "https://id.example/o"}
dcr("iss-endpoint", "registration_client_uri comes from the request", "O-521", [reg(**GOOD)], ISSUER)
dcr("get", "read", "O-530", [reg(**GOOD, client_name="N"), GET(ITEM, headers=PRESENTED)])
dcr(
    "auth-errors",
    "management authentication errors",
    "O-531",
    [reg(**GOOD), GET(ITEM), GET(ITEM, headers={"Authorization": "Basic eDp5"}), GET(ITEM, headers=bearer("nope"))]
    + [GET(f"/o/register/{other}/", headers=PRESENTED) for other in ("web", "nobody")]
    + [GET(ITEM, headers={"Authorization": "bearer  {{registration_access_token}}"})],
)
dcr("expired", "expired registration token", "O-531", WEB, **_managed("dcr", SCOPE, expires=-5))
dcr("wrong-scope", "ordinary token", "O-531", WEB, **_managed("dcr", "read"))
dcr("manual-app", "registration scope on a manual application", "O-532", WEB, **_managed("manual", SCOPE))
dcr("hybrid-read", "a hybrid application shows DOT's name", "O-538", WEB, **_managed("dcr", SCOPE, "openid-hybrid"))
SECOND = bearer("{{registration_access_token2}}")
dcr(
    "put",
    "update rotates the token; omitted members reset",
    "O-533 O-534",
    [reg(**GOOD, client_name="N"), put(redirect_uris=[CALLBACK + "2"]), GET(ITEM, headers=PRESENTED), GET(ITEM, headers=SECOND)],
)
KEPT = {**OPEN, "DCR_ROTATE_REGISTRATION_TOKEN_ON_UPDATE": False}
dcr("put-norotate", "no rotation", "O-534", [reg(**GOOD), put(redirect_uris=[CALLBACK + "2"], client_name="New"), GET(ITEM, headers=PRESENTED)], KEPT)
dcr("put-public", "to public and to another grant", "O-533", [reg(**GOOD), put(**GOOD, token_endpoint_auth_method="none", grant_types=["implicit"])])
dcr("put-errors", "update errors change nothing", "O-535", [reg(**GOOD), put(), put(redirect_uris=["myapp://x"]), _json("PUT", ITEM, "no", PRESENTED)])
dcr("put-ignores-id", "client_id in the body is not compared", "O-535", [reg(**GOOD), put(**GOOD, client_id="other", client_secret="zzz")])
dcr("delete", "the application and everything under it", "O-536", [reg(**GOOD), request("DELETE", ITEM, headers=PRESENTED), GET(ITEM, headers=PRESENTED)])
dcr("patch", "other methods", "O-537", [reg(**GOOD), request("PATCH", ITEM, headers=PRESENTED), _json("POST", ITEM, {}, PRESENTED)])
USE = token_request(pairs=[["grant_type", "client_credentials"], ["client_id", "{{client_id}}"], ["client_secret", "{{client_secret}}"], ["scope", "read"]])
dcr("use", "the registered client gets tokens", "O-539", [reg(grant_types=["client_credentials"]), USE])


# Client ID metadata documents: a URL of its own for each case, since a failed one rests.


def cimd(id: str, title: str, rows: str, steps: Sequence[Any], documents: Any = None, settings: Any = None, **setup: Any) -> None:
    """`documents`: members beside the usual ones, or the whole by URL; a step that is text is a URL to authorize."""
    url = f"https://app.example/{id}"
    served = documents if isinstance(documents, list) else [_document(url, **(documents or {}))]
    sent = [authorize(step.format(url=url), pkce=False, scope="read") if isinstance(step, str) else step for step in steps]
    on = {"CIMD_ENABLED": True} if settings is None else settings
    _case("cimd-" + id, title, rows, sent, on, documents=served, **setup)


def _document(url: str, cache_control: str | None = "max-age=1000", **members: Any) -> dict[str, Any]:
    document = {"client_id": url, "redirect_uris": [CALLBACK], "client_name": "App", **members}
    return {"url": url, "json": document, "cache_control": cache_control}


def _stored(id: str, source: str = "cimd", expires: int | None = None) -> list[Rows]:
    columns: dict[str, Any] = {"registration_source": source, "cimd_expires_at": expires}
    return [{**app(f"https://app.example/{id}", "authorization-code", "public"), "name": "Old", **columns}]


ONCE = ["{url}"]
cimd("first", "first sight: consent page, row made", "O-601 O-610", ONCE)
CODE_URL = "https://app.example/code"
cimd(
    "code",
    "code flow with PKCE as a public client",
    "O-611",
    [authorize(CODE_URL, scope="read"), consent(CODE_URL, scope="read"), redeem(CODE_URL, auth="id")],
    settings={"CIMD_ENABLED": True, "PKCE_REQUIRED": True},
)
cimd("disabled", "disabled: unknown client", "O-600", ONCE, settings={})
cimd("no-doc", "fetch fails; the second try does not fetch", "O-605 O-606", ["{url}", "{url}"], [])
RECOVERED = {**authorize("https://app.example/recover", pkce=False), "documents": [_document("https://app.example/recover")]}
cimd("recover", "the rest also hides a document that is now good", "O-606", ["{url}", RECOVERED], [])
BAD: dict[str, dict[str, Any]] = {
    "mismatch": {"client_id": "https://app.example/other"},
    "secret": {"client_secret": ""},
    "secret-exp": {"client_secret_expires_at": 0},
    "method": {"token_endpoint_auth_method": "private_key_jwt"},
    "no-uris": {"redirect_uris": []},
    "uri-type": {"redirect_uris": "https://x"},
    "grant": {"grant_types": ["client_credentials"]},
    "grants": {"grant_types": ["authorization_code", "implicit"]},
    "name": {"client_name": 5},
    "scheme": {"redirect_uris": ["myapp://x"]},
    "longname": {"client_name": "n" * 256},
}
for name, members in BAD.items():
    cimd("bad-" + name, "document refused: " + name, "O-604", ONCE, members)
IMPLICIT = authorize("https://app.example/implicit", pkce=False, scope="read", response_type="token")
cimd("implicit", "implicit client", "O-604", [IMPLICIT], {"grant_types": ["implicit", "refresh_token"]})
cimd("collision", "a manual application wins, no fetch", "O-603", ONCE, applications=_stored("collision", "manual"))
cimd("fresh", "kept: no fetch", "O-607", ONCE, {"client_name": "Newer"}, applications=_stored("fresh", expires=100))
cimd("stale", "fetched again and updated", "O-607", ONCE, {"client_name": "Newer"}, applications=_stored("stale", expires=-1))
cimd("stale-fail", "the old row is kept", "O-608", ["{url}", "{url}"], [], applications=_stored("stale-fail", expires=-1))
cimd("no-expiry", "never fetched again", "O-607", ONCE, {"client_name": "Newer"}, applications=_stored("no-expiry"))
DENY = {"CIMD_ENABLED": True, "CIMD_REGISTRATION_PERMISSION_CLASSES": []}
cimd("deny-all", "empty permission list: no fetch", "O-602", ONCE, settings=DENY)
ALLOWLIST = ["oauth2_provider.cimd.HostAllowlistCIMDPermission"]
LISTED = {"CIMD_ENABLED": True, "CIMD_REGISTRATION_PERMISSION_CLASSES": ALLOWLIST, "CIMD_ALLOWED_HOSTS": [".app.example"]}
BOTH = [_document("https://app.example/allowlist"), _document("https://evil.example/c")]
cimd("allowlist", "host allow list", "O-602", ["{url}", "https://evil.example/c"], BOTH, settings=LISTED)
FIRST_TOKEN = token_request("https://app.example/token-endpoint", "id", grant_type="authorization_code", code="x", redirect_uri=CALLBACK)
cimd("token-endpoint", "first sight at the token endpoint", "O-612", [FIRST_TOKEN])
AGES = {"https://app.example/ages": "max-age=1", "https://b.example/ages": "no-store", "https://c.example/ages": None}
cimd("ages", "lifetime between the bounds", "O-609", list(AGES), [_document(url, header) for url, header in AGES.items()])
OPENID_URL = "https://app.example/openid"
cimd(
    "openid",
    "openid scope: no algorithm, so that there can be no ID token",
    "O-613",
    [
        authorize(OPENID_URL, pkce=False, scope="openid"),
        consent(OPENID_URL, pkce=False, scope="openid"),
        redeem(OPENID_URL, ver=None, auth="id"),
    ],
    settings={
        "CIMD_ENABLED": True,
        "OIDC_ENABLED": True,
        "OIDC_RSA_PRIVATE_KEY": "{{pem:rsa1}}",
        "SCOPES": {"openid": "Identity", **SCOPES},
    },
)
cimd("case", "scheme in capitals", "O-601", ["HTTPS://app.example/case"], [_document("HTTPS://app.example/case")])
EVIL = authorize("https://app.example/unregistered-redirect", pkce=False, redirect_uri="https://evil.example/")
cimd("unregistered-redirect", "error page, row kept", "O-611", [EVIL])


def definitions() -> list[dict[str, Any]]:
    return CASES
