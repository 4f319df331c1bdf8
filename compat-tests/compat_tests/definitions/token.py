"""`/o/token/`: rows T."""

import base64
from urllib.parse import quote

from compat_tests.definitions.registry import case
from compat_tests.definitions.requests import GET, consent, redeem, refresh, request, token_request
from compat_tests.definitions.rows import APPLICATIONS, CALLBACK, VERIFIER, access_token, app, grant, refresh_token

case("T-code", "authorization code: full flow", "T-50 T-51 T-03", ["web"], [consent(), redeem()])
case(
    "T-code-post-auth",
    "client_secret_post",
    "T-10",
    ["web"],
    [
        token_request(
            "web",
            "post",
            grant_type="authorization_code",
            code="GRANTCODE",
            redirect_uri=CALLBACK,
            code_verifier=VERIFIER,
        )
    ],
    grants=[grant()],
)
case(
    "T-code-public",
    "public client with client_id only; Origin allowed",
    "T-12 T-30",
    ["spa"],
    [
        token_request(
            "spa",
            "id",
            grant_type="authorization_code",
            code="GRANTCODE",
            redirect_uri="https://spa.example/cb",
            code_verifier=VERIFIER,
            headers={"Origin": "https://spa.example"},
        )
    ],
    grants=[grant(application="spa", redirect_uri="https://spa.example/cb")],
)
case(
    "T-cors-denied",
    "Origin not allowed / http origin / on an error",
    "T-30",
    ["spa", "web"],
    [
        token_request(
            "spa",
            "id",
            grant_type="authorization_code",
            code="GC1",
            redirect_uri=CALLBACK,
            code_verifier=VERIFIER,
            headers={"Origin": "https://evil.example"},
        ),
        token_request(
            "spa",
            "id",
            grant_type="authorization_code",
            code="GC2",
            redirect_uri=CALLBACK,
            code_verifier=VERIFIER,
            headers={"Origin": "http://spa.example"},
        ),
        token_request(
            "spa",
            "id",
            grant_type="authorization_code",
            code="BAD",
            redirect_uri=CALLBACK,
            code_verifier=VERIFIER,
            headers={"Origin": "https://spa.example"},
        ),
        token_request(
            "web",
            grant_type="authorization_code",
            code="GC3",
            redirect_uri=CALLBACK,
            code_verifier=VERIFIER,
            headers={"Origin": "https://spa.example"},
        ),
    ],
    grants=[grant("GC1", "spa"), grant("GC2", "spa"), grant("GC3", "web")],
)
case(
    "T-cors-refresh",
    "CORS header on refresh; not on client_credentials and password",
    "T-30",
    [
        app(
            "spa2",
            "authorization-code",
            "public",
            redirect="https://spa.example/cb",
            allowed_origins="https://a.example https://spa.example:8443",
        ),
        app("cco", "client-credentials", allowed_origins="https://spa.example"),
        app("pwo", "password", allowed_origins="https://spa.example"),
    ],
    [
        token_request(
            "spa2",
            "id",
            grant_type="refresh_token",
            refresh_token="RT1",
            headers={"Origin": "https://spa.example:8443"},
        ),
        token_request("cco", grant_type="client_credentials", headers={"Origin": "https://spa.example"}),
        token_request(
            "pwo",
            grant_type="password",
            username="alice",
            password="alice-pw",
            headers={"Origin": "https://spa.example"},
        ),
    ],
    access_tokens=[access_token(application="spa2")],
    refresh_tokens=[refresh_token(application="spa2")],
)
case(
    "T-cors-insecure",
    "http origin with ALLOWED_SCHEMES http: still refused without OAUTHLIB_INSECURE_TRANSPORT",
    "T-30",
    [app("spa3", "authorization-code", "public", allowed_origins="http://spa.example")],
    [
        token_request(
            "spa3",
            "id",
            grant_type="authorization_code",
            code="GC1",
            redirect_uri=CALLBACK,
            code_verifier=VERIFIER,
            headers={"Origin": "http://spa.example"},
        )
    ],
    group="cors",
    grants=[grant("GC1", "spa3")],
)
case(
    "T-cors-insecure-env",
    "http origin with ALLOWED_SCHEMES http and OAUTHLIB_INSECURE_TRANSPORT",
    "T-30 X-07",
    [app("spa3", "authorization-code", "public", allowed_origins="http://spa.example")],
    [
        token_request(
            "spa3",
            "id",
            grant_type="authorization_code",
            code="GC1",
            redirect_uri=CALLBACK,
            code_verifier=VERIFIER,
            headers={"Origin": "http://spa.example"},
        )
    ],
    group="cors",
    env="insecure",
    grants=[grant("GC1", "spa3")],
)
case(
    "T-code-reuse",
    "code used twice: invalid_grant, tokens are kept",
    "T-54",
    ["web"],
    [consent(), redeem(), redeem()],
)
case(
    "T-code-expired",
    "expired code: row is kept",
    "T-53",
    ["web"],
    [redeem(code="GRANTCODE")],
    grants=[grant(expires=-1)],
)
case(
    "T-code-other-client",
    "code of another client",
    "T-53",
    ["web", "other"],
    [redeem("other", code="GRANTCODE", secret="other-secret")],
    grants=[grant()],
)
case(
    "T-code-missing",
    "code missing / empty",
    "T-52",
    ["web"],
    [
        token_request("web", grant_type="authorization_code", redirect_uri=CALLBACK),
        token_request("web", grant_type="authorization_code", code="", redirect_uri=CALLBACK),
    ],
)
case(
    "T-code-redirect",
    "redirect_uri differs, omitted (one registered), omitted (several)",
    "T-55",
    ["web", "multi"],
    [
        redeem(code="GRANTCODE", redirect="https://client.example/cb2"),
        redeem("multi", code="GC2", redirect=None),
        redeem(code="GRANTCODE", redirect=""),
        redeem(code="GRANTCODE", redirect=None),
    ],
    grants=[grant(), grant("GC2", "multi")],
)
case(
    "T-code-pkce",
    "verifier missing, wrong, empty; right",
    "T-56",
    ["web"],
    [
        redeem(code="GRANTCODE", ver=None),
        redeem(code="GRANTCODE", ver="wrong"),
        redeem(code="GRANTCODE", ver=""),
        redeem(code="GRANTCODE"),
    ],
    grants=[grant()],
)
case(
    "T-code-pkce-plain",
    "plain challenge",
    "T-56",
    ["web"],
    [redeem(code="GRANTCODE", ver="wrong"), redeem(code="GRANTCODE", ver="abc")],
    grants=[grant(code_challenge="abc", code_challenge_method="plain")],
)
case(
    "T-code-pkce-nomethod",
    "stored challenge without / with unknown method",
    "T-56",
    ["web"],
    [redeem(code="G1"), redeem(code="G2")],
    grants=[grant("G1", code_challenge_method=""), grant("G2", code_challenge_method="S512")],
)
case(
    "T-code-pkce-nochallenge",
    "PKCE required at the token endpoint, grant has no challenge",
    "T-56",
    ["web"],
    [redeem(code="G1"), redeem(code="G1", ver=None)],
    grants=[grant("G1", code_challenge="", code_challenge_method="")],
)
case(
    "T-code-pkce-off",
    "PKCE not required, verifier given for a grant without challenge: ignored",
    "T-56",
    ["web"],
    [redeem(code="G1")],
    grants=[grant("G1", code_challenge="", code_challenge_method="")],
    group="nopkce",
)
case(
    "T-code-pkce-nonascii",
    "non-ASCII plain verifier works",
    "T-56",
    ["web"],
    [redeem(code="G2", ver="\u00e9")],
    grants=[grant("G2", code_challenge="\u00e9", code_challenge_method="plain")],
)
case(
    "T-code-dup",
    "duplicate parameters",
    "T-21",
    ["web"],
    [
        token_request(
            "web",
            pairs=[
                ("grant_type", "authorization_code"),
                ("code", "GRANTCODE"),
                ("redirect_uri", CALLBACK),
                ("redirect_uri", CALLBACK),
                ("code_verifier", VERIFIER),
                ("grant_type", "authorization_code"),
            ],
        )
    ],
    grants=[grant()],
)
case(
    "T-code-scope",
    "scope parameter at the code exchange is ignored",
    "T-57",
    ["web"],
    [redeem(code="GRANTCODE", scope="read")],
    grants=[grant()],
)
case(
    "T-code-inactive",
    "user deactivated between authorize and token",
    "T-58",
    ["web"],
    [dict(redeem(code="GRANTCODE"))],
    grants=[grant(user="idle")],
)
case(
    "T-code-state",
    "state, redirect_uri in the token request appear in errors",
    "T-05",
    ["web"],
    [
        token_request(
            "web", grant_type="authorization_code", code="BAD", redirect_uri=CALLBACK, state="s t", code_verifier="x"
        )
    ],
)
case(
    "T-code-race",
    "code row vanishes while tokens are stored: 400 but tokens stay",
    "T-59",
    ["web"],
    [redeem(code="GRANTCODE")],
    grants=[grant()],
    sql=[
        "CREATE TRIGGER parity_race AFTER INSERT ON oauth2_provider_accesstoken BEGIN DELETE FROM oauth2_provider_grant; END"
    ],
    needs=["sqlite"],
)
case(
    "T-code-resource",
    "RFC 8707: inherit, narrow, escalate",
    "T-62",
    ["web"],
    [
        redeem(code="G1"),
        redeem(code="G2", resource="https://a.example"),
        redeem(code="G3", resource="https://c.example"),
        redeem(code="G4", resource="https://c.example"),
        redeem(code="G5", resource="nope"),
    ],
    grants=[
        grant("G1", resource=["https://a.example", "https://b.example"]),
        grant("G2", resource=["https://a.example", "https://b.example"]),
        grant("G3", resource=["https://a.example"]),
        grant("G4"),
        grant("G5"),
    ],
)
case(
    "T-code-resource-multi",
    "repeated resource in the token request",
    "T-62",
    ["web"],
    [
        token_request(
            "web",
            pairs=[
                ("grant_type", "authorization_code"),
                ("code", "G1"),
                ("redirect_uri", CALLBACK),
                ("code_verifier", VERIFIER),
                ("resource", "https://a.example"),
                ("resource", "https://b.example"),
            ],
        )
    ],
    grants=[grant("G1", resource=["https://a.example", "https://b.example", "https://c.example"])],
)
case(
    "T-grant-type",
    "grant_type missing, unknown, empty, implicit",
    "T-20",
    ["web"],
    [
        token_request("web"),
        token_request("web", grant_type="foo"),
        token_request("web", grant_type=""),
        token_request("web", grant_type="implicit"),
        token_request(grant_type="foo"),
        token_request(),
    ],
)
case(
    "T-grant-mismatch",
    "grant type not allowed for the application",
    "T-22",
    ["web", "cc", "pwd", "imp"],
    [
        token_request("web", grant_type="client_credentials"),
        token_request("web", grant_type="password", username="alice", password="alice-pw"),
        token_request("cc", grant_type="password", username="alice", password="alice-pw"),
        token_request("cc", grant_type="authorization_code", code="x", redirect_uri=CALLBACK, code_verifier="y"),
        token_request("imp", grant_type="refresh_token", refresh_token="x"),
        token_request("cc", grant_type="refresh_token", refresh_token="x"),
    ],
)
case(
    "T-openid-grant",
    "grant_type=openid falls to the authorization-code handler",
    "T-23",
    ["web"],
    [token_request("web", grant_type="openid", code="GRANTCODE", redirect_uri=CALLBACK, code_verifier=VERIFIER)],
    grants=[grant()],
)
case(
    "T-query",
    "query string on the token URL",
    "T-24",
    ["cc"],
    [
        token_request("cc", grant_type="client_credentials", path="/o/token/?a=b"),
        token_request("cc", grant_type="client_credentials", path="/o/token/?"),
        token_request("cc", path="/o/token/?grant_type=client_credentials"),
    ],
)
case(
    "T-methods",
    "GET, PUT, HEAD, OPTIONS on the token endpoint",
    "X-01 X-02 X-03",
    ["cc"],
    [
        GET("/o/token/"),
        request("PUT", "/o/token/"),
        request("HEAD", "/o/token/"),
        request("OPTIONS", "/o/token/"),
        request(
            "OPTIONS", "/o/token/", headers={"Origin": "https://spa.example", "Access-Control-Request-Method": "POST"}
        ),
    ],
)
case(
    "T-json-body",
    "application/json body with the default backend: empty form",
    "T-25",
    ["cc"],
    [
        request(
            "POST",
            "/o/token/",
            body='{"grant_type":"client_credentials","client_id":"cc","client_secret":"s3cret"}',
            headers={"Content-Type": "application/json"},
        )
    ],
)
case(
    "T-json-backend",
    "JSONOAuthLibCore: JSON body accepted, form body not",
    "T-25",
    ["cc", "web"],
    [
        request(
            "POST",
            "/o/token/",
            body='{"grant_type":"client_credentials","client_id":"cc","client_secret":"s3cret"}',
            headers={"Content-Type": "application/json"},
        ),
        token_request("cc", grant_type="client_credentials"),
        request("POST", "/o/token/", body="not json", headers={"Content-Type": "application/json"}),
        request("POST", "/o/token/", body='["a"]', headers={"Content-Type": "application/json"}),
        request(
            "POST",
            "/o/revoke_token/",
            body='{"token":"AT1","client_id":"web","client_secret":"s3cret"}',
            headers={"Content-Type": "application/json"},
        ),
    ],
    group="json",
    access_tokens=[access_token()],
)
case(
    "T-multipart",
    "multipart/form-data body",
    "T-25",
    ["cc"],
    [
        request(
            "POST",
            "/o/token/",
            body='--B\r\nContent-Disposition: form-data; name="grant_type"\r\n\r\nclient_credentials\r\n--B--\r\n',
            headers={"Content-Type": "multipart/form-data; boundary=B"},
            basic=["cc", "s3cret"],
        )
    ],
)
case(
    "T-charset",
    "content type with charset",
    "T-25",
    ["cc"],
    [
        dict(
            token_request("cc", grant_type="client_credentials"),
            headers={"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"},
        )
    ],
)
case(
    "T-auth-fail",
    "wrong secret, unknown client, no credentials, empty secret",
    "T-11 T-13",
    ["cc"],
    [
        token_request("cc", secret="wrong", grant_type="client_credentials"),
        token_request("nope", grant_type="client_credentials"),
        token_request(grant_type="client_credentials"),
        token_request("cc", "post", secret="wrong", grant_type="client_credentials"),
        token_request("cc", "post", secret="", grant_type="client_credentials"),
        token_request("cc", "id", grant_type="client_credentials"),
    ],
)
case(
    "T-auth-both",
    "Basic wrong, body right; both right; Basic right, body wrong secret",
    "T-11",
    ["cc"],
    [
        dict(token_request("cc", "post", grant_type="client_credentials"), basic=["cc", "wrong"]),
        dict(token_request("cc", "post", grant_type="client_credentials"), basic=["cc", "s3cret"]),
        dict(token_request("cc", "post", secret="wrong", grant_type="client_credentials"), basic=["cc", "s3cret"]),
    ],
)
case(
    "T-auth-mismatch",
    "Basic of one client, client_id of another",
    "T-14",
    ["cc", "plainsec"],
    [
        dict(token_request("plainsec", "id", grant_type="client_credentials"), basic=["cc", "s3cret"]),
        dict(token_request("nope", "id", grant_type="client_credentials"), basic=["cc", "s3cret"]),
    ],
)
case(
    "T-auth-basic-forms",
    "scheme case, bad base64, no colon, not UTF-8, spaces",
    "T-15",
    ["cc"],
    [
        dict(token_request(grant_type="client_credentials"), headers={"Authorization": h})
        for h in [
            "basic " + base64.b64encode(b"cc:s3cret").decode(),
            "Basic",
            "Basic !!!",
            "Basic " + base64.b64encode(b"cc").decode(),
            "Basic " + base64.b64encode(b"\xff:x").decode(),
            "Basic  " + base64.b64encode(b"cc:s3cret").decode(),
            "Bearer x",
            "Basic " + base64.b64encode(b"cc:s3cret").decode().rstrip("="),
            "Basic "
            + base64.b64encode(b"cc:s3cret").decode()[:4]
            + "\t!"
            + base64.b64encode(b"cc:s3cret").decode()[4:],
        ]
    ],
)
case(
    "T-auth-basic-pct",
    "Basic parts are form-decoded: %xx and +",
    "T-16",
    ["we%ird:id"],
    [
        token_request(quote("we%ird:id", safe=""), secret="p%2Ba%3As%25s+w", grant_type="client_credentials"),
        token_request(quote("we%ird:id", safe=""), secret="p+a:s%s w", grant_type="client_credentials"),
        token_request("we%ird:id", "post", secret="p+a:s%s w", grant_type="client_credentials"),
    ],
)
case(
    "T-auth-plain-secret",
    "unhashed secret",
    "T-17",
    ["plainsec"],
    [
        token_request("plainsec", grant_type="client_credentials"),
        token_request("plainsec", secret="wrong", grant_type="client_credentials"),
    ],
)
case(
    "T-auth-hash-as-secret",
    "presenting the stored hash fails",
    "T-17",
    ["cc"],
    [token_request("cc", secret="pbkdf2_sha256$1000$x$y", grant_type="client_credentials")],
)
case(
    "T-auth-public-cc",
    "public client with client_credentials: needs its secret",
    "T-12",
    ["ccpub"],
    [
        token_request("ccpub", "id", grant_type="client_credentials"),
        token_request("ccpub", grant_type="client_credentials"),
    ],
)
case(
    "T-auth-public-secret",
    "public client sending a wrong / right secret / empty basic password",
    "T-12",
    ["pwdpub"],
    [
        token_request("pwdpub", "post", secret="wrong", grant_type="password", username="alice", password="alice-pw"),
        token_request("pwdpub", "post", grant_type="password", username="alice", password="alice-pw"),
        token_request("pwdpub", secret="", grant_type="password", username="alice", password="alice-pw"),
        token_request("pwdpub", "id", grant_type="password", username="alice", password="alice-pw"),
    ],
)
case(
    "T-auth-conf-idonly",
    "confidential client with client_id only on code, password, refresh",
    "T-13",
    ["web", "pwd"],
    [
        token_request(
            "web",
            "id",
            grant_type="authorization_code",
            code="GRANTCODE",
            redirect_uri=CALLBACK,
            code_verifier=VERIFIER,
        ),
        token_request("pwd", "id", grant_type="password", username="alice", password="alice-pw"),
        token_request("web", "id", grant_type="refresh_token", refresh_token="x"),
        token_request("nope", "id", grant_type="authorization_code", code="x", redirect_uri=CALLBACK),
        token_request(grant_type="authorization_code", code="x"),
    ],
    grants=[grant()],
)
case(
    "T-auth-encoding",
    "body parameter named encoding changes the decoding of Basic",
    "T-18",
    ["cc"],
    [
        token_request("cc", grant_type="client_credentials", encoding="utf-16"),
        token_request("cc", grant_type="client_credentials", encoding="bogus"),
    ],
)
case(
    "T-pwd",
    "password grant",
    "T-70",
    ["pwd"],
    [
        token_request("pwd", grant_type="password", username="alice", password="alice-pw"),
        token_request("pwd", grant_type="password", username="alice", password="alice-pw", scope="read"),
    ],
)
case(
    "T-pwd-fail",
    "wrong password, unknown user, inactive, missing, empty, duplicate",
    "T-71",
    ["pwd"],
    [
        token_request("pwd", grant_type="password", username="alice", password="x"),
        token_request("pwd", grant_type="password", username="zed", password="x"),
        token_request("pwd", grant_type="password", username="idle", password="idle-pw"),
        token_request("pwd", grant_type="password", password="x"),
        token_request("pwd", grant_type="password", username="alice"),
        token_request("pwd", grant_type="password", username="alice", password=""),
        token_request("pwd", grant_type="password", username="a\0b", password="x"),
        token_request("pwd", grant_type="password", username="alice", password="alice-pw", scope="bogus"),
        token_request("pwd", secret="bad", grant_type="password", username="alice", password="x"),
        token_request("pwd", secret="bad", grant_type="password"),
    ],
)
case(
    "T-pwd-dup",
    "repeated username: Django keeps the last",
    "T-21",
    ["pwd"],
    [
        token_request(
            "pwd",
            pairs=[("grant_type", "password"), ("username", "zed"), ("username", "alice"), ("password", "alice-pw")],
        )
    ],
)
case(
    "T-pwd-bcp",
    "password gate on",
    "G-02",
    ["pwd"],
    [
        token_request("pwd", grant_type="password", username="alice", password="alice-pw"),
        token_request("pwd", grant_type="password", username="alice", password="x"),
    ],
    group="bcp",
)
case(
    "T-cc",
    "client credentials: no refresh token, no user",
    "T-75",
    ["cc"],
    [
        token_request("cc", grant_type="client_credentials"),
        token_request("cc", grant_type="client_credentials", scope="read"),
        token_request("cc", grant_type="client_credentials", scope="bogus"),
        token_request("cc", "post", grant_type="client_credentials", scope="read  write"),
    ],
)
case(
    "T-cc-defscope",
    "DEFAULT_SCOPES",
    "T-06",
    ["cc"],
    [token_request("cc", grant_type="client_credentials")],
    group="defscope",
)
case(
    "T-cc-noscope",
    "DEFAULT_SCOPES empty: scope member is empty",
    "T-06",
    ["cc"],
    [
        token_request("cc", grant_type="client_credentials"),
        token_request("cc", grant_type="client_credentials", scope=""),
    ],
    group="noscope",
)
case(
    "T-cc-resource",
    "resource with client credentials",
    "T-62",
    ["cc"],
    [
        token_request("cc", grant_type="client_credentials", resource="https://a.example"),
        token_request("cc", grant_type="client_credentials", resource=" "),
        token_request("cc", grant_type="client_credentials", resource="urn:a"),
        token_request(
            "cc",
            pairs=[
                ("grant_type", "client_credentials"),
                ("resource", "https://a.example"),
                ("resource", "https://b.example"),
            ],
        ),
    ],
)
case(
    "T-expires",
    "ACCESS_TOKEN_EXPIRE_SECONDS, AUTHORIZATION_CODE_EXPIRE_SECONDS",
    "T-04 S-01",
    ["web"],
    [consent(), redeem()],
    group="short",
)
case(
    "T-expires-zero",
    "ACCESS_TOKEN_EXPIRE_SECONDS=0 becomes 3600",
    "T-04",
    ["cc"],
    [token_request("cc", grant_type="client_credentials")],
    group="zero",
)
case(
    "T-refresh",
    "refresh with rotation: rows",
    "T-80 T-81",
    ["web"],
    [refresh(token="RT1"), refresh(token="RT1"), refresh()],
    access_tokens=[access_token()],
    refresh_tokens=[refresh_token()],
)
case(
    "T-refresh-fail",
    "unknown, missing, empty, other client, revoked",
    "T-82",
    ["web", "other"],
    [
        refresh(token="nope"),
        token_request("web", grant_type="refresh_token"),
        refresh(token=""),
        refresh("other", token="RT1", secret="other-secret"),
        refresh(token="RT2"),
    ],
    access_tokens=[access_token(), access_token("AT2")],
    refresh_tokens=[refresh_token(), refresh_token("RT2", access_token=None, revoked=-100)],
)
case(
    "T-refresh-scope",
    "narrowing, unknown, wider, order",
    "T-83",
    ["web"],
    [
        refresh(token="RT1", scope="write bogus"),
        refresh(token="RT1", scope="write introspection"),
        refresh(token="RT1", scope="read"),
        refresh(scope="read write"),
    ],
    access_tokens=[access_token()],
    refresh_tokens=[refresh_token()],
)
case(
    "T-refresh-expired-at",
    "access token expired: refresh works",
    "T-80",
    ["web"],
    [refresh(token="RT1")],
    access_tokens=[access_token(expires=-100)],
    refresh_tokens=[refresh_token()],
)
case(
    "T-refresh-orphan",
    "refresh token without access token: refused",
    "T-84",
    ["web"],
    [refresh(token="RT1")],
    refresh_tokens=[refresh_token(access_token=None)],
)
case(
    "T-refresh-expire",
    "REFRESH_TOKEN_EXPIRE_SECONDS counts from the access token's expiry",
    "T-84",
    ["web"],
    [refresh(token="RT1"), refresh(token="RT2")],
    group="rtexpire",
    access_tokens=[access_token(expires=-101), access_token("AT2", expires=-50)],
    refresh_tokens=[refresh_token(), refresh_token("RT2", access_token="AT2")],
)
case(
    "T-refresh-norotate",
    "ROTATE_REFRESH_TOKEN=False: same refresh token, access row rewritten",
    "T-85",
    ["web"],
    [refresh(token="RT1"), refresh(token="RT1", scope="read"), refresh(token="RT1", scope="read write")],
    group="norotate",
    access_tokens=[access_token()],
    refresh_tokens=[refresh_token()],
)
case(
    "T-refresh-reuse",
    "reuse protection: replay revokes the family",
    "T-86",
    ["web"],
    [refresh(token="RT1"), refresh(token="RT1"), refresh(token="{{refresh_token}}")],
    group="reuse",
    access_tokens=[access_token()],
    refresh_tokens=[refresh_token()],
)
case(
    "T-refresh-reuse-null",
    "reuse protection with a family-less token",
    "T-86",
    ["web"],
    [refresh(token="RT1"), refresh(token="RT1"), refresh(token="{{refresh_token}}")],
    group="reuse",
    access_tokens=[access_token()],
    refresh_tokens=[refresh_token(token_family=None)],
)
case(
    "T-refresh-reuse-other",
    "replay by another client also revokes the family",
    "T-86",
    ["web", "other"],
    [refresh(token="RT1"), refresh("other", token="RT1", secret="other-secret"), refresh(token="{{refresh_token}}")],
    group="reuse",
    access_tokens=[access_token()],
    refresh_tokens=[refresh_token()],
)
case(
    "T-refresh-grace",
    "grace period: the same pair is returned",
    "T-87",
    ["web"],
    [refresh(token="RT1"), refresh(token="RT1", scope="read"), refresh(), refresh(token="RT1")],
    group="grace",
    access_tokens=[access_token()],
    refresh_tokens=[refresh_token()],
)
case(
    "T-refresh-grace-revoked",
    "grace period does not apply to a revoked (not superseded) token",
    "T-87",
    ["web"],
    [refresh(token="RT1")],
    group="grace",
    access_tokens=[access_token()],
    refresh_tokens=[refresh_token(access_token=None, revoked=-5)],
)
case(
    "T-refresh-grace-norefresh",
    "grace: the successor's refresh token is gone: a new one is bound",
    "T-87",
    ["web"],
    [
        refresh(token="RT1"),
        {
            "sql": [
                "UPDATE oauth2_provider_accesstoken SET expires=expires",
                "DELETE FROM oauth2_provider_refreshtoken WHERE revoked IS NULL",
            ]
        },
        refresh(token="RT1"),
    ],
    group="grace",
    access_tokens=[access_token()],
    refresh_tokens=[refresh_token()],
)
case(
    "T-refresh-grace-reuse",
    "grace + reuse protection after the period",
    "T-87 T-86",
    ["web"],
    [refresh(token="RT1"), dict(refresh(token="RT1"), sleep=3), refresh(token="{{refresh_token}}")],
    group="gracereuse",
    access_tokens=[access_token()],
    refresh_tokens=[refresh_token()],
)
case(
    "T-refresh-resource",
    "resource on refresh: inherit, subset, wider",
    "T-88",
    ["web"],
    [
        refresh(token="RT1", resource="https://c.example"),
        refresh(token="RT1", resource="https://a.example"),
        refresh(),
        refresh(token="{{refresh_token2}}", resource="https://b.example"),
    ],
    access_tokens=[access_token(resource=["https://a.example", "https://b.example"])],
    refresh_tokens=[refresh_token(resource=["https://a.example", "https://b.example"])],
)
case(
    "T-refresh-resource-add",
    "resource on refresh of an unrestricted token is accepted",
    "T-88",
    ["web"],
    [refresh(token="RT1", resource="https://c.example"), refresh(token="{{refresh_token}}", resource="bad")],
    access_tokens=[access_token()],
    refresh_tokens=[refresh_token()],
)
case(
    "T-refresh-public",
    "public client refreshes with client_id only",
    "T-12",
    ["spa"],
    [token_request("spa", "id", grant_type="refresh_token", refresh_token="RT1")],
    access_tokens=[access_token(application="spa")],
    refresh_tokens=[refresh_token(application="spa")],
)
case(
    "T-refresh-inactive",
    "user inactive: refresh still works",
    "T-58",
    ["web"],
    [refresh(token="RT1")],
    access_tokens=[access_token(user="idle")],
    refresh_tokens=[refresh_token(user="idle")],
)
case(
    "T-refresh-dupchecksum",
    "several rows with the same checksum: the unrevoked one is used",
    "T-82",
    ["web"],
    [refresh(token="RT1")],
    access_tokens=[access_token()],
    refresh_tokens=[refresh_token(), refresh_token(access_token=None, revoked=-100)],
)
case(
    "T-storage",
    "token storage gate: token column empty, checksum kept; refresh; introspection",
    "G-06",
    ["web", "cc"],
    [
        consent(),
        redeem(),
        refresh(),
        refresh(token="{{refresh_token2}}"),
        refresh(),
        request("POST", "/o/introspect/", form=[["token", "{{access_token3}}"]], basic=["cc", "s3cret"]),
    ],
    group="bcp",
)
case(
    "T-storage-grace",
    "token storage gate with grace: the replay returns empty tokens",
    "G-06",
    ["web"],
    [refresh(token="RT1"), refresh(token="RT1")],
    group="storagegrace",
    access_tokens=[access_token()],
    refresh_tokens=[refresh_token()],
)
case(
    "T-oidc-code",
    "code with openid: id_token, IDToken row, refresh issues a new one",
    "T-60 T-61",
    ["oidc"],
    [
        consent("oidc", pkce=False, scope="openid read", nonce="n1"),
        redeem("oidc", secret=APPLICATIONS["oidc"]["client_secret"], ver=None),
        refresh("oidc", secret=APPLICATIONS["oidc"]["client_secret"]),
    ],
    group="oidc",
)
case(
    "T-oidc-noalg",
    "openid with an application without algorithm",
    "T-60",
    ["noalg"],
    [consent("noalg", pkce=False, scope="openid"), redeem("noalg", ver=None)],
    group="oidc",
)
case(
    "T-oidc-params",
    "response_type / nonce in the token request influence the id_token",
    "T-63",
    ["oidc"],
    [
        consent("oidc", pkce=False, scope="openid"),
        redeem("oidc", secret=APPLICATIONS["oidc"]["client_secret"], ver=None, response_type="code"),
        consent("oidc", pkce=False, scope="openid"),
        redeem("oidc", code="{{code2}}", secret=APPLICATIONS["oidc"]["client_secret"], ver=None, nonce="injected"),
    ],
    group="oidc",
)
case(
    "T-oidc-off",
    "openid scope without OIDC_ENABLED: plain OAuth",
    "T-60",
    ["oidc"],
    [redeem("oidc", code="GRANTCODE", secret=APPLICATIONS["oidc"]["client_secret"], ver=VERIFIER)],
    grants=[grant(application="oidc", scope="openid read")],
)
case(
    "T-auth-empty-secret",
    "application stored with an empty secret (hashed and not): client_id alone authenticates",
    "T-19",
    [
        app("emptyh", "client-credentials", secret="", redirect=""),
        app("emptyp", "client-credentials", secret="", redirect="", hash_client_secret=False),
    ],
    [
        token_request("emptyh", "id", grant_type="client_credentials"),
        token_request("emptyp", "id", grant_type="client_credentials"),
        token_request("emptyh", secret="", grant_type="client_credentials"),
    ],
)
case(
    "T-auth-stored-forms",
    "stored secret with unknown hasher prefix is compared as text; unusable password prefix",
    "T-17",
    [
        app("w1", "client-credentials", redirect="", stored_secret="nosuch$1$salt$hash"),
        app("w2", "client-credentials", redirect="", stored_secret="!abc"),
        app("w3", "client-credentials", redirect="", stored_secret="pbkdf2_sha256$bad"),
    ],
    [
        token_request("w1", secret="nosuch$1$salt$hash", grant_type="client_credentials"),
        token_request("w2", secret="!abc", grant_type="client_credentials"),
        token_request("w3", secret="pbkdf2_sha256$bad", grant_type="client_credentials"),
    ],
)
case(
    "T-auth-bearer-header",
    "Bearer header with body credentials: body is used",
    "T-15",
    ["cc"],
    [dict(token_request("cc", "post", grant_type="client_credentials"), headers={"Authorization": "Bearer x"})],
)
case(
    "T-pwd-upgrade",
    "password grant rewrites a password hash with an old work factor; last_login is not touched",
    "T-72",
    ["pwd"],
    [token_request("pwd", grant_type="password", username="old", password="old-pw")],
    users=[{"username": "old", "password": "old-pw", "iterations": 1000}],
)
case(
    "T-pwd-public-basic",
    "password grant with Basic of a public client, right secret",
    "T-12",
    ["pwdpub"],
    [token_request("pwdpub", grant_type="password", username="alice", password="alice-pw")],
)
case(
    "T-order-password",
    "password grant checks the client before missing parameters",
    "T-73",
    ["pwd"],
    [token_request("pwd", secret="bad", grant_type="password"), token_request("pwd", grant_type="password")],
)
case(
    "T-order-refresh",
    "refresh: missing token before client, client before grant type, grant type before token",
    "T-73",
    ["imp", "web"],
    [
        token_request("web", secret="bad", grant_type="refresh_token"),
        token_request("web", secret="bad", grant_type="refresh_token", refresh_token="x"),
        token_request("imp", grant_type="refresh_token", refresh_token="x"),
    ],
)
case(
    "T-order-code",
    "code: missing code before client; code before PKCE before redirect",
    "T-73",
    ["web"],
    [
        token_request("web", secret="bad", grant_type="authorization_code"),
        redeem(code="BAD", ver=None, redirect="https://x.example"),
        redeem(code="GRANTCODE", ver=None, redirect="https://x.example"),
        redeem(code="GRANTCODE", ver="wrong", redirect="https://x.example"),
    ],
    grants=[grant()],
)
case(
    "T-refresh-norotate-oidc",
    "no rotation with openid: a new IDToken row, the access row keeps the old one",
    "T-85",
    ["oidc"],
    [
        consent("oidc", scope="openid read"),
        redeem("oidc", secret=APPLICATIONS["oidc"]["client_secret"]),
        refresh("oidc", secret=APPLICATIONS["oidc"]["client_secret"]),
    ],
    group="norotate_oidc",
)
case(
    "T-refresh-norotate-storage",
    "no rotation with the storage gate",
    "G-06",
    ["web"],
    [consent(), redeem(), refresh(), refresh()],
    group="nosecure",
)
case(
    "T-refresh-family",
    "code exchange creates the family; two exchanges have different families",
    "T-51 T-86",
    ["web"],
    [redeem(code="G1"), redeem(code="G2"), refresh()],
    grants=[grant("G1"), grant("G2")],
)
case(
    "T-refresh-password-app",
    "refresh of a password token keeps scope and user; also client_credentials application with a stored refresh token",
    "T-80",
    ["pwd", "cc"],
    [
        token_request("pwd", grant_type="password", username="alice", password="alice-pw", scope="read"),
        refresh("pwd"),
        refresh("cc", token="RT1"),
    ],
    access_tokens=[access_token(application="cc")],
    refresh_tokens=[refresh_token(application="cc")],
)
case(
    "T-code-two-clients-same-user",
    "existing tokens of the user are left alone by a new code exchange",
    "T-51",
    ["web"],
    [redeem(code="G1")],
    grants=[grant("G1")],
    access_tokens=[access_token()],
    refresh_tokens=[refresh_token()],
)
case(
    "T-code-scope-empty",
    "grant with an empty scope",
    "T-57",
    ["web"],
    [redeem(code="G1")],
    grants=[grant("G1", scope="")],
)
case(
    "T-nul",
    "NUL bytes in code, refresh_token, token",
    "T-91",
    ["web"],
    [redeem(code="a\0b"), refresh(token="a\0b"), token_request("web", path="/o/revoke_token/", token="a\0b")],
)
case(
    "T-accept",
    "Accept header has no influence",
    "T-02",
    ["cc"],
    [token_request("cc", grant_type="client_credentials", scope="bogus", headers={"Accept": "text/html"})],
)
case(
    "T-extra-params",
    "unknown parameters are ignored; client, user, scopes parameters do no harm",
    "T-92",
    ["cc"],
    [
        token_request(
            "cc",
            pairs=[
                ("grant_type", "client_credentials"),
                ("client", "x"),
                ("user", "1"),
                ("scopes", "introspection"),
                ("extra_credentials", "a"),
                ("id_token", "x"),
                ("expires_in", "5"),
            ],
        )
    ],
)
case(
    "T-csrf-exempt",
    "token, revoke, introspect, device-authorization need no CSRF token, session cookies play no role",
    "X-04",
    ["cc"],
    [
        dict(
            token_request("cc", grant_type="client_credentials"),
            session="alice",
            headers={"Origin": "https://evil.example"},
        ),
        dict(token_request("cc", path="/o/revoke_token/", token="x"), session="alice"),
    ],
)
case(
    "T-cors-case",
    "allowed_origins: host case, trailing slash in the entry, port",
    "T-30",
    [app("spa4", "authorization-code", "public", allowed_origins="https://spa.example/ https://Other.example")],
    [
        token_request(
            "spa4",
            "id",
            grant_type="authorization_code",
            code="GC1",
            redirect_uri=CALLBACK,
            code_verifier=VERIFIER,
            headers={"Origin": "https://SPA.example"},
        ),
        token_request(
            "spa4",
            "id",
            grant_type="authorization_code",
            code="GC2",
            redirect_uri=CALLBACK,
            code_verifier=VERIFIER,
            headers={"Origin": "https://spa.example"},
        ),
        token_request(
            "spa4",
            "id",
            grant_type="authorization_code",
            code="GC3",
            redirect_uri=CALLBACK,
            code_verifier=VERIFIER,
            headers={"Origin": "https://spa.example:443"},
        ),
    ],
    grants=[grant("GC1", "spa4"), grant("GC2", "spa4"), grant("GC3", "spa4")],
)
case(
    "T-pwd-resource",
    "resource with the password grant",
    "T-62",
    ["pwd"],
    [
        token_request(
            "pwd", grant_type="password", username="alice", password="alice-pw", resource="https://a.example"
        )
    ],
)
case(
    "T-refresh-grace-scope",
    "grace replay with a scope outside the successor's",
    "T-87",
    ["web"],
    [refresh(token="RT1", scope="read"), refresh(token="RT1", scope="write"), refresh(token="RT1")],
    group="grace",
    access_tokens=[access_token()],
    refresh_tokens=[refresh_token()],
)
case(
    "T-json-nonascii",
    "non-ASCII in JSON bodies is escaped",
    "T-02",
    ["web"],
    [
        token_request(
            "web",
            grant_type="authorization_code",
            code="BAD",
            redirect_uri=CALLBACK,
            state="\u00e9\u20ac\U0001f600<>&'",
        )
    ],
)
