"""The requests that are counted and measured, each with what its answer must hold."""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from compat_tests.definitions.rows import CHALLENGE, VERIFIER
from compat_tests.html_form import Form
from compat_tests.places import CALLBACK, ITERATIONS, PASSWORD, SECRET

PROVIDER: dict[str, Any] = {
    "OIDC_ENABLED": True,
    "OIDC_RSA_PRIVATE_KEY": "{{pem:rsa1}}",
    "SCOPES": {"read": "Reading scope", "write": "Writing scope", "openid": "OpenID Connect"},
}


def _application(client_id: str, grant: str, **columns: Any) -> dict[str, Any]:
    row = {"client_id": client_id, "client_secret": SECRET, "client_type": "confidential", "name": client_id}
    return {**row, "authorization_grant_type": grant, "redirect_uris": "", **columns}


SETUP: dict[str, Any] = {
    "users": [{"username": "alice", "password": PASSWORD, "iterations": ITERATIONS}],
    "applications": [
        _application("hashed", "client-credentials"),
        _application("plain", "client-credentials", hash_client_secret=False),
        _application(
            "browser",
            "authorization-code",
            client_type="public",
            client_secret="",
            redirect_uris=CALLBACK,
            algorithm="RS256",
        ),
    ],
    "access_tokens": [
        {"token": "seen", "user": "alice", "application": "browser", "scope": "openid read", "expires": 36_000}
    ],
}


class Visit:
    """One browser and one client at one server. Later steps of the flow need the earlier ones."""

    def __init__(self, base_url: str, login: tuple[str, str] = ("alice", PASSWORD), secret: str = SECRET) -> None:
        self.base_url, self.login_as, self.secret = base_url, login, secret
        self.browser, self.client = requests.Session(), requests.Session()
        self.browser.trust_env = self.client.trust_env = False
        self.tokens: dict[str, str] = {}
        self.form = Form()
        self.code = ""

    def _post(self, path: str, form: dict[str, str], client_id: str = "") -> requests.Response:
        auth = (client_id, self.secret) if client_id else None
        return self.client.post(f"{self.base_url}/o/{path}", data=form, auth=auth)

    def _client_credentials(self, client_id: str) -> None:
        answer = self._post("token/", {"grant_type": "client_credentials", "scope": "read"}, client_id)
        assert answer.status_code == 200, answer.text
        content = answer.json()
        assert (content["token_type"], content["scope"], content["expires_in"]) == ("Bearer", "read", 36000)
        assert len(content["access_token"]) >= 30

    def hashed_secret(self) -> None:
        self._client_credentials("hashed")

    def plain_secret(self) -> None:
        self._client_credentials("plain")

    def _introspect(self, client_id: str) -> None:
        answer = self._post("introspect/", {"token": "seen"}, client_id)
        assert answer.status_code == 200, answer.text
        content = answer.json()
        assert (content["active"], content["username"]) == (True, self.login_as[0])
        assert (content["scope"], content["client_id"]) == ("openid read", "browser")

    def introspect(self) -> None:
        self._introspect("plain")

    def introspect_hashed(self) -> None:
        self._introspect("hashed")

    def userinfo(self) -> None:
        answer = self.client.get(f"{self.base_url}/o/userinfo/", headers={"Authorization": "Bearer seen"})
        assert (answer.status_code, answer.json()["sub"]) == (200, "1"), answer.text

    def discovery(self) -> None:
        answer = self.client.get(f"{self.base_url}/o/.well-known/openid-configuration")
        assert (answer.status_code, answer.json()["issuer"]) == (200, f"{self.base_url}/o")

    def jwks(self) -> None:
        answer = self.client.get(f"{self.base_url}/o/.well-known/jwks.json")
        assert (answer.status_code, [key["kty"] for key in answer.json()["keys"]]) == (200, ["RSA"])

    def log_in(self) -> None:
        self.browser.cookies.clear()
        page = self.browser.get(f"{self.base_url}/accounts/login/")
        assert page.status_code == 200
        self.form = Form.first_of(page.text)

    def submit_login(self) -> None:
        username, password = self.login_as
        form = {**self.form.fields, "username": username, "password": password}
        answer = self.browser.post(f"{self.base_url}/accounts/login/", data=form, allow_redirects=False)
        assert answer.status_code == 302, answer.text
        assert "sessionid" in self.browser.cookies

    def _authorize(self) -> str:
        query = {"client_id": "browser", "response_type": "code", "scope": "openid read", "redirect_uri": CALLBACK}
        pkce = {"code_challenge": CHALLENGE, "code_challenge_method": "S256", "state": "st", "nonce": "n"}
        path = requests.Request("GET", "http://x/o/authorize/", params={**query, **pkce}).prepare().path_url
        return self.base_url + str(path)

    def consent_page(self) -> None:
        page = self.browser.get(self._authorize(), allow_redirects=False)
        assert page.status_code == 200, page.text
        assert re.search(r'name="allow"', page.text)
        self.form = Form.first_of(page.text)

    def approve(self) -> None:
        form = {**self.form.fields, "allow": "Authorize"}
        answer = self.browser.post(self._authorize(), data=form, allow_redirects=False)
        location = answer.headers.get("Location", "")
        assert answer.status_code == 302 and location.startswith(CALLBACK + "?"), answer.text
        query = parse_qs(urlsplit(location).query)
        assert query["state"] == ["st"]
        self.code = query["code"][0]

    def _tokens(self, form: dict[str, str]) -> None:
        answer = self._post("token/", {"client_id": "browser", **form})
        assert answer.status_code == 200, answer.text
        self.tokens = answer.json()
        assert self.tokens["scope"] == "openid read"
        claims = self.tokens["id_token"].split(".")[1]
        assert b'"sub"' in base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4))

    def redeem(self) -> None:
        form = {"grant_type": "authorization_code", "code": self.code, "redirect_uri": CALLBACK}
        self._tokens({**form, "code_verifier": VERIFIER})

    def refresh(self) -> None:
        self._tokens({"grant_type": "refresh_token", "refresh_token": self.tokens["refresh_token"]})

    def revoke(self) -> None:
        form = {"token": self.tokens["refresh_token"], "token_type_hint": "refresh_token", "client_id": "browser"}
        answer = self._post("revoke_token/", form)
        assert (answer.status_code, answer.text) == (200, "")


@dataclass(frozen=True)
class Scenario:
    name: str
    step: Callable[[Visit], None]
    #: SQL statements that it needs, without BEGIN and COMMIT.
    least: int
    #: BEGIN and COMMIT.
    control: int = 0


#: In an order in which they can run.
SCENARIOS = [
    Scenario("token, client_credentials, hashed secret", Visit.hashed_secret, 2),
    Scenario("token, client_credentials", Visit.plain_secret, 2),
    Scenario("introspect", Visit.introspect, 2),
    Scenario("introspect, hashed secret", Visit.introspect_hashed, 2),
    Scenario("userinfo", Visit.userinfo, 1),
    Scenario("openid-configuration", Visit.discovery, 0),
    Scenario("jwks.json", Visit.jwks, 0),
    Scenario("login page", Visit.log_in, 0),
    Scenario("login", Visit.submit_login, 4, 2),
    Scenario("consent page", Visit.consent_page, 3),
    Scenario("approval", Visit.approve, 4),
    Scenario("code to tokens, openid", Visit.redeem, 6, 2),
    Scenario("refresh, openid", Visit.refresh, 7, 2),
    Scenario("revoke", Visit.revoke, 4, 2),
]
