"""`/o/authorize/`: rows A."""

from compat_tests.definitions.registry import case
from compat_tests.definitions.requests import GET, authorize, consent, redeem, request
from compat_tests.definitions.rows import APPLICATIONS, CALLBACK, CALLBACK_QUOTED, CHALLENGE, access_token, app

case("A-get-page", "consent page: hidden fields, order, scopes", "A-01 A-30 A-31", ["web"], [authorize()])
case(
    "A-get-page-all",
    "consent page carries nonce, claims, resource",
    "A-30 A-33",
    ["oidc"],
    [
        authorize(
            "oidc",
            pkce=True,
            scope="openid read",
            nonce="n-1",
            claims='{"id_token":{"email":null}}',
            raw="&resource=https%3A%2F%2Fapi.example%2Fa&resource=https%3A%2F%2Fapi.example%2Fb",
        )
    ],
    group="oidc",
)
case("A-anon", "not logged in: redirect to the login page", "A-02", ["web"], [authorize(session=None)])
case("A-anon-head", "HEAD not logged in", "A-02 X-03", ["web"], [request("HEAD", "/o/authorize/?client_id=web")])
case(
    "A-anon-post",
    "POST not logged in: next is the path with its query",
    "A-02",
    ["web"],
    [consent(session=None, path="/o/authorize/?a=b")],
)
case("A-anon-login-url", "LOGIN_URL set to a path", "A-02", ["web"], [authorize(session=None)], dj="login")
case(
    "A-anon-login-abs",
    "LOGIN_URL on another host: next is absolute",
    "A-02",
    ["web"],
    [authorize(session=None)],
    dj="loginabs",
)
case(
    "A-anon-badclient",
    "not logged in with bad client: login comes first",
    "A-02",
    ["web"],
    [authorize("nope", session=None)],
)
case("A-head", "HEAD with session", "X-03", ["web"], [request("HEAD", authorize()["path"], "alice")])
case(
    "A-options",
    "OPTIONS with session",
    "X-02",
    ["web"],
    [request("OPTIONS", "/o/authorize/", "alice"), request("OPTIONS", "/o/authorize/")],
)
case(
    "A-put-delete",
    "PUT (CSRF first) and PUT with token",
    "X-01",
    ["web"],
    [
        request("PUT", "/o/authorize/", "alice"),
        request("PUT", "/o/authorize/", "alice", csrf=True, headers={"X-CSRFToken": "a" * 32}),
    ],
)
case("A-noslash", "no trailing slash", "X-05", ["web"], [GET("/o/authorize?client_id=web&x=1", "alice")])
case(
    "A-noslash-post",
    "POST without trailing slash",
    "X-05",
    ["web"],
    [
        request("POST", "/o/token", form=[["a", "b"]]),
        request("POST", "/o/authorize", "alice", form=[["a", "b"]], csrf=True),
    ],
)
case("A-no-params", "no parameters", "A-11", ["web"], [GET("/o/authorize/", "alice")])
case(
    "A-no-client",
    "client_id missing / empty",
    "A-11",
    ["web"],
    [authorize(drop=["client_id"]), authorize(client_id="")],
)
case("A-bad-client", "client_id unknown", "A-12", ["web"], [authorize("nope")])
case("A-nul-client", "NUL in client_id", "A-12", ["web"], [authorize("a\0b")])
case(
    "A-dup",
    "duplicate client_id, response_type, redirect_uri, scope, state; duplicate others accepted",
    "A-10",
    ["web"],
    [
        authorize(raw="&client_id=web"),
        authorize(raw="&response_type=code"),
        authorize(raw="&redirect_uri=x"),
        authorize(raw="&scope=read"),
        authorize(raw="&state=b"),
        authorize(raw="&code_challenge=" + CHALLENGE),
        authorize(raw="&foo=1&foo=2"),
    ],
)
case(
    "A-dup-before-missing",
    "duplicate is reported before a missing client_id",
    "A-10",
    ["web"],
    [GET("/o/authorize/?scope=a&scope=b", "alice")],
)
case(
    "A-unparsable",
    "query with a pair without '='; invalid percent escapes",
    "A-10 A-13",
    ["web"],
    [
        GET("/o/authorize/?client_id=web&flag", "alice"),
        GET("/o/authorize/?client_id=%zz", "alice"),
        GET("/o/authorize/?client_id=web&&response_type=code", "alice"),
    ],
)
case(
    "A-unsafe-chars",
    "characters Django keeps but the library would refuse are escaped",
    "A-14",
    ["web"],
    [
        GET(
            '/o/authorize/?client_id=web&response_type=code&state=a|b{c}"[d]^`\\&redirect_uri='
            + CALLBACK_QUOTED
            + "&code_challenge=x&code_challenge_method=plain",
            "alice",
        )
    ],
)
case(
    "A-redirect-missing-one",
    "redirect_uri omitted, one registered",
    "A-20",
    ["web"],
    [authorize(drop=["redirect_uri"])],
)
case(
    "A-redirect-missing-many",
    "redirect_uri omitted, several or none registered",
    "A-20",
    ["multi", "none"],
    [authorize("multi", drop=["redirect_uri"]), authorize("none", drop=["redirect_uri"]), authorize("none")],
)
case("A-redirect-empty", "redirect_uri present but empty", "A-21", ["web"], [authorize(redirect_uri="")])
case(
    "A-redirect-relative",
    "redirect_uri not absolute",
    "A-21",
    ["web"],
    [
        authorize(redirect_uri="/cb"),
        authorize(redirect_uri="client.example/cb"),
        authorize(redirect_uri="https://client.example/c b"),
    ],
)
case(
    "A-redirect-mismatch",
    "redirect_uri not registered (path, host, scheme, port, query, case, fragment, userinfo)",
    "A-22 A-23",
    ["web"],
    [
        authorize(redirect_uri=u)
        for u in [
            CALLBACK + "/",
            "https://client.example/CB",
            "https://CLIENT.example/cb",
            "http://client.example/cb",
            "https://client.example:443/cb",
            CALLBACK + "?",
            CALLBACK + "?a=1",
            CALLBACK + "#f",
            CALLBACK + "#",
            "https://u@client.example/cb",
            "https://client.example/cb;x=1",
            "HTTPS://client.example/cb",
            "https://client.example/%63b",
            "https://client.example/./cb",
        ]
    ],
    group="nopkce",
)
case(
    "A-redirect-query",
    "registered URI with a query: exact; response parameters appended with &",
    "A-23 A-41",
    [app("q", "authorization-code", redirect="https://client.example/cb?a=1&b=%20x")],
    [
        consent("q", pkce=False, redirect_uri="https://client.example/cb?a=1&b=%20x"),
        authorize("q", pkce=False, redirect_uri="https://client.example/cb?a=1"),
        authorize("q", pkce=False, redirect_uri="https://client.example/cb?b=%20x&a=1"),
        consent("q", pkce=False, allow=False, redirect_uri="https://client.example/cb?a=1&b=%20x"),
    ],
    group="nopkce",
)
case(
    "A-loopback",
    "RFC 8252 loopback: any port for http 127.0.0.1 and ::1, not localhost, not https",
    "A-24",
    [
        app(
            "nat",
            "authorization-code",
            "public",
            redirect="http://127.0.0.1/cb http://[::1]/cb http://localhost/cb https://127.0.0.1/s http://127.0.0.1:80/p",
        )
    ],
    [
        authorize("nat", pkce=False, redirect_uri=u)
        for u in [
            "http://127.0.0.1:5123/cb",
            "http://127.0.0.1/cb",
            "http://[::1]:5123/cb",
            "http://localhost:5123/cb",
            "http://localhost/cb",
            "https://127.0.0.1:5123/s",
            "http://127.0.0.1:81/p",
            "http://127.0.0.2:5123/cb",
            "http://127.0.0.1:5123/other",
            "http://127.0.0.1:99999/cb",
        ]
    ],
    group="nopkce",
)
case(
    "A-loopback-redirect",
    "loopback port is kept in the redirect and stored in the grant",
    "A-24",
    [app("nat", "authorization-code", "public", redirect="http://127.0.0.1/cb")],
    [consent("nat", pkce=False, redirect_uri="http://127.0.0.1:5123/cb")],
    group="nopkce",
)
case(
    "A-localhost",
    "ALLOW_LOCALHOST_LOOPBACK",
    "A-24",
    [app("nat", "authorization-code", "public", redirect="http://localhost/cb")],
    [
        authorize("nat", pkce=False, redirect_uri="http://localhost:5123/cb"),
        authorize("nat", pkce=False, redirect_uri="http://127.0.0.1:5123/cb"),
    ],
    group="lochost",
)
case(
    "A-wild",
    "ALLOW_URI_WILDCARDS: suffix match of the host",
    "A-25",
    [app("w", "authorization-code", redirect="https://*.client.example/cb https://*-x.site.example/cb")],
    [
        authorize("w", pkce=False, redirect_uri=u)
        for u in [
            "https://a.client.example/cb",
            "https://a.b.client.example/cb",
            "https://client.example/cb",
            "https://evilclient.example/cb",
            "https://a-x.site.example/cb",
            "https://a.client.example/other",
        ]
    ],
    group="wild",
)
case(
    "A-wild-off",
    "wildcards off: the asterisk is literal",
    "A-25",
    [app("w", "authorization-code", redirect="https://*.client.example/cb")],
    [
        authorize("w", pkce=False, redirect_uri="https://a.client.example/cb"),
        authorize("w", pkce=False, redirect_uri="https://*.client.example/cb"),
    ],
    group="nopkce",
)
case(
    "A-scheme-custom",
    "custom scheme, allowed: redirect; not allowed: 400 at redirect time only",
    "A-26",
    [app("n", "authorization-code", "public", redirect="com.example.app:/cb")],
    [
        authorize("n", pkce=False, redirect_uri="com.example.app:/cb"),
        consent("n", pkce=False, redirect_uri="com.example.app:/cb"),
        consent("n", pkce=False, allow=False, redirect_uri="com.example.app:/cb"),
    ],
    group="schemes",
)
case(
    "A-scheme-custom-off",
    "custom scheme registered but not in ALLOWED_REDIRECT_URI_SCHEMES",
    "A-26",
    [app("n", "authorization-code", "public", redirect="com.example.app:/cb")],
    [
        authorize("n", pkce=False, redirect_uri="com.example.app:/cb"),
        consent("n", pkce=False, redirect_uri="com.example.app:/cb"),
        authorize("n", pkce=False, redirect_uri="com.example.app:/cb", scope="bogus"),
    ],
    group="nopkce",
)
case(
    "A-resptype-missing",
    "response_type missing / empty",
    "A-40 A-41",
    ["web"],
    [authorize(drop=["response_type"]), authorize(response_type="")],
)
case(
    "A-resptype-unknown",
    "response_type unknown, none, other case, order",
    "A-40",
    ["web"],
    [authorize(response_type=x) for x in ["foo", "none", "CODE", "codefoo", "id_token code", "token", "code token"]],
)
case(
    "A-resptype-none-imp",
    "response_type=none with an implicit application",
    "A-40",
    ["imp"],
    [authorize("imp", response_type="none"), authorize("imp", response_type="code")],
)
case(
    "A-unauth-client",
    "grant type of the application does not match",
    "A-42",
    ["imp", "cc", "pwd", "web"],
    [authorize("imp"), authorize("web", response_type="token"), authorize("cc", drop=["redirect_uri"])],
)
case(
    "A-pkce-missing",
    "PKCE required and missing",
    "A-50",
    ["web", "spa"],
    [authorize(pkce=False), authorize("spa", pkce=False, redirect_uri="https://spa.example/cb")],
)
case(
    "A-pkce-empty",
    "code_challenge present and empty",
    "A-50",
    ["web"],
    [authorize(code_challenge=""), authorize(code_challenge="", drop=["code_challenge_method"])],
)
case(
    "A-pkce-method",
    "unsupported method; case; default plain",
    "A-51",
    ["web"],
    [
        authorize(code_challenge_method="S512"),
        authorize(code_challenge_method="s256"),
        authorize(drop=["code_challenge_method"]),
        authorize(code_challenge_method=""),
    ],
)
case(
    "A-pkce-method-only",
    "method without challenge, PKCE not required",
    "A-51",
    ["web"],
    [authorize(pkce=False, code_challenge_method="S256"), consent(pkce=False, code_challenge_method="S256")],
    group="nopkce",
)
case(
    "A-pkce-long",
    "code_challenge longer than the column",
    "A-52",
    ["web"],
    [authorize(code_challenge="x" * 129, code_challenge_method="plain")],
)
case("A-scope-unknown", "unknown scope", "A-60", ["web"], [authorize(scope="read bogus")])
case(
    "A-scope-default",
    "scope omitted: all scopes in settings order; empty; blank",
    "A-61",
    ["web"],
    [authorize(drop=["scope"]), authorize(scope=""), authorize(scope=" ")],
)
case("A-scope-default-set", "DEFAULT_SCOPES", "A-61", ["web"], [authorize(drop=["scope"])], group="defscope")
case(
    "A-scope-none",
    "DEFAULT_SCOPES empty",
    "A-61",
    ["web"],
    [authorize(drop=["scope"]), consent(scope="")],
    group="noscope",
)
case(
    "A-scope-double-space",
    "two spaces between scopes",
    "A-62",
    ["web"],
    [authorize(scope="read  write"), authorize(scope=" read write ")],
)
case(
    "A-scope-dup", "the same scope twice", "A-62", ["web"], [authorize(scope="read read"), consent(scope="read read")]
)
case(
    "A-order",
    "several errors at once: which wins",
    "A-15",
    ["web"],
    [
        authorize("nope", redirect_uri="https://evil.example/"),
        authorize(redirect_uri="https://evil.example/", response_type="foo"),
        authorize(response_type="foo", scope="bogus", pkce=False),
        authorize(scope="bogus", pkce=False),
        authorize(scope="bogus", code_challenge_method="x"),
    ],
)
case(
    "A-state",
    "state: echoed with + for space; empty state omitted; missing",
    "A-43",
    ["web"],
    [
        authorize(scope="bogus", state="a b&c=d/é~*"),
        authorize(scope="bogus", state=""),
        authorize(scope="bogus", drop=["state"]),
        consent(state="a b&c=d/é~*"),
        consent(state=""),
    ],
)
case(
    "A-response-mode",
    "response_mode on errors and on success; form POST drops it unless in the query",
    "A-44",
    ["web"],
    [
        authorize(scope="bogus", response_mode="fragment"),
        consent(path="/o/authorize/?response_mode=fragment"),
        consent(path="/o/authorize/?response_mode=form_post"),
    ],
)
case(
    "A-imp-error-fragment",
    "implicit: errors before consent go in the query; after consent in the fragment",
    "A-45",
    ["imp"],
    [
        authorize("imp", response_type="token", scope="bogus", pkce=False),
        consent("imp", response_type="token", scope="bogus", pkce=False),
        consent("imp", response_type="token", allow=False, pkce=False),
    ],
)
case(
    "A-ui-locales",
    "ui_locales, display, max_age, login_hint, acr_values are ignored",
    "A-34",
    ["oidc"],
    [
        authorize(
            "oidc",
            pkce=False,
            scope="openid",
            ui_locales="fr en",
            display="popup",
            max_age="1",
            login_hint="x",
            acr_values="y",
            id_token_hint="z",
        )
    ],
    group="oidc",
)
case(
    "A-ui-locales-skip",
    "ui_locales with skip_authorization",
    "A-34",
    [app("oskip", "authorization-code", skip_authorization=True)],
    [authorize("oskip", pkce=False, scope="openid", ui_locales="fr en")],
    group="oidc",
)
case(
    "A-claims-bad",
    "claims not JSON",
    "A-35",
    ["oidc"],
    [
        authorize("oidc", pkce=False, scope="openid", claims="{bad"),
        authorize("oidc", pkce=False, scope="read", claims="{bad"),
    ],
    group="oidc",
)
case(
    "A-claims-noopenid",
    "claims without the openid scope is not kept",
    "A-35",
    ["oidc"],
    [authorize("oidc", pkce=False, scope="read", claims='{"a":1}', nonce="n")],
    group="oidc",
)
case(
    "A-resource-bad",
    "resource not absolute, with userinfo, with fragment, URN",
    "A-36",
    ["web"],
    [
        authorize(resource=x)
        for x in ["api", "urn:x:y", "https://u@api.example/", "https://api.example/#x", "", "https://api.example:x/"]
    ],
)
case(
    "A-resource-post",
    "resource field on POST: whitespace separated; invalid is redirected",
    "A-36",
    ["web"],
    [consent(resource="https://a.example/x  https://b.example/y?q=1"), consent(resource="https://a.example/x nope")],
)
case(
    "A-resource-post-query",
    "POST with resource in the query but not in the form",
    "A-36 A-72",
    ["web"],
    [consent(path="/o/authorize/?resource=https%3A%2F%2Fa.example")],
)
case(
    "A-prompt-none-anon",
    "prompt=none not logged in: login_required",
    "A-80",
    ["web"],
    [
        authorize(session=None, prompt="none"),
        authorize(session=None, prompt="none", drop=["state"]),
        authorize("nope", session=None, prompt="none"),
        authorize(session=None, prompt="none", redirect_uri="https://evil.example/"),
        authorize(session=None, prompt="none", scope="bogus"),
    ],
)
case(
    "A-prompt-none-anon-openid",
    "prompt=none with scope openid",
    "A-80",
    ["oidc"],
    [
        authorize("oidc", session=None, pkce=False, prompt="none", scope="openid"),
        authorize("oidc", pkce=False, prompt="none", scope="openid"),
        authorize("oidc", session=None, pkce=False, prompt="none login", scope="openid"),
        authorize("oidc", pkce=False, prompt="none login", scope="openid"),
    ],
    group="oidc",
)
case(
    "A-prompt-none-auth",
    "prompt=none logged in without openid: page is shown",
    "A-80",
    ["web"],
    [authorize(prompt="none")],
)
case(
    "A-prompt-login",
    "prompt=login with and without session; other values kept out",
    "A-81",
    ["web"],
    [
        authorize(prompt="login"),
        authorize(session=None, prompt="login"),
        authorize(prompt="login consent"),
        authorize(prompt="LOGIN"),
        authorize(prompt="login", raw="&foo=&a=1&a=2"),
        authorize("nope", prompt="login"),
        authorize("nope", session=None, prompt="login"),
    ],
)
case(
    "A-prompt-login-abs",
    "prompt=login with the login page on another host",
    "A-81",
    ["web"],
    [authorize(prompt="login")],
    dj="loginabs",
)
case(
    "A-prompt-create-off",
    "prompt=create not enabled: 400 JSON",
    "A-82",
    ["web"],
    [authorize(prompt="create"), authorize(session=None, prompt="create")],
)
case(
    "A-prompt-create",
    "prompt=create enabled",
    "A-82",
    ["oidc"],
    [
        authorize("oidc", session=None, pkce=False, prompt="create"),
        authorize("oidc", session=None, pkce=False, prompt="create login"),
        authorize("oidc", pkce=False, prompt="create"),
        authorize("nope", session=None, pkce=False, prompt="create"),
        authorize("oidc", session=None, pkce=False, prompt="create", scope="bogus"),
    ],
    group="register",
)
case(
    "A-prompt-create-nourl",
    "prompt=create enabled without URL",
    "A-82",
    ["oidc"],
    [authorize("oidc", session=None, pkce=False, prompt="create"), authorize("oidc", pkce=False, prompt="create")],
    group="registernourl",
)
case(
    "A-prompt-consent",
    "prompt=consent/select_account have no effect",
    "A-83",
    ["skip"],
    [authorize("skip", prompt="consent"), authorize("skip", prompt="select_account")],
)
case(
    "A-skip",
    "skip_authorization: code at once, no page",
    "A-90",
    ["skip"],
    [authorize("skip", drop=["state"]), authorize("skip", scope="bogus")],
)
case(
    "A-auto-setting",
    "REQUEST_APPROVAL_PROMPT=auto: earlier token with the scopes",
    "A-91",
    ["web"],
    [authorize(), authorize(scope="read write introspection"), authorize(approval_prompt="force")],
    group="auto",
    access_tokens=[access_token()],
)
case(
    "A-auto-param",
    "approval_prompt=auto in the request",
    "A-91",
    ["web"],
    [authorize(approval_prompt="auto"), authorize(approval_prompt="AUTO"), authorize(approval_prompt="")],
    access_tokens=[access_token()],
)
case(
    "A-auto-expired",
    "auto: expired token, other user, other application, subset",
    "A-91",
    ["web", "other"],
    [authorize(approval_prompt="auto")],
    access_tokens=[
        access_token(expires=-10),
        access_token("AT2", user="bob"),
        access_token("AT3", application="other"),
        access_token("AT4", scope="read"),
    ],
)
case(
    "A-auto-resource",
    "auto approval with resource stores the resources",
    "A-91 A-36",
    ["web"],
    [authorize(approval_prompt="auto", raw="&resource=https%3A%2F%2Fa.example&resource=https%3A%2F%2Fb.example")],
    access_tokens=[access_token()],
)
case("A-post-allow", "consent given: redirect and grant row", "A-70 A-71", ["web"], [consent()])
case(
    "A-post-deny",
    "consent denied",
    "A-73",
    ["web"],
    [consent(allow=False), consent(allow=False, state=""), consent(allow=False, state="a b")],
)
case(
    "A-post-deny-openredirect",
    "denial does not validate the redirect_uri of the form",
    "A-74",
    ["web"],
    [
        consent(allow=False, redirect_uri="https://evil.example/x?y=1"),
        consent(allow=False, redirect_uri="javascript:alert(1)"),
        consent(allow=False, redirect_uri="/rel"),
    ],
)
case(
    "A-post-allow-false",
    "allow=false / empty / 0",
    "A-73",
    ["web"],
    [
        dict(consent(allow=False), form=consent(allow=False)["form"] + [["allow", x]])
        for x in ["false", "", "0", "False", "on"]
    ],
)
case(
    "A-post-badclient",
    "POST with unknown client_id",
    "A-75",
    ["web"],
    [consent("nope"), consent("nope", allow=False)],
)
case(
    "A-post-missing",
    "POST with a missing required field: page again, 200",
    "A-76",
    ["web"],
    [consent(drop=[x]) for x in ["client_id", "redirect_uri", "scope", "response_type"]] + [consent(scope="")],
)
case("A-post-csrf", "POST without CSRF token", "A-77", ["web"], [consent(csrf=False)])
case(
    "A-post-badredirect",
    "POST with unregistered redirect_uri and allow",
    "A-75",
    ["web"],
    [
        consent(redirect_uri="https://evil.example/"),
        consent(scope="bogus"),
        consent(response_type="foo"),
        consent(pkce=False),
    ],
)
case(
    "A-post-scope-change",
    "scope in the form wins over the query",
    "A-72",
    ["web"],
    [consent(scope="introspection", path=authorize(scope="read")["path"])],
)
case(
    "A-post-query-pkce",
    "challenge only in the POST URL query is used",
    "A-72",
    ["web"],
    [consent(pkce=False, path="/o/authorize/?code_challenge=" + CHALLENGE + "&code_challenge_method=S256&nonce=qn")],
)
case(
    "A-post-query-dup",
    "duplicates in the POST URL query",
    "A-72",
    ["web"],
    [consent(path="/o/authorize/?state=1&state=2"), consent(path="/o/authorize/?flag")],
)
case(
    "A-post-plain",
    "PKCE plain by default stored as plain",
    "A-51",
    ["web"],
    [consent(code_challenge="abc", code_challenge_method="")],
)
case("A-post-strip", "form fields are stripped", "A-78", ["web"], [consent(state="  x  ", scope=" read ")])
case(
    "A-post-longstate",
    "nonce longer than 255",
    "A-52",
    ["oidc"],
    [consent("oidc", pkce=False, scope="openid", nonce="n" * 300)],
    group="oidc",
)
case(
    "A-implicit",
    "response_type=token: fragment, parameter order, rows",
    "A-46",
    ["imp"],
    [consent("imp", response_type="token", pkce=False), consent("imp", response_type="token", pkce=False, state="")],
)
case(
    "A-implicit-idtoken-nooidc",
    "id_token response types without OIDC_ENABLED",
    "A-40",
    ["imp"],
    [authorize("imp", response_type="id_token"), authorize("imp", response_type="id_token token")],
)
case(
    "A-implicit-oidc",
    "id_token and id_token token",
    "A-47",
    ["oidcimp"],
    [
        consent("oidcimp", pkce=False, response_type="id_token", scope="openid", nonce="n1"),
        consent("oidcimp", pkce=False, response_type="id_token token", scope="openid read", nonce="n2"),
        consent("oidcimp", pkce=False, response_type="id_token", scope="openid"),
        consent("oidcimp", pkce=False, response_type="token id_token", scope="openid", nonce="n3"),
        authorize("oidcimp", pkce=False, response_type="id_token", scope="openid"),
        consent("oidcimp", pkce=False, response_type="id_token", scope="read", nonce="n1"),
    ],
    group="oidc",
)
case(
    "A-implicit-openid-token",
    "response_type=token with openid: no id_token",
    "A-47",
    ["oidcimp"],
    [consent("oidcimp", pkce=False, response_type="token", scope="openid read")],
    group="oidc",
)
for x in ("code id_token", "code token", "code id_token token"):
    case(
        "A-hybrid-" + x.replace(" ", "-"),
        "hybrid " + x + " and redemption of its code",
        "A-48 T-60",
        ["hyb"],
        [
            consent("hyb", pkce=False, response_type=x, scope="openid read", nonce="n1"),
            redeem("hyb", secret=APPLICATIONS["hyb"]["client_secret"], ver=None),
        ],
        group="oidc",
    )
