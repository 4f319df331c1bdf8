"""`/o/revoke_token/`: rows R."""

from compat_tests.definitions.registry import case
from compat_tests.definitions.requests import GET, consent, redeem, refresh, request, revoke, token_request
from compat_tests.definitions.rows import APPLICATIONS, PAIR, access_token, refresh_token

case(
    "R-access",
    "revoke an access token: row deleted, bound refresh token revoked",
    "R-01 R-04",
    ["web"],
    [revoke(token="AT1"), revoke(token="AT1")],
    **PAIR,
)
case(
    "R-access-norefresh",
    "revoke an access token without refresh token",
    "R-01",
    ["web"],
    [revoke(token="AT1", token_type_hint="access_token")],
    access_tokens=[access_token()],
)
case(
    "R-refresh",
    "revoke a refresh token: revoked set, access token deleted",
    "R-02 R-04",
    ["web"],
    [revoke(token="RT1", token_type_hint="refresh_token"), revoke(token="RT1")],
    **PAIR,
)
case(
    "R-hint",
    "wrong hint, unknown hint",
    "R-03",
    ["web"],
    [revoke(token="RT1", token_type_hint="access_token"), revoke(token="AT2", token_type_hint="foo")],
    access_tokens=[access_token(), access_token("AT2")],
    refresh_tokens=[refresh_token()],
)
case(
    "R-other",
    "token of another client: 200 and nothing changes",
    "R-05",
    ["web", "other"],
    [revoke("other", secret="other-secret", token="AT1"), revoke("other", secret="other-secret", token="RT1")],
    **PAIR,
)
case(
    "R-errors",
    "no token, empty token, no client, wrong secret, query string",
    "R-06",
    ["web"],
    [
        revoke(),
        revoke(token=""),
        revoke(None, token="AT1"),
        revoke(secret="bad", token="AT1"),
        token_request("web", path="/o/revoke_token/?a=b", token="AT1"),
        revoke("nope", "id", token="AT1"),
        revoke(secret="bad"),
    ],
    **PAIR,
)
case(
    "R-public",
    "public client with client_id only; confidential with client_id only",
    "R-07",
    ["spa", "web"],
    [revoke("web", "id", token="AT2"), revoke("spa", "id", token="AT1")],
    access_tokens=[access_token(application="spa"), access_token("AT2")],
)
case(
    "R-post",
    "client_secret_post; wrong Basic and right body",
    "R-07",
    ["web"],
    [dict(revoke("web", "post", token="AT1"), basic=["web", "bad"])],
    **PAIR,
)
case(
    "R-mismatch",
    "Basic of one client, client_id of another",
    "R-08",
    ["web", "other"],
    [dict(revoke("other", "id", token="AT1"), basic=["web", "s3cret"])],
    **PAIR,
)
case(
    "R-methods",
    "GET, OPTIONS",
    "X-01 X-02",
    ["web"],
    [GET("/o/revoke_token/?token=AT1"), request("OPTIONS", "/o/revoke_token/")],
)
case(
    "R-expired",
    "expired access token is deleted too",
    "R-01",
    ["web"],
    [revoke(token="AT1")],
    access_tokens=[access_token(expires=-10)],
)
case("R-state", "state parameter is echoed in the error", "T-05", ["web"], [revoke(state="s")])
case(
    "R-other-grant",
    "any application type may revoke its tokens",
    "R-09",
    ["cc"],
    [revoke("cc", token="AT1")],
    access_tokens=[access_token(application="cc", user=None)],
)
case(
    "R-rotated",
    "revoking an already rotated refresh token: nothing changes",
    "R-10",
    ["web"],
    [refresh(token="RT1"), revoke(token="RT1"), refresh()],
    access_tokens=[access_token()],
    refresh_tokens=[refresh_token()],
)
case(
    "R-idtoken",
    "revoking the access token of an OIDC exchange keeps the IDToken row",
    "R-11",
    ["oidc"],
    [
        consent("oidc", pkce=False, scope="openid"),
        redeem("oidc", secret=APPLICATIONS["oidc"]["client_secret"], ver=None),
        revoke("oidc", secret=APPLICATIONS["oidc"]["client_secret"], token="{{access_token}}"),
    ],
    group="oidc",
)
case(
    "R-both-types",
    "the same string as access and refresh token: the hint decides, the other stays",
    "R-03",
    ["web"],
    [revoke(token="SAME", token_type_hint="refresh_token"), revoke(token="SAME")],
    access_tokens=[access_token("SAME"), access_token("AT2")],
    refresh_tokens=[refresh_token("SAME", access_token="AT2")],
)
case(
    "R-grace",
    "revoked refresh token is refused inside the grace period",
    "T-87",
    ["web"],
    [revoke(token="RT1"), refresh(token="RT1")],
    group="grace",
    access_tokens=[access_token()],
    refresh_tokens=[refresh_token()],
)
