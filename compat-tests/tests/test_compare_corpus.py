"""Each project of the corpus whose findings somebody deleted from the file: `slash-o compare` finds the difference by itself.

Where it cannot, the test's name says why: there the exporter's finding is the only proof.
"""

from pathlib import Path

import pytest

from compat_tests.corpus import CORPUS
from compat_tests.forgotten import Forgotten, Told, is_of_time
from compat_tests.strange_projects import STRANGE

pytestmark = pytest.mark.slash_o_only("it is a command of slash-o")

#: Django does not run "settings": it names modules that are not there.
PROJECTS = {name: strange for name, strange in {**CORPUS, **STRANGE}.items() if name != "settings"}
#: The difference by which compare tells it: of a line of its report `request (what): field: Django | slash-o`.
FOUND: dict[str, str] = {
    "a method wrapped by wrapt": "POST /o/token/ (authorization_code): status: 500 | 200",
    "a mock": 'POST /o/token/ (authorization_code): body: {"access_token":"(code of 3)"',
    "a method wrapped by functools.wraps": "(a scope that nobody knows), with the session: status: 500 | 302",
    "hashlib.sha256": "(the consent page): status: 302 | 200",
    "django.utils.timezone.now": "POST /o/token/ (authorization_code): status: 500 | 200",
    "a method of DOT's in the place of another": "(the consent page): status: 500 | 200",
    "a value in DOT's defaults": "POST /o/token/ (refresh_token): status: 200 | 400",
    "oauthlib's lifetime of tokens": "POST /o/introspect/ (introspection): status: 200 | 403",
    "fields of an application": "GET /o/applications/register/, with the session: body: ",
    "Django's receiver replaced by one with its name": "login: rows and claims: row auth_user last_login: never | in 0 s",
    "Signal.send": "login: rows and claims: row auth_user last_login: never | in 0 s",
    "a queryset that hides rows": "(consent, response_type=code), with the session: status: 302 | 200",
    "a patch in the URL configuration": "GET /accounts/login/ (the page): status: 302 | 200",
    "a hasher of another name before Django's": "POST /o/token/ (password): status: 200 | 400",
    "a context processor that looks at a cookie": "GET /accounts/login/: body: light Garden ",
    "a context processor that looks at https": "GET /accounts/login/ (x-forwarded-proto: https): body: https False ",
    "the values of OAUTH2_PROVIDER changed by code": "POST /o/token/ (refresh_token): status: 200 | 400",
    "signals": "login: rows and claims: row auth_user last_login: never | in 0 s",
    "models": "POST /o/token/ (password): status: 400 | 200",
    "patches": "POST /o/token/ (authorization_code): status: 500 | 200",
    "pages": "GET /accounts/login/: status: 200 | 500",
    "a module in the place of another": "GET /o/applications/register/, with the session: status: 500 | 200",
}
#: Why no answer and no row of a flow shows it; the words are in the tests' names.
REASONS = {
    "exported": "the file holds what the change means: slash-o does the same",
    "changes-nothing": "the code that took the place of Django's or DOT's gives what that gives, or nothing calls it",
    "receiver-answers-nothing": "a receiver of a signal runs beside the answer",
    "random-values-are-cut": "what is made at random is compared by its length",
    "dates-are-cut": "the dates of headers and cookies are not compared",
    "no-wrong-password": "nobody is logged in with a wrong password",
    "no-inactive-user": "the user of a flow is active",
    "no-old-token": "the tokens of a flow are fresh",
    "no-new-user": "slash-o makes no users: what a new one is, is Django's",
    "session-of-another-backend": "the session of a flow is ModelBackend's",
    "never-asked": "DOT and Django do not call it in what slash-o does",
}
UNSEEN: dict[str, str] = {
    "a function wrapped by functools.wraps in a module that imported it": "changes-nothing",
    "secrets.choice": "random-values-are-cut",
    "a clock of the project's": "dates-are-cut",
    "django.utils.crypto": "random-values-are-cut",
    "a base class more": "changes-nothing",
    "a value of Django's global settings": "changes-nothing",
    "grant types of the stock model": "changes-nothing",
    "a template filter": "changes-nothing",
    "a partial": "receiver-answers-nothing",
    "a receiver in a module that only the URLs import": "receiver-answers-nothing",
    "a manager that finds users in its own way": "never-asked",
    "users who are not active at first": "no-new-user",
    "a backend that lets inactive users in": "no-inactive-user",
    "a handler around Django": "changes-nothing",
    "an engine of the project's": "changes-nothing",
    "a class of Django's in the place of another": "exported",
    "a method that is deleted from one class and found in another": "never-asked",
    "a message of a form": "no-wrong-password",
    "a receiver with Django's name": "receiver-answers-nothing",
    "a lambda": "receiver-answers-nothing",
    "an object that is called": "receiver-answers-nothing",
    "a receiver of a parent class": "receiver-answers-nothing",
    "a token that never expires": "no-old-token",
    "a method of Django's model put there with its name": "no-wrong-password",
    "a backend that finds no banned user": "session-of-another-backend",
    "inactive users, by Django's own backend": "no-inactive-user",
}
#: slash-o does not start with such a file, whether it holds the finding or not: words of its message.
REFUSED: dict[str, str] = {
    "a hasher of another name": "PASSWORD_HASHERS is empty",
    "a hasher with pepper": "PASSWORD_HASHERS is empty",
    "a class between OAuth2Backend and the session": "AUTHENTICATION_BACKENDS: garden.backends.Bearer",
    "hooks": "OAUTH2_VALIDATOR_CLASS: garden.classes.Validator",
}
EQUAL = [name for name, strange in PROJECTS.items() if not strange.names]
SAMPLE = ["a value in DOT's defaults", "Signal.send", "a context processor that looks at a cookie"]


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory, binary: str) -> Path:
    """The database of a project with the stock models."""
    folder = tmp_path_factory.mktemp("stock")
    assert Forgotten(folder, binary).set_up({}, None) == ""
    return folder / "db.sqlite3"


