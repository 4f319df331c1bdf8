"""`slash-o application …` and `slash-o user …`: what an administrator changed on Django's admin pages."""

import subprocess

import pytest
import requests

from compat_tests import commands
from compat_tests.places import PASSWORD, SECRET, Places

pytestmark = pytest.mark.slash_o_only("they are commands of slash-o")


class Shell:
    def __init__(self, places: Places) -> None:
        self.places = places
        self.config = str(commands.config_file(places.folder, places.site()))

    def __call__(self, *words: str, fails: int = 0) -> subprocess.CompletedProcess[str]:
        done = commands.run(self.places.binary, *words[:2], "--config", self.config, *words[2:])
        assert done.returncode == fails, done.stdout + done.stderr
        return done


@pytest.fixture
def shell(places: Places) -> Shell:
    places.set_up()
    return Shell(places)


def _application(shell: Shell, client_id: str = "web") -> dict[str, object]:
    return shell.places.database.run("SELECT * FROM oauth2_provider_application WHERE client_id=?", (client_id,))[0]


def test_applications_are_listed_and_shown_without_secrets(shell: Shell) -> None:
    listed = shell("application", "list").stdout
    assert [line.split()[0] for line in listed.splitlines()[1:]] == ["web", "machine"]
    shell("application", "set", "web", "--owner", "alice")
    shown = shell("application", "show", "web").stdout
    rows = dict(line.split(None, 1) for line in shown.splitlines() if len(line.split(None, 1)) == 2)
    assert rows["client_secret"].strip() == "hashed" and rows["owner"].strip() == "alice"
    columns = [line.split()[0] for line in shown.splitlines()]
    owner = {"user_id": "owner"}
    assert set(columns) == {owner.get(column, column) for column in _application(shell)}
    assert SECRET not in shown + listed and str(_application(shell)["client_secret"]) not in shown + listed
    assert "no application" in shell("application", "show", "nosuch", fails=1).stderr


def test_every_column_can_be_set(shell: Shell) -> None:
    before = _application(shell)
    values = {
        "name": "New name",
        "client-type": "public",
        "authorization-grant-type": "implicit",
        "redirect-uris": "https://a.example/cb https://b.example/cb",
        "post-logout-redirect-uris": "https://a.example/out",
        "allowed-origins": "https://a.example",
        "skip-authorization": "true",
        "algorithm": "",
        "owner": "bob",
    }
    words = [word for name, value in values.items() for word in (f"--{name}", value)]
    shell("application", "set", "web", *words)
    row = _application(shell)
    for name, value in values.items():
        column = name.replace("-", "_")
        if column in row and column != "skip_authorization":
            assert row[column] == value, name
    assert bool(row["skip_authorization"]) and row["client_secret"] == before["client_secret"]
    assert row["user_id"] == shell.places.database.value("SELECT id FROM auth_user WHERE username='bob'")
    assert row["updated"] != before["updated"] and row["created"] == before["created"]
    shell("application", "set", "web", "--owner", "", "--client-id", "renamed")
    assert _application(shell, "renamed")["user_id"] is None


def test_wrong_values_are_named_and_nothing_is_written(shell: Shell) -> None:
    before = _application(shell)
    for words, wanted in (
        (["--client-type", "nosuch"], "client_type: Value 'nosuch' is not a valid choice."),
        (["--redirect-uris", ""], "redirect_uris cannot be empty"),
        (["--redirect-uris", "ftp://a.example/"], "redirect_uris"),
        (["--owner", "nobody"], "there is no user"),
        (["--client-id", "machine"], "already exists"),
        (["--hash-client-secret", "false"], "--new-secret"),
    ):
        done = shell("application", "set", "web", "--name", "changed", *words, fails=1)
        assert wanted in done.stderr, done.stderr
        assert _application(shell) == before


def test_a_new_secret_counts_at_once(shell: Shell) -> None:
    server = shell.places.slash_o()
    form = {"grant_type": "client_credentials", "client_id": "machine"}

    def status(secret: str) -> int:
        return requests.post(f"{server.base_url}/o/token/", data={**form, "client_secret": secret}).status_code

    assert status(SECRET) == 200
    printed = shell("application", "set", "machine", "--new-secret").stdout
    secret = printed.split("client_secret: ")[1].strip()
    assert len(secret) == 128 and (status(secret), status(SECRET)) == (200, 401)
    assert secret not in str(_application(shell, "machine"))
    plain = shell("application", "set", "machine", "--new-secret", "--hash-client-secret", "false").stdout
    assert _application(shell, "machine")["client_secret"] == plain.split("client_secret: ")[1].strip()


def test_a_deleted_application_is_gone_with_its_tokens(shell: Shell) -> None:
    server = shell.places.slash_o()
    form = {"grant_type": "client_credentials", "client_id": "machine", "client_secret": SECRET}
    assert requests.post(f"{server.base_url}/o/token/", data=form).status_code == 200
    kept = shell("application", "delete", "machine", fails=1)
    assert "nothing is deleted" in kept.stderr
    shell("application", "delete", "machine", "--yes")
    counts = shell.places.database.counts()
    assert (counts["oauth2_provider_application"], counts["oauth2_provider_accesstoken"]) == (1, 0)
    assert requests.post(f"{server.base_url}/o/token/", data=form).status_code == 401


def test_users_are_listed_changed_and_deactivated(shell: Shell) -> None:
    listed = shell("user", "list").stdout
    assert [line.split()[0] for line in listed.splitlines()[1:]] == ["alice", "bob"] and "pbkdf2" not in listed
    shell("user", "set", "bob", "--email", "bob@x.example", "--is-staff", "true", "--first-name", "Bob", "--username", "rob")
    row = shell.places.database.run("SELECT * FROM auth_user WHERE username='rob'")[0]
    assert (row["email"], row["first_name"], bool(row["is_staff"])) == ("bob@x.example", "Bob", True)
    assert "already taken" in shell("user", "set", "rob", "--username", "alice", fails=1).stderr
    assert "valid email" in shell("user", "set", "rob", "--email", "no", fails=1).stderr
    assert "nothing to change" in shell("user", "set", "rob", fails=2).stderr
    assert "no user" in shell("user", "deactivate", "nobody", fails=1).stderr
    server = shell.places.slash_o()
    form = {"grant_type": "client_credentials", "client_id": "machine", "client_secret": SECRET}
    assert requests.post(f"{server.base_url}/o/token/", data=form).status_code == 200
    shell("user", "deactivate", "alice")
    assert not shell.places.database.value("SELECT is_active FROM auth_user WHERE username='alice'")
    browser = requests.Session()
    browser.get(f"{server.base_url}/accounts/login/")
    login = {"username": "alice", "password": PASSWORD, "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
    assert browser.post(f"{server.base_url}/accounts/login/", data=login, allow_redirects=False).status_code == 200


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_admin_answers_404(shell: Shell) -> None:
    server = shell.places.slash_o()
    for path in ("/admin/", "/admin/login/", "/admin/oauth2_provider/application/"):
        assert requests.get(server.base_url + path).status_code == 404
