"""Requests that the steps of a case send."""

from collections.abc import Collection, Sequence
from typing import Any
from urllib.parse import urlencode

from compat_tests.definitions.rows import CALLBACK, CHALLENGE, DEVICE_GRANT_TYPE, VERIFIER

Step = dict[str, Any]


def request(method: str, path: str, session: str | None = None, **parts: Any) -> Step:
    """Parts: form, body, csrf, basic, headers (None leaves a header out), sleep."""
    step: Step = {"method": method, "path": path}
    if session:
        step["session"] = session
    return {**step, **parts}


def GET(path: str, session: str | None = None, **parts: Any) -> Step:  # noqa: N802
    return request("GET", path, session, **parts)


def _kept(parameters: dict[str, Any], drop: Collection[str]) -> list[list[Any]]:
    return [[name, value] for name, value in parameters.items() if value is not None and name not in drop]


def authorize(
    client: str = "web",
    session: str | None = "alice",
    pkce: bool = True,
    drop: Collection[str] = (),
    raw: str = "",
    **parameters: Any,
) -> Step:
    """GET /o/authorize/ with the usual parameters, changed by `parameters`, without those in `drop`."""
    query: dict[str, Any] = {
        "response_type": "code",
        "client_id": client,
        "redirect_uri": CALLBACK,
        "scope": "read write",
        "state": "st-1",
    }
    if pkce:
        query.update(code_challenge=CHALLENGE, code_challenge_method="S256")
    query.update(parameters)
    return GET("/o/authorize/?" + urlencode([tuple(pair) for pair in _kept(query, drop)]) + raw, session)


def consent(
    client: str = "web",
    session: str | None = "alice",
    pkce: bool = True,
    drop: Collection[str] = (),
    allow: bool = True,
    csrf: bool = True,
    path: str = "/o/authorize/",
    **parameters: Any,
) -> Step:
    """POST of the consent page's form."""
    form: dict[str, Any] = {
        "redirect_uri": CALLBACK,
        "scope": "read write",
        "nonce": "",
        "client_id": client,
        "state": "st-1",
        "response_type": "code",
        "code_challenge": CHALLENGE if pkce else "",
        "code_challenge_method": "S256" if pkce else "",
        "claims": "",
        "resource": "",
    }
    form.update(parameters)
    pairs = _kept(form, drop)
    if allow:
        pairs.append(["allow", "Authorize"])
    return request("POST", path, session, form=pairs, csrf=csrf)


def token_request(
    client: str | None = None,
    auth: str = "basic",
    secret: str = "s3cret",
    headers: dict[str, str] | None = None,
    path: str = "/o/token/",
    pairs: Sequence[Sequence[str]] | None = None,
    **parameters: Any,
) -> Step:
    """POST by a client. `auth`: "basic", "post" (id and secret in the body) or "id" (only the id)."""
    form = [list(pair) for pair in pairs] if pairs is not None else _kept(parameters, ())
    step = request("POST", path, form=form)
    if client and auth == "basic":
        step["basic"] = [client, secret]
    if client and auth == "post":
        form += [["client_id", client], ["client_secret", secret]]
    if client and auth == "id":
        form += [["client_id", client]]
    if headers:
        step["headers"] = headers
    return step


def redeem(
    client: str = "web",
    code: str = "{{code}}",
    ver: str | None = VERIFIER,
    redirect: str | None = CALLBACK,
    **parts: Any,
) -> Step:
    grant_type = "authorization_code"
    return token_request(client, grant_type=grant_type, code=code, redirect_uri=redirect, code_verifier=ver, **parts)


def refresh(client: str = "web", token: str = "{{refresh_token}}", **parts: Any) -> Step:
    return token_request(client, grant_type="refresh_token", refresh_token=token, **parts)


def revoke(client: str | None = "web", auth: str = "basic", secret: str = "s3cret", **parts: Any) -> Step:
    return token_request(client, auth, secret, path="/o/revoke_token/", **parts)


def introspect(token: str | None = "AT1", **parts: Any) -> Step:
    return request("POST", "/o/introspect/", form=[["token", token]] if token is not None else [], **parts)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": "Bearer " + token}


def device_authorization(client: str | None = "dev", auth: str = "id", secret: str = "s3cret", **parts: Any) -> Step:
    return token_request(client, auth, secret, path="/o/device-authorization/", **parts)


def poll(code: str = "DC1", client: str = "dev", auth: str = "id", **parts: Any) -> Step:
    return token_request(client, auth, grant_type=DEVICE_GRANT_TYPE, device_code=code, **parts)


def enter_code(code: str, session: str = "alice", **parts: Any) -> Step:
    return request("POST", "/o/device/", session, form=[["user_code", code]], csrf=True, **parts)


def confirm(action: str | None, user_code: str = "UC1AAAAA", client: str = "dev", session: str = "alice") -> Step:
    form = [["action", action]] if action is not None else []
    return request("POST", f"/o/device-confirm/{client}/{user_code}", session, form=form, csrf=True)
