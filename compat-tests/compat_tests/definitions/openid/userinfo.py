"""Userinfo: rows O-41x and O-42x."""

from typing import Any

from compat_tests.definitions.openid.registry import authorize, bearer, case, get, step, token, user


def at(**columns: Any) -> dict[str, Any]:
    return {
        "token": "at-alice-1234567890",
        "user": "alice",
        "application": "web",
        "scope": "openid profile",
        **columns,
    }


B = bearer("at-alice-1234567890")
UI = "/o/userinfo/"
CLAIMS = {
    "additional_claims": {"given_name": {"user": "first_name"}, "email": {"user": "email"}, "dept": {"value": "rd"}},
    "request_agnostic": True,
}
case("ui-get", "GET with the header", get(UI, headers=B), access_tokens=[at()], rows="O-410")
case(
    "ui-get-claims",
    "claims filtered by the scopes of the token",
    get(UI, headers=B),
    access_tokens=[at()],
    claims=CLAIMS,
    rows="O-411",
)
case(
    "ui-get-claims-email",
    "with email scope",
    get(UI, headers=B),
    access_tokens=[at(scope="openid email")],
    claims=CLAIMS,
    rows="O-411",
)
case(
    "ui-unknown-scope",
    "a scope no longer configured releases nothing",
    get(UI, headers=B),
    access_tokens=[at(scope="openid address")],
    claims={"additional_claims": {"address": {"value": "x"}}},
    rows="O-411",
)
case(
    "ui-post",
    "POST with header, with body, with both",
    [
        step("POST", UI, headers=B),
        step("POST", UI, form={"access_token": "at-alice-1234567890"}),
        step("POST", UI, headers={"Authorization": "Bearer wrong"}, form={"access_token": "at-alice-1234567890"}),
    ],
    access_tokens=[at()],
    rows="O-412",
)
case(
    "ui-query",
    "token in the query string works (also with the BCP transport gate)",
    get(UI, query={"access_token": "at-alice-1234567890"}),
    access_tokens=[at()],
    provider={"COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True},
    rows="O-413",
)
case(
    "ui-scheme-case",
    "bearer scheme case and spacing",
    [
        get(UI, headers={"Authorization": "bEaReR   at-alice-1234567890"}),
        get(UI, headers={"Authorization": "Token at-alice-1234567890"}),
        get(UI, headers={"Authorization": "Bearer at-alice-1234567890 x"}),
    ],
    access_tokens=[at()],
    rows="O-414",
)
case(
    "ui-errors", "no token, unknown token", [get(UI), get(UI, headers={"Authorization": "Bearer nope"})], rows="O-415"
)
case("ui-expired", "expired token", get(UI, headers=B), access_tokens=[at(expires=-10)], rows="O-415")
case(
    "ui-no-openid",
    "token without openid is 401 invalid_token, not 403",
    get(UI, headers=B),
    access_tokens=[at(scope="profile")],
    rows="O-415",
)
case(
    "ui-openid-unconfigured",
    "token carries openid but the scope is no longer configured: 403",
    get(UI, headers=B),
    access_tokens=[at()],
    provider={"SCOPES": {"profile": "P", "read": "R"}},
    rows="O-415",
)
case(
    "ui-no-user",
    "token without user (client credentials)",
    get(UI, headers=B),
    access_tokens=[at(user=None)],
    rows="O-417",
)
case(
    "ui-no-user-agnostic",
    "token without user, request-agnostic claims",
    get(UI, headers=B),
    access_tokens=[at(user=None)],
    claims=CLAIMS,
    rows="O-417",
)
case("ui-no-app", "token without application", get(UI, headers=B), access_tokens=[at(application=None)], rows="O-410")
case(
    "ui-inactive-user",
    "inactive user still served",
    get(UI, headers=B),
    users=[user(is_active=False)],
    access_tokens=[at()],
    rows="O-418",
)
case(
    "ui-resource",
    "a resource-restricted token is refused: the compared URI is relative",
    get(UI, headers=B),
    access_tokens=[at(resource=["http://auth.example/o/userinfo/"])],
    rows="O-419",
)
case(
    "ui-sub-off",
    "claim map without sub: server error",
    get(UI, headers=B),
    access_tokens=[at()],
    claims={"additional_claims": {}, "claim_scope": {"sub": "nosuch"}},
    rows="O-420",
)
case(
    "ui-methods",
    "PUT, OPTIONS, no slash",
    [
        step("PUT", UI, body="x", headers={**B, "Content-Type": "text/plain"}),
        step("OPTIONS", UI, headers={"Origin": "https://spa.example", "Access-Control-Request-Method": "GET"}),
        get("/o/userinfo", headers=B),
        step("HEAD", UI, headers=B),
    ],
    access_tokens=[at()],
    rows="O-421",
)
case(
    "ui-origin",
    "3.4.1 sends no CORS header",
    get(UI, headers={**B, "Origin": "https://spa.example"}),
    access_tokens=[at()],
    rows="O-421",
)
case(
    "ui-flow",
    "after a code flow",
    [authorize(nonce="n-1"), token(), get(UI, headers=bearer("{{latest:access_token}}"))],
    claims=CLAIMS,
    rows="O-411",
)
case(
    "ui-hashed-storage",
    "hashed token storage",
    [authorize(nonce="n-1"), token(), get(UI, headers=bearer("{{latest:access_token}}"))],
    provider={"COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True},
    rows="O-422",
)
