"""Resource indicators beside OpenID Connect: rows O-70x."""

from compat_tests.definitions.openid.registry import app, authorize, case, refresh, token

RS = "https://api.example/v1"
case(
    "res-code",
    "resource at authorize, inherited by the token; id_token aud stays the client",
    [authorize(nonce="n", resource=[RS, "https://b.example"]), token()],
    rows="O-700 O-701",
)
case(
    "res-narrow",
    "narrowed at the token endpoint",
    [authorize(nonce="n", resource=[RS, "https://b.example"]), token(resource=RS)],
    rows="O-701",
)
case(
    "res-escalate",
    "not a subset",
    [authorize(nonce="n", resource=[RS]), token(resource="https://c.example")],
    rows="O-702",
)
case(
    "res-bad",
    "not an absolute URI: error redirect with state",
    [authorize(nonce="n", resource="urn:x:y"), authorize(nonce="n", resource="https://a.example/#f")],
    rows="O-703",
)
case(
    "res-token-only",
    "resource only at the token endpoint: accepted unchecked",
    [authorize(nonce="n"), token(resource=[RS, "https://b.example"])],
    rows="O-704",
)
case(
    "res-refresh",
    "refresh keeps, may narrow, may not widen",
    [
        authorize(nonce="n", resource=[RS, "https://b.example"]),
        token(),
        refresh(resource="https://c.example"),
        refresh(resource=RS),
    ],
    rows="O-705",
)
case(
    "res-hybrid",
    "hybrid: the front-channel access token carries the resource",
    authorize("code id_token token", nonce="n", resource=[RS]),
    applications=[app(authorization_grant_type="openid-hybrid")],
    rows="O-706",
)
