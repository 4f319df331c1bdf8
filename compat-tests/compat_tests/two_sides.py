"""The same requests to Django and to slash-o, each on its own copy of one database, and what is compared."""

import dataclasses
import datetime
import html.parser
import http.client
import re
import time
import urllib.parse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from compat_tests import django_formats, project, session_text
from compat_tests.database import SESSIONS, UTC
from compat_tests.databases import Databases
from compat_tests.exchange import Answer
from compat_tests.moments import Moment
from compat_tests.places import SETUP, Places
from compat_tests.server import Server
from compat_tests.site import SECRET_KEY, Site

HOST = "site.example"
CSRF_SECRET = "a" * 32
FORM_TYPE = "application/x-www-form-urlencoded"
LOGIN = "/accounts/login/"
LOGOUT = "/accounts/logout/"
#: A page that asks for a login and reads nothing else.
PROTECTED = "/o/applications/"
#: What slash-o is told of URL names that are the project's, not its own.
PROJECT_URLS = {
    "admin:login": "/admin/login/",
    "admin:index": "/admin/",
    "home": "/site/",
    "shop:product": "/site/products/<int:pk>/<slug:slug>/",
}
HEADERS = ["Location", "Vary", "Allow"]
Pairs = list[tuple[str, str]] | dict[str, str]


class Side:
    """One server, its database, and a browser's cookies; `log` is what gets compared."""

    def __init__(self, places: Places, server: Server) -> None:
        self.database = places.database
        self.server = server
        self._places = places
        self.caching = False
        self.forget()

    def forget(self) -> None:
        self.begun = time.time()
        self.rows = self._places.set_up()
        self.cookies: dict[str, str] = {}
        self.log: list[Any] = []

    def reset(self, setup: dict[str, Any]) -> None:
        self.forget()
        self.rows = self._places.set_up(setup)

    # Rows to start from

    def session(
        self, key: str, content: dict[str, Any] | None = None, *, data: str | None = None, expires: float = 3600
    ) -> str:
        """A row of django_session, whose key the browser then has; `data` is session_data as it is."""
        at = datetime.datetime.now(UTC) + datetime.timedelta(seconds=expires)
        text = data if data is not None else session_text.encode(content or {}, SECRET_KEY)
        self.database.insert(SESSIONS, {"session_key": key, "session_data": text, "expire_date": at})
        self.cookies["sessionid"] = key
        return key

    def login_content(self, name: str = "alice", key: str = SECRET_KEY, **more: Any) -> dict[str, Any]:
        """What login() puts into a session."""
        password = self.database.value("SELECT password FROM auth_user WHERE username=?", (name,))
        return {**session_text.login_keys(self.rows.users[name], password, key), **more}

    def logged_in(self, name: str = "alice", **more: Any) -> str:
        return self.session("live" + name.ljust(28, "0"), self.login_content(name, **more))

    # Requests

    def get(self, path: str, **options: Any) -> Answer:
        return self.send("GET", path, **options)

    def post(self, path: str, form: Pairs, *, token: str | None = CSRF_SECRET, **options: Any) -> Answer:
        """A form with the browser's CSRF cookie, or a fixed one, and `token`."""
        pairs = list(form.items()) if isinstance(form, dict) else list(form)
        if token is not None:
            self.cookies.setdefault("csrftoken", CSRF_SECRET)
            pairs.insert(0, ("csrfmiddlewaretoken", self.cookies["csrftoken"] if token == CSRF_SECRET else token))
        return self.send("POST", path, body=urllib.parse.urlencode(pairs), **options)

    def send(
        self, method: str, path: str, *, body: str | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        sent = {"Host": HOST, "Accept": "*/*"}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            sent |= {"Content-Type": FORM_TYPE, "Content-Length": str(len(body.encode()))}
        sent |= headers or {}
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=120)
        asked = time.time()
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in sent.items():
                connection.putheader(name, value)
            connection.endheaders(body.encode() if body is not None else None)
            response = connection.getresponse()
            content = response.read().decode("utf-8", "replace")
            answer = Answer(response.status, response.getheaders(), content)
        finally:
            connection.close()
        self.note(f"{method} {path[:100]}", answer_facts(answer, self.caching, asked))
        self._keep_cookies(answer)
        return answer

    def token(self, answer: Answer) -> str:
        """The form token of a page."""
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.body)
        assert found, f"no form token in the answer {answer.status}: {answer.body[:300]}"
        return found.group(1)

    # What is compared

    def note(self, name: str, facts: Any) -> None:
        self.log.append([name, facts])

    def moment(self, at: datetime.datetime) -> Moment:
        """A time in UTC that a row holds: written by the test, or by the server since the last reset."""
        told = at.replace(tzinfo=at.tzinfo or UTC).timestamp()
        return Moment(told, told, self.begun, time.time())

    def note_rows(self) -> None:
        """Sessions with their decoded content, and what a login or a new password leaves in auth_user."""
        sessions = []
        for row in self.database.run(f"SELECT * FROM {SESSIONS} ORDER BY session_key"):
            key = row["session_key"]
            mine = key == self.cookies.get("sessionid")
            content = session_text.content(row["session_data"], SECRET_KEY)
            ends = self.moment(datetime.datetime.fromisoformat(row["expire_date"]))
            fresh = re.fullmatch("[a-z0-9]{32}", key) and not key.startswith(("sess", "live", "test"))
            shown = "<new key>" if fresh else key
            if isinstance(content, dict) and "_auth_user_hash" in content:
                content = {**content, "_auth_user_hash": self._hash_facts(content)}
            if isinstance(content, dict) and "_csrftoken" in content:
                content = {**content, "_csrftoken": re.sub("^[a-zA-Z0-9]{32}$", "<32>", content["_csrftoken"])}
            items = list(content.items()) if isinstance(content, dict) else content
            sessions.append({"key": shown, "mine": mine, "content": items, "ends": ends})
        users = self.database.run("SELECT username, password, last_login FROM auth_user ORDER BY id")
        self.note("sessions", sorted(sessions, key=lambda s: (s["key"], s["mine"], str(s["content"]))))
        self.note("users", [[u["username"], self._login_facts(u)] for u in users])

    def _hash_facts(self, content: dict[str, Any]) -> str:
        users = self.database.run("SELECT id, username, password FROM auth_user")
        for user in users:
            good = session_text.login_keys(user["id"], user["password"], SECRET_KEY)["_auth_user_hash"]
            if content["_auth_user_hash"] == good:
                return f"<hash of {user['username']}>"
        return "<other hash>"

    def _login_facts(self, user: dict[str, Any]) -> dict[str, Any]:
        same = user["password"] == self._first_passwords().get(user["username"])
        recent = user["last_login"] and re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?", user["last_login"])
        shape = user["password"].split("$")[:2]
        return {"password": "as before" if same else shape, "last_login": bool(recent) or user["last_login"]}

    def _first_passwords(self) -> dict[str, str]:
        return {
            u["username"]: django_formats.pbkdf2_sha256(u["password"], u["iterations"]) for u in SETUP["users"]
        }

    def _keep_cookies(self, answer: Answer) -> None:
        for name, value in answer.headers:
            if name.lower() == "set-cookie":
                key, text = value.split(";")[0].split("=", 1)
                if "Max-Age=0" in value:
                    self.cookies.pop(key, None)
                else:
                    self.cookies[key] = text


