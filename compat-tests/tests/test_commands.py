"""slash-o's commands: output, exit codes, rows."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from compat_tests import commands
from compat_tests.databases import django_command
from compat_tests.places import Places
from compat_tests.site import Site

pytestmark = [
    pytest.mark.slash_o_only("its commands are other programs"),
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
]
COMMANDS = ["serve", "migrate", "check", "clearcimdapplications", "createapplication", "createsuperuser", "openapi"]


class Shell:
    def __init__(self, places: Places) -> None:
        self.places = places
        self.config = str(commands.config_file(places.folder, places.site()))

    def __call__(self, name: str, *arguments: str, **environment: str):  # type: ignore[no-untyped-def]
        return commands.run(self.places.binary, name, "--config", self.config, *arguments, environment=environment)


@pytest.fixture
def shell(places: Places) -> Shell:
    places.set_up()
    return Shell(places)


def test_help_names_every_command(shell: Shell) -> None:
    done = commands.run(shell.places.binary, "--help")
    assert done.returncode == 0
    assert [name for name in COMMANDS if name not in done.stdout] == []
    for name in COMMANDS:
        done = commands.run(shell.places.binary, name, "--help")
        assert (done.returncode, bool(done.stdout)) == (0, True), name


def test_unknown_command_and_flag_are_usage_errors(shell: Shell) -> None:
    for arguments in (["nosuch"], ["check", "--nosuch"]):
        done = commands.run(shell.places.binary, *arguments)
        assert done.returncode == 2
        assert "nosuch" in done.stderr


def test_createapplication_prints_a_generated_secret_once(shell: Shell) -> None:
    done = shell("createapplication", "confidential", "client-credentials", "--name", "Job", "--client-id", "job")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.strip().splitlines()
    assert lines[0] == "New application Job created successfully."
    secret = re.fullmatch(r"client_secret: (\S{40,})", lines[1])
    assert secret, lines
    row = shell.places.database.run("SELECT * FROM oauth2_provider_application WHERE client_id='job'")[0]
    assert row["client_secret"].startswith("pbkdf2_sha256$")
    assert secret.group(1) not in row["client_secret"]
    server = shell.places.django()
    _gets_token(server.base_url, "job", secret.group(1))


def test_an_empty_option_of_createapplication_is_none(shell: Shell) -> None:
    """As in DOT: an unset variable of a shell must not make a client that anybody may use."""
    empty = ["--client-id", "", "--client-secret", "", "--name", "Empty"]
    done = shell("createapplication", "confidential", "client-credentials", *empty)
    assert done.returncode == 0, done.stderr
    told = dict(line.split(": ") for line in done.stdout.splitlines()[1:])
    assert len(told["client_id"]) == 40 and len(told["client_secret"]) == 128
    stored = shell.places.database.run("SELECT client_secret FROM oauth2_provider_application WHERE name='Empty'")
    assert stored[0]["client_secret"].startswith("pbkdf2_sha256$")


def test_createapplication_takes_all_flags(shell: Shell) -> None:
    user = shell.places.database.value("SELECT id FROM auth_user WHERE username='alice'")
    flags = [
        "--client-id",
        "full",
        "--user",
        str(user),
        "--redirect-uris",
        "https://a.example/cb https://a.example/2",
    ]
    flags += ["--post-logout-redirect-uris", "https://a.example/out", "--client-secret", "given", "--name", "Full"]
    flags += ["--no-hash-client-secret", "--skip-authorization", "--algorithm", "HS256"]
    done = shell("createapplication", "confidential", "authorization-code", *flags)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "New application Full created successfully."
    row = shell.places.database.run("SELECT * FROM oauth2_provider_application WHERE client_id='full'")[0]
    assert (row["client_secret"], row["hash_client_secret"], row["skip_authorization"]) == ("given", 0, 1)
    assert (row["user_id"], row["algorithm"]) == (user, "HS256")
    assert row["redirect_uris"] == "https://a.example/cb https://a.example/2"
    assert row["post_logout_redirect_uris"] == "https://a.example/out"


def test_createapplication_writes_the_row_that_django_writes(shell: Shell) -> None:
    flags = ["--redirect-uris", "https://a.example/cb", "--client-secret", "s"]
    done = shell("createapplication", "public", "authorization-code", "--client-id", "ours", *flags)
    assert done.returncode == 0, done.stderr
    address, folder = shell.places.address, shell.places.folder
    more = ["--client-id", "theirs", *flags]
    done = django_command(address, folder, "createapplication", "public", "authorization-code", *more)
    assert done.returncode == 0, done.stderr
    ours, theirs = shell.places.database.run(
        "SELECT * FROM oauth2_provider_application WHERE client_id IN ('ours', 'theirs') ORDER BY client_id"
    )
    varying = {"id", "client_id", "client_secret", "created", "updated"}
    assert {k: v for k, v in ours.items() if k not in varying} == {
        k: v for k, v in theirs.items() if k not in varying
    }


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (["confidential", "authorization-code"], "redirect_uris"),
        (["confidential", "nosuch"], "nosuch"),
        (["nosuch", "client-credentials"], "nosuch"),
        (["confidential", "client-credentials", "--user", "4711"], "user"),
        (["confidential", "client-credentials", "--client-id", "web"], "client_id"),
        (["confidential", "authorization-code", "--redirect-uris", "ftp://x.example/"], "redirect"),
    ],
)
def test_createapplication_refuses_by_name(shell: Shell, arguments: list[str], field: str) -> None:
    before = shell.places.database.counts()
    done = shell("createapplication", *arguments)
    assert done.returncode != 0
    assert field.replace("_", "-") in (done.stdout + done.stderr).lower().replace("_", "-")
    assert shell.places.database.counts() == before


def test_createapplication_without_arguments_is_a_usage_error(shell: Shell) -> None:
    assert shell("createapplication").returncode == 2


def test_createsuperuser_can_log_in_at_django(shell: Shell) -> None:
    name = ["--noinput", "--username", "root", "--email", "root@example.org"]
    done = shell("createsuperuser", *name, DJANGO_SUPERUSER_PASSWORD="a long pass phrase")
    assert done.returncode == 0, done.stderr
    assert "Superuser created successfully." in done.stdout
    row = shell.places.database.run("SELECT * FROM auth_user WHERE username='root'")[0]
    assert (row["is_superuser"], row["is_staff"], row["is_active"]) == (1, 1, 1)
    assert "a long pass phrase" not in done.stdout + done.stderr
    code = (
        "from django.contrib.auth import authenticate; "
        "assert authenticate(username='root', password='a long pass phrase').email == 'root@example.org'"
    )
    checked = django_command(shell.places.address, shell.places.folder, "shell", "--no-imports", "-c", code)
    assert checked.returncode == 0, checked.stderr


def test_createsuperuser_refusals(shell: Shell) -> None:
    before = shell.places.database.counts()
    done = shell("createsuperuser", "--noinput", "--email", "x@example.org", DJANGO_SUPERUSER_PASSWORD="a long one")
    assert done.returncode == 1
    assert "--username" in done.stderr
    taken = ["--noinput", "--username", "alice", "--email", "x@example.org"]
    done = shell("createsuperuser", *taken, DJANGO_SUPERUSER_PASSWORD="a long one")
    assert done.returncode == 1
    assert "already taken" in done.stderr
    done = shell(
        "createsuperuser", "--noinput", "--username", "new", "--email", "none", DJANGO_SUPERUSER_PASSWORD="x"
    )
    assert done.returncode == 1
    assert "valid email" in done.stderr
    assert shell.places.database.counts() == before


def test_check_is_content_with_a_database_of_django(shell: Shell) -> None:
    done = shell("check")
    assert done.returncode == 0, done.stdout + done.stderr


def test_check_names_what_is_ignored_and_refuses_what_changes_answers(shell: Shell) -> None:
    def check(**settings: list[str]) -> subprocess.CompletedProcess[str]:
        config = commands.config_file(shell.places.folder, shell.places.site(**settings))
        return commands.run(shell.places.binary, "check", "--config", str(config))

    done = check(INSTALLED_APPS=["myproject"])
    assert done.returncode == 0, done.stderr
    assert "INSTALLED_APPS" in done.stdout
    done = check(MIDDLEWARE=["myproject.middleware.Special"])
    assert done.returncode == 1
    assert 'accept = ["MIDDLEWARE: myproject.middleware.Special"]' in done.stdout


def test_check_fails_on_an_empty_database(shell: Shell) -> None:
    empty = shell.places.folder / "empty.sqlite3"
    empty.write_bytes(b"")
    site = Site(type(shell.places.address)("sqlite", str(empty)))
    config: Path = commands.config_file(shell.places.folder, site)
    done = commands.run(shell.places.binary, "check", "--config", str(config))
    assert done.returncode == 1
    assert "slash-o migrate" in done.stdout + done.stderr
    assert empty.read_bytes() == b""


def test_openapi_prints_the_document(shell: Shell) -> None:
    done = commands.run(shell.places.binary, "openapi")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["openapi"].startswith("3.")
    paths = " ".join(document["paths"]) + " ".join(s.get("url", "") for s in document.get("servers", []))
    for path in ("token/", "revoke_token/", "introspect/"):
        assert path in paths


def _gets_token(base_url: str, client_id: str, secret: str) -> None:
    import requests

    form = {"grant_type": "client_credentials"}
    answer = requests.post(f"{base_url}/o/token/", data=form, auth=(client_id, secret))
    assert answer.status_code == 200, answer.text
