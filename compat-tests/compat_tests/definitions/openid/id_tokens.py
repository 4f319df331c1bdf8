"""ID tokens: rows O-30x to O-38x."""

from typing import Any

from compat_tests.definitions.openid.registry import (
    AT_ROOT,
    CB,
    HS256,
    LONG_SECRET,
    SCOPES,
    Step,
    app,
    authorize,
    bearer,
    case,
    get,
    hint,
    refresh,
    step,
    token,
    user,
)


def flow(**parameters: Any) -> list[Step]:
    """A code, and its tokens."""
    return [authorize(nonce="n-1", **parameters), token()]


case("idt-code-rs256", "code flow, RS256, nonce", flow(), rows="O-301 O-302 O-310")
case(
    "idt-code-hs256",
    "code flow, HS256 signed with the plain client secret; no kid",
    [authorize(nonce="n-1"), token(secret=LONG_SECRET)],
    applications=[app(**HS256)],
    rows="O-303",
)
case(
    "idt-hs256-short",
    "HS256 with a secret shorter than 32 bytes: server error",
    flow(),
    applications=[app(algorithm="HS256")],
    rows="O-352",
)
case("idt-code-no-nonce", "no nonce claim when none was sent", [authorize(), token()], rows="O-313")
case(
    "idt-scope-not-openid",
    "without openid: no id_token",
    [authorize(scope="profile", nonce="n-1"), token()],
    rows="O-320",
)
case(
    "idt-consent-post",
    "consent page with nonce and claims as hidden fields, then the form",
    [
        authorize(nonce="n-1", claims='{"userinfo": {"email": null}}'),
        step(
            "POST",
            "/o/authorize/",
            session="alice",
            csrf=True,
            form={
                "redirect_uri": CB,
                "scope": "openid profile",
                "nonce": "n-1",
                "client_id": "web",
                "state": "st-1",
                "response_type": "code",
                "claims": '{"userinfo": {"email": null}}',
                "allow": "Authorize",
            },
        ),
        token(),
    ],
    applications=[app(skip_authorization=False)],
    rows="O-321 O-330",
)
case(
    "idt-no-last-login",
    "auth_time falls back to now when the user never logged in",
    flow(),
    users=[user(last_login=None)],
    rows="O-312",
)
case(
    "idt-lifetime",
    "ID_TOKEN_EXPIRE_SECONDS governs exp and the row",
    flow(),
    provider={"ID_TOKEN_EXPIRE_SECONDS": 120},
    rows="O-311",
)
case(
    "idt-iss-endpoint",
    "iss = OIDC_ISS_ENDPOINT verbatim",
    flow(),
    provider={"OIDC_ISS_ENDPOINT": "https://id.example/t/"},
    rows="O-305",
)
case(
    "idt-iss-forwarded",
    "iss from the token request, https through the trusted header",
    [authorize(nonce="n-1"), token(headers={"X-Forwarded-Proto": "https", "X-Forwarded-Host": "login.example"})],
    django={"SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"], "USE_X_FORWARDED_HOST": True},
    rows="O-306",
)
case(
    "idt-iss-forwarded-untrusted",
    "iss ignores untrusted forwarded headers",
    [authorize(nonce="n-1"), token(headers={"X-Forwarded-Proto": "https", "X-Forwarded-Host": "login.example"})],
    rows="O-306",
)
case(
    "idt-iss-spoof-header",
    "a client cannot force https with the internal marker header",
    [authorize(nonce="n-1"), token(headers={"X-Django-Oauth-Toolkit-Secure": "1"})],
    rows="O-307",
)
case(
    "idt-iss-root-mount",
    "root mount: iss is the origin",
    [authorize(nonce="n-1", path="/authorize/"), token(path="/token/")],
    server=AT_ROOT,
    rows="O-305",
)
case(
    "idt-rsa2-inactive",
    "the active key signs",
    flow(),
    provider={"OIDC_RSA_PRIVATE_KEYS_INACTIVE": ["{{pem:rsa2}}"]},
    rows="O-302",
)
EXTRA: dict[str, Any] = {
    "additional_claims": {
        "given_name": {"user": "first_name"},
        "email": {"user": "email"},
        "phone_number": {"value": "+1"},
        "dept": {"value": "rd"},
        "level": {"value": 3},
    }
}
case(
    "idt-claims-scoped",
    "claims filtered by scope; a claim not in the map is dropped",
    flow(),
    claims={**EXTRA, "request_agnostic": True},
    rows="O-340 O-341",
)
case(
    "idt-claims-request",
    "request-taking hook, same filter",
    flow(),
    claims={**EXTRA, "request_agnostic": False},
    rows="O-340",
)
case(
    "idt-claims-map",
    "claim map extended",
    flow(scope="openid read"),
    claims={**EXTRA, "claim_scope": {"dept": "read"}},
    rows="O-342",
)
case(
    "idt-claims-nomap",
    "claim map None: everything released, also sub without openid filter",
    flow(scope="openid"),
    claims={**EXTRA, "claim_scope": None},
    rows="O-343",
)
case(
    "idt-claims-datetime",
    "a datetime claim: text in the id token, server error at userinfo",
    flow() + [get("/o/userinfo/", headers={"Authorization": "Bearer {{latest:access_token}}"})],
    claims={
        "additional_claims": {"updated_at": {"user": "last_login"}, "nickname": {"value": None}},
        "request_agnostic": True,
    },
    rows="O-346",
)
case(
    "idt-claims-override-sub",
    "hook overrides sub",
    flow(),
    claims={
        "additional_claims": {"sub": {"user": "username"}, "iss": {"value": "x"}, "aud": {"value": "y"}},
        "claim_scope": {"iss": "openid", "aud": "openid"},
    },
    rows="O-344",
)
case(
    "idt-claims-param",
    "claims parameter is validated as JSON and stored but does not change the token",
    [
        authorize(nonce="n-1", claims='{"id_token":{"email":{"essential":true}},"userinfo":{"given_name":null}}'),
        token(),
    ],
    claims=EXTRA,
    rows="O-330 O-331",
)
case(
    "idt-claims-stored",
    "grant.claims: direct path with openid",
    authorize(nonce="n-1", claims='{"userinfo":{"given_name":null}}'),
    rows="O-330",
)
case(
    "idt-claims-stored-noopenid",
    "grant.claims without openid: the raw text, JSON-encoded once more",
    authorize(scope="read", nonce="n-1", claims='{"userinfo":{}}'),
    rows="O-330",
)
case("idt-claims-malformed", "malformed claims parameter", authorize(nonce="n-1", claims="{nope"), rows="O-332")
case(
    "idt-claims-malformed-not-openid",
    "claims ignored without openid",
    [authorize(scope="read", claims="{nope")],
    rows="O-332",
)
case("idt-refresh", "refresh: new id_token without nonce, same auth_time", flow() + [refresh()], rows="O-322")
case(
    "idt-refresh-noopenid",
    "refresh narrowed to a scope without openid: no id_token",
    flow() + [refresh(scope="profile")],
    rows="O-322",
)
case(
    "idt-refresh-norotate",
    "refresh without rotation",
    flow() + [refresh()],
    provider={"ROTATE_REFRESH_TOKEN": False},
    rows="O-323",
)
case(
    "idt-basic-auth",
    "client authenticated by Basic without client_id in the body: aud is still the client",
    [
        authorize(nonce="n-1"),
        token(secret=None, client_id=None, headers={"Authorization": "Basic d2ViOndlYi1zZWNyZXQtd2ViLXNlY3JldA=="}),
    ],
    rows="O-301",
)
case(
    "idt-token-nonce-param",
    "a nonce parameter sent to the token endpoint is used when none was stored (code, refresh) and ignored otherwise",
    [authorize(), token(nonce="late"), authorize(nonce="n-1"), token(nonce="late"), refresh(nonce="refreshed")],
    rows="O-314",
)
case(
    "idt-password",
    "password grant with openid: no id_token",
    token(grant_type="password", code=None, redirect_uri=None, username="alice", password="pw", scope="openid"),
    applications=[app(authorization_grant_type="password")],
    rows="O-324",
)
case(
    "idt-client-credentials",
    "client credentials with openid: no id_token",
    token(grant_type="client_credentials", code=None, redirect_uri=None, scope="openid"),
    applications=[app(authorization_grant_type="client-credentials")],
    rows="O-324",
)
case(
    "idt-no-algorithm",
    "application without algorithm: server error at the token endpoint, code kept",
    flow(),
    applications=[app(algorithm="")],
    rows="O-350",
)
case(
    "idt-rs256-no-key",
    "RS256 application, no server key: server error",
    flow(),
    provider={"OIDC_RSA_PRIVATE_KEY": ""},
    rows="O-350",
)
case(
    "idt-hs256-hashed",
    "HS256 with a hashed secret: server error",
    flow(),
    applications=[app(hash_client_secret=True, algorithm="HS256")],
    rows="O-351",
)
case(
    "idt-no-algorithm-hybrid",
    "code token for a client without algorithm: nothing is signed in front, server error at the token endpoint",
    [authorize("code token", nonce="n-1"), token()],
    applications=[app(algorithm="", authorization_grant_type="openid-hybrid")],
    rows="O-350",
)
case(
    "idt-no-algorithm-front",
    "ID tokens in front for a client without algorithm: server error at the authorization endpoint",
    [authorize("code id_token", nonce="n-1"), authorize("code id_token token", nonce="n-1")],
    applications=[app(algorithm="", authorization_grant_type="openid-hybrid")],
    rows="O-350",
)
IMPLICIT: dict[str, Any] = dict(authorization_grant_type="implicit", client_type="public")
case(
    "idt-implicit-idtoken",
    "response_type=id_token",
    authorize("id_token", nonce="n-1"),
    applications=[app(**IMPLICIT)],
    rows="O-360",
)
case(
    "idt-implicit-idtoken-token",
    "response_type=id_token token: at_hash",
    authorize("id_token token", nonce="n-1"),
    applications=[app(**IMPLICIT)],
    rows="O-361",
)
case(
    "idt-implicit-order",
    "response_type=token id_token is the same set",
    authorize("token id_token", nonce="n-1"),
    applications=[app(**IMPLICIT)],
    rows="O-362",
)
case(
    "idt-order-hybrid",
    "response_type=id_token code (other order) on a hybrid application",
    authorize("id_token code", nonce="n-1"),
    applications=[app(authorization_grant_type="openid-hybrid")],
    rows="O-362",
)
case("idt-implicit-no-nonce", "nonce required", authorize("id_token"), applications=[app(**IMPLICIT)], rows="O-363")
case(
    "idt-implicit-no-openid",
    "id_token without openid scope",
    authorize("id_token", scope="read", nonce="n-1"),
    applications=[app(**IMPLICIT)],
    rows="O-364",
)
case(
    "idt-implicit-token-openid",
    "response_type=token with openid is plain OAuth: no id_token",
    authorize("token", nonce="n-1"),
    applications=[app(**IMPLICIT)],
    rows="O-365",
)
case(
    "idt-implicit-bcp",
    "implicit refused by the BCP gate",
    authorize("id_token", nonce="n-1"),
    applications=[app(**IMPLICIT)],
    provider={"COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True},
    rows="O-366",
)
HYBRID: dict[str, Any] = dict(authorization_grant_type="openid-hybrid")
case(
    "idt-hybrid-code-idtoken",
    "code id_token: c_hash; then the code",
    [authorize("code id_token", nonce="n-1"), token()],
    applications=[app(**HYBRID)],
    rows="O-370 O-373",
)
case(
    "idt-hybrid-code-token",
    "code token: no id_token in front, access token stored",
    [authorize("code token", nonce="n-1"), token()],
    applications=[app(**HYBRID)],
    rows="O-371",
)
case(
    "idt-hybrid-all",
    "code id_token token: at_hash and c_hash",
    authorize("code id_token token", nonce="n-1"),
    applications=[app(**HYBRID)],
    rows="O-372",
)
case(
    "idt-hybrid-no-nonce",
    "nonce required for code id_token, not for code token",
    [authorize("code id_token"), authorize("code token")],
    applications=[app(**HYBRID)],
    rows="O-374",
)
case(
    "idt-hybrid-only-code",
    "hybrid application may not use response_type=code",
    authorize("code", nonce="n-1"),
    applications=[app(**HYBRID)],
    rows="O-375",
)
case(
    "idt-hybrid-pkce",
    "PKCE applies to hybrid",
    [authorize("code id_token", nonce="n-1")],
    applications=[app(**HYBRID)],
    provider={"PKCE_REQUIRED": True},
    rows="O-376",
)
case(
    "idt-hybrid-deny",
    "denied consent: error in the query, although responses are in the fragment",
    step(
        "POST",
        "/o/authorize/",
        session="alice",
        csrf=True,
        form={
            "redirect_uri": CB,
            "scope": "openid",
            "nonce": "n-1",
            "client_id": "web",
            "state": "st-1",
            "response_type": "code id_token",
        },
    ),
    applications=[app(skip_authorization=False, **HYBRID)],
    rows="O-377",
)
case(
    "idt-iss-param",
    "RFC 9207 iss in query and fragment",
    [authorize(nonce="n-1")],
    provider={"COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True},
    rows="O-380",
)
case(
    "idt-iss-param-deny",
    "RFC 9207: no iss on errors",
    [
        step(
            "POST",
            "/o/authorize/",
            session="alice",
            csrf=True,
            form={
                "redirect_uri": CB,
                "scope": "openid",
                "client_id": "web",
                "state": "st-1",
                "response_type": "code",
            },
        ),
        authorize(scope="nosuch"),
    ],
    applications=[app(skip_authorization=False)],
    provider={"COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True},
    rows="O-380",
)
case(
    "idt-iss-param-hybrid",
    "RFC 9207 iss in the fragment",
    [authorize("code id_token", nonce="n-1")],
    applications=[app(**HYBRID)],
    provider={"COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True},
    rows="O-380",
)
case(
    "idt-response-mode",
    "response_mode: fragment honoured on the direct path, form_post ignored",
    [authorize(nonce="n-1", response_mode="fragment"), authorize(nonce="n-1", response_mode="form_post")],
    rows="O-381",
)
case("idt-response-none", "response_type=none is refused", authorize("none", nonce="n-1"), rows="O-382")
case(
    "idt-max-age",
    "max_age, acr_values, display, login_hint, id_token_hint, request are ignored",
    [
        authorize(
            nonce="n-1",
            max_age="1",
            acr_values="x",
            display="popup",
            login_hint="bob",
            id_token_hint="garbage",
            request="eyJ",
            ui_locales="fr de",
            registration="{}",
        )
    ],
    rows="O-333",
)
case(
    "idt-auto-approval",
    "approval_prompt=auto with a live token",
    [authorize(nonce="n-1", approval_prompt="auto")],
    applications=[app(skip_authorization=False)],
    access_tokens=[
        {"token": "old-token-alice-1", "user": "alice", "application": "web", "scope": "openid profile email"}
    ],
    rows="O-334",
)
case("idt-reuse-code", "code used twice", flow() + [token()], rows="O-325")
case(
    "idt-as-bearer",
    "an id_token is not an access token at userinfo",
    flow() + [get("/o/userinfo/", headers={"Authorization": "Bearer {{latest:id_token}}"})],
    rows="O-416",
)
INTRO = {"SCOPES": {**SCOPES, "introspection": "Introspect"}}
JUNK = "eyJhbGciOiJSUzI1NiJ9.bm90anNvbg.eA"  # a JWS whose payload is not JSON


def intro(value: str) -> Step:
    """Introspection, authorized by this bearer token."""
    return step("POST", "/o/introspect/", headers=bearer(value), form={"token": "{{latest:access_token}}"})


case(
    "idt-as-bearer-resource",
    "at scope-protected resource views an id_token IS a bearer credential, judged by the scope of its row",
    [
        authorize(scope="openid introspection"),
        token(),
        intro("{{latest:id_token}}"),
        authorize(scope="openid"),
        token(),
        intro("{{latest:id_token}}"),
    ],
    provider=INTRO,
    rows="O-354",
)
case(
    "idt-as-bearer-junk",
    "bearer values that look like a JWT but are not",
    [intro("eyJx.y.z"), intro(JUNK), intro("eyJx")],
    provider=INTRO,
    rows="O-355",
)
case(
    "idt-as-bearer-expired",
    "an expired id_token at a resource view",
    intro("{{hint}}"),
    provider=INTRO,
    id_tokens=[hint(exp=-100, scope="openid introspection")],
    rows="O-354",
)
case(
    "idt-as-bearer-oidc-off",
    "with OIDC off it is an ordinary unknown token",
    intro("{{hint}}"),
    provider={**INTRO, "OIDC_ENABLED": False},
    id_tokens=[hint(scope="openid introspection")],
    rows="O-354",
)
case(
    "idt-cors-token",
    "token endpoint CORS for an allowed origin (code grant only)",
    [
        authorize(nonce="n-1"),
        token(headers={"Origin": "https://spa.example"}),
        authorize(nonce="n-1"),
        token(headers={"Origin": "https://evil.example"}),
    ],
    applications=[app(allowed_origins="https://spa.example")],
    rows="O-326",
)
