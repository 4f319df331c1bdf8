"""Requests that browsers and clients rarely send: the same answer as the reference's, byte for byte where it counts."""

import base64
import http.client
import json
from urllib.parse import quote, urlencode

import pytest

from compat_tests.definitions.rows import CHALLENGE, access_token
from compat_tests.exchange import CSRF_SECRET, Answer
from compat_tests.places import CALLBACK, PASSWORD, SECRET, SETUP, Places
from compat_tests.server import Server
from compat_tests.setup_rows import Inserted

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
BASIC = {"Authorization": "Basic " + base64.b64encode(f"web:{SECRET}".encode()).decode()}
FORM = "application/x-www-form-urlencoded"
CONSENT = {
    "client_id": "web",
    "redirect_uri": CALLBACK,
    "response_type": "code",
    "scope": "read",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


class Site:
    def __init__(self, server: Server, rows: Inserted, places: Places) -> None:
        self.server, self.rows, self.places = server, rows, places

    def send(self, method: str, path: str, body: bytes = b"", *headers: tuple[str, bytes | str]) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=120)
        connection.putrequest(method, path, skip_host=any(name == "Host" for name, _ in headers))
        for name, value in headers:
            connection.putheader(name, value)
        if body or method == "POST":
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        text = response.read().decode("utf-8", "replace")
        answer = Answer(response.status, response.getheaders(), text)
        connection.close()
        return answer

    def cookies(self, more: bytes = b"") -> tuple[str, bytes]:
        session = self.rows.sessions["alice"]
        return "Cookie", f"sessionid={session}; csrftoken={CSRF_SECRET}".encode() + more

    def consent(self, change: dict[str, str], *headers: tuple[str, bytes | str]) -> Answer:
        form = urlencode({**CONSENT, **change, "allow": "Authorize", "csrfmiddlewaretoken": CSRF_SECRET})
        return self.send("POST", "/o/authorize/", form.encode(), ("Content-Type", FORM), self.cookies(), *headers)

    def grants(self) -> int:
        return int(self.places.database.value("SELECT count(*) FROM oauth2_provider_grant"))


@pytest.fixture
def site(places: Places) -> Site:
    rows = places.set_up({**SETUP, "sessions": ["alice"], "access_tokens": [access_token(expires=36_000)]})
    return Site(places.slash_o(), rows, places)


def test_an_odd_cookie_does_not_hide_the_others(site: Site) -> None:
    url = "/o/authorize/?" + urlencode(CONSENT)
    for odd in ("; name=Zoë".encode(), "; name=Zoë".encode("latin-1"), b"; =; ;x", b'; q="a\\"b\\073"'):
        assert site.send("GET", url, b"", site.cookies(odd)).status == 200, odd
    quoted = "".join(f"\\{ord(character):03o}" for character in site.rows.sessions["alice"])
    assert site.send("GET", url, b"", ("Cookie", f'sessionid="{quoted}"')).status == 200
    form = urlencode({"username": "alice", "password": PASSWORD, "csrfmiddlewaretoken": CSRF_SECRET}).encode()
    cookie = ("Cookie", f"name=Zoë; csrftoken={CSRF_SECRET}".encode())
    assert site.send("POST", "/accounts/login/", form, ("Content-Type", FORM), cookie).status == 302


def test_of_several_tokens_the_last_is_introspected(site: Site) -> None:
    for query, active in (("token=AT1&token=zz", False), ("token=zz&token=AT1", True)):
        answer = site.send("GET", f"/o/introspect/?{query}", b"", *BASIC.items())
        assert json.loads(answer.body)["active"] is active


@pytest.mark.parametrize("field", ["state", "claims", "nonce", "code_challenge", "scope", "resource", "redirect_uri"])
def test_a_null_character_shows_the_form_again(site: Site, field: str) -> None:
    answer = site.consent({field: CONSENT.get(field, "a") + "\0b"})
    assert answer.status == 200
    assert "Null characters are not allowed." in answer.body
    assert site.grants() == 0


def test_blanks_are_pythons(site: Site) -> None:
    answer = site.consent({"state": "\x1cs\x1f "})
    assert (answer.header("Location") or "").endswith("&state=s")


@pytest.mark.parametrize(
    "origins",
    [["http://ü.example".encode()], [b"http://127.0.0.1", b"http://evil.example"], [b"\xff"]],
    ids=["not ascii", "two", "no text"],
)
def test_an_origin_that_cannot_be_read_is_foreign(site: Site, origins: list[bytes]) -> None:
    answer = site.consent({}, *[("Origin", origin) for origin in origins])
    assert (answer.status, site.grants()) == (403, 0)


