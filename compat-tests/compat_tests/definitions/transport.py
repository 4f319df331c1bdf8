"""Methods, paths, hosts, body limits: rows X."""

from compat_tests.definitions.registry import RESOURCE_VIEWS, case
from compat_tests.definitions.requests import GET, authorize, bearer, consent, request
from compat_tests.definitions.rows import access_token

case(
    "X-404", "unknown path and case", "X-06", ["web"], [GET("/o/"), GET("/o/Authorize/", "alice"), GET("/o/token//")]
)
case(
    "X-bearer-authorize",
    "Authorization header on the authorize page has no effect",
    "A-02",
    ["web"],
    [GET(authorize()["path"], headers=bearer("AT1"))],
    access_tokens=[access_token()],
)
case(
    "X-host",
    "headers: a Host with another name is used for absolute URLs",
    "X-08",
    ["web"],
    [GET("/t/meta", headers={"Host": "api.example:81"})],
    needs=RESOURCE_VIEWS,
)
case(
    "X-large",
    "more than 1000 form fields: 400",
    "X-09",
    ["cc"],
    [request("POST", "/o/token/", form=[["f%d" % i, "1"] for i in range(1001)])],
)
case(
    "X-csrf-before-login",
    "anonymous POST without CSRF token: 403, not the login page",
    "X-04",
    ["web"],
    [consent(session=None, csrf=False)],
)
