"""Discovery document and keys: rows O-10x to O-13x."""

from compat_tests.definitions.openid.registry import AT_ROOT, UNSET, case, get, step

DISC = "/o/.well-known/openid-configuration"
case("disc-default", "discovery document, RSA key set", get(DISC), rows="O-101")
case("disc-slash", "discovery with trailing slash", get(DISC + "/"), rows="O-102")
case("disc-no-rsa", "discovery without RSA key", get(DISC), provider={"OIDC_RSA_PRIVATE_KEY": UNSET}, rows="O-110")
case(
    "disc-iss-endpoint",
    "OIDC_ISS_ENDPOINT with a path: issuer verbatim, endpoints = its scheme+host + reversed path",
    get(DISC),
    provider={"OIDC_ISS_ENDPOINT": "https://id.example/some/path"},
    rows="O-104 O-105",
)
case(
    "disc-iss-endpoint-slash",
    "OIDC_ISS_ENDPOINT with trailing slash and port is used verbatim",
    get(DISC),
    provider={"OIDC_ISS_ENDPOINT": "https://id.example:8443/o/"},
    rows="O-104",
)
case(
    "disc-userinfo-setting",
    "OIDC_USERINFO_ENDPOINT overrides userinfo_endpoint",
    get(DISC),
    provider={"OIDC_USERINFO_ENDPOINT": "https://api.example/me"},
    rows="O-107",
)
case(
    "disc-forwarded-trusted",
    "X-Forwarded-Proto/-Host honoured with the two Django settings",
    get(DISC, headers={"X-Forwarded-Proto": "https", "X-Forwarded-Host": "login.example"}),
    django={"SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"], "USE_X_FORWARDED_HOST": True},
    rows="O-103",
)
case(
    "disc-forwarded-ignored",
    "X-Forwarded-* ignored by default",
    get(DISC, headers={"X-Forwarded-Proto": "https", "X-Forwarded-Host": "login.example"}),
    rows="O-103",
)
case(
    "disc-host-port",
    "the Host header with port appears in every URL",
    get(DISC, headers={"Host": "auth.example:9000"}),
    rows="O-103",
)
case(
    "disc-disabled",
    "OIDC off: empty 404",
    [get(DISC), get("/o/.well-known/jwks.json"), get("/o/userinfo/"), get("/o/logout/")],
    provider={"OIDC_ENABLED": False},
    rows="O-001",
)
case(
    "disc-bcp",
    "BCP gates remove implicit response types and plain, add the iss flag",
    get(DISC),
    provider={
        "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
        "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
        "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    },
    rows="O-109 O-114 O-117",
)
case(
    "disc-optional",
    "logout, registration and CIMD enabled",
    get(DISC),
    provider={
        "OIDC_RP_INITIATED_LOGOUT_ENABLED": True,
        "OIDC_RP_INITIATED_REGISTRATION_ENABLED": True,
        "CIMD_ENABLED": True,
    },
    rows="O-116 O-118 O-119",
)
case(
    "disc-lists",
    "the list settings are copied verbatim",
    get(DISC),
    provider={
        "OIDC_RESPONSE_TYPES_SUPPORTED": ["code", "token id_token"],
        "OIDC_SUBJECT_TYPES_SUPPORTED": ["public", "pairwise"],
        "OIDC_TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED": ["none", "private_key_jwt"],
    },
    rows="O-109 O-111 O-113",
)
case(
    "disc-methods",
    "other methods",
    [
        step("POST", DISC, form={"a": "b"}),
        step("HEAD", DISC),
        step("OPTIONS", DISC),
        step("DELETE", DISC),
        step("POST", DISC, form={}, csrf=True),
    ],
    rows="O-120",
)
case(
    "disc-root-mount",
    "provider mounted at the root",
    get("/.well-known/openid-configuration"),
    server=AT_ROOT,
    rows="O-103",
)
case(
    "disc-claims",
    "claims_supported from request-agnostic claims",
    get(DISC),
    claims={
        "additional_claims": {
            "given_name": {"user": "first_name"},
            "sub": {"user": "username"},
            "dept": {"value": "rd"},
        },
        "request_agnostic": True,
    },
    rows="O-115",
)
case(
    "disc-claims-request",
    "claims of a request-taking hook are not listed",
    get(DISC),
    claims={"additional_claims": {"given_name": {"user": "first_name"}}, "request_agnostic": False},
    rows="O-115",
)


JWKS = "/o/.well-known/jwks.json"
case("jwks-default", "one RSA key", get(JWKS), rows="O-130 O-131")
case(
    "jwks-inactive",
    "active key first, then inactive keys",
    get(JWKS),
    provider={"OIDC_RSA_PRIVATE_KEYS_INACTIVE": ["{{pem:rsa2}}"]},
    rows="O-132",
)
case(
    "jwks-none",
    "no key: empty list (inactive keys not shown either)",
    get(JWKS),
    provider={"OIDC_RSA_PRIVATE_KEY": "", "OIDC_RSA_PRIVATE_KEYS_INACTIVE": ["{{pem:rsa2}}"]},
    rows="O-133",
)
case("jwks-max-age", "max age setting", get(JWKS), provider={"OIDC_JWKS_MAX_AGE_SECONDS": 60}, rows="O-134")
case("jwks-slash", "no trailing-slash variant", [get(JWKS + "/"), step("POST", JWKS, form={})], rows="O-135")