def site_with(places: Places, settings: dict[str, Any]) -> Site:
    """`server` among the settings is slash-o's own table."""
    site = places.site(**{name: value for name, value in settings.items() if name != "server"})
    own = {"urls": PROJECT_URLS, "locale_dirs_of_apps": project.CATALOGUES, **settings.get("server", {})}
    return dataclasses.replace(site, server={**site.server, **own})


class TwoSides:
    """Django and slash-o with equal settings on copies of one database."""

    def __init__(self, databases: Databases, folder: Path, binary: str, settings: dict[str, Any]) -> None:
        self._places = [Places(databases.migrated("sqlite"), folder, binary) for _ in range(2)]
        django, slash_o = self._places
        try:
            self.sides = [
                Side(django, django.django(site_with(django, settings))),
                Side(slash_o, slash_o.slash_o(site_with(slash_o, settings))),
            ]
        except BaseException:
            self.close()
            raise

    def compare(
        self, scenario: Callable[[Side], None], setup: dict[str, Any] | None = None, *, caching: bool = False
    ) -> list[Any]:
        """Run it on both sides; every noted fact must be the same. Django's log."""
        for side in self.sides:
            side.reset(setup or SETUP)
            side.caching = caching
            scenario(side)
        django, slash_o = (side.log for side in self.sides)
        names = [name for name, _ in django]
        assert [name for name, _ in slash_o] == names
        wrong = [
            f"{name}\n    Django:  {expected}\n    slash-o: {got}"
            for (name, all_expected), (_, all_got) in zip(django, slash_o, strict=True)
            for expected, got in _differences(all_expected, all_got)
        ]
        assert not wrong, "\n" + "\n".join(wrong)
        return django

    def compare_unless_django_fails(self, scenario: Callable[[Side], None]) -> None:
        """As `compare`, but where Django crashes (500) slash-o may do anything that is no crash."""
        for side in self.sides:
            side.reset(SETUP)
            scenario(side)
        django, slash_o = (_statuses(side.log) for side in self.sides)
        if 500 not in django:
            self.compare(scenario)
        elif not self.sides[1].server.is_reference:
            assert not [status for status in slash_o if status >= 500], (django, slash_o)

    def close(self) -> None:
        for places in self._places:
            places.close()


