"""The documents of RFC 8414 and RFC 9728: rows O-2xx."""

from compat_tests.definitions.openid.registry import UNSET, case, get, step

SERVER = "/o/.well-known/oauth-authorization-server"
case(
    "as-oidc-off",
    "RFC 8414 document with OIDC off",
    get(SERVER),
    provider={"OIDC_ENABLED": False, "SCOPES": UNSET},
    rows="O-201 O-202",
)
case("as-oidc-on", "OIDC on with RSA key adds jwks_uri; scopes sorted", get(SERVER), rows="O-203 O-209")
case(
    "as-oidc-on-no-rsa",
    "OIDC on without RSA key: no jwks_uri",
    get(SERVER),
    provider={"OIDC_RSA_PRIVATE_KEY": UNSET},
    rows="O-209",
)
case(
    "as-dcr-cimd",
    "DCR and CIMD enabled",
    get(SERVER),
    provider={"DCR_ENABLED": True, "CIMD_ENABLED": True},
    rows="O-206 O-207",
)
case(
    "as-bcp",
    "all BCP gates",
    get(SERVER),
    provider={
        f"COMPLIANT_BCP_RFC9700_{x}": True
        for x in ("IMPLICIT_GRANT", "PASSWORD_GRANT", "PKCE_METHOD", "AUTHZ_RESPONSE_ISS")
    },
    rows="O-204 O-205 O-208",
)
case("as-path-prefixed", "path component below the prefix", get(SERVER + "/tenant1/x/"), rows="O-211")
case(
    "as-root-forms",
    "root-mounted metadata routes: root form, path-component form for the prefix, another path",
    [
        get("/.well-known/oauth-authorization-server"),
        get("/.well-known/oauth-authorization-server/o"),
        get("/.well-known/oauth-authorization-server/tenant1"),
    ],
    server={"metadata_at_root": True},
    rows="O-210 O-211",
)
case(
    "as-iss-endpoint",
    "OIDC_ISS_ENDPOINT wins in every form",
    [get(SERVER), get(SERVER + "/tenant1")],
    provider={"OIDC_ISS_ENDPOINT": "https://id.example/t"},
    rows="O-212",
)
case(
    "as-lists",
    "list settings",
    get(SERVER),
    provider={
        "OAUTH2_RESPONSE_TYPES_SUPPORTED": ["code"],
        "OAUTH2_GRANT_TYPES_SUPPORTED": ["authorization_code"],
        "OAUTH2_TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED": ["none"],
    },
    rows="O-204",
)
case("as-methods", "methods and slash", [step("POST", SERVER, form={}), get(SERVER + "/")], rows="O-213")
RESOURCE = "/o/.well-known/oauth-protected-resource"
case("pr-default", "RFC 9728 document, defaults", get(RESOURCE), rows="O-220")
case("pr-oidc-off", "independent of OIDC_ENABLED", get(RESOURCE), provider={"OIDC_ENABLED": False}, rows="O-220")
case(
    "pr-all",
    "every setting",
    get(RESOURCE + "/ignored"),
    provider={
        "OAUTH2_PROTECTED_RESOURCE_IDENTIFIER": "https://api.example/v1",
        "OAUTH2_PROTECTED_RESOURCE_AUTHORIZATION_SERVERS": ["https://a.example", "https://b.example"],
        "OAUTH2_PROTECTED_RESOURCE_BEARER_METHODS_SUPPORTED": ["header", "body"],
        "OAUTH2_PROTECTED_RESOURCE_NAME": "API",
        "OAUTH2_PROTECTED_RESOURCE_DOCUMENTATION": "https://api.example/docs",
        "OAUTH2_PROTECTED_RESOURCE_POLICY_URI": "https://api.example/policy",
        "OAUTH2_PROTECTED_RESOURCE_TOS_URI": "https://api.example/tos",
    },
    rows="O-221 O-224",
)
case(
    "pr-paths",
    "path component forms at the root and below the prefix",
    [
        get("/.well-known/oauth-protected-resource"),
        get("/.well-known/oauth-protected-resource/res/a"),
        get(RESOURCE + "/res/a"),
    ],
    server={"metadata_at_root": True},
    rows="O-222",
)
case(
    "pr-iss",
    "authorization_servers from OIDC_ISS_ENDPOINT",
    get(RESOURCE),
    provider={"OIDC_ISS_ENDPOINT": "https://id.example/t"},
    rows="O-223",
)
case(
    "pr-empty-bearer",
    "empty bearer list is kept, empty texts are omitted",
    get(RESOURCE),
    provider={"OAUTH2_PROTECTED_RESOURCE_BEARER_METHODS_SUPPORTED": []},
    rows="O-221",
)
