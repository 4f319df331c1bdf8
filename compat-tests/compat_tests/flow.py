"""The main job as single requests, each of which may go to another server of the same site."""

import secrets
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import requests

from compat_tests.definitions.rows import CHALLENGE, VERIFIER
from compat_tests.html_form import Form
from compat_tests.places import CALLBACK, PASSWORD, SECRET
from compat_tests.server import Server


class Flow:
    """A browser and a client. The steps must run in the order of STEPS; each checks its answer."""

    def __init__(self, mount: str = "/o/", username: str = "alice", scope: str = "read write") -> None:
        self.mount, self.username, self.scope = mount, username, scope
        self.browser = requests.Session()
        self.browser.trust_env = False
        self.client = requests.Session()
        self.client.trust_env = False
        self.client.auth = ("web", SECRET)
        self.state = secrets.token_urlsafe(12)
        self.authorize_url = ""
        self.login_form = self.consent_form = Form()
        self.code = self.access_token = self.refresh_token = ""
        self.old_access_token = self.old_refresh_token = ""

    def secrets(self) -> dict[str, str]:
        """What no log may hold."""
        cookies = self.browser.cookies
        return {
            "code": self.code,
            "access token": self.access_token,
            "refresh token": self.refresh_token,
            "first access token": self.old_access_token,
            "first refresh token": self.old_refresh_token,
            "password": PASSWORD,
            "client secret": SECRET,
            "session key": cookies.get("sessionid") or "",
            "csrf secret": cookies.get("csrftoken") or "",
            "code verifier": VERIFIER,
        }

    def login_page(self, server: Server) -> None:
        query = {
            "response_type": "code",
            "client_id": "web",
            "redirect_uri": CALLBACK,
            "scope": self.scope,
            "state": self.state,
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        self.authorize_url = str(requests.Request("GET", f"http://x{self.mount}authorize/", params=query).prepare().path_url)
        answer = self.browser.get(f"{server.base_url}/accounts/login/", params={"next": self.authorize_url})
        assert answer.status_code == 200, answer.text
        self.login_form = Form.first_of(answer.text)
        assert self.login_form.fields["next"] == self.authorize_url

    def log_in(self, server: Server) -> None:
        form = {**self.login_form.fields, "username": self.username, "password": PASSWORD}
        answer = self.browser.post(f"{server.base_url}/accounts/login/", data=form, allow_redirects=False)
        assert answer.status_code == 302, answer.text
        assert answer.headers["Location"] == self.authorize_url
        assert "sessionid" in self.browser.cookies

    def consent_page(self, server: Server) -> None:
        answer = self.browser.get(server.base_url + self.authorize_url, allow_redirects=False)
        assert answer.status_code == 200, f"{answer.status_code} {answer.headers.get('Location')} {answer.text}"
        self.consent_form = Form.first_of(answer.text)
        assert "Reading scope" in answer.text

    def consent(self, server: Server) -> None:
        form = {**self.consent_form.fields, "allow": "Authorize"}
        answer = self.browser.post(f"{server.base_url}{self.mount}authorize/", data=form, allow_redirects=False)
        assert answer.status_code == 302, answer.text
        location = answer.headers["Location"]
        assert location.startswith(CALLBACK + "?"), location
        query = parse_qs(urlsplit(location).query)
        assert query["state"] == [self.state]
        self.code = query["code"][0]

    def redeem(self, server: Server) -> None:
        form = {"grant_type": "authorization_code", "code": self.code, "redirect_uri": CALLBACK}
        tokens = self._token(server, {**form, "code_verifier": VERIFIER})
        self.access_token, self.refresh_token = tokens["access_token"], tokens["refresh_token"]

    def api(self, server: Server) -> None:
        """A view behind DOT's ProtectedResourceView; of slash-o its introspection."""
        if server.is_reference:
            headers = {"Authorization": f"Bearer {self.access_token}"}
            answer = requests.get(f"{server.base_url}/api/me", headers=headers)
            assert (answer.status_code, answer.json()) == (200, {"resource_owner": "alice"})
            return
        self.introspect(server)

    def introspect(self, server: Server) -> None:
        answer = self.client.post(f"{server.base_url}{self.mount}introspect/", data={"token": self.access_token})
        assert answer.status_code == 200, answer.text
        content = answer.json()
        assert (content["active"], content["username"], content["client_id"]) == (True, self.username, "web")
        assert content["scope"] == self.scope

    def refresh(self, server: Server) -> None:
        self.old_access_token, self.old_refresh_token = self.access_token, self.refresh_token
        tokens = self._token(server, {"grant_type": "refresh_token", "refresh_token": self.refresh_token})
        self.access_token, self.refresh_token = tokens["access_token"], tokens["refresh_token"]
        assert self.refresh_token != self.old_refresh_token

    def revoke(self, server: Server) -> None:
        answer = self.client.post(f"{server.base_url}{self.mount}revoke_token/", data={"token": self.refresh_token})
        assert (answer.status_code, answer.text) == (200, "")

    def _token(self, server: Server, form: dict[str, str]) -> dict[str, str]:
        answer = self.client.post(f"{server.base_url}{self.mount}token/", data=form)
        assert answer.status_code == 200, answer.text
        tokens: dict[str, str] = answer.json()
        assert (tokens["token_type"], tokens["scope"]) == ("Bearer", self.scope)
        return tokens


STEPS: list[Callable[[Flow, Server], None]] = [
    Flow.login_page,
    Flow.log_in,
    Flow.consent_page,
    Flow.consent,
    Flow.redeem,
    Flow.api,
    Flow.introspect,
    Flow.refresh,
    Flow.revoke,
]
