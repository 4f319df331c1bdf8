"""A real browser through the whole job, with the same selectors on the reference and on slash-o, and what must not work."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page

from compat_tests import chromium, paths, session_text
from compat_tests.databases import Databases
from compat_tests.definitions.rows import CHALLENGE, DEVICE_GRANT_TYPE, VERIFIER
from compat_tests.places import CALLBACK, PASSWORD, SECRET, SETUP, Places
from compat_tests.server import Server
from compat_tests.site import SECRET_KEY

pytestmark = pytest.mark.tier("default")
WITH_DEVICE = {
    **SETUP,
    "applications": [
        *SETUP["applications"],
        {
            "client_id": "dev",
            "client_type": "public",
            "authorization_grant_type": DEVICE_GRANT_TYPE,
            "name": "Television",
        },
    ],
}
DEVICE = {"OAUTH_DEVICE_VERIFICATION_URI": "https://site.example/o/device/"}


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    try:
        chromium.executable()
    except chromium.Missing as reason:
        pytest.skip(str(reason))
    with chromium.browser() as made:
        yield made


class Visit:
    """A fresh browser profile at one server."""

    def __init__(self, server: Server, places: Places, context: BrowserContext) -> None:
        self.server, self.places, self.context = server, places, context
        self.page: Page = context.new_page()
        context.route("https://client.example/**", lambda route: route.fulfill(body="the client"))

    def go(self, path: str) -> Page:
        self.page.goto(self.server.base_url + path)
        return self.page

    def submit(self) -> None:
        self.page.click("form [type=submit]")

    def log_in(self, name: str = "alice") -> None:
        self.page.fill("#id_username", name)
        self.page.fill("#id_password", PASSWORD + ("!" if name == "bob" else ""))
        self.submit()

    def at(self) -> str:
        return urlsplit(self.page.url).path

    def press(self, path: str, **fields: str) -> int:
        """POST a form of our own with the page's token; the status of what comes back."""
        token = self.page.get_attribute("input[name=csrfmiddlewaretoken]", "value") or ""
        form: dict[str, str | float | bool] = {"csrfmiddlewaretoken": token, **fields}
        answer = self.context.request.post(self.server.base_url + path, form=form, max_redirects=0)
        return answer.status


POST_FORM = """([path, fields]) => {
    const form = document.createElement("form");
    form.method = "post"; form.action = path;
    for (const [name, value] of Object.entries(fields)) {
        const input = document.createElement("input");
        input.type = "hidden"; input.name = name; input.value = value; form.append(input);
    }
    document.body.append(form); form.submit();
}"""


@pytest.fixture(scope="module", params=["django", "slash-o"])
def place(request: pytest.FixtureRequest, databases: Databases, folder: Path, binary: str) -> Iterator[tuple[Server, Places]]:
    made = Places(databases.migrated("sqlite"), folder, binary if request.param == "slash-o" else paths.REFERENCE_STANDS_IN)
    yield made.slash_o(made.site(DEVICE)), made
    made.close()


@pytest.fixture
def visit(place: tuple[Server, Places], chrome: Browser) -> Iterator[Visit]:
    server, places = place
    places.set_up(WITH_DEVICE)
    context = chrome.new_context()
    yield Visit(server, places, context)
    context.close()


def authorize_path(client_id: str = "web", **more: str) -> str:
    query = {"response_type": "code", "client_id": client_id, "redirect_uri": CALLBACK, "scope": "read write", **more}
    return "/o/authorize/?" + urlencode({**query, "code_challenge": CHALLENGE, "code_challenge_method": "S256"})


def redeem(server: Server, code: str, client_id: str, secret: str) -> requests.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    return requests.post(f"{server.base_url}/o/token/", data=form, auth=(client_id, secret), timeout=120)


def test_register_consent_list_revoke_log_out(visit: Visit) -> None:
    page = visit.go("/o/applications/register/")
    assert visit.at() == "/accounts/login/"
    visit.log_in()
    assert visit.at() == "/o/applications/register/"
    page.fill("#id_name", "My <b>App</b>")
    client_id, secret = page.input_value("#id_client_id"), page.input_value("#id_client_secret")
    page.select_option("#id_client_type", "confidential")
    page.select_option("#id_authorization_grant_type", "authorization-code")
    page.fill("#id_redirect_uris", CALLBACK)
    visit.submit()
    assert re.fullmatch(r"/o/applications/\d+/", visit.at()), page.content()
    assert client_id in [field.input_value() for field in page.query_selector_all("input[type=text]")]
    assert "My <b>App</b>" in page.inner_text("h3")

    visit.go(authorize_path(client_id, state="the state"))
    assert "Reading scope" in page.inner_text("ul") and "My <b>App</b>" in page.inner_text("h3")
    page.click("input[name=allow]")
    page.wait_for_url(CALLBACK + "**")
    query = parse_qs(urlsplit(page.url).query)
    assert query["state"] == ["the state"]
    tokens = redeem(visit.server, query["code"][0], client_id, secret)
    assert tokens.status_code == 200, tokens.text

    visit.go("/o/authorized_tokens/")
    assert "My <b>App</b>" in page.inner_text("body")
    page.click("text=revoke")
    visit.submit()
    assert visit.at() == "/o/authorized_tokens/"
    assert "There are no authorized tokens yet." in page.inner_text("body")
    assert visit.places.database.value("SELECT count(*) FROM oauth2_provider_accesstoken") == 0

    visit.go("/accounts/login/")
    assert visit.press("/accounts/logout/") == 200
    assert not [c for c in visit.context.cookies() if c["name"] == "sessionid"]
    visit.go("/o/authorized_tokens/")
    assert visit.at() == "/accounts/login/"