case(
    "A-hybrid-nononce",
    "hybrid without nonce; code with a hybrid application; wrong order",
    "A-48",
    ["hyb", "oidc"],
    [
        authorize("hyb", pkce=False, response_type="code id_token", scope="openid"),
        authorize("hyb", pkce=False, response_type="code token", scope="openid"),
        authorize("hyb", pkce=False, response_type="code", scope="openid"),
        authorize("hyb", pkce=False, response_type="id_token code", scope="openid", nonce="n"),
        authorize("oidc", pkce=False, response_type="code id_token", scope="openid", nonce="n"),
        authorize("hyb", pkce=False, response_type="code id_token", scope="read", nonce="n"),
    ],
    group="oidc",
)
case(
    "A-hybrid-noopenid",
    "hybrid code id_token without openid scope",
    "A-48",
    ["hyb"],
    [consent("hyb", pkce=False, response_type="code id_token", scope="read", nonce="n")],
    group="oidc",
)
case(
    "A-iss",
    "RFC 9207 iss on success, not on errors",
    "A-95",
    ["oidc", "oidcimp"],
    [
        consent("oidc", pkce=False, scope="openid"),
        consent("oidc", pkce=False, allow=False),
        authorize("oidc", pkce=False, scope="bogus"),
        consent("oidc", pkce=False, scope="bogus"),
        consent("oidcimp", pkce=False, response_type="token", scope="read"),
    ],
    group="oidciss",
)
case(
    "A-iss-derived",
    "iss derived from the metadata route; a registered iss query is replaced",
    "A-95",
    [app("q", "authorization-code", redirect="https://client.example/cb?iss=evil&a=")],
    [consent("q", redirect_uri="https://client.example/cb?iss=evil&a=")],
    group="bcp",
)
case(
    "A-bcp",
    "gates: implicit refused, plain refused",
    "A-51 G-01 G-03",
    ["imp", "web"],
    [
        authorize("imp", response_type="token", pkce=False),
        consent("imp", response_type="token", pkce=False),
        authorize(code_challenge="abc", code_challenge_method="plain"),
        consent(code_challenge="abc", code_challenge_method="plain"),
    ],
    group="bcp",
)
case(
    "A-redirect-port",
    "ports out of range or not numeric; broken host",
    "A-27",
    ["web"],
    [
        authorize(pkce=False, redirect_uri=u)
        for u in [
            "https://client.example:99999/cb",
            "https://client.example:x/cb",
            "https://[::1/cb",
            "https://client.example/\u00e9",
            "https://client.example/cb\n",
            "https:client.example/cb",
            "https:///cb",
        ]
    ],
    group="nopkce",
)
case(
    "A-inactive",
    "session of a user who became inactive: treated as anonymous",
    "A-02",
    ["web"],
    [authorize(session="idle")],
)
case(
    "A-head-skip",
    "HEAD with skip_authorization stores a grant",
    "X-03",
    ["skip"],
    [request("HEAD", authorize("skip")["path"], "alice")],
)
case(
    "A-pkce-int",
    "PKCE_REQUIRED=1 is not True: not required",
    "A-50",
    ["web"],
    [authorize(pkce=False)],
    group="pkceint",
)
case(
    "A-nonce-noscope",
    "OIDC on, scope omitted: the OIDC checks do not run on GET; nonce only survives in the POST URL",
    "A-37",
    ["oidc"],
    [
        authorize("oidc", pkce=False, drop=["scope"], nonce="n1", claims="{bad", prompt="none"),
        consent("oidc", pkce=False, scope="openid read", path="/o/authorize/?nonce=n1&response_mode=query"),
        consent("oidc", pkce=False, scope="openid", path="/o/authorize/?prompt=none"),
    ],
    group="oidc",
)
case(
    "A-claims-stored",
    "claims are stored as JSON text; the literal null of the page becomes {}",
    "A-35",
    ["oidc"],
    [
        consent("oidc", pkce=False, scope="openid", claims='{"id_token": {"email": null}}'),
        consent("oidc", pkce=False, scope="openid", claims="null"),
        consent("oidc", pkce=False, scope="read", claims='{"a": 1}'),
        consent("oidc", pkce=False, scope="openid", claims="{bad"),
    ],
    group="oidc",
)
case(
    "A-escape",
    "HTML escaping of hidden values and of the application name",
    "A-32",
    [app("esc", "authorization-code", name="<b>&\"'")],
    [authorize("esc", pkce=False, state="\"><script>'&")],
    group="nopkce",
)
case(
    "A-name-empty",
    "application without a name",
    "A-32",
    [app("noname", "authorization-code", name="")],
    [authorize("noname", pkce=False)],
    group="nopkce",
)
case(
    "A-multi-resource-query",
    "implicit grant with resource in the form",
    "A-36 A-46",
    ["imp"],
    [consent("imp", response_type="token", pkce=False, resource="https://a.example https://b.example")],
)
case(
    "A-post-origin",
    "Origin header on the consent POST: foreign or null refused, own accepted",
    "A-77",
    ["web"],
    [
        dict(consent(), headers={"Origin": "https://evil.example"}),
        dict(consent(), headers={"Origin": "null"}),
        dict(consent(), headers={"Origin": "{{base_url}}"}),
    ],
)
case(
    "A-csrf-header",
    "CSRF token in the X-CSRFToken header",
    "A-77",
    ["web"],
    [
        dict(consent(csrf=True), form=consent()["form"], headers={"X-CSRFToken": "a" * 32}),
        dict(consent(csrf=False), headers={"X-CSRFToken": "a" * 32}),
    ],
)
case(
    "A-pkce-empty-post",
    "empty code_challenge in the query carried to the POST: grant without challenge, then refused at token",
    "A-50 T-56",
    ["web"],
    [consent(pkce=False, path="/o/authorize/?code_challenge="), redeem()],
)
case(
    "A-hybrid-error",
    "hybrid: error after consent goes in the query",
    "A-45",
    ["hyb"],
    [
        consent("hyb", pkce=False, response_type="code id_token", scope="openid bogus", nonce="n"),
        consent(
            "hyb",
            pkce=False,
            response_type="code id_token",
            scope="openid",
            path="/o/authorize/?response_mode=fragment",
            nonce="",
        ),
    ],
    group="oidc",
)
case(
    "A-hybrid-pkce",
    "PKCE required also for hybrid; not for implicit",
    "A-50",
    ["hyb", "oidcimp"],
    [
        authorize("hyb", pkce=False, response_type="code id_token", scope="openid", nonce="n"),
        authorize("oidcimp", pkce=False, response_type="id_token", scope="openid", nonce="n"),
    ],
    group="norotate_oidc",
)
case(
    "A-hybrid-iss",
    "iss on a hybrid answer goes into the fragment",
    "A-95",
    ["hyb"],
    [consent("hyb", pkce=False, response_type="code token", scope="openid", nonce="n")],
    group="oidciss",
)