def test_two_authorizations_are_none(site: Site) -> None:
    good, bad = ("Authorization", "Bearer AT1"), ("Authorization", "Bearer zz")
    assert site.send("GET", "/t/plain", b"", good).status == 200
    for pair in ([good, bad], [bad, good], [good, good]):
        assert site.send("GET", "/t/plain", b"", *pair).status == 403


def test_a_newline_after_a_redirect_uri_is_dropped_as_pythons_urlsplit_does(site: Site) -> None:
    url = "/o/authorize/?" + urlencode({**CONSENT, "redirect_uri": CALLBACK + "\n"})
    assert site.send("GET", url, b"", site.cookies()).status == 200
    site.places.database.run("UPDATE oauth2_provider_application SET skip_authorization=1 WHERE client_id='web'")
    location = site.send("GET", url, b"", site.cookies()).header("Location") or ""
    assert location.startswith(CALLBACK + "?code="), location
    url = "/o/authorize/?" + urlencode({**CONSENT, "redirect_uri": CALLBACK + "\n\n"})
    assert site.send("GET", url, b"", site.cookies()).status == 400


@pytest.mark.parametrize("path", ["/o/authorize/", "/accounts/login/"])
def test_a_query_has_the_bodys_limit_on_fields(site: Site, path: str) -> None:
    many = "&".join(f"a{n}=1" for n in range(1001))
    assert site.send("GET", f"{path}?{many}", b"", site.cookies()).status == 400


def test_empty_pairs_count_as_fields(site: Site) -> None:
    headers = [("Content-Type", FORM), *BASIC.items()]
    assert site.send("POST", "/o/token/", b"grant_type=x" + b"&" * 1001, *headers).status == 400
    answer = site.send("POST", "/o/introspect/", b"token=AT1" + b"&" * 999, *headers)
    assert (answer.status, json.loads(answer.body)["active"]) == (200, True)


@pytest.mark.parametrize(
    ("charset", "status"), [("iso-8859-1", 400), ("UTF-8", 200), ("utf-8", 200), ("nosuch", 200), ("utf8", 400)]
)
def test_a_form_must_be_utf_8(site: Site, charset: str, status: int) -> None:
    headers = [("Content-Type", f"{FORM}; charset={charset}"), *BASIC.items()]
    assert site.send("POST", "/o/introspect/", b"token=AT1", *headers).status == status


def test_raw_bytes_that_are_no_utf_8_are_latin_1(site: Site) -> None:
    form = urlencode({**CONSENT, "allow": "Authorize", "csrfmiddlewaretoken": CSRF_SECRET}).encode() + b"&state=caf\xe9"
    answer = site.send("POST", "/o/authorize/", form, ("Content-Type", FORM), site.cookies())
    assert (answer.header("Location") or "").endswith("&state=" + quote("café"))


def test_two_hosts_are_refused(site: Site) -> None:
    hosts = [("Host", f"127.0.0.1:{site.server.port}"), ("Host", "evil.example")]
    assert site.send("GET", "/accounts/login/", b"", *hosts).status == 400


PART = '--B\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
FILE = '--B\r\nContent-Disposition: form-data; name="f"; filename="x"\r\n\r\n' + "x" * 3000 + "\r\n"
GRANT = PART.format(name="grant_type", value="client_credentials")
BODIES = {
    "whole": GRANT + "--B--\r\n",
    "no last boundary": GRANT.removesuffix("\r\n"),
    "empty": "",
    "no boundary at all": "grant_type=client_credentials",
    "only the end": "--B--\r\n",
    "before the first boundary": "preamble\r\n" + GRANT + "--B--\r\nepilogue",
    "a file larger than the limit": FILE + GRANT + "--B--\r\n",
    "a field larger than the limit": PART.format(name="a", value="x" * 2001) + GRANT + "--B--\r\n",
}


def test_multipart_bodies_as_django_reads_them(places: Places) -> None:
    """The words of the answers are compared, not those of Django's pages for errors."""
    places.set_up()
    small = places.site(DATA_UPLOAD_MAX_MEMORY_SIZE=2000)
    basic = ("Authorization", "Basic " + base64.b64encode(f"machine:{SECRET}".encode()).decode())
    seen = []
    for server in (places.django(small), places.slash_o(small)):
        site = Site(server, Inserted({}), places)
        answers = {
            name: site.send("POST", "/o/token/", body.encode(), ("Content-Type", "multipart/form-data; boundary=B"), basic)
            for name, body in BODIES.items()
        }
        words = {name: json.loads(a.body).get("error") if a.body[:1] == "{" else None for name, a in answers.items()}
        seen.append({name: (answer.status, words[name]) for name, answer in answers.items()})
    assert seen[0] == seen[1]
    assert seen[1]["a file larger than the limit"][0] == 200