def test_a_no_is_told_to_the_client(visit: Visit) -> None:
    page = visit.go(authorize_path(state="s"))
    visit.log_in()
    page.click("input[type=submit]:not([name])")
    page.wait_for_url(CALLBACK + "**")
    assert parse_qs(urlsplit(page.url).query) == {"error": ["access_denied"], "state": ["s"]}


def test_the_device_flow(visit: Visit) -> None:
    base = visit.server.base_url
    codes = requests.post(f"{base}/o/device-authorization/", data={"client_id": "dev", "scope": "read"}, timeout=120).json()
    page = visit.go("/o/device/?user_code=" + codes["user_code"])
    visit.log_in()
    assert page.input_value("#id_user_code") == codes["user_code"]
    visit.submit()
    assert visit.at().startswith("/o/device-confirm/dev/")
    page.click("button[value=accept]")
    assert visit.at().startswith("/o/device-grant-status/dev/")
    assert "Device Authorized" in page.inner_text("body")
    poll = {"grant_type": DEVICE_GRANT_TYPE, "client_id": "dev", "device_code": codes["device_code"]}
    assert requests.post(f"{base}/o/token/", data=poll, timeout=120).status_code == 200


def test_a_changed_token_is_refused(visit: Visit) -> None:
    page = visit.go("/accounts/login/")
    page.evaluate("document.querySelector('[name=csrfmiddlewaretoken]').value = 'x'.repeat(64)")
    with page.expect_navigation() as came:
        visit.log_in()
    assert came.value and came.value.status == 403
    assert not [c for c in visit.context.cookies() if c["name"] == "sessionid"]


def test_a_foreign_page_cannot_send_our_forms(visit: Visit) -> None:
    page = visit.go("/o/applications/register/")
    visit.log_in()
    token = page.get_attribute("input[name=csrfmiddlewaretoken]", "value")
    visit.context.route("http://evil.example/**", lambda route: route.fulfill(body="<body></body>", content_type="text/html"))
    page.goto("http://evil.example/")
    form = {"csrfmiddlewaretoken": token, "allow": "Authorize", "client_id": "web", "redirect_uri": CALLBACK}
    for path in ("/o/applications/register/", authorize_path(), "/accounts/logout/", "/accounts/login/"):
        page.goto("http://evil.example/")
        with page.expect_navigation() as came:
            page.evaluate(POST_FORM, [visit.server.base_url + path, form])
        assert came.value and came.value.status == 403, path
    database = visit.places.database
    assert database.value("SELECT count(*) FROM oauth2_provider_grant") == 0
    assert database.value("SELECT count(*) FROM oauth2_provider_application") == 3
    visit.go("/o/applications/")
    assert visit.at() == "/o/applications/", "the foreign page could not log anybody out"


@pytest.mark.parametrize("kind", ["expired", "forged", "of another key", "unknown", "rubbish"])
def test_worthless_session_cookies(visit: Visit, kind: str) -> None:
    row = visit.places.database.run("SELECT id, password FROM auth_user WHERE username='alice'")[0]
    content = session_text.login_keys(row["id"], row["password"], SECRET_KEY)
    key = "test" + "c" * 28
    data = session_text.encode(content, "another key" if kind == "of another key" else SECRET_KEY)
    expires = "2020-01-01 00:00:00" if kind == "expired" else "2099-01-01 00:00:00"
    forged = data[:-2] + ("AA" if data[-2:] != "AA" else "BB")
    visit.places.database.insert(
        "django_session",
        {"session_key": key, "session_data": forged if kind == "forged" else data, "expire_date": expires},
    )
    value = {"unknown": "test" + "d" * 28, "rubbish": "../../x'--"}.get(kind, key)
    visit.context.add_cookies([{"name": "sessionid", "value": value, "url": visit.server.base_url}])
    visit.go("/o/applications/")
    assert visit.at() == "/accounts/login/"


@pytest.mark.parametrize(
    "target",
    ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "\t//evil.example", "///evil.example"],
)
def test_nobody_is_sent_elsewhere_after_the_login(visit: Visit, target: str) -> None:
    visit.context.route("**/*evil.example/**", lambda route: route.abort())
    visit.go("/accounts/login/?" + urlencode({"next": target}))
    visit.log_in()
    assert visit.page.url == visit.server.base_url + "/accounts/profile/"


def test_another_users_application(visit: Visit) -> None:
    database = visit.places.database
    database.run("UPDATE oauth2_provider_application SET user_id=(SELECT id FROM auth_user WHERE username='bob')")
    application = database.value("SELECT id FROM oauth2_provider_application WHERE client_id='web'")
    page = visit.go("/o/applications/")
    visit.log_in()
    assert "Web" not in page.inner_text("body")
    for end in ("", "update/", "delete/"):
        answer = page.goto(f"{visit.server.base_url}/o/applications/{application}/{end}")
        assert answer and answer.status == 404
        visit.go("/o/applications/register/")
        assert visit.press(f"/o/applications/{application}/{end}", name="stolen") in (404, 405)
    assert database.value("SELECT name FROM oauth2_provider_application WHERE client_id='web'") == "Web" and SECRET
