"""Bearer tokens on protected resources: rows B."""

from compat_tests.definitions.registry import RESOURCE_VIEWS, case
from compat_tests.definitions.requests import GET, bearer, consent, redeem, request
from compat_tests.definitions.rows import APPLICATIONS, access_token

case(
    "B-plain",
    "header forms",
    "B-01 B-02",
    ["web"],
    [
        GET("/t/plain", headers={"Authorization": h})
        for h in ["Bearer AT1", "bearer AT1", "BEARER  AT1", "Bearer AT1 x", "Bearer", "Token AT1", "Basic AT1"]
    ]
    + [GET("/t/plain")],
    needs=RESOURCE_VIEWS,
    access_tokens=[access_token()],
)
case(
    "B-query-body",
    "query and form body; header wins",
    "B-03",
    ["web"],
    [
        GET("/t/plain?access_token=AT1"),
        request("POST", "/t/plain", form=[["access_token", "AT1"]]),
        GET("/t/plain?access_token=AT1", headers={"Authorization": "Bearer nope"}),
        GET("/t/plain?access_token=nope", headers={"Authorization": "Bearer AT1"}),
        GET("/t/plain?access_token=AT1", headers={"Authorization": "Basic eA=="}),
    ],
    needs=RESOURCE_VIEWS,
    access_tokens=[access_token()],
)
case(
    "B-query-bcp",
    "access-token transport gate: any access_token in the query is refused, even with a header",
    "G-04",
    ["web"],
    [
        GET("/t/plain?access_token=AT1"),
        GET("/t/plain?access_token=x", headers=bearer("AT1")),
        request("POST", "/t/plain", form=[["access_token", "AT1"]]),
        GET("/t/meta?access_token=AT1"),
    ],
    group="bcp",
    needs=RESOURCE_VIEWS,
    access_tokens=[access_token()],
)
case(
    "B-state",
    "expired, deleted, wrong scope, no user",
    "B-04",
    ["web", "cc"],
    [
        GET("/t/plain", headers=bearer("OLD")),
        GET("/t/plain", headers=bearer("nope")),
        GET("/t/scoped", headers=bearer("RD")),
        GET("/t/scoped", headers=bearer("AT1")),
        GET("/t/plain", headers=bearer("CC")),
    ],
    needs=RESOURCE_VIEWS,
    access_tokens=[
        access_token(),
        access_token("OLD", expires=0),
        access_token("RD", scope="read"),
        access_token("CC", application="cc", user=None),
    ],
)
case(
    "B-rw",
    "read/write scope by method",
    "B-05",
    ["web"],
    [
        GET("/t/rw", headers=bearer("RD")),
        request("POST", "/t/rw", form=[], headers=bearer("RD")),
        request("POST", "/t/rw", form=[], headers=bearer("WR")),
        request("OPTIONS", "/t/rw"),
        request("HEAD", "/t/rw", headers=bearer("RD")),
    ],
    needs=RESOURCE_VIEWS,
    access_tokens=[access_token("RD", scope="read"), access_token("WR", scope="write")],
)
case(
    "B-meta",
    "RFC 9728 variant: WWW-Authenticate forms",
    "B-06",
    ["web"],
    [
        GET("/t/meta"),
        GET("/t/meta", headers=bearer("nope")),
        GET("/t/meta", headers=bearer("OLD")),
        GET("/t/scopedmeta", headers=bearer("RD")),
        GET("/t/realm"),
        GET("/t/meta", headers=bearer("AUD")),
    ],
    needs=RESOURCE_VIEWS,
    access_tokens=[
        access_token("OLD", expires=0),
        access_token("RD", scope="read"),
        access_token("AUD", resource=["https://api.example"]),
    ],
)
case(
    "B-resource",
    "RFC 8707 audience: prefix of the request URL",
    "B-07",
    ["web"],
    [
        GET("/t/plain", headers=bearer("A1")),
        GET("/t/plain?x=1", headers=bearer("A2")),
        GET("/t/plain", headers=bearer("A3")),
    ],
    needs=RESOURCE_VIEWS,
    access_tokens=[
        access_token("A1", resource=["https://api.example"]),
        access_token("A2", resource=["http://127.0.0.1/"]),
        access_token("A3", resource=["nope"]),
    ],
)
case(
    "B-badquery",
    "invalid percent escape in the query: 400",
    "B-08",
    ["web"],
    [GET("/t/plain?a=%zz", headers=bearer("AT1"))],
    needs=RESOURCE_VIEWS,
    access_tokens=[access_token()],
)
case(
    "B-inactive",
    "inactive user's token is accepted",
    "B-09",
    ["web"],
    [GET("/t/plain", headers=bearer("AT1"))],
    needs=RESOURCE_VIEWS,
    access_tokens=[access_token(user="idle")],
)
case(
    "B-jwt-like",
    "OIDC on: a token that looks like a JWT",
    "B-10",
    ["oidc"],
    [
        GET("/t/plain", headers=bearer("ey.a.b")),
        GET("/t/plain", headers=bearer("eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJ4In0.c2ln")),
    ],
    group="oidc",
    needs=RESOURCE_VIEWS,
    access_tokens=[access_token(application="oidc")],
)
case(
    "B-idtoken",
    "OIDC on: an id_token is accepted as bearer",
    "B-10",
    ["oidc"],
    [
        consent("oidc", pkce=False, scope="openid read"),
        redeem("oidc", secret=APPLICATIONS["oidc"]["client_secret"], ver=None),
        GET("/t/plain", headers={"Authorization": "Bearer {{id_token}}"}),
        GET("/t/scoped", headers={"Authorization": "Bearer {{id_token}}"}),
    ],
    group="oidc",
    needs=RESOURCE_VIEWS,
)
case(
    "B-resource-ok",
    "RFC 8707 audience matches: prefix by path segment, default port, case of host, dot segments",
    "B-07",
    ["web"],
    [
        GET("/t/plain", headers=dict(bearer(t), Host="api.example"))
        for t in ["M1", "M2", "M3", "M4", "M5", "M6", "M7", "M8"]
    ],
    needs=RESOURCE_VIEWS,
    access_tokens=[
        access_token("M1", resource=["http://api.example"]),
        access_token("M2", resource=["http://API.example:80/t/"]),
        access_token("M3", resource=["http://api.example/t/plain"]),
        access_token("M4", resource=["http://api.example/t/pl"]),
        access_token("M5", resource=["https://api.example/"]),
        access_token("M6", resource=["http://api.example/x/../t"]),
        access_token("M7", resource=["http://other.example", "http://api.example/t?q=1"]),
        access_token("M8", resource=["http://api.example:8080/"]),
    ],
)
case(
    "B-body-query",
    "access_token in body and query: the body counts",
    "B-03",
    ["web"],
    [
        request("POST", "/t/plain?access_token=nope", form=[["access_token", "AT1"]]),
        request("POST", "/t/plain?access_token=AT1", form=[["access_token", "nope"]]),
    ],
    needs=RESOURCE_VIEWS,
    access_tokens=[access_token()],
)