def compared(name: str, folder: Path, binary: str, stock: Path) -> Told:
    project = Forgotten(folder, binary)
    assert project.set_up(PROJECTS[name].files, stock) == ""
    return project.compare()


def cases(names: dict[str, str], why: str = "") -> list[object]:
    def one(name: str, word: str) -> object:
        tier = pytest.mark.tier("default" if name in SAMPLE else "full")
        return pytest.param(name, id=f"{why}{word}:{name}" if why else name, marks=tier)

    return [one(name, word) for name, word in names.items()]


@pytest.mark.parametrize("name", cases(FOUND))
def test_a_deleted_finding_is_found_by_compare(name: str, tmp_path: Path, binary: str, stock: Path) -> None:
    told = compared(name, tmp_path, binary, stock)
    assert any(FOUND[name] in line for line in told.fields), (told.failure, told.stopped, told.fields[:12])


@pytest.mark.parametrize("name", cases(UNSEEN, "cannot-see:"))
def test_a_deleted_finding_is_not_found_by_compare(name: str, tmp_path: Path, binary: str, stock: Path) -> None:
    told = compared(name, tmp_path, binary, stock)
    assert told.requests > 100 and not told.failure and not told.stopped, told
    assert [line for line in told.fields if not is_of_time(line)] == []


@pytest.mark.parametrize("name", cases(REFUSED))
def test_a_file_that_slash_o_cannot_read_is_refused_without_the_finding_too(
    name: str, tmp_path: Path, binary: str, stock: Path
) -> None:
    told = compared(name, tmp_path, binary, stock)
    assert REFUSED[name] in told.failure and "panicked" not in told.failure, told


@pytest.mark.tier("full")
@pytest.mark.parametrize("name", EQUAL)
def test_a_project_without_a_finding_is_equal(name: str, tmp_path: Path, binary: str, stock: Path) -> None:
    told = compared(name, tmp_path, binary, stock)
    assert told.requests > 100 and not told.failure and not told.stopped, told
    assert [line for line in told.fields if not is_of_time(line)] == []


def test_each_project_is_listed() -> None:
    listed = [*FOUND, *UNSEEN, *REFUSED, *EQUAL]
    assert sorted(listed) == sorted(PROJECTS) and set(UNSEEN.values()) == set(REASONS)
