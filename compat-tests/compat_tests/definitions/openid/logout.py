"""RP-initiated logout: rows O-43x to O-45x."""

from typing import Any

from compat_tests.definitions.openid.registry import (
    DONE,
    HS256,
    LONG_SECRET,
    Step,
    app,
    authorize,
    case,
    get,
    hint,
    step,
    token,
    user,
)

P = "/o/logout/"
ON = {"OIDC_RP_INITIATED_LOGOUT_ENABLED": True}
NOPROMPT = {**ON, "OIDC_RP_INITIATED_LOGOUT_ALWAYS_PROMPT": False}
H = {"id_token_hint": "{{hint}}"}


def c(id: str, title: str, steps: Any, rows: str, provider: dict[str, Any] | None = None, **setup: Any) -> None:
    """A case of this file, with a hint among its rows."""
    setup.setdefault("id_tokens", [hint()])
    case("lo-" + id, title, steps, rows, provider=provider or ON, **setup)


def g(username: str | None = "alice", **query: Any) -> Step:
    return get(P, query=query, **({"session": username} if username else {}))


def post(username: str | None = "alice", csrf: bool = True, **form: Any) -> Step:
    parts: dict[str, Any] = {"session": username} if username else {}
    return step("POST", P, form=form, **parts, **({"csrf": True} if csrf else {}))


def at(value: str, **columns: Any) -> dict[str, Any]:
    return {"token": value, "user": "alice", "application": "web", "scope": "openid", **columns}