class Fleet:
    """Pairs of servers by their settings; only the few that were used last stay up."""

    UP = 6

    def __init__(self, databases: Databases, folder: Path, binary: str) -> None:
        self._make = lambda settings: TwoSides(databases, folder, binary, settings)
        self._pairs: dict[str, TwoSides] = {}

    def __call__(self, **settings: Any) -> TwoSides:
        key = repr(sorted(settings.items()))
        pair = self._pairs.pop(key, None) or self._make(settings)
        self._pairs[key] = pair
        while len(self._pairs) > self.UP:
            self._pairs.pop(next(iter(self._pairs))).close()
        return pair

    def close(self) -> None:
        for pair in self._pairs.values():
            pair.close()


def _statuses(log: list[Any]) -> list[int]:
    return [facts["status"] for _, facts in log if isinstance(facts, dict) and "status" in facts]


def answer_facts(answer: Answer, caching: bool, asked: float) -> dict[str, Any]:
    """Status, headers (`caching`: also these) and cookies; of HTML the fields, error lists and words of a 403."""
    facts: dict[str, Any] = {"status": answer.status}
    facts |= {name: answer.header(name) for name in HEADERS}
    if caching:
        facts |= {"Cache-Control": answer.header("Cache-Control"), "Expires": bool(answer.header("Expires"))}
    cookies = [_cookie_facts(value, asked) for name, value in answer.headers if name.lower() == "set-cookie"]
    facts["Set-Cookie"] = sorted(cookies, key=lambda cookie: str(cookie[0]))
    if answer.status in (400, 404, 405, 500):
        return facts
    page = _Page()
    page.feed(answer.body)
    facts["fields"] = page.fields
    facts["labels"] = page.labels
    # The reference's template prints the errors of the form itself twice.
    facts["errors"] = [e for n, e in enumerate(page.errors) if e not in page.errors[:n]]
    if answer.status == 403:
        facts["words"] = page.words
    return facts


def _cookie_facts(header: str, asked: float) -> list[Any]:
    pair, *attributes = header.split("; ")
    name, value = pair.split("=", 1)
    if value in ("", '""'):
        return [header]
    shown = f"<{len(value)}>" if value.isalnum() else value
    return [f"{name}={shown}", *[_life(attribute, asked) for attribute in attributes]]


def _life(attribute: str, asked: float) -> str | list[Any]:
    """An end that is counted from now, or from a fixed time, as a moment; an age that a setting names, to the second."""
    now = time.time()
    # Those are whole numbers of two hours; what is left until a fixed date is none for two hours after it was fixed.
    if attribute.startswith("Max-Age=") and int(attribute[8:]) % 7200 and abs(int(attribute[8:])) > 5:
        seconds = int(attribute[8:])
        return ["Max-Age", Moment(asked + seconds, now + seconds, asked, now)]
    if not attribute.startswith("expires="):
        return attribute
    at = datetime.datetime.strptime(attribute[8:], "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC).timestamp()
    return ["expires", Moment(at, at, asked, now)]


def _differences(expected: Any, got: Any) -> list[tuple[Any, Any]]:
    if isinstance(expected, dict) and isinstance(got, dict):
        return [
            (f"{key} = {expected.get(key)!r}", f"{key} = {got.get(key)!r}")
            for key in {**expected, **got}
            if expected.get(key) != got.get(key)
        ]
    return [] if expected == got else [(expected, got)]


class _Page(html.parser.HTMLParser):
    """Inputs with their attributes, labels, error lists, and the text of the body."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: list[dict[str, str | None]] = []
        self.labels: list[list[str | None]] = []
        self.errors: list[list[str | None]] = []
        self.words: list[str] = []
        self._lists: list[tuple[str | None, str | None]] = []
        self._into: list[list[str | None]] | None = None
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "input" and attributes.get("name"):
            if attributes["name"] == "csrfmiddlewaretoken":
                attributes["value"] = f"<{len(attributes.get('value') or '')}>"
            elif re.fullmatch("[a-zA-Z0-9]{40}|[a-zA-Z0-9]{128}", attributes.get("value") or ""):
                attributes["value"] = "<random>"
            self.fields.append(dict(sorted(attributes.items())))
        if tag == "ul" and "errorlist" in (attributes.get("class") or ""):
            self._lists.append((attributes.get("class"), attributes.get("id")))
        if tag == "li" and self._lists:
            self.errors.append([*self._lists[-1], ""])
            self._into = self.errors
        if tag == "label":
            self.labels.append([attributes.get("for"), ""])
            self._into = self.labels
        self._hidden = tag in ("style", "script", "title", "head")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("li", "label"):
            self._into = None
        if tag == "ul" and self._lists:
            self._lists.pop()
        self._hidden = False

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if not text or self._hidden:
            return
        self.words.append(text)
        if self._into is not None:
            self._into[-1][-1] = f"{self._into[-1][-1]}{text}"
