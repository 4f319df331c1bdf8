"""`/o/introspect/`: rows I."""

from compat_tests.definitions.registry import case
from compat_tests.definitions.requests import GET, bearer, introspect, request, revoke
from compat_tests.definitions.rows import INTROSPECTION_TOKEN, access_token, app, refresh_token

case(
    "I-bearer",
    "bearer with scope introspection; POST and GET",
    "I-01 I-04",
    ["web", "cc"],
    [introspect(headers=bearer("INT")), GET("/o/introspect/?token=AT1", headers=bearer("INT"))],
    access_tokens=[access_token(), INTROSPECTION_TOKEN],
)
case(
    "I-basic",
    "client credentials: Basic and body; any client sees any token",
    "I-02 I-05",
    ["web", "cc"],
    [
        introspect(basic=["cc", "s3cret"]),
        request("POST", "/o/introspect/", form=[["token", "AT1"], ["client_id", "cc"], ["client_secret", "s3cret"]]),
        GET("/o/introspect/?token=AT1", basic=["cc", "s3cret"]),
        GET("/o/introspect/?token=AT1&client_id=cc&client_secret=s3cret"),
    ],
    access_tokens=[access_token()],
)
case(
    "I-denied",
    "no credentials, wrong, bearer without scope, expired bearer: bare 403",
    "I-03",
    ["web", "cc"],
    [
        introspect(),
        introspect(basic=["cc", "bad"]),
        introspect(headers=bearer("AT1")),
        introspect(headers=bearer("OLD")),
        introspect(headers=bearer("nope")),
    ],
    access_tokens=[access_token(), access_token("OLD", scope="introspection", expires=-5)],
)
case(
    "I-fields",
    "fields for token without user, without application, expired, unknown, refresh token",
    "I-04 I-06",
    ["web", "cc"],
    [
        introspect("CC", basic=["cc", "s3cret"]),
        introspect("NOAPP", basic=["cc", "s3cret"]),
        introspect("OLD", basic=["cc", "s3cret"]),
        introspect("nope", basic=["cc", "s3cret"]),
        introspect("RT1", basic=["cc", "s3cret"]),
        introspect("", basic=["cc", "s3cret"]),
    ],
    access_tokens=[
        access_token(),
        access_token("CC", application="cc", user=None, scope="read"),
        access_token("NOAPP", application=None, scope=""),
        access_token("OLD", expires=-5),
    ],
    refresh_tokens=[refresh_token()],
)
case(
    "I-aud",
    "aud from resource",
    "I-04",
    ["web", "cc"],
    [introspect(basic=["cc", "s3cret"])],
    access_tokens=[access_token(resource=["https://a.example", "https://b.example"])],
)
case(
    "I-missing",
    "token missing",
    "I-07",
    ["cc"],
    [
        introspect(None, basic=["cc", "s3cret"]),
        GET("/o/introspect/", basic=["cc", "s3cret"]),
        request("POST", "/o/introspect/?token=AT1", form=[], basic=["cc", "s3cret"]),
    ],
    access_tokens=[access_token("AT1", application="cc")],
)
case(
    "I-public",
    "public client with client_id only / with its secret",
    "I-08",
    ["spa", "web"],
    [
        request("POST", "/o/introspect/", form=[["token", "AT1"], ["client_id", "spa"]]),
        request("POST", "/o/introspect/", form=[["token", "AT1"], ["client_id", "spa"], ["client_secret", "s3cret"]]),
    ],
    access_tokens=[access_token()],
)
case(
    "I-body-bearer",
    "bearer in body or query",
    "I-01",
    ["web", "cc"],
    [
        request("POST", "/o/introspect/", form=[["token", "AT1"], ["access_token", "INT"]]),
        GET("/o/introspect/?token=AT1&access_token=INT"),
    ],
    access_tokens=[access_token(), INTROSPECTION_TOKEN],
)
case(
    "I-methods",
    "PUT, OPTIONS, HEAD",
    "X-01 X-02 X-03",
    ["cc"],
    [
        request("PUT", "/o/introspect/"),
        request("PUT", "/o/introspect/", basic=["cc", "s3cret"]),
        request("OPTIONS", "/o/introspect/"),
        request("HEAD", "/o/introspect/?token=x", basic=["cc", "s3cret"]),
    ],
)
case(
    "I-inactive-user",
    "token of an inactive user is active",
    "I-06",
    ["web", "cc"],
    [introspect(basic=["cc", "s3cret"])],
    access_tokens=[access_token(user="idle")],
)
case(
    "I-resource",
    "the audience check also applies to the bearer of the introspection endpoint",
    "I-09",
    ["web", "cc"],
    [introspect(headers=bearer("INT2"))],
    access_tokens=[
        access_token(),
        access_token("INT2", application="cc", user=None, scope="introspection", resource=["https://api.example"]),
    ],
)
case(
    "I-query-bcp",
    "transport gate on introspection: access_token in the query",
    "G-04",
    ["web", "cc"],
    [GET("/o/introspect/?token=AT1&access_token=INT"), GET("/o/introspect/?token=AT1", headers=bearer("INT"))],
    group="bcp",
    access_tokens=[access_token(), INTROSPECTION_TOKEN],
)
case(
    "I-basic-bearer-both",
    "one header only: Bearer of a token while the body has client credentials",
    "I-02",
    ["web", "cc"],
    [
        request(
            "POST",
            "/o/introspect/",
            form=[["token", "AT1"], ["client_id", "cc"], ["client_secret", "s3cret"]],
            headers=bearer("nope"),
        )
    ],
    access_tokens=[access_token()],
)
case(
    "I-no-cors",
    "introspection and revocation never send CORS headers",
    "T-30",
    [app("cco", "client-credentials", allowed_origins="https://spa.example")],
    [
        dict(introspect(basic=["cco", "s3cret"]), headers={"Origin": "https://spa.example"}),
        dict(revoke("cco", token="x"), headers={"Origin": "https://spa.example"}),
    ],
    access_tokens=[access_token(application="cco")],
)