case("lo-disabled", "logout disabled: 404", g(), rows="O-430")
c("anon", "no session, no parameters: redirect to the site root", g(None), rows="O-432")
c(
    "anon-hint-redirect",
    "no session, hint: no prompt, redirect, tokens of the hinted user deleted",
    g(None, **H, post_logout_redirect_uri=DONE, state="a b&c"),
    access_tokens=[{"token": "at-alice-1111111111", "user": "alice", "application": "web", "scope": "read"}],
    rows="O-432 O-447",
)
c(
    "anon-client-redirect",
    "no session, client_id only",
    g(None, client_id="web", post_logout_redirect_uri=DONE),
    rows="O-432",
)
c("prompt", "session: confirmation page", g(), rows="O-433 O-438")
c(
    "prompt-all",
    "every parameter: logout_hint and ui_locales are not carried to the form",
    g(**H, client_id="web", post_logout_redirect_uri=DONE, state="s1", logout_hint="lh", ui_locales="fr"),
    rows="O-438",
)
c("prompt-client", "client_id only names the application on the page", g(client_id="web"), rows="O-438")
c("always-prompt", "matching hint still prompts by default", g(**H), rows="O-433")
c(
    "no-prompt",
    "ALWAYS_PROMPT off and matching hint: logged out at once",
    g(**H, post_logout_redirect_uri=DONE, state="s1"),
    provider=NOPROMPT,
    rows="O-434",
)
c("no-prompt-nohint", "ALWAYS_PROMPT off, no hint: prompt", g(client_id="web"), provider=NOPROMPT, rows="O-434")
c(
    "no-prompt-other-user",
    "ALWAYS_PROMPT off, hint of another user: prompt",
    g("bob", **H),
    provider=NOPROMPT,
    users=[user(), user("bob")],
    rows="O-434",
)
c(
    "post-allow",
    "confirmed",
    post(allow="Logout", client_id="web", post_logout_redirect_uri=DONE, state="s1"),
    rows="O-439",
)
c(
    "post-deny",
    "cancelled: 400 page logout_denied, session kept",
    post(client_id="web", post_logout_redirect_uri=DONE),
    rows="O-440",
)
c(
    "post-allow-false",
    "allow: false/False/empty count as not given; any other text, even 0, is true",
    [post(allow="false"), post(allow="False"), post(allow=""), post(allow="0")],
    rows="O-440",
)
c("post-no-csrf", "POST without CSRF token", post(csrf=False, allow="Logout"), rows="O-441")
c("post-anon", "POST without session needs no allow", post(None, **H, post_logout_redirect_uri=DONE), rows="O-432")
c("post-no-prompt", "POST, prompt not needed: allow not needed", post(**H), provider=NOPROMPT, rows="O-439")
c("redirect-no-client", "post_logout_redirect_uri without client", g(post_logout_redirect_uri=DONE), rows="O-442")
c(
    "redirect-unregistered",
    "URI not registered",
    g(client_id="web", post_logout_redirect_uri=DONE + "/x"),
    rows="O-443",
)
c(
    "redirect-fragment-query",
    "matching rules: query must be equal, fragment refused",
    [
        g(client_id="web", post_logout_redirect_uri=DONE + "?a=1"),
        g(client_id="web", post_logout_redirect_uri=DONE + "#f"),
    ],
    rows="O-443",
)
c(
    "redirect-query",
    "registered query; state appended",
    g(None, client_id="web", post_logout_redirect_uri=DONE + "?a=1", state="s"),
    applications=[app(post_logout_redirect_uris=DONE + "?a=1")],
    rows="O-446",
)
c("redirect-noscheme", "no scheme", g(client_id="web", post_logout_redirect_uri="client.example/done"), rows="O-443")
c(
    "redirect-scheme",
    "scheme not allowed",
    g(client_id="web", post_logout_redirect_uri="myapp://done"),
    applications=[app(post_logout_redirect_uris="myapp://done")],
    rows="O-444",
)
c(
    "redirect-scheme-allowed",
    "private scheme allowed by setting",
    g(None, client_id="web", post_logout_redirect_uri="myapp://done"),
    applications=[app(post_logout_redirect_uris="myapp://done")],
    provider={**ON, "ALLOWED_REDIRECT_URI_SCHEMES": ["https", "myapp"]},
    rows="O-444",
)
c(
    "redirect-root-scheme",
    "without a URI the target is the absolute site root: refused when http is not an allowed scheme",
    g(None),
    provider={**ON, "ALLOWED_REDIRECT_URI_SCHEMES": ["https"]},
    rows="O-446",
)
c(
    "redirect-root-scheme-session",
    "same with a session: the session is gone although the answer is 400",
    step("POST", P, form={"allow": "1"}, session="alice", csrf=True),
    provider={**ON, "ALLOWED_REDIRECT_URI_SCHEMES": ["https"]},
    rows="O-446",
)
c(
    "redirect-strict-public",
    "STRICT: http refused for public clients",
    [g(client_id="web", post_logout_redirect_uri="http://client.example/done")],
    applications=[app(client_type="public", post_logout_redirect_uris="http://client.example/done")],
    provider={**ON, "OIDC_RP_INITIATED_LOGOUT_STRICT_REDIRECT_URIS": True},
    rows="O-445",
)
c(
    "redirect-strict-confidential",
    "STRICT: http allowed for confidential clients",
    [g(None, client_id="web", post_logout_redirect_uri="http://client.example/done")],
    applications=[app(post_logout_redirect_uris="http://client.example/done")],
    provider={**ON, "OIDC_RP_INITIATED_LOGOUT_STRICT_REDIRECT_URIS": True},
    rows="O-445",
)
c(
    "redirect-loopback",
    "loopback address: any port",
    g(None, client_id="web", post_logout_redirect_uri="http://127.0.0.1:5555/d"),
    applications=[app(post_logout_redirect_uris="http://127.0.0.1/d")],
    rows="O-443",
)
c(
    "client-mismatch",
    "hint of one client, client_id of another",
    g(**H, client_id="other"),
    applications=[app(), app("other")],
    rows="O-437",
)
c("client-unknown", "unknown client_id: server error", g(client_id="nobody"), rows="O-436")
c(
    "hint-garbage",
    "hint not a JWT / wrong signature / unknown audience",
    [g(id_token_hint="garbage"), g(id_token_hint="{{forged}}"), g(id_token_hint="{{stranger}}")],
    id_tokens=[hint("forged", key="stranger", stored=False), hint("stranger", client_id="nobody", stored=False)],
    rows="O-435",
)
c("hint-not-stored", "valid signature but no row", g(**H), id_tokens=[hint(stored=False)], rows="O-435")
c("hint-wrong-iss", "issuer of another host", g(**H), id_tokens=[hint(iss="http://other.example/o")], rows="O-435")
c(
    "hint-expired",
    "expired hint accepted by default",
    g(None, **H),
    id_tokens=[hint(exp=-3600, expires=-3600)],
    rows="O-435",
)
c(
    "hint-expired-refused",
    "expired hint refused",
    g(None, **H),
    id_tokens=[hint(exp=-3600)],
    provider={**ON, "OIDC_RP_INITIATED_LOGOUT_ACCEPT_EXPIRED_TOKENS": False},
    rows="O-435",
)
c(
    "hint-hs256",
    "HS256 hint",
    g(None, **H, post_logout_redirect_uri=DONE),
    applications=[app(**HS256)],
    id_tokens=[hint(secret=LONG_SECRET)],
    rows="O-435",
)
c(
    "hint-crash",
    "hints that crash: payload not JSON; application without algorithm",
    [g(None, id_token_hint="eyJhbGciOiJSUzI1NiJ9.bm90anNvbg.eA"), g(None, id_token_hint="{{hint}}")],
    applications=[app(algorithm="")],
    rows="O-453",
)
c(
    "hint-old-key",
    "hint signed with an inactive key is refused",
    g(None, **H),
    id_tokens=[hint(key="rsa2")],
    provider={**ON, "OIDC_RSA_PRIVATE_KEYS_INACTIVE": ["{{pem:rsa2}}"]},
    rows="O-435",
)
toks: dict[str, Any] = dict(
    applications=[
        app(),
        app("dev", authorization_grant_type="urn:ietf:params:oauth:grant-type:device_code"),
        app("pw", authorization_grant_type="password"),
        app("cc", authorization_grant_type="client-credentials"),
    ],
    users=[user(), user("bob")],
    id_tokens=[hint(), hint("hint2", jti="22222222-2222-4222-8222-222222222222", client_id="pw")],
    access_tokens=[
        at("at-web-1", id_token_jti="11111111-1111-4111-8111-111111111111"),
        at("at-pw-11", application="pw"),
        at("at-dev-1", application="dev"),
        at("at-bob-1", user="bob"),
        at("at-none1", application=None),
        at("at-exp-1", expires=-50),
    ],
    refresh_tokens=[
        {"token": "rt-web-1", "user": "alice", "application": "web", "access_token": "at-web-1"},
        {"token": "rt-dev-1", "user": "alice", "application": "dev", "access_token": "at-dev-1"},
        {"token": "rt-orphan", "user": "alice", "application": "web"},
    ],
)
c(
    "delete-tokens",
    "all tokens of the user at every client go, device-grant and application-less tokens stay",
    post(allow="Logout"),
    rows="O-447 O-448",
    **toks,
)
c(
    "delete-registration-token",
    "a registration access token owned by the user is deleted too",
    post(allow="Logout"),
    applications=[app(registration_source="dcr")],
    access_tokens=[
        {
            "token": "rat-1234567890",
            "user": "alice",
            "application": "web",
            "scope": "oauth2_provider:registration",
            "expires": 315360000,
        }
    ],
    rows="O-450",
)
c(
    "delete-off",
    "DELETE_TOKENS off: only the session ends",
    post(allow="Logout"),
    provider={**ON, "OIDC_RP_INITIATED_LOGOUT_DELETE_TOKENS": False},
    rows="O-449",
    **toks,
)
c(
    "delete-hint-user",
    "the hint's user loses the tokens, the session's user the session",
    post("bob", allow="Logout", **H),
    rows="O-447",
    **toks,
)
c(
    "flow",
    "code flow, then logout with its id_token",
    [
        authorize(nonce="n-1"),
        token(),
        g(id_token_hint="{{latest:id_token}}", post_logout_redirect_uri=DONE, state="s1"),
    ],
    provider=NOPROMPT,
    id_tokens=[],
    rows="O-434 O-447",
)
c("methods", "PUT", step("PUT", P, body="", session="alice", csrf="header"), rows="O-431")
