"""`prompt`: rows O-39x and O-40x."""

from compat_tests.definitions.openid.registry import CB, app, authorize, case

case(
    "prompt-none-anon",
    "prompt=none, no session, openid scope",
    authorize(prompt="none", nonce="n-1", session=None),
    rows="O-390",
)
case(
    "prompt-none-anon-noopenid",
    "prompt=none, no session, no openid scope: login_required redirect",
    authorize(scope="read", prompt="none", session=None),
    rows="O-391",
)
case(
    "prompt-none-user-openid",
    "prompt=none with a session and openid",
    authorize(prompt="none", nonce="n-1"),
    rows="O-390",
)
case(
    "prompt-none-user-noopenid",
    "prompt=none with a session, no openid: normal flow (consent page)",
    authorize(scope="read", prompt="none"),
    applications=[app(skip_authorization=False)],
    rows="O-392",
)
case(
    "prompt-none-login",
    "none with another value",
    [
        authorize(prompt="none login", nonce="n-1", session=None),
        authorize(prompt="none login", nonce="n-1"),
        authorize(scope="read", prompt="none login", session=None),
    ],
    rows="O-393",
)
case(
    "prompt-none-bad-redirect",
    "no open redirect",
    authorize(prompt="none", session=None, redirect_uri="https://evil.example/"),
    rows="O-394",
)
case(
    "prompt-none-redirect-query",
    "redirect_uri with a query",
    authorize(scope="read", prompt="none", session=None, redirect_uri=CB + "?a=b"),
    applications=[app(redirect_uris=CB + "?a=b")],
    rows="O-391",
)
case(
    "prompt-login-user",
    "prompt=login with a session: to login, prompt removed from next",
    authorize(prompt="login", nonce="n-1"),
    rows="O-395",
)
case(
    "prompt-login-anon",
    "prompt=login without session",
    authorize(prompt="login", nonce="n-1", session=None),
    rows="O-395",
)
case(
    "prompt-login-consent",
    "prompt=login consent: both removed",
    authorize(prompt="login consent", nonce="n-1", session=None),
    rows="O-395",
)
case(
    "prompt-login-collapse",
    "repeated and blank parameters in next",
    [
        authorize(
            prompt="login", nonce="n-1", session=None, resource=["https://a.example", "https://b.example"], display=""
        ),
        authorize(client_id="nobody", prompt="login", session=None),
    ],
    rows="O-395",
)
case("prompt-anon", "no prompt, no session: plain login redirect", authorize(nonce="n-1", session=None), rows="O-396")
case(
    "prompt-consent",
    "prompt=consent / select_account are ignored",
    [authorize(prompt="consent", nonce="n-1"), authorize(prompt="select_account", nonce="n-1")],
    rows="O-397",
)
case(
    "prompt-create-off",
    "prompt=create disabled",
    [authorize(prompt="create", nonce="n-1", session=None), authorize(prompt="create", nonce="n-1")],
    rows="O-398",
)
ON = {"OIDC_RP_INITIATED_REGISTRATION_ENABLED": True, "OIDC_RP_INITIATED_REGISTRATION_URL": "register-account"}
URLS = {"urls": {"register-account": "/accounts/register/"}}
case(
    "prompt-create-anon",
    "prompt=create: to the registration page with next",
    authorize(prompt="create", nonce="n-1", session=None),
    provider=ON,
    server=URLS,
    rows="O-399",
)
case(
    "prompt-create-login-anon",
    "create login: login kept in next",
    authorize(prompt="create login", nonce="n-1", session=None),
    provider=ON,
    server=URLS,
    rows="O-399",
)
case(
    "prompt-create-query",
    "registration URL with query and fragment",
    authorize(prompt="create", nonce="n-1", session=None),
    provider={**ON, "OIDC_RP_INITIATED_REGISTRATION_URL": "https://sso.example/new?src=rp#f"},
    rows="O-399",
)
case(
    "prompt-create-user",
    "prompt=create with a session is a no-op",
    authorize(prompt="create", nonce="n-1"),
    provider=ON,
    server=URLS,
    rows="O-400",
)
case(
    "prompt-create-login-user",
    "create login with a session: login",
    authorize(prompt="create login", nonce="n-1"),
    provider=ON,
    server=URLS,
    rows="O-400",
)
case(
    "prompt-create-bad-client",
    "create with an unknown client: error page, no redirect",
    authorize(prompt="create", client_id="nobody", session=None),
    provider=ON,
    server=URLS,
    rows="O-401",
)
case(
    "prompt-create-misconfigured",
    "create without URL: server error",
    authorize(prompt="create", nonce="n-1", session=None),
    provider={"OIDC_RP_INITIATED_REGISTRATION_ENABLED": True},
    rows="O-402",
)
