"""createsuperuser: the same arguments, and the same typing on a terminal, to Django's command and to ours."""

import fcntl
import os
import pty
import select
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from compat_tests import commands, paths
from compat_tests.databases import django_command
from compat_tests.places import Places

pytestmark = [
    pytest.mark.slash_o_only("its commands are other programs"),
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
]
PASSWORD = {"DJANGO_SUPERUSER_PASSWORD": "a long pass phrase"}
ROWS = "SELECT username, email, is_superuser, is_staff, is_active FROM auth_user ORDER BY username"
ARGUMENTS = [
    ["--username", "joe"],
    ["--username", "joe", "--email", ""],
    ["--username", "joe", "--email", "Joe@EXAMPLE.Org"],
    ["--username", "joe", "--email", "a..b@x.org"],
    ["--username", "joe", "--email", "joe@x.1"],
    ["--username", "joe", "--email", "joe@[127.0.0.1]"],
    ["--username", "joe", "--email", "j" * 250 + "@x.org"],
    ["--username", "", "--email", "joe@x.org"],
    ["--username", "j oe", "--email", "joe@x.org"],
    ["--username", "j" * 151, "--email", "joe@x.org"],
    ["--username", "alice", "--email", "joe@x.org"],
    ["--username", "joe", "--email", "joe@x.org", "--database", "default"],
    ["--email", "joe@x.org"],
]


def _said(text: str) -> str:
    """The error without the name of whoever says it."""
    return text.strip().removeprefix("slash-o: ").removeprefix("CommandError: ")


@pytest.mark.parametrize("arguments", ARGUMENTS, ids=lambda arguments: " ".join(arguments)[:40])
def test_noinput_as_django(places: Places, arguments: list[str]) -> None:
    config = str(commands.config_file(places.folder, places.site()))
    seen = []
    for who in ("django", "slash-o"):
        places.set_up()
        words = ["createsuperuser", "--noinput", *arguments]
        if who == "django":
            done = django_command(places.address, places.folder, *words, environment=PASSWORD)
        else:
            done = commands.run(places.binary, *words, "--config", config, environment=PASSWORD)
        seen.append((done.returncode, done.stdout, _said(done.stderr), places.database.run(ROWS)))
    assert seen[0] == seen[1]


COMMON = [{"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"}]
# What is typed, and what the terminal shows next; after the errors of a password it asks again.
AGAIN = "Password:"
TYPING = [
    ("alice", "Error: That username is already taken."),
    ("j oe", "Error: Enter a valid username."),
    ("", "Email address:"),
    ("nobody", "Error: Enter a valid email address."),
    ("Joe@EXAMPLE.org", "Password:"),
    ("one", "Password (again):"),
    ("two", "Error: Your passwords didn't match.", AGAIN),
    ("  ", "Password (again):"),
    ("  ", "Error: Blank passwords aren't allowed.", AGAIN),
    ("password", "Password (again):"),
    ("password", "Bypass password validation and create user anyway? [y/N]:"),
    ("n", "Password:"),
    ("password", "Password (again):"),
    ("password", "Bypass password validation and create user anyway? [y/N]:"),
    ("y", "Superuser created successfully."),
]


def _type(command: list[str], environment: dict[str, str], folder: Path) -> tuple[str, int]:
    """Types each line when what precedes it has been said."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment,
        cwd=folder,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(theirs)
    screen, seen, end = "", 0, time.monotonic() + 300

    def wait_for(text: str) -> None:
        nonlocal screen, seen
        while text not in screen[seen:]:
            assert time.monotonic() < end, f"no {text!r} in {screen!r}"
            if select.select([ours], [], [], 0.2)[0]:
                try:
                    screen += os.read(ours, 4096).decode()
                except OSError:
                    break
        assert text in screen[seen:], screen
        seen = screen.index(text, seen) + len(text)

    asked = "Username (leave blank to use 'joe'):"
    wait_for(asked)
    for line, *answers in TYPING:
        # The terminal's echo goes off a moment after the question, and what was typed before is forgotten.
        while asked.startswith("Password") and termios.tcgetattr(ours)[3] & termios.ECHO:
            assert time.monotonic() < end
            time.sleep(0.01)
        os.write(ours, f"{line}\n".encode())
        for asked in answers:
            wait_for(asked)
    code = process.wait(60)
    os.close(ours)
    return screen, code


def test_a_newcomer_types_at_both(places: Places) -> None:
    config = str(commands.config_file(places.folder, places.site(AUTH_PASSWORD_VALIDATORS=COMMON)))
    rows = []
    for who in ("django", "slash-o"):
        places.set_up()
        if who == "django":
            command, more = [sys.executable, str(paths.REFERENCE / "manage.py"), "createsuperuser"], {"SITE_CONFIG": config}
        else:
            command, more = [str(places.binary), "createsuperuser", "--config", config], {}
        screen, code = _type(command, {**os.environ, "LOGNAME": "Jo É", **more}, places.folder)
        assert code == 0
        assert "\r\npassword\r\n" not in screen, "a password is not shown"
        rows.append(places.database.run(ROWS))
    assert rows[0] == rows[1]
    assert {"username": "joe", "email": "Joe@example.org"}.items() <= rows[0][-1].items()
