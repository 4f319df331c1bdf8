"""The device flow: rows DV."""

from compat_tests.definitions.registry import case
from compat_tests.definitions.requests import (
    GET,
    confirm,
    device_authorization,
    enter_code,
    poll,
    request,
    token_request,
)
from compat_tests.definitions.rows import DEVICE_GRANT_TYPE, app, device_grant

case(
    "D-auth",
    "device authorization: response and row",
    "DV-01 DV-02",
    ["dev", "devconf"],
    [
        device_authorization(),
        device_authorization(scope="read"),
        device_authorization("devconf", "basic"),
        device_authorization("devconf", "post"),
    ],
    group="device",
)
case(
    "D-auth-err",
    "errors: no client, unknown, duplicate, secret, content type, unknown scope, other grant type",
    "DV-03",
    ["dev", "devconf", "web"],
    [
        device_authorization(None),
        device_authorization("nope"),
        device_authorization("devconf"),
        device_authorization("devconf", "post", secret="bad"),
        device_authorization(scope="bogus"),
        device_authorization("web", "post", scope="read"),
        token_request("dev", "id", path="/o/device-authorization/?client_id=dev", scope="read"),
        dict(
            device_authorization(scope="read"),
            headers={"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"},
        ),
        request(
            "POST",
            "/o/device-authorization/",
            body='{"client_id":"dev"}',
            headers={"Content-Type": "application/json"},
        ),
        request("POST", "/o/device-authorization/", headers={"Content-Length": "0"}),
        GET("/o/device-authorization/"),
    ],
    group="device",
)
case(
    "D-auth-full",
    "verification_uri_complete, interval, no default scopes",
    "DV-02",
    ["dev"],
    [device_authorization(), device_authorization(scope="read write")],
    group="devicefull",
)
case("D-auth-nouri", "OAUTH_DEVICE_VERIFICATION_URI not set", "DV-02", ["dev"], [device_authorization(scope="read")])
case(
    "D-poll",
    "polling: pending, denied, expired status, unknown, missing",
    "DV-10",
    ["dev"],
    [
        poll(),
        poll("DC2"),
        poll("DC3"),
        poll("nope"),
        token_request("dev", "id", grant_type=DEVICE_GRANT_TYPE),
        poll("DC4"),
        poll(""),
        poll("DC5"),
    ],
    group="device",
    device_grants=[
        device_grant(),
        device_grant(device_code="DC2", status="denied"),
        device_grant(device_code="DC3", status="expired"),
        device_grant(device_code="DC4", expires=-10),
        device_grant(device_code="DC5", status="weird"),
    ],
)
case(
    "D-poll-authorized",
    "authorized: token, twice, expired but authorized, other client, confidential",
    "DV-11 DV-12",
    ["dev", "devconf", "web"],
    [
        poll(),
        poll(),
        poll("DC2"),
        poll("DC3"),
        poll("DC1", "devconf", "basic"),
        poll("DC1", "web", "basic"),
        poll("DC1", "nope"),
        poll("DC4", "devconf", "post"),
    ],
    group="device",
    device_grants=[
        device_grant(user="alice", status="authorized"),
        device_grant(device_code="DC2", user="alice", status="authorized", expires=-10),
        device_grant(device_code="DC3", user="alice", status="authorized", scope=""),
        device_grant(device_code="DC4", client_id="devconf", user="alice", status="authorized"),
    ],
)
case(
    "D-poll-nouser",
    "authorized row without user",
    "DV-11",
    ["dev"],
    [poll()],
    group="device",
    device_grants=[device_grant(status="authorized")],
)
case(
    "D-user-page",
    "user code page; prefilled; anonymous",
    "DV-20",
    ["dev"],
    [
        GET("/o/device/", "alice"),
        GET("/o/device/?user_code=ABC", "alice"),
        GET("/o/device/?user_code=ABC"),
        request("POST", "/o/device/", form=[["user_code", "x"]], csrf=True),
    ],
    group="device",
)
case(
    "D-user-code",
    "user code: exact match only, no normalisation; expired; used; right",
    "DV-21 DV-22",
    ["dev"],
    [
        enter_code("uc1aaaaa"),
        enter_code("UC1-AAAAA"),
        enter_code(""),
        enter_code("UC2AAAAA"),
        enter_code("UC3AAAAA"),
        enter_code(" UC1AAAAA "),
        enter_code("UC1AAAAA", "bob"),
    ],
    group="device",
    device_grants=[
        device_grant(),
        device_grant(device_code="DC2", user_code="UC2AAAAA", expires=-1),
        device_grant(device_code="DC3", user_code="UC3AAAAA", status="denied"),
    ],
)
case(
    "D-user-multi",
    "the same user_code twice",
    "DV-21",
    ["dev"],
    [enter_code("UC1AAAAA")],
    group="device",
    device_grants=[device_grant(), device_grant(device_code="DC2")],
)
case(
    "D-user-csrf",
    "user code form without CSRF token",
    "A-77",
    ["dev"],
    [request("POST", "/o/device/", "alice", form=[["user_code", "x"]])],
    group="device",
)
case(
    "D-confirm",
    "confirm page, other user, other client, anonymous; accept; afterwards",
    "DV-23 DV-24",
    ["dev", "web"],
    [
        GET("/o/device-confirm/dev/UC1AAAAA", "alice"),
        GET("/o/device-confirm/dev/UC1AAAAA", "bob"),
        GET("/o/device-confirm/web/UC1AAAAA", "alice"),
        GET("/o/device-confirm/dev/UC1AAAAA"),
        confirm("maybe"),
        confirm(None),
        confirm("accept"),
        confirm("accept"),
        GET("/o/device-grant-status/dev/UC1AAAAA", "alice"),
        GET("/o/device-grant-status/dev/UC1AAAAA", "bob"),
        GET("/o/device-grant-status/dev/UC1AAAAA"),
    ],
    group="device",
    device_grants=[device_grant(user="alice", scope="read extra")],
)
case(
    "D-confirm-deny",
    "deny",
    "DV-24",
    ["dev"],
    [confirm("deny"), GET("/o/device-grant-status/dev/UC1AAAAA", "alice"), poll()],
    group="device",
    device_grants=[device_grant(user="alice")],
)
case(
    "D-confirm-expired",
    "an expired grant can still be confirmed",
    "DV-25",
    ["dev"],
    [confirm("accept"), GET("/o/device-grant-status/dev/UC1AAAAA", "alice")],
    group="device",
    device_grants=[device_grant(user="alice", expires=-10)],
)
case(
    "D-confirm-slug",
    "client_id that is not a slug: no URL",
    "DV-26",
    [app("a.b", DEVICE_GRANT_TYPE, "public")],
    [GET("/o/device-confirm/a.b/UC1AAAAA", "alice"), enter_code("UC1AAAAA")],
    group="device",
    device_grants=[device_grant(client_id="a.b")],
)
case(
    "D-confirm-slug-forged",
    "what is not a slug has no URL, whether a form is forged or not",
    "DV-26",
    ["dev"],
    [
        request("POST", "/o/device-confirm/a.b/UC1AAAAA", "alice", form=[["action", "accept"]]),
        request("POST", "/o/device-confirm/dev/UC1AAAAA", "alice", form=[["action", "accept"]]),
        request("POST", "/o/applications/a.b/", "alice", form=[]),
        request("POST", "/o/applications/a.b/update/", form=[]),
    ],
    group="device",
    device_grants=[device_grant(user="alice")],
)
case(
    "D-confirm-slash",
    "trailing slash on device-confirm",
    "X-05",
    ["dev"],
    [GET("/o/device-confirm/dev/UC1AAAAA/", "alice"), GET("/o/device", "alice")],
    group="device",
    device_grants=[device_grant(user="alice")],
)
case(
    "D-methods",
    "methods",
    "X-01 X-02",
    ["dev"],
    [
        request("OPTIONS", "/o/device-authorization/"),
        request("PUT", "/o/device-authorization/"),
        request("OPTIONS", "/o/device/", "alice"),
    ],
    group="device",
)
case(
    "D-full",
    "device flow end to end",
    "DV-01 DV-10 DV-11 DV-22 DV-24",
    ["dev"],
    [
        device_authorization(scope="read"),
        poll("{{device_code}}"),
        enter_code("{{user_code}}"),
        request("POST", "/o/device-confirm/dev/{{user_code}}", "alice", form=[["action", "accept"]], csrf=True),
        poll("{{device_code}}"),
        token_request("dev", "id", grant_type="refresh_token", refresh_token="{{refresh_token}}"),
        GET("/o/device-grant-status/dev/{{user_code}}", "alice"),
    ],
    group="device",
)
case(
    "D-public-secret",
    "public device client: any secret is accepted while polling, not at device-authorization",
    "DV-13",
    ["dev"],
    [
        device_authorization("dev", "post", secret="bad", scope="read"),
        token_request("dev", secret="bad", grant_type=DEVICE_GRANT_TYPE, device_code="DC1"),
        token_request("dev", "post", secret="bad", grant_type=DEVICE_GRANT_TYPE, device_code="DC1"),
        token_request("dev", grant_type=DEVICE_GRANT_TYPE, device_code="DC1"),
    ],
    group="device",
    device_grants=[device_grant(user="alice", status="authorized")],
)
case(
    "D-query",
    "device poll with a query string; scope parameter in the poll",
    "DV-12",
    ["dev"],
    [
        token_request("dev", "id", path="/o/token/?a=b", grant_type=DEVICE_GRANT_TYPE, device_code="DC1"),
        poll("DC1", scope="read write"),
        poll("DC1", scope="bogus"),
    ],
    group="device",
    device_grants=[device_grant(user="alice", status="authorized")],
)
case(
    "D-auth-query",
    "device-authorization accepts query parameters",
    "DV-03",
    ["dev"],
    [token_request("dev", "id", path="/o/device-authorization/?x=1", scope="read")],
    group="device",
)
